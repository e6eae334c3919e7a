#include <catch2/catch.hpp>

#include "books.h"

using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

TEST_CASE("a webhook is kept once, byte by byte, until it is settled") {
    Books books;
    Inbox inbox(*books.db);
    Tx tx(*books.db);
    const std::string body("event=\0\xff", 8);
    CHECK(inbox.add(books.remote, "d1", body, at(1)));
    CHECK_FALSE(inbox.add(books.remote, "d1", body, at(2)));
    CHECK(inbox.add({}, "d2", "x", at(3)));
    auto rows = inbox.list("new", 10);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].body == body);
    CHECK(rows[0].remote == books.remote);
    CHECK(rows[0].received_at == at(1));
    inbox.settle(rows[0].id, "failed", "not readable");
    CHECK(inbox.list("new", 10).size() == 1);
    CHECK(inbox.list("failed", 10).at(0).last_error == "not readable");
    CHECK_THROWS_AS(inbox.settle(rows[0].id, "perhaps", ""), StoreError);
    CHECK_FALSE(inbox.add({}, "d1", "x", at(9))); // a settled one is still known
}

TEST_CASE("a job stands once for its remote, kind and stream, and rests unwritten") {
    Books books;
    Jobs jobs(*books.db);
    Tx tx(*books.db);
    JobRow job{books.remote, "pull", "entries", at(5), 0, "", {}, {}};
    jobs.put(job);
    job.due_at = at(9);
    job.failures = 2;
    job.last_error = "503";
    job.stopped = "source looks empty";
    job.what_to_do = "sync planner --accept-deletions";
    jobs.put(job);
    const std::int64_t before = books.db->total_changes();
    jobs.put(job);
    CHECK(books.db->total_changes() == before);
    jobs.put({books.remote, "reconcile", "", at(7), 0, "", {}, {}});
    const auto back = jobs.find(books.remote, "pull", "entries");
    REQUIRE(back);
    CHECK(back->due_at == at(9));
    CHECK(back->failures == 2);
    CHECK(back->stopped == "source looks empty");
    CHECK(back->what_to_do == "sync planner --accept-deletions");
    CHECK(jobs.list({}).size() == 2);
    CHECK(jobs.list(books.remote + 1).empty());
    CHECK_FALSE(jobs.find(books.remote, "pull", "tasks"));
}
