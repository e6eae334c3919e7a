#include <catch2/catch.hpp>

#include "books.h"

using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

TEST_CASE("a task comes back from the mirror as it was told") {
    Books books;
    domain::SourceTask facts = task("5");
    facts.parent = "4";
    facts.project = "3";
    facts.responsible = "7";
    facts.tags = {"bug", "two words", "with\nbreak"};
    facts.links = {{"company", "12"}, {"deal", "7"}};
    facts.created = at(10);
    facts.deadline = at(20);
    facts.seconds_total = 0;
    facts.paid_mark = "40";
    facts.report_mark = "HB2026-0001";
    books.keep("tasks", {kept(facts)});
    const TaskRow row = books.get_task("5");
    CHECK(domain::to_string(row.ref) == "planner:task:5");
    CHECK(row.facts.parent == "4");
    CHECK(row.facts.project == "3");
    CHECK(row.facts.responsible == "7");
    CHECK(row.facts.tags == std::vector<std::string>{"bug", "two words", "with break"});
    CHECK(row.facts.links == facts.links);
    CHECK(row.facts.created == at(10));
    CHECK(row.facts.closed == std::nullopt);
    CHECK(row.facts.deadline == at(20));
    CHECK(row.facts.seconds_total == 0);
    CHECK(row.facts.paid_mark == "40");
    CHECK(row.facts.report_mark == "HB2026-0001");
    CHECK(row.client == std::nullopt);
    CHECK(books.sources.find_task(row.id)->facts.title == "Task 5");
}

TEST_CASE("a Bitrix24 workgroup is a group, another planner's is a project (G45)") {
    Books books;
    books.keep("groups", {kept(domain::SourceProject{"3", "Site", true})});
    const auto row = books.sources.find_project(domain::Ref{"planner", "project", "3"});
    REQUIRE(row);
    CHECK(row->ref.kind == "group");
    CHECK(row->closed);
    CHECK(books.sources.projects(books.remote).size() == 1);
}

TEST_CASE("lists of the mirror hold what their remote told") {
    Books books;
    books.add_company("12");
    books.keep("deals", {kept(domain::SourceDeal{"7", "Deal", "12", "NEW", "hb-1"})});
    books.keep("tasks", {kept(task("5")), kept(task("6"))});
    CHECK(books.sources.companies(books.remote).at(0).name == "Company 12");
    CHECK(books.sources.deals(books.remote).at(0).origin_id == "hb-1");
    CHECK(books.sources.tasks(books.remote).size() == 2);
    CHECK(books.sources.tasks(books.remote + 1).empty());
    CHECK_FALSE(books.sources.find_task(domain::Ref{"other", "task", "5"}));
}

TEST_CASE("two companies on one task are remembered as a warning (G13)") {
    Books books;
    const std::int64_t acme = books.add_company("12");
    books.keep("tasks", {kept(task("5"))});
    Tx tx(*books.db);
    books.sources.set_client(
        books.get_task("5").id, acme, true,
        [&](std::optional<std::int64_t>) -> const domain::Calendar& { return books.calendar; });
    CHECK(books.get_task("5").two_clients);
    CHECK(books.get_task("5").client == acme);
}
