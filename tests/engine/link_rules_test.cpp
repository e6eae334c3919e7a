// Links by rule through the books: whose free time, drafts and bills are (G13, M-S11).
#include <iostream>

#include "books/named_companies.h"
#include "books/owners.h"
#include "desk/decisions.h"
#include "engine/link_world.h"

using namespace hb;
using domain::LinkRule;
using test::june;
using test::LinkWorld;

TEST_CASE("a rule by name gives a project's time to its namesake, and a draft follows (G13)") {
    LinkWorld world;
    world.log("10", "1", 3600);
    CHECK(world.free() == "acme 0 zen 0 none 3600");
    const auto added = world.add(LinkWorld::by_name());
    CHECK(world.free() == "acme 3600 zen 0 none 0");
    CHECK(world.why("1") == "project 70 by rule 1: Acme");
    CHECK(added.effect.tasks == 1);
    CHECK(added.effect.free_seconds == 3600);
    REQUIRE(added.effect.rows.size() == 1);
    CHECK(added.effect.rows[0].ref == "kimai:project:70");
    CHECK(added.effect.rows[0].before.empty());
    CHECK(added.effect.rows[0].after == "bitrix24:company:1");

    const auto report = world.draft("1");
    CHECK(world.worked(report) == 3600);
    world.log("11", "1", 1800); // new time on the task
    CHECK(world.worked(report) == 5400);
    // The project is another client's overnight: nothing was billed yet, so all of it moves.
    world.renamed("70", "zenith");
    CHECK(world.worked(report) == 0);
    CHECK(world.free() == "acme 0 zen 5400 none 0");
    world.remove(added.number);
    CHECK(world.free() == "acme 0 zen 0 none 5400");
    CHECK(world.verify() == "");
    // Both steps stand in the log, with who did them.
    const auto events = world.tables->events.of_subject("rule 1");
    REQUIRE(events.size() == 2);
    CHECK(events[0].action == "link_rule.added");
    CHECK(events[1].action == "link_rule.removed");
    CHECK(events[1].actor == "test");
}

TEST_CASE("a rule by name looks at companies of category 0, and at others that have a contract") {
    LinkWorld world;
    world.log("10", "1", 3600);
    world.planner("bitrix24"); // whose company it is
    world.company("3", "Courier");
    world.planner("kimai");
    world.project("71", "Courier");
    world.work("2", "71");
    world.log("11", "2", 1800);
    const auto crm = world.tables->sources.find_remote("bitrix24")->id;
    const auto in_category = [&](const char* id, const char* category) {
        books::Step step = world.books->begin();
        const std::string row =
            std::string(R"({"ID":")") + id + R"(","CATEGORY_ID":")" + category + "\"}";
        books::keep_categories(step, crm, {{"companies", id, row, ""}});
        step.done();
        world.owners();
        world.settle();
    };
    in_category("3", "7"); // a supplier
    in_category("1", "7"); // a client of another category
    world.add(LinkWorld::by_name());
    CHECK(world.free() == "acme 3600 zen 0 none 1800");
    // By its id it counts at once.
    world.link("kimai:project:71", "bitrix24:company:3");
    CHECK(world.why("2") == "the link of workgroup 71");
    REQUIRE(desk::remove_link(*world.books, "kimai:project:71", world.actor).ok());
    CHECK(world.why("2").find("Courier") == std::string::npos);
    in_category("3", "0");
    CHECK(world.why("2") == "project 71 by rule 1: Courier");
}

TEST_CASE("a sent report keeps the time of a project that moved to another client and shows it; "
          "from agreement on it becomes a transfer (G10, G13)") {
    LinkWorld world;
    world.add(LinkWorld::by_name());
    world.log("10", "1", 3600);
    const auto report = world.draft("1");
    world.send(report);
    world.renamed("70", "Zenith");
    CHECK(world.worked(report) == 3600);
    CHECK(world.tables->reports.find(report)->drifted);
    CHECK(world.free() == "acme 0 zen 0 none 0"); // billed once, by the first
    world.agree(report);
    world.settle();
    CHECK(world.late().find("client bitrix24:company:1 -> bitrix24:company:2") !=
          std::string::npos);
    REQUIRE(
        desk::decide_late(*world.books, "adjustment:1", "next_report", "moved", world.actor).ok());
    CHECK(world.verify() == "");
    // Named as before: nothing is open but what was decided.
    world.renamed("70", "Acme");
    CHECK(world.verify() == "");
}

TEST_CASE("a project that comes back before anybody decided leaves nothing open (G10, G13)") {
    LinkWorld world;
    world.add(LinkWorld::by_name());
    world.log("10", "1", 3600);
    const auto report = world.draft("1");
    world.send(report);
    world.agree(report);
    world.renamed("70", "nobody's");
    CHECK_FALSE(world.late().empty());
    world.renamed("70", "ACME, llc");
    CHECK(world.late().empty());
    CHECK(world.verify() == "");
}

