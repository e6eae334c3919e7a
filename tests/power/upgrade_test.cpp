#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include "base/files.h"
#include "books/settings_names.h"
#include "power/traced.h"
#include "store/connection.h"
#include "store/crm.h"
#include "store/health.h"
#include "store/migrations.h"
#include "store/reports.h"
#include "store/verify.h"

// R16 through the front door: books of the first schema under today's program, also when the power
// fails, and what the nightly check looks at.
namespace hb::test {
namespace {

namespace fs = std::filesystem;

std::string old_books() {
    return *read_whole_file(HB_SOURCE_DIR "/tests/store/samples/books_of_schema_1.sql", 1'000'000);
}

void put_old_books(const Watched& disk) {
    fs::create_directories(disk.data());
    disk.agency.folder.write("data/secret.key", std::string(64, 'a'));
    fs::permissions(disk.data() + "/secret.key", fs::perms::owner_read | fs::perms::owner_write);
    store::execute(*store::Access::connect(disk.data() + "/hourbridge.db", 0x2 | 0x4), old_books());
}

// They are of an agency whose portal stood elsewhere.
const std::vector<std::string> kMoved{"remote", "moved", "bitrix24"};

} // namespace

TEST_CASE(
    "an upgrade: the first writing command brings old books up to date, with a copy beside them; "
    "an older program refuses newer books and says what to do (R16)") {
    if (!can_watch_disks()) return;
    const Watched disk;
    const Agency& agency = disk.agency;
    put_old_books(disk);
    const auto early = agency.run({"report", "list"});
    CHECK(early.code == 5);
    CHECK(early.err.find("run the service or any writing command once") != std::string::npos);
    const auto moved = agency.run(kMoved);
    INFO(moved.out << moved.err);
    REQUIRE(moved.code == 0);
    CHECK(fs::exists(disk.data() + "/hourbridge.db.before-2"));
    CHECK(text(agency.run({"report", "show", "1"}).root()["state"]) == "invoiced");
    CHECK(agency.run({"verify"}).code == 0);
    {
        auto service = disk.serve();
        CHECK(soon([&] { return agency.run({"report", "list"}).code == 0; }));
        service.signal(SIGTERM);
        CHECK(service.wait().code == 0);
    }
    // Back to the books before, by the way that docs/operations.md tells.
    const auto back = agency.run({"restore", disk.data() + "/hourbridge.db.before-2"});
    INFO(back.out << back.err);
    CHECK(back.code == 0);
    CHECK(text(agency.run({"report", "show", "1"}).root()["state"]) == "invoiced");

    store::execute(*store::Access::connect(disk.data() + "/hourbridge.db", 0x2),
                   "PRAGMA user_version=9999");
    for (const auto& command : {std::vector<std::string>{"report", "list"}, {"sync"}, {"serve"}}) {
        const auto refused = agency.run(command);
        CHECK(refused.code == 5);
        CHECK(refused.err.find("use the newer program, or restore the backup") !=
              std::string::npos);
    }
}

TEST_CASE(
    "the power fails while old books are brought up to date: they are whole, of the old version "
    "or a newer one, and nothing is lost (R7, R16)") {
    if (!can_watch_disks()) return;
    const unsigned seed = seed_of_this_run();
    std::printf("power cuts of an upgrade: HB_SEED=%u\n", seed);
    INFO("HB_SEED=" << seed);
    std::mt19937 random(seed);
    const Watched disk;
    put_old_books(disk);
    const std::string books = disk.data() + "/hourbridge.db";
    Disk model(disk.root());
    model.hold(disk.data() + "/");
    model.hold(disk.data() + "/secret.key", std::string(64, 'a'));
    model.hold(books, *read_whole_file(books, 10'000'000));
    disk.must(kMoved);
    const auto steps = read_trace(disk.trace());
    const Scratch scratch;
    int newer = 0;
    for (std::size_t at = 0; at <= steps.size(); ++at) {
        for (int again = 0; again < setting("HB_UPGRADE_CUTS", 3); ++again) {
            lay_out(model.cut(random), disk.root(), scratch.path, random);
            const std::string left = scratch.path + "/data/hourbridge.db";
            INFO("before step " << at);
            auto db = store::Database::open_writer(left);
            INFO((db ? "" : to_string(db.error())));
            REQUIRE(db.ok());
            std::string wrong;
            for (const auto& check : store::verify_books(**db))
                if (!check.ok) wrong += check.name + ": " + check.detail + "\n";
            REQUIRE(wrong == "");
            const auto rows = store::read_health(**db, Instant{}, {}).rows;
            REQUIRE(rows.at("entries") == 15);
            REQUIRE(rows.at("events") >= 14);
            REQUIRE(store::Reports(**db).list({}, {}).at(0).number == "C1-2026-0001");
            newer += rows.at("events") > 14 ? 1 : 0;
        }
        if (at < steps.size()) model.play(steps[at]);
    }
    CHECK(newer > 0);
}

TEST_CASE("every night the books are checked for damage, once a week their indexes too (G37)") {
    const Agency agency;
    agency.begin();
    const auto start_and_look = [&](const std::string& words) {
        Serving service(agency);
        const bool found = soon([&] { return log_of(agency).find(words) != std::string::npos; });
        service.stop();
        return found;
    };
    const auto checked_ago = [&](const char* name, std::chrono::hours ago) {
        auto db = store::Database::open_writer(agency.folder.path("data/hourbridge.db")).value();
        store::Tx tx(*db);
        store::Settings(*db).put(0, name, "ok", agency.clock.now() - ago);
        tx.commit();
    };
    CHECK(start_and_look("books check=ok indexes=checked"));
    checked_ago(books::kept::kBooksChecked, std::chrono::hours{30});
    CHECK(start_and_look("books check=ok indexes=\"next week\""));
    checked_ago(books::kept::kBooksChecked, std::chrono::hours{30});
    checked_ago(books::kept::kBooksCheckedWhole, std::chrono::hours{7 * 24});
    const auto times = [&] {
        const std::string log = log_of(agency);
        int count = 0;
        for (auto at = log.find("indexes=checked"); at != std::string::npos;
             at = log.find("indexes=checked", at + 1))
            ++count;
        return count;
    };
    Serving service(agency);
    CHECK(soon([&] { return times() == 2; }));
    service.stop();
}

} // namespace hb::test
