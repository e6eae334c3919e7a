#include <catch2/catch.hpp>

#include "base/digest.h"
#include "books.h"
#include "store/chain.h"
#include "store/crm.h"
#include "store/verify.h"

// The log under a key (rule 55): what somebody who may write the file, and lacks the key, can make
// of it.
using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

namespace {

const Secret kSecretKey("0123456789abcdef0123456789abcdef");
const Secret kAnother("fedcba9876543210fedcba9876543210");

// Three rows under the key, the first of which says so.
struct Sealed : Books {
    Sealed() {
        db->use_chain_key(kSecretKey);
        events.begin_key(at(1));
        add(2, "send", 17);
        add(3, "agree", 17);
    }
    void add(std::int64_t second, const char* action, std::int64_t report) {
        Tx tx(*db);
        events.add(at(second), "manager", action, report, "report 17", "{}");
        tx.commit();
    }
    void unlock() { raw("DROP TRIGGER events_fixed; DROP TRIGGER events_kept"); }
    // Every row as somebody has it who works the hashes out with `key`, "" for none.
    void seal_anew(std::string_view key) {
        std::string previous;
        for (auto row : events.since(0, 100)) {
            row.previous = previous;
            previous = chain_hash(row, key);
            raw("UPDATE events SET previous = '" + row.previous + "', hash = '" + previous +
                "' WHERE seq = " + std::to_string(row.seq));
        }
    }
    ChainLook look(const Secret& key) {
        db->use_chain_key(key);
        return look_at_chain(*db);
    }
};

} // namespace

TEST_CASE("from the row chain.keyed on a row's hash is an HMAC by a key of the secret key") {
    Sealed books;
    const auto rows = books.events.since(0, 10);
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].action == "chain.keyed");
    const std::string key = hmac_sha256(kSecretKey.reveal(), "hourbridge: the chain of the log");
    CHECK(rows[1].hash ==
          hex(hmac_sha256(key, rows[0].hash + "\n2\n2000\nmanager\nsend\n17\nreport 17\n{}")));
    const auto look = books.look(kSecretKey);
    CHECK(look.broken == "");
    CHECK(look.keyed_from == 1);
    CHECK(look.unread == 0);
    // The row tells nothing of either key.
    CHECK(rows[0].data.find(kSecretKey.reveal()) == std::string::npos);
    CHECK(rows[0].data.find(hex(key).substr(0, 16)) == std::string::npos);
}

TEST_CASE("a log that somebody without the key changed and sealed anew is found") {
    struct Change {
        const char* what;
        std::string sql;
        std::string seal_with; // "" plain
        const char* told;
    };
    const std::string theirs = chain_key(kAnother);
    const std::string their_row =
        R"(UPDATE events SET data = '{"key":")" + chain_key_name(theirs) + R"("}' WHERE seq = 1)";
    const Change changes[] = {
        {"a row changed, nothing sealed", "UPDATE events SET actor = 'x' WHERE seq = 2", "-",
         "event 2 was changed"},
        {"a row changed, all sealed with plain hashes",
         "UPDATE events SET actor = 'x' WHERE seq = 2", "", "event 1 was changed"},
        {"sealed with a key of their own under our name",
         "UPDATE events SET actor = 'x' WHERE seq = 3", theirs, "event 1 was changed"},
        {"sealed with a key of their own under its name", their_row, theirs,
         "from event 1 on rows are sealed with another key"},
        {"the row that says so became another one, all plain",
         "UPDATE events SET action = 'pull', data = '{}' WHERE seq = 1", "",
         "the row chain.keyed is missing"},
        {"that, and the setting is gone",
         "UPDATE events SET action = 'pull', data = '{}' WHERE seq = 1;"
         "DELETE FROM settings WHERE name = 'chain.key'",
         "", "the row chain.keyed is missing"},
        {"the row that says so comes later, the rows before it are plain",
         "UPDATE events SET action = 'pull', data = '{}' WHERE seq = 1;"
         "UPDATE events SET action = 'chain.keyed' WHERE seq = 2",
         "", ""},
    };
    for (const auto& change : changes) {
        INFO(change.what);
        Sealed books;
        books.unlock();
        books.raw(change.sql);
        if (change.seal_with != "-") books.seal_anew(change.seal_with);
        const auto look = books.look(kSecretKey);
        INFO(look.broken);
        CHECK(!look.broken.empty());
        CHECK(look.broken.find(change.told) != std::string::npos);
    }
}