TEST_CASE("a link by hand beats rules, and removing it lets them in again (G13)") {
    LinkWorld world;
    world.log("10", "1", 3600);
    world.link("kimai:project:70", "bitrix24:company:2");
    const auto added = world.add(LinkWorld::by_name());
    CHECK(added.effect.tasks == 0);
    CHECK(added.effect.rows[0].stays == "with bitrix24:company:2, by hand");
    CHECK(world.free() == "acme 0 zen 3600 none 0");
    CHECK(books::linked_by_rules(world.books->read()).empty());
    REQUIRE(desk::remove_link(*world.books, "kimai:project:70", world.actor).ok());
    CHECK(world.free() == "acme 3600 zen 0 none 0");
    CHECK(books::linked_by_rules(world.books->read()).size() == 1);
}

TEST_CASE("a task's tag beats its project, its subtasks follow, two clients' tags are none (G13)") {
    LinkWorld world;
    world.add(LinkWorld::by_name());
    world.add(LinkWorld::rule(LinkRule::By::Tag, "", {}, LinkRule::What::Task));
    world.work("2", "70", {"urgent", "Zenith"});
    world.work("3", "70", {}, "2");
    world.work("4", "70", {"acme", "zenith"});
    for (const char* id : {"1", "2", "3", "4"}) world.log("1" + std::string(id), id, 3600);
    CHECK(world.free() == "acme 3600 zen 7200 none 3600");
    CHECK(world.why("3") == "parent task 2: by rule 2: Zenith");
    CHECK(world.why("4") == "rule 2 finds two for acme, zenith, so neither");
    world.work("4", "70", {"acme"});
    world.settle();
    CHECK(world.free() == "acme 7200 zen 7200 none 0");
}

TEST_CASE("what is ambiguous waits by itself, and says between whom (G13, M-S11)") {
    LinkWorld world;
    world.planner("bitrix24");
    world.company("3", "Zenith Ltd"); // a namesake
    world.planner("kimai");
    world.add(LinkWorld::by_name());
    world.project("71", "Zenith");
    world.project("72", "Acme website");
    world.work("2", "71");
    world.work("3", "72");
    world.work("4", "");
    for (const char* id : {"1", "2", "3", "4"}) world.log("1" + std::string(id), id, 3600);
    CHECK(world.free() == "acme 3600 zen 0 none 10800");
    CHECK(world.worked(world.draft("1")) == 3600);

    const auto needed = desk::links_needed(world.books->read());
    CHECK(needed.seconds == 10800);
    CHECK(needed.entries == 3);
    REQUIRE(needed.work.size() == 3);
    std::map<std::string, desk::NeededRow> rows;
    for (const auto& row : needed.work) rows[row.ref] = row;
    const auto& doubted = rows.at("kimai:project:71");
    CHECK(doubted.why == "rule 1 finds 2 for \"Zenith\"");
    CHECK(doubted.candidates.size() == 2);
    const auto& alike = rows.at("kimai:project:72");
    CHECK(alike.why == "no link, and no rule fits");
    REQUIRE(alike.candidates.size() == 1);
    CHECK(alike.candidates[0].ref == "bitrix24:company:1");
    CHECK(alike.candidates[0].likeness == 90);
    CHECK(rows.at("kimai:task:4").candidates.empty());

    // The namesake gets a name of its own: the rule decides, without the planner being read.
    world.planner("bitrix24");
    world.company("3", "Zenith Trade");
    world.owners();
    world.settle();
    world.planner("kimai");
    CHECK(world.free() == "acme 0 zen 3600 none 7200");
    CHECK(world.verify() == "");
}

