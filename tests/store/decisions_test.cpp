#include <catch2/catch.hpp>

#include "books.h"

using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

TEST_CASE("a link set again replaces the old one of the same day; another day stands beside it") {
    Books books;
    Tx tx(*books.db);
    Sources& sources = books.sources;
    sources.set_link("planner:group:3", "planner:company:12", {}, "admin", at(1));
    sources.set_link("planner:group:3", "planner:company:13", {}, "admin", at(2));
    sources.set_link("planner:group:3", "planner:company:14", day(9), "admin", at(3));
    const auto links = sources.links();
    REQUIRE(links.size() == 2);
    CHECK(links[0].target == "planner:company:13");
    CHECK(links[1].valid_from == day(9));
    CHECK(sources.remove_link("planner:group:3", at(4)));
    CHECK_FALSE(sources.remove_link("planner:group:3", at(5)));
    CHECK(sources.links().empty());
    CHECK(books.raw_text("SELECT count(*) FROM links") == "3"); // nothing is forgotten
}

TEST_CASE("an adoption stands until it is undone or set anew") {
    Books books;
    Tx tx(*books.db);
    books.sources.adopt("planner:company:12", day(50), "admin", at(1));
    books.sources.adopt("planner:company:12", day(60), "admin", at(2));
    REQUIRE(books.sources.adoptions().size() == 1);
    CHECK(books.sources.adoptions()[0].until == day(60));
    CHECK(books.sources.undo_adoption("planner:company:12", at(3)));
    CHECK(books.sources.adoptions().empty());
    CHECK_FALSE(books.sources.undo_adoption("planner:company:12", at(4)));
}

TEST_CASE("an override needs a reason and the last one counts (G9)") {
    Books books;
    books.keep_entries({entry("1", "5", 60)});
    const std::int64_t id = books.get_entry("1").id;
    Tx tx(*books.db);
    CHECK_FALSE(books.sources.find_override(id));
    CHECK_THROWS_AS(books.sources.set_override(id, false, "", "manager", at(1)), StoreError);
    books.sources.set_override(id, false, "our own mistake", "manager", at(1));
    books.sources.set_override(id, true, "client asked for it", "manager", at(2));
    CHECK(books.sources.find_override(id) == domain::Override{true, "client asked for it"});
    books.sources.clear_override(id);
    CHECK_FALSE(books.sources.find_override(id));
}

TEST_CASE("a decision about late time is kept and may be changed (G2)") {
    Books books;
    books.keep_entries({entry("1", "5", 60)});
    const std::int64_t id = books.get_entry("1").id;
    Tx tx(*books.db);
    CHECK(books.sources.late_decision(id) == domain::LateDecision::None);
    books.sources.decide_late(id, "next_report", "", "manager", at(1));
    CHECK(books.sources.late_decision(id) == domain::LateDecision::NextReport);
    books.sources.decide_late(id, "write_off", "goodwill", "manager", at(2));
    CHECK(books.sources.late_decision(id) == domain::LateDecision::WriteOff);
    CHECK_THROWS_AS(books.sources.decide_late(id, "perhaps", "", "manager", at(3)), StoreError);
}