TEST_CASE("a log that was sealed later than it had to be is found, with the key or without") {
    Sealed books;
    books.unlock();
    books.raw("UPDATE events SET action = 'pull', data = '{}' WHERE seq = 1;"
              "DELETE FROM settings WHERE name = 'chain.key'");
    books.seal_anew("");
    books.events.begin_key(at(4)); // as the next start would
    for (const auto& key : {kSecretKey, Secret()})
        CHECK(books.look(key).broken ==
              "rows are sealed with a key from event 4 on, not from where that began");
}

TEST_CASE("without the key the look says how far it went, and sees missing rows all the same") {
    Sealed books;
    const auto look = books.look(Secret());
    CHECK(look.broken == "");
    CHECK(look.unread == 3);
    CHECK(how_far(look, false) ==
          "sealed with a key from event 1 on, and the secret key is not here: of events 1 to 3 "
          "only the order was looked at, not what they say");
    bool told = false;
    for (const auto& check : verify_books(*books.db))
        told = told || (check.ok && check.detail == how_far(look, false));
    CHECK(told);
    books.unlock();
    books.raw("DELETE FROM events WHERE seq = 2");
    CHECK(books.look(Secret()).broken.find("event 3 follows event 1") == 0);
}

TEST_CASE("rows of before stay as they are, and the books hold") {
    Books books;
    // As an older program left them: the migration saw two rows.
    Tx tx(*books.db);
    books.events.add(at(1), "manager", "create", 17, "report 17", "{}");
    books.events.add(at(2), "manager", "send", 17, "report 17", "{}");
    Settings(*books.db).put(0, "chain.begins", "2", at(2));
    tx.commit();
    const auto before = books.events.since(0, 10);
    books.db->use_chain_key(kSecretKey);
    books.events.begin_key(at(3));
    books.events.begin_key(at(4)); // every later start
    const auto rows = books.events.since(0, 10);
    REQUIRE(rows.size() == 3);
    for (std::size_t i = 0; i < before.size(); ++i) CHECK(rows[i].hash == before[i].hash);
    const auto look = look_at_chain(*books.db);
    CHECK(look.broken == "");
    CHECK(look.keyed_from == 3);
    CHECK(how_far(look, true) == "sealed with a key from event 3 on");
    for (const auto& check : verify_books(*books.db)) {
        INFO(check.name << ": " << check.detail);
        CHECK(check.ok);
    }
}

TEST_CASE("a new secret key goes on from a row of its own, and the older rows are named") {
    Sealed books;
    CHECK(books.look(kAnother).broken.find("from event 1 on rows are sealed with another key") ==
          0);
    books.events.begin_key(at(5)); // the start with it
    books.add(6, "invoice", 17);
    const auto look = books.look(kAnother);
    CHECK(look.broken == "");
    CHECK(how_far(look, true) ==
          "sealed with a key from event 1 on; 3 rows among events 1 to 3 are sealed with another "
          "key or none, as after a replaced secret key or a restore without it: only the order was "
          "looked at");
    books.unlock();
    books.raw("UPDATE events SET actor = 'x' WHERE seq = 5");
    CHECK(books.look(kAnother).broken == "event 5 was changed: its hash differs");
}

TEST_CASE("a restore without the key says so in the log, and the next start goes on with the key") {
    Sealed books;
    books.db->use_chain_key(Secret());
    {
        Tx tx(*books.db); // as the restore has it
        books.events.begin_key(at(5));
        books.events.add(at(5), "restore", "books.restored", {}, "", "{}");
        tx.commit();
    }
    CHECK(books.look(Secret()).broken == "");
    CHECK(books.look(kSecretKey).broken == ""); // also before that start
    books.events.begin_key(at(6));
    books.add(7, "invoice", 17);
    const auto look = books.look(kSecretKey);
    CHECK(look.broken == "");
    CHECK(look.unread == 2);
    CHECK(look.unread_from == 4);
    CHECK(look.unread_to == 5);
    books.unlock();
    books.raw("UPDATE events SET actor = 'x' WHERE seq = 3");
    CHECK(books.look(kSecretKey).broken == "event 3 was changed: its hash differs");
}

TEST_CASE("behind a row that names no key only what a restore writes may stand") {
    Sealed books;
    books.db->use_chain_key(Secret());
    Tx tx(*books.db);
    books.events.begin_key(at(5));
    books.events.add(at(5), "restore", "books.restored", {}, "", "{}");
    books.events.add(at(5), "manager", "agree", 17, "report 17", "{}");
    tx.commit();
    for (const auto& key : {kSecretKey, Secret()})
        CHECK(books.look(key).broken == "event 6 is not sealed with a key");
}

TEST_CASE("a log that is sealed takes no row without the key") {
    Sealed books;
    books.db->use_chain_key(Secret());
    Tx tx(*books.db);
    CHECK_THROWS_AS(books.events.add(at(9), "manager", "send", 17, "report 17", "{}"),
                    BrokenInvariant);
}