TEST_CASE("a project that follows another planner's has its client, by hand or by rule (G13)") {
    LinkWorld world;
    world.log("10", "1", 3600);
    world.planner("jira");
    world.person("1");
    world.project("500", "Website");
    world.work("50", "500");
    world.log("20", "50", 60);
    world.link("jira:project:500", "kimai:project:70");
    CHECK(world.free() == "acme 0 zen 0 none 3660"); // nobody's, both
    world.planner("kimai");
    world.add(LinkWorld::by_name());
    CHECK(world.free() == "acme 3660 zen 0 none 0");
    world.renamed("70", "Zenith"); // the follower's own planner is not read
    CHECK(world.free() == "acme 0 zen 3660 none 0");
    world.link("kimai:project:70", "bitrix24:company:1");
    CHECK(world.free() == "acme 3660 zen 0 none 0");

    const auto refused = [&](const char* what, const char* to) {
        const auto done = desk::set_link(*world.books, what, to, {}, world.actor);
        REQUIRE_FALSE(done.ok());
        return done.error().message;
    };
    world.project("71", "Other");
    CHECK(refused("kimai:project:71", "jira:project:500") ==
          "jira:project:500 follows kimai:project:70 itself");
    CHECK(refused("kimai:project:70", "kimai:project:71") ==
          "jira:project:500 follows kimai:project:70");
    CHECK(refused("kimai:project:70", "kimai:project:70") ==
          "kimai:project:70 can't follow itself");
    CHECK(refused("kimai:project:70", "jira:project:9") ==
          "no project jira:project:9 is known here");
    CHECK(refused("kimai:task:1", "kimai:project:70") ==
          "a task belongs to a company, not to a project (kimai:project:70)");
    REQUIRE(desk::remove_link(*world.books, "jira:project:500", world.actor).ok());
    CHECK(world.free() == "acme 3600 zen 0 none 60");
    CHECK(world.verify() == "");
}

TEST_CASE("one's own companies and those that are gone are nobody's namesakes (G13)") {
    LinkWorld world;
    world.add(LinkWorld::by_name());
    world.log("10", "1", 3600);
    world.planner("bitrix24");
    world.gone("companies", "1");
    world.owners();
    world.settle();
    CHECK(world.free() == "acme 0 zen 0 none 3600");
}

TEST_CASE("fields and keys of kept records decide, also when only they change (G13)") {
    LinkWorld world;
    world.project("71", "Redesign", R"({"client":{"name":"Acme"},"key":"ZEN"})");
    world.project("72", "Support", R"({"client":{"name":"Zenith Ltd"},"tags":["x"]})");
    world.work("2", "71");
    world.work("3", "72");
    world.log("12", "2", 100);
    world.log("13", "3", 10);
    auto field = LinkWorld::rule(LinkRule::By::Field);
    const auto preview = books::preview_link_rule(
        world.books->read(), *world.books->find_remote("kimai"), field, std::nullopt);
    REQUIRE(preview.ok());
    CHECK(preview->tasks == 2);
    CHECK(preview->free_seconds == 110);
    CHECK(world.free() == "acme 0 zen 0 none 110"); // only looked
    world.add(field);                               // the usual places of a client's name
    CHECK(world.free() == "acme 100 zen 10 none 0");
    world.project("71", "Redesign", R"({"client":{"name":"Zenith"},"key":"ZEN"})");
    world.owners();
    world.settle();
    CHECK(world.free() == "acme 0 zen 110 none 0");
    // A key goes to one client, and rules before it come first.
    world.add(LinkWorld::rule(LinkRule::By::Key, "ZEN", world.acme));
    CHECK(world.free() == "acme 0 zen 110 none 0");
    world.remove(2);
    world.add(LinkWorld::rule(LinkRule::By::Key, "ZE*", world.acme), 1);
    CHECK(world.free() == "acme 100 zen 10 none 0");
    CHECK(store::LinkRules(*world.db).all().front().rule.number == 3);
    world.remove(3);
    world.remove(1);
    CHECK(world.free() == "acme 0 zen 0 none 110");
    CHECK(world.db->prepare("SELECT 1 FROM link_values").step() == false);
}

TEST_CASE("a preview tells the drafts and sent reports that a rule concerns, and changes nothing") {
    LinkWorld world;
    world.link("kimai:task:1", "bitrix24:company:1");
    world.work("2", "70");
    world.log("10", "1", 3600);
    world.log("11", "2", 60);
    world.add(LinkWorld::by_name());
    const auto sent = world.draft("1");
    world.send(sent);
    world.work("3", "70");
    world.log("12", "3", 7, "1", 30);
    domain::Filter filter;
    filter.company = {"bitrix24", "company", "1"};
    filter.from = june(1);
    filter.to = june(30);
    const auto to_zen = LinkWorld::rule(LinkRule::By::Name, "acme*", world.zen);
    const auto preview = books::preview_link_rule(world.books->read(),
                                                  *world.books->find_remote("kimai"), to_zen, 1);
    REQUIRE(preview.ok());
    CHECK(preview->tasks == 2); // the first has a link by hand
    CHECK(preview->free_seconds == 7);
    CHECK(preview->sent == std::vector<std::int64_t>{sent});
    CHECK(preview->drafts.empty());
    REQUIRE(preview->rows.size() == 1);
    CHECK(preview->rows[0].before == "bitrix24:company:1");
    CHECK(preview->rows[0].after == "bitrix24:company:2");
    CHECK_FALSE(world.tables->reports.find(sent)->drifted);
    CHECK(store::LinkRules(*world.db).all().size() == 1);
    // Behind the rule that decides already it would change nothing.
    const auto behind = books::preview_link_rule(
        world.books->read(), *world.books->find_remote("kimai"), to_zen, std::nullopt);
    REQUIRE(behind.ok());
    CHECK(behind->rows.empty());
    CHECK(behind->tasks == 0);
}

