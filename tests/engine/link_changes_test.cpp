// People who are one by a rule, and what planners do overnight: accounts merged, work handed over,
// projects moved. No hour is lost or billed twice (G13, rules 1 and 2).
#include <cstdlib>
#include <iostream>
#include <random>

#include "books/aliases.h"
#include "books/owners.h"
#include "desk/decisions.h"
#include "desk/reports.h"
#include "engine/link_world.h"

using namespace hb;
using domain::LinkRule;
using test::june;
using test::LinkWorld;

namespace {

LinkRule people(LinkRule::By by) {
    return LinkWorld::rule(by, "", {}, LinkRule::What::User);
}

} // namespace

TEST_CASE("people joined by rule have the rates of the person they are, in drafts at once (G13)") {
    LinkWorld world;
    world.planner("bitrix24");
    world.person("5", "Ivan Petrov", R"({"EMAIL":"ivan@acme.example"})");
    REQUIRE(world
                .contract("1", R"("valid_from":"2026-02-01","currency":"BYN","rates":[
                    {"amount":"90.00"},{"person":"bitrix24:user:5","amount":"120.00"}])")
                .ok());
    world.planner("kimai");
    world.person("1", "ivan p.", R"({"email":"Ivan@acme.example"})");
    world.person("2", "Petrov Ivan", "{}");
    world.add(LinkWorld::by_name());
    world.log("10", "1", 3600);
    world.log("11", "1", 3600, "2");
    const auto report = world.draft("1");
    const auto total = [&] { return world.tables->reports.find(report)->total; };
    CHECK(total() == 18000);
    // Rates name a person, and these two are nobody there.
    const auto needed = desk::links_needed(world.books->read());
    CHECK(needed.work.empty());
    CHECK(needed.people.empty()); // their time is in a draft already
    const auto added = world.add(people(LinkRule::By::Email));
    CHECK(added.effect.drafts == std::vector<std::int64_t>{report});
    CHECK(total() == 21000);
    CHECK(world.tables->sources.find_person({"kimai", "user", "1"})->same_as ==
          world.tables->sources.find_person({"bitrix24", "user", "5"})->id);
    const auto by_name = world.add(people(LinkRule::By::Name));
    CHECK(total() == 24000);
    // By hand goes before.
    world.planner("bitrix24");
    world.person("6", "Somebody else");
    world.link("kimai:user:2", "bitrix24:user:6");
    CHECK(total() == 21000);
    REQUIRE(desk::remove_link(*world.books, "kimai:user:2", world.actor).ok());
    CHECK(total() == 24000);
    world.remove(by_name.number);
    world.remove(added.number);
    CHECK(total() == 18000);
    CHECK_FALSE(world.tables->sources.find_person({"kimai", "user", "1"})->same_as);
    CHECK(world.verify() == "");
}

TEST_CASE("people without a counterpart are named where rates name people, with whom they may be") {
    LinkWorld world;
    world.planner("bitrix24");
    world.person("5", "Ivan Petrov");
    world.planner("kimai");
    world.person("1", "Petrov Ivan");
    world.add(LinkWorld::by_name());
    world.log("10", "1", 3600);
    CHECK(desk::links_needed(world.books->read()).people.empty()); // no rate names anybody
    REQUIRE(world
                .contract("1", R"("valid_from":"2026-02-01","currency":"BYN","rates":[
                    {"amount":"90.00"},{"person":"bitrix24:user:5","amount":"120.00"}])")
                .ok());
    const auto needed = desk::links_needed(world.books->read());
    REQUIRE(needed.people.size() == 1);
    CHECK(needed.people[0].ref == "kimai:user:1");
    CHECK(needed.people[0].seconds == 3600);
    REQUIRE(needed.people[0].candidates.size() == 1);
    CHECK(needed.people[0].candidates[0].ref == "bitrix24:user:5");
    CHECK(needed.people[0].candidates[0].likeness == 100);
    world.add(people(LinkRule::By::Name));
    CHECK(desk::links_needed(world.books->read()).people.empty());
}

TEST_CASE("people joined by rule are one when two planners tell of the same time (rule 7)") {
    LinkWorld world;
    world.planner("bitrix24");
    world.person("5", "Ivan Petrov", R"({"EMAIL":"ivan@acme.example"})");
    world.BooksWorld::task("9", "1", domain::TaskStatus::InProgress);
    world.entry("90", "9", "5", 3600, june(10), "call");
    world.planner("kimai");
    world.person("1", "i.petrov", R"({"email":"ivan@acme.example"})");
    world.add(LinkWorld::by_name());
    world.entry("10", "1", "1", 3600, june(10), "call");
    world.settle();
    CHECK(books::aliases(world.books->read(), false).empty());
    world.add(people(LinkRule::By::Email));
    REQUIRE(books::aliases(world.books->read(), false).size() == 1);
    CHECK(world.worked(world.draft("1")) == 3600);
}

