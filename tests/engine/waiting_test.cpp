// Values that wait for a person (G46): what is done beside them.
#include <catch2/catch.hpp>

#include "desk/remapping.h"
#include "engine/pulls.h"
#include "engine/world.h"
#include "mapping/shipped.h"
#include "store/waiting.h"

using namespace hb;
using test::World;

namespace {

// Twelve tasks called bugs, which are free, and twelve others; an hour each at 60.00.
struct Month : World {
    std::int64_t client = 0, worker = 0, report = 0;
    std::vector<std::int64_t> tasks;

    Month() {
        client = company("Blue Harbor");
        worker = user("Worker");
        for (int i = 0; i < 24; ++i) {
            tasks.push_back(a_task(i % 2 == 0 ? "bug" : "design"));
            entry(tasks.back(), worker, 3600, "2026-06-10T10:00:00+03:00");
        }
        look(test::whole_pull());
        contract(client, "60.00", R"("work_types":[{"tag":"bug","type":"bug","billable":false}],)");
        report = draft(client, "2026-06-01", "2026-06-30");
        REQUIRE(total(report) == "720.00");
    }
    std::int64_t a_task(const std::string& tag) {
        return task({"Task", {"CO_" + std::to_string(client)}, {tag}, 0, 0, 5});
    }
    lanes::PullReport look(lanes::PullOptions options) {
        advance(std::chrono::hours{1});
        auto told = pull(std::move(options));
        REQUIRE_FALSE(told.error);
        CHECK(verify() == "");
        return told;
    }
    void lose_tags() {
        for (std::size_t i = 0; i < tasks.size(); i += 2) tag_task(tasks[i], {});
    }
    bool waits() { return !store::Waiting(*db).of_stream(1, "tasks").empty(); }
    bool held() {
        const auto view = books->show(report).value();
        return std::any_of(view.warnings.begin(), view.warnings.end(), [](const auto& warning) {
            return warning.code == "held" && warning.blocking;
        });
    }
    void not_telling(const std::string& member) {
        sandbox::Fault lost;
        lost.kind = sandbox::Fault::Kind::DropMember;
        lost.pick.what = "tasks";
        lost.member = member;
        lost.count = -1;
        portal->add_fault(lost);
    }
};

mapping::Mapping parsed(const std::string& text) {
    std::vector<mapping::FileProblem> problems;
    auto out = mapping::Mapping::parse(text, "test", problems);
    REQUIRE(out);
    return std::move(*out);
}

// The shipped mapping with a rule that changes what tasks are called.
std::string other_titles() {
    std::string text(mapping::shipped_mapping("bitrix24"));
    const std::string tasks = "\"tasks\": [", rule = R"({"to": "title", "from": "/title")";
    const auto at = text.find(rule, text.find(tasks));
    REQUIRE(at != std::string::npos);
    return text.replace(at, rule.size(), R"({"to": "title", "from": "/id")");
}

} // namespace

TEST_CASE("an applied mapping reads the accepted values, not those that wait; they wait on, and "
          "the old value lifts them (G46, G62)") {
    Month month;
    month.lose_tags();
    CHECK(month.look(test::whole_pull()).stopped);
    REQUIRE(month.held());
    desk::Remapping work(*month.books, *month.books->remotes.front(),
                         std::string(mapping::shipped_mapping("bitrix24")));
    const auto effect = work.preview(parsed(other_titles()));
    CHECK(effect.breaks() == 0);
    CHECK_FALSE(effect.moves_money());
    REQUIRE(work.apply(other_titles(), parsed(other_titles()), std::nullopt, "", month.actor).ok());
    CHECK(month.total(month.report) == "720.00");
    CHECK(month.waits());
    CHECK(month.held());
    CHECK(month.look(test::whole_pull()).stopped);
    CHECK(month.total(month.report) == "720.00");
    for (std::size_t i = 0; i < month.tasks.size(); i += 2) month.tag_task(month.tasks[i], {"bug"});
    CHECK_FALSE(month.look(test::whole_pull()).stopped);
    CHECK_FALSE(month.waits());
    CHECK(month.total(month.report) == "720.00");
}

TEST_CASE("a record that is new and lacks a member that was asked for is kept, counted and not "
          "billed, until it is told (G46 a)") {
    Month month;
    month.not_telling("tags");
    const auto fresh = month.a_task("bug");
    month.entry(fresh, month.worker, 7200, "2026-06-12T10:00:00+03:00");
    for (int night = 0; night < 2; ++night) {
        CHECK_FALSE(month.look(test::whole_pull()).stopped);
        CHECK(month.total(month.report) == "720.00"); // the known tags stay, too
        CHECK_FALSE(month.held());
    }
    CHECK(month.tables->sources.count_problems(1, "tasks") == 25);
    CHECK(month.tables->sources.record_text(1, "tasks", std::to_string(fresh)));

    month.portal->clear_faults();
    CHECK_FALSE(month.look(test::whole_pull()).stopped);
    CHECK(month.tables->sources.count_problems(1, "tasks") == 0);
    CHECK(month.total(month.report) == "720.00"); // it is a bug
}

TEST_CASE("the bounds are counted of the records that are known with another value, not of those "
          "that were read (G46)") {
    Month month;
    // A plain pull reads the changed ones alone: ten of ten are still ten of twenty-four.
    for (std::size_t i = 0; i < 10; ++i) month.tag_task(month.tasks[i], {});
    const auto told = month.look({});
    REQUIRE(told.stopped);
    CHECK(told.stopped->reason.find("tasks.tags of 10 records (24 known)") == 0);
    month.books->change([&] { month.books->settings.guards.values_percent = 50; });
    CHECK_FALSE(month.look(test::whole_pull()).stopped); // fewer than half of them
    CHECK_FALSE(month.waits());
}

TEST_CASE("a first walk asks nothing, however empty it is (G46)") {
    World world;
    const auto client = world.company("Blue Harbor");
    const auto worker = world.user("Worker");
    for (int i = 0; i < 40; ++i) {
        const auto task = world.task({"Task", {"CO_" + std::to_string(client)}, {}, 0, 0, 5});
        world.entry(task, worker, 3600, "2026-06-10T10:00:00+03:00");
    }
    const auto told = world.pull(test::whole_pull());
    REQUIRE_FALSE(told.error);
    CHECK_FALSE(told.stopped);
    CHECK(store::Waiting(*world.db).of_stream(1, "tasks").empty());
}
