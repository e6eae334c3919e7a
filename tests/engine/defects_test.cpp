// Defects that other systems shipped, as far as a scenario file can't tell them.
#include <catch2/catch.hpp>

#include "engine/world.h"

using namespace hb;
using test::World;

namespace {

// Three pages of time on two tasks, all of it on one draft.
struct Busy : World {
    std::int64_t report = 0;
    std::int64_t entries = 0;

    Busy() {
        const auto client = company("Client");
        const auto worker = user("Worker");
        const std::string link = "CO_" + std::to_string(client);
        for (int i = 0; i < 2; ++i) {
            const auto of = task({"Task", {link}, {}, 0, 0, 5});
            for (int n = 0; n < 65; ++n, ++entries)
                entry(of, worker, 60, "2026-06-10T10:00:00+03:00");
        }
        REQUIRE_FALSE(pull().error);
        contract(client, "60.00");
        report = draft(client, "2026-06-01", "2026-06-30");
    }
    std::int64_t standing() {
        std::int64_t count = 0;
        for (std::int64_t id = 1; id <= entries; ++id) {
            const auto row =
                tables->sources.find_entry(domain::Ref{"bitrix24", "entry", std::to_string(id)});
            if (row && !row->deleted) ++count;
        }
        return count;
    }
};

sandbox::Fault empty_list(const std::string& method, std::int64_t after) {
    sandbox::Fault fault;
    fault.kind = sandbox::Fault::Kind::EmptyList;
    fault.method = method;
    fault.skip = after;
    return fault;
}

} // namespace

TEST_CASE(
    "an empty page in the middle of a walk was taken for the end, and everything not seen was "
    "deleted: here it deletes nothing, wherever it comes (rules 51, 52)") {
    for (const char* method : {"task.elapseditem.getlist", "tasks.task.list"})
        for (const bool full : {true, false}) {
            lanes::PullOptions options;
            options.full = full;
            options.reconcile = !full;
            std::int64_t calls = 0;
            {
                Busy reference;
                const auto before = reference.portal->counters().calls[method];
                reference.pull(options);
                calls = reference.portal->counters().calls[method] - before;
            }
            INFO(method << (full ? ", full" : ", reconcile") << ", " << calls << " calls");
            REQUIRE(calls > 0);
            for (std::int64_t nth = 0; nth < calls; ++nth) {
                Busy world;
                world.portal->add_fault(empty_list(method, nth));
                world.pull(options);
                INFO("call " << nth + 1 << " came empty");
                CHECK(world.standing() == world.entries);
                CHECK(world.total(world.report) == "130.00");
                world.portal->clear_faults();
                world.advance(std::chrono::hours{1});
                const auto healed = world.pull(options);
                CHECK_FALSE(healed.error);
                CHECK(world.standing() == world.entries);
                CHECK(world.total(world.report) == "130.00");
                CHECK(world.verify() == "");
            }
        }
}

TEST_CASE("more than a day of one person on one date, or on the repeated hour, is billed once and "
          "shown (rule 54)") {
    World world;
    const auto client = world.company("Client");
    const auto worker = world.user("Anna");
    const auto task = world.task({"Task", {"CO_" + std::to_string(client)}, {}, 0, 0, 5});
    world.entry(task, worker, 86400, "2026-06-10T10:00:00+03:00");
    world.entry(task, worker, 3600, "2026-06-10T23:30:00+03:00");
    world.entry(task, worker, 86400, "2026-06-11T10:00:00+03:00"); // a whole day is no problem
    REQUIRE_FALSE(world.pull().error);
    world.contract(client, "1.00");
    const auto view = world.books->show(world.draft(client, "2026-06-01", "2026-06-30"));
    REQUIRE(view.ok());
    CHECK(view->worked_seconds == 2 * 86400 + 3600);
    std::string said;
    for (const auto& warning : view->warnings)
        if (warning.code == "long_day") said += warning.message + "\n";
    CHECK(said == "Anna has 25:00 h on 2026-06-10: more than a day\n");
}
