#include <catch2/catch.hpp>

#include "base/digest.h"
#include "books.h"

using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

namespace {

struct Log : Books {
    Log() {
        Tx tx(*db);
        events.add(at(1), "manager", "create", 17, "report 17", "{}");
        events.add(at(2), "manager", "send", 17, "report 17", R"({"n":1})");
        events.add(at(3), "system", "pull", {}, "planner", "{}");
        tx.commit();
    }
    void unlock() { raw("DROP TRIGGER events_fixed; DROP TRIGGER events_kept"); }
};

} // namespace

TEST_CASE("each event carries the hash of the one before (rule 55)") {
    Log books;
    const auto rows = books.events.since(0, 10);
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].previous.empty());
    CHECK(rows[0].hash == sha256_hex("\n1\n1000\nmanager\ncreate\n17\nreport 17\n{}"));
    CHECK(rows[1].previous == rows[0].hash);
    CHECK(rows[2].hash == sha256_hex(rows[1].hash + "\n3\n3000\nsystem\npull\n\nplanner\n{}"));
    CHECK(books.events.verify_chain().empty());
    CHECK(books.events.of_report(17).size() == 2);
    CHECK(books.events.of_subject("planner").size() == 1);
    CHECK(books.events.since(2, 10).size() == 1);
}

TEST_CASE("the log refuses changes and deletions") {
    Log books;
    CHECK_THROWS(books.raw("UPDATE events SET data = '[]'"));
    CHECK_THROWS(books.raw("DELETE FROM events"));
}

TEST_CASE("a tampered row breaks the chain, and the report names it") {
    const std::pair<const char*, const char*> damages[] = {
        {"UPDATE events SET data = '[]' WHERE seq = 2", "event 2"},
        {"UPDATE events SET actor = 'x' WHERE seq = 1", "event 1"},
        {"UPDATE events SET at = 5 WHERE seq = 3", "event 3"},
        {"UPDATE events SET report = NULL WHERE seq = 1", "event 1"},
        {"UPDATE events SET previous = 'x' WHERE seq = 2", "event 2"},
        {"DELETE FROM events WHERE seq = 2", "event 3"},
        {"DELETE FROM events WHERE seq = 3", "ends at event 2"},
        {"DELETE FROM events", "ends at event 0"},
    };
    for (const auto& [damage, told] : damages) {
        Log books;
        books.unlock();
        books.raw(damage);
        INFO(damage);
        CHECK(books.events.verify_chain().find(told) != std::string::npos);
    }
}

TEST_CASE("an event of a transaction that was rolled back leaves no gap") {
    Log books;
    {
        Tx tx(*books.db);
        books.events.add(at(4), "a", "b", {}, "c", "{}");
    }
    Tx tx(*books.db);
    books.events.add(at(5), "a", "b", {}, "c", "{}");
    tx.commit();
    CHECK(books.events.since(3, 10).at(0).seq == 4);
    CHECK(books.events.verify_chain().empty());
}