TEST_CASE("two accounts of one person merged on the planner: billed hours stay billed, once") {
    LinkWorld world;
    world.planner("bitrix24");
    world.person("5", "Ivan Petrov", R"({"EMAIL":"ivan@acme.example"})");
    world.planner("kimai");
    for (const char* id : {"1", "2"})
        world.person(id, "Ivan " + std::string(id), R"({"email":"ivan@acme.example"})");
    world.add(LinkWorld::by_name());
    world.add(people(LinkRule::By::Email));
    world.log("10", "1", 3600, "1");
    world.log("11", "1", 1800, "2", 11);
    const auto report = world.draft("1");
    world.send(report);
    world.agree(report);
    world.log("12", "1", 600, "2", 29);
    const auto before = world.free();
    // The planner gives all of account 2's time to account 1 and deletes account 2.
    world.log("11", "1", 1800, "1", 11);
    world.log("12", "1", 600, "1", 29);
    world.gone("users", "2");
    world.owners();
    world.settle();
    CHECK(world.worked(report) == 5400);
    CHECK(world.free() == before);
    // The same person: nothing to correct.
    CHECK(world.late().find("adjustment") == std::string::npos);
    CHECK(world.verify() == "");
}

TEST_CASE("a deleted account's time that goes to somebody else asks, and no hour moves by itself") {
    LinkWorld world;
    world.person("2");
    world.add(LinkWorld::by_name());
    world.log("10", "1", 3600, "2");
    world.log("11", "1", 1800, "2", 11);
    const auto report = world.draft("1");
    world.send(report);
    world.agree(report);
    world.log("10", "1", 3600, "1");
    world.gone("users", "2");
    world.owners();
    world.settle();
    CHECK(world.worked(report) == 5400);
    CHECK(world.late().find("person kimai:user:2 -> kimai:user:1") != std::string::npos);
    CHECK(world.free() == "acme 0 zen 0 none 0");
    CHECK(world.verify() == "");
}

TEST_CASE("random nights of a planner: rules, hands and renamed projects lose no second and bill "
          "none twice (rules 1, 2, G13)") {
    const char* given = std::getenv("HB_SEED");
    const auto seed = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::cout << "links: HB_SEED=" << seed << "\n";
    std::mt19937_64 random(seed);
    const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    const char* names[] = {"Acme", "Zenith", "acme llc", "Acme / site", "nobody", "Zenith / shop"};
    int moved = 0, reports = 0;
    for (int round = 0; round < 12; ++round) {
        LinkWorld world;
        world.person("2");
        world.project("71", "Zenith");
        world.add(LinkWorld::by_name());
        for (int task = 2; task <= 4; ++task)
            world.work(std::to_string(task), pick(2) ? "70" : "71");
        std::map<std::string, std::int64_t> told; // what the planner says
        for (int step = 0; step < 40; ++step) {
            world.clock.advance(std::chrono::minutes{5});
            const int what = pick(12);
            const auto task = std::to_string(1 + pick(4));
            const auto before = world.free();
            if (what < 4) {
                const auto id = std::to_string(1 + pick(12));
                const std::int64_t seconds = 900 * (1 + pick(4));
                world.log(id, task, seconds, std::to_string(1 + pick(2)), 1 + pick(28));
                told[id] = seconds;
            } else if (what < 6) {
                world.renamed(pick(2) ? "70" : "71", names[pick(6)]);
            } else if (what == 6) {
                const auto rules = store::LinkRules(*world.db).all();
                if (!rules.empty() && pick(2))
                    world.remove(
                        rules[static_cast<std::size_t>(pick(9)) % rules.size()].rule.number);
                else
                    (void)books::add_link_rule(
                        *world.books, *world.books->find_remote("kimai"),
                        pick(2)
                            ? LinkWorld::by_name()
                            : LinkWorld::rule(LinkRule::By::Name, pick(2) ? "* / *" : "no*",
                                              pick(2) ? std::optional(world.acme) : std::nullopt),
                        {}, "", world.actor);
            } else if (what == 7) {
                world.work(task, pick(2) ? "70" : "71", {});
                world.settle();
            } else if (what == 8) {
                if (pick(2))
                    world.link("kimai:task:" + task,
                               pick(2) ? "bitrix24:company:1" : "bitrix24:company:2");
                else
                    (void)desk::remove_link(*world.books, "kimai:task:" + task, world.actor);
            } else if (const auto report = world.draft(pick(2) ? "1" : "2"); report != 0) {
                ++reports;
                if (pick(2)) {
                    (void)desk::send(*world.books, report, world.books->fingerprint(report), false,
                                     false, world.actor);
                    if (pick(2)) (void)desk::agree(*world.books, report, "", world.actor);
                }
            }
            if (what == 11)
                for (const auto& row : world.books->late(std::nullopt, false))
                    if (pick(2))
                        (void)desk::decide_late(*world.books, row.ref,
                                                pick(2) ? "next_report" : "write_off", "known",
                                                world.actor);
            moved += world.free() != before ? 1 : 0;
            INFO("seed " << seed << ", round " << round << ", step " << step);
            REQUIRE(world.verify() == "");
            std::int64_t all = 0, here = 0;
            for (const auto& [id, seconds] : told) all += seconds;
            for (int id = 1; id <= 12; ++id)
                if (const auto row =
                        world.tables->sources.find_entry({"kimai", "entry", std::to_string(id)}))
                    here += row->seconds;
            REQUIRE(here == all);
            // A rule's client is every free entry's: the task says it, and the task follows rules.
            world.owners();
            for (const auto& each :
                 world.tables->sources.tasks(world.books->find_remote("kimai")->row.id))
                CHECK(each.client == books::explain_owner(world.books->read(),
                                                          *world.books->find_remote("kimai"),
                                                          each.ref.id)
                                         .client);
        }
    }
    CHECK(moved > 100);
    CHECK(reports > 10);
}
