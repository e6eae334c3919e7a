#include <catch2/catch.hpp>

#include "engine/pulls.h"
#include "engine/scenario.h"
#include "engine/story.h"

using namespace hb;
using test::World;

namespace {

std::vector<test::Story> all_stories() {
    auto stories = test::stories();
    for (auto& story : test::scenarios()) stories.push_back(std::move(story));
    return stories;
}

} // namespace

TEST_CASE("every scenario file holds, and the books verify after it") {
    for (const auto& story : test::scenarios()) {
        World world(story.options);
        tell(story, world);
        INFO(story.name);
        CHECK(world.verify() == "");
    }
}

TEST_CASE("a process killed at any commit or remote call ends where an undisturbed one ends (R3, "
          "R4, rule 47)") {
    for (const auto& story : all_stories()) {
        World reference(story.options);
        tell(story, reference);
        const std::string expected = ending(reference);
        const int moments = reference.moments();
        REQUIRE(moments > 20);
        for (int moment = 1; moment <= moments; ++moment) {
            World world(story.options);
            INFO(story.name << ", killed at moment " << moment << " of " << moments);
            REQUIRE(tell(story, world, moment));
            REQUIRE(ending(world) == expected);
            REQUIRE(world.verify() == "");
        }
    }
}

TEST_CASE(
    "killed at any moment it wakes up elsewhere, what its last call created is shown a minute "
    "late: the ending is the same (R25, G58)") {
    int number = 0;
    for (const auto& story : all_stories()) {
        World reference(story.options);
        tell(story, reference);
        const std::string expected = ending(reference);
        const int moments = reference.moments();
        for (const int moment : test::moments_elsewhere(number++, moments)) {
            World world(story.options);
            INFO(story.name << ", killed at moment " << moment << " of " << moments);
            REQUIRE(tell(story, world, moment, test::kElsewhere[moment % 4]));
            REQUIRE(ending(world) == expected);
            REQUIRE(world.verify() == "");
        }
    }
}

TEST_CASE("a story told again changes nothing and writes nothing (R5)") {
    for (const auto& story : all_stories()) {
        World world(story.options);
        tell(story, world);
        const std::string before = ending(world);
        const auto writes = world.writes();
        INFO(story.name);
        world.run();
        world.pull(test::whole_pull());
        world.run();
        CHECK(ending(world) == before);
        CHECK(world.writes() == writes);
    }
}

TEST_CASE("whatever answer is lost, there is one deal, one set of rows, one comment of a kind (R3, "
          "R11, G21)") {
    using Kind = sandbox::Fault::Kind;
    const char* methods[] = {
        "crm.item.add",      "crm.item.productrow.set", "crm.timeline.comment.add",
        "tasks.task.update", "task.item.userfield.add", "crm.item.update"};
    const struct {
        const char* name;
        Kind kind;
        bool after_commit;
    } faults[] = {
        {"answer lost", Kind::LostAnswer, true},     {"reset before", Kind::Reset, false},
        {"HTML after the commit", Kind::Html, true}, {"HTML before", Kind::Html, false},
        {"truncated", Kind::Truncated, true},
    };
    for (const auto& story : test::stories()) {
        World reference(story.options);
        tell(story, reference);
        const std::string expected = ending(reference);
        for (const char* method : methods) {
            const auto counters = reference.portal->counters();
            const auto calls = counters.calls.find(method);
            const auto times = calls == counters.calls.end() ? 0 : calls->second;
            for (std::int64_t nth = 0; nth < times; ++nth)
                for (const auto& fault : faults) {
                    World world(story.options);
                    sandbox::Fault row;
                    row.kind = fault.kind;
                    row.method = method;
                    row.skip = nth;
                    row.after_commit = fault.after_commit;
                    world.portal->add_fault(row);
                    INFO(story.name << ", " << method << " call " << nth + 1 << ": " << fault.name);
                    tell(story, world);
                    REQUIRE(ending(world) == expected);
                    REQUIRE(world.verify() == "");
                }
        }
    }
}

TEST_CASE("a create that becomes visible late is found, not repeated (R11, G21)") {
    const auto story = test::stories().front();
    World reference(story.options);
    tell(story, reference);
    World world(story.options);
    sandbox::Fault hidden;
    hidden.kind = sandbox::Fault::Kind::LateVisible;
    hidden.method = "crm.item.add";
    hidden.seconds = 60;
    world.portal->add_fault(hidden);
    sandbox::Fault lost;
    lost.kind = sandbox::Fault::Kind::LostAnswer;
    lost.method = "crm.item.add";
    world.portal->add_fault(lost);
    tell(story, world);
    CHECK(ending(world) == ending(reference));
    CHECK(world.portal->counters().calls.at("crm.item.add") == 1);
}

TEST_CASE("what is written to a deal that its portal does not show yet is tried again (G63)") {
    const auto story = test::stories().front();
    World reference(story.options);
    tell(story, reference);
    World world(story.options);
    sandbox::Fault hidden;
    hidden.kind = sandbox::Fault::Kind::LateVisible;
    hidden.method = "crm.item.add";
    hidden.seconds = 5;
    world.portal->add_fault(hidden);
    tell(story, world);
    CHECK(world.tables->outbox.list(store::OpState::Parked, 10).empty());
    CHECK(ending(world) == ending(reference));
}
