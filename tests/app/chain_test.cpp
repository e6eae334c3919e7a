#include <catch2/catch.hpp>

#include <filesystem>

#include "app/program.h"
#include "store/chain.h"
#include "store/connection.h"

// `verify` over books whose log somebody changed behind the program's back, with and without the
// secret key.
namespace hb::test {
namespace {

std::string database(const Agency& agency) {
    return agency.folder.path("data/hourbridge.db");
}

std::string of_chain(const Ended& verified, const char* member) {
    for (const auto check : verified.root()["checks"])
        if (text(check["name"]).find("chain of hashes") != std::string::npos)
            return text(check[member]);
    return "no such check";
}

// Somebody who may write the file: one row says another amount, and hashes are worked out anew as
// far as that goes without the key. The triggers come back, so that nothing else shows.
void forge(const Agency& agency) {
    auto db = store::Access::connect(database(agency), 0x2 | 0x4);
    store::execute(*db, "DROP TRIGGER events_fixed");
    auto& change = db->prepare(
        "UPDATE events SET data = replace(data, '\"', '''') WHERE seq = "
        "(SELECT max(seq) FROM events WHERE action = 'contract.applied' OR report IS NOT NULL)");
    change.run();
    std::string previous;
    for (auto row : store::Events(*db).since(0, 1000)) {
        row.previous = previous;
        previous = store::chain_hash(row, "");
        auto& seal =
            db->prepare("UPDATE events SET previous = :previous, hash = :hash WHERE seq = :seq");
        seal.bind(":previous", row.previous).bind(":hash", previous).bind(":seq", row.seq).run();
    }
    store::execute(*db, "CREATE TRIGGER events_fixed BEFORE UPDATE ON events BEGIN SELECT "
                        "RAISE(ABORT, 'the log is append-only'); END;");
}

} // namespace

TEST_CASE(
    "verify sees the log sealed anew without the secret key, and without the key says how far "
    "it looked") {
    const Agency agency;
    agency.begin();
    REQUIRE(agency.run({"report", "send", std::to_string(agency.draft())}).code == 0);
    const auto good = agency.run({"verify"});
    INFO(good.out << good.err);
    CHECK(good.code == 0);
    CHECK(of_chain(good, "detail") == "sealed with a key from event 1 on");

    const std::string key = agency.folder.path("data/secret.key");
    std::filesystem::rename(key, key + ".away");
    const auto without = agency.run({"verify"});
    INFO(without.out << without.err);
    CHECK(without.code == 0);
    CHECK(of_chain(without, "detail").find("the secret key is not here: of events 1 to ") !=
          std::string::npos);
    CHECK(agency.run({"report", "list"}).code == 5); // links need it
    CHECK(agency.run({"sync"}).code == 5);
    CHECK(!std::filesystem::exists(key)); // and no other one is put in its place

    forge(agency);
    CHECK(agency.run({"verify"}).code == 0);
    std::filesystem::rename(key + ".away", key);
    const auto forged = agency.run({"verify"});
    INFO(forged.out << forged.err);
    CHECK(forged.code == 5);
    CHECK(of_chain(forged, "detail") == "event 1 was changed: its hash differs");
    for (const auto check : forged.root()["checks"]) {
        INFO(text(check["name"]));
        if (text(check["name"]).find("chain of hashes") == std::string::npos)
            CHECK(check["ok"].boolean().value());
    }
}

TEST_CASE(
    "a backup is restored without the secret key, and the log goes on with it when it is back") {
    const Agency agency;
    agency.begin();
    const std::string copy = agency.folder.path("copy.db");
    REQUIRE(agency.run({"backup", copy}).code == 0);
    REQUIRE(agency.run({"restore", copy}).code == 0);
    const auto with = agency.run({"verify"});
    CHECK(of_chain(with, "detail") == "sealed with a key from event 1 on");
    const std::string key = agency.folder.path("data/secret.key");
    std::filesystem::rename(key, key + ".away");
    const auto restored = agency.run({"restore", copy});
    INFO(restored.out << restored.err);
    CHECK(restored.code == 0);
    CHECK(agency.run({"verify"}).code == 0);
    std::filesystem::rename(key + ".away", key);
    REQUIRE(agency.run({"sync"}).code == 0);
    const auto again = agency.run({"verify"});
    INFO(again.out << again.err);
    CHECK(again.code == 0);
    CHECK(of_chain(again, "detail").find("are sealed with another key or none") !=
          std::string::npos);
}

} // namespace hb::test