TEST_CASE("wrong rules are refused: twice, of nobody, for the CRM's own people (G13)") {
    LinkWorld world;
    const auto refused = [&](const char* remote, const LinkRule& rule,
                             std::optional<std::int64_t> before = {}) {
        const auto added = books::add_link_rule(*world.books, *world.books->find_remote(remote),
                                                rule, before, "", world.actor);
        REQUIRE_FALSE(added.ok());
        return added.error();
    };
    world.add(LinkWorld::by_name());
    CHECK(refused("kimai", LinkWorld::by_name()).message == "rule 1 says this already");
    CHECK(refused("kimai", LinkWorld::rule(LinkRule::By::Tag)).code == Code::Usage);
    CHECK(refused("bitrix24", LinkWorld::rule(LinkRule::By::Name, "", {}, LinkRule::What::User))
              .message == "people of bitrix24 are the CRM's own");
    CHECK(refused("kimai", LinkWorld::rule(LinkRule::By::Name, "x*", world.acme), 77).message ==
          "there is no rule 77");
    CHECK(books::remove_link_rule(*world.books, 77, world.actor).error().code == Code::NotFound);
    world.books->settings.crm_remote = "";
    CHECK(refused("kimai", LinkWorld::rule(LinkRule::By::Name, "* x")).message ==
          "no CRM is configured, so there are no clients to link to");
}

// Not run by itself: tests_histories "[cost]" prints what a pull's resolve costs.
TEST_CASE("1,000 projects, 5,000 companies and 20,000 tasks: what rules cost", "[.][cost]") {
    LinkWorld world;
    world.planner("bitrix24");
    for (int i = 0; i < 5000; ++i)
        world.company(std::to_string(100 + i), "Company " + std::to_string(i) + " LLC");
    world.planner("kimai");
    for (int i = 0; i < 1000; ++i)
        world.project(std::to_string(1000 + i), "company " + std::to_string(i),
                      R"({"client_name":"Company )" + std::to_string(i) + R"("})");
    auto& books = *world.books;
    auto& kimai = *books.find_remote("kimai");
    std::vector<store::KeptRecord> tasks;
    for (int i = 0; i < 20000; ++i) {
        domain::SourceTask task;
        task.id = std::to_string(100 + i);
        task.title = "Task";
        task.project = std::to_string(1000 + i % 1000);
        task.tags = {"urgent"};
        tasks.push_back({{"tasks", task.id, "{}", task.id}, task, ""});
    }
    {
        books::Step step = books.begin();
        const store::Sources::Keep context{kimai.row.id, "tasks", 0, 1, 1, step.now()};
        step->sources.keep(context, tasks, {}, books::calendar_lookup(step), {});
        step.put_off(kimai);
    }
    SystemClock clock;
    const auto measure = [&](const char* what) {
        world.owners();
        const auto from = clock.now();
        for (int i = 0; i < 5; ++i) world.owners();
        std::cout << what << ": " << (clock.now() - from).count() / 5 << " ms a pull\n";
    };
    measure("no rules");
    world.add(LinkWorld::by_name());
    CHECK(world.why("100") == "project 1000 by rule 1: company 0");
    measure("by name");
    world.add(LinkWorld::rule(LinkRule::By::Field));
    measure("by name, by field");
    world.add(LinkWorld::rule(LinkRule::By::Tag, "", {}, LinkRule::What::Task));
    measure("by name, by field, by tag");
}

TEST_CASE("without rules a page costs one small question; with them no record but its own is read",
          "[links]") {
    LinkWorld world;
    for (int i = 0; i < 1000; ++i)
        world.project(std::to_string(1000 + i), "Project " + std::to_string(i),
                      R"({"client_name":"Acme"})");
    world.add(LinkWorld::rule(LinkRule::By::Field));
    const auto values = [&] {
        return static_cast<std::int64_t>(
            store::LinkRules(*world.db)
                .values(world.books->find_remote("kimai")->row.id, "groups", "client")
                .size());
    };
    CHECK(values() == 1000);
    CHECK(world.tables->sources.current_sequence("pull") > 1000);
    // The records themselves are damaged: what a rule looks at was kept beside them.
    world.db->prepare("UPDATE records SET text = 'none' WHERE stream = 'groups'").run();
    world.work("2", "1500");
    world.log("10", "2", 60);
    CHECK(world.free() == "acme 60 zen 0 none 0");
    const auto before = world.db->total_changes();
    world.owners();
    CHECK(world.db->total_changes() == before); // nothing moved, nothing is written
}
