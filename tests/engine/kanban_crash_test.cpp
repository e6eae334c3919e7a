#include <catch2/catch.hpp>

#include "engine/asks.h"
#include "engine/kanban.h"

using namespace hb;
using namespace hb::test;

// The whole chain (card, deal, rows, invoice, documents, comments, marks) killed at every moment
// and with every answer lost: at the end there is exactly one object of each kind, found by asking
// the portal.
namespace {

void work(World& world) {
    for (int i = 0; i < 12; ++i) {
        const auto ran = world.run(std::chrono::seconds{900});
        if (ran.errors.empty()) return;
        world.advance(std::chrono::seconds{300});
    }
    FAIL("the service never came to rest");
}

void agency(World& world) {
    const auto client = world.company("Client");
    const auto worker = world.user("Worker");
    const auto link = "CO_" + std::to_string(client);
    const auto task = world.task({"Landing page", {link}, {}, 0, 0, 5});
    const auto bug = world.task({"Broken form", {link}, {"bug"}, 0, 0, 5});
    world.entry(task, worker, 3600, "2026-06-10T10:00:00+03:00");
    world.entry(task, worker, 1800, "2026-06-11T10:00:00+03:00");
    world.entry(bug, worker, 600, "2026-06-12T10:00:00+03:00");
    REQUIRE_FALSE(world.pull().error);
    world.contract(client);
    setup_portal(world);
}

std::int64_t only_card(World& world) {
    const auto there = cards(world);
    REQUIRE(there.size() == 1);
    return there.front();
}

std::function<void(World&)> moves_to(const std::string& state) {
    return [state](World& world) { move_card(world, only_card(world), state); };
}

Story paid_by_invoice() {
    Story story;
    story.name = "a manager's card, paid by its invoice";
    story.options.full_crm = true;
    story.setup = agency;
    story.steps = {
        [](World& world) {
            make_card(world, {1, "2026-06-01", "2026-06-30"});
        },
        work,
        moves_to("sent"),
        work,
        moves_to("agreed"),
        work,
        [](World& world) {
            REQUIRE(invoices(world).size() == 1);
            move_invoice(world, invoices(world).front(), "S");
        },
        work,
    };
    return story;
}

Story refused_and_credited() {
    Story story;
    story.name = "a refused move, a recall, and a credit after the invoice";
    story.options.full_crm = true;
    story.setup = agency;
    story.steps = {
        [](World& world) {
            make_card(world, {1, "2026-06-01", "2026-06-30"});
        },
        work,
        moves_to("paid"), // refused
        work,
        moves_to("sent"),
        work,
        moves_to("draft"), // recalled
        work,
        [](World& world) {
            world.advance(std::chrono::seconds{5});
            edit_card(world, only_card(world), "to", "2026-06-10");
        },
        work,
        moves_to("sent"),
        work,
        moves_to("agreed"),
        work,
        moves_to("cancelled"),
        work,
    };
    return story;
}

Story own_card() {
    Story story;
    story.name = "a report made by a command, paid in two parts and paid back";
    story.options.full_crm = true;
    story.setup = agency;
    const auto report = [](World& world) {
        return world.tables->reports.list(std::nullopt, std::nullopt).front();
    };
    story.steps = {
        [](World& world) {
            if (world.tables->reports.list(std::nullopt, std::nullopt).empty())
                world.draft(1, "2026-06-01", "2026-06-30");
        },
        work,
        [report](World& world) {
            if (report(world).state == domain::State::Draft) world.send(1);
        },
        work,
        [report](World& world) {
            if (report(world).state == domain::State::Sent) world.agree(1);
        },
        work,
        [](World& world) { world.pay(world.deals().front(), 5000); },
        work,
        [](World& world) { world.pay(world.deals().front(), 8500); },
        work,
        [](World& world) {
            world.unpay(1);
            world.advance(std::chrono::hours{24}); // paid reports are looked at once a night
        },
        work,
    };
    return story;
}

std::vector<Story> kanban_stories() {
    return {paid_by_invoice(), refused_and_credited(), own_card()};
}

std::string all_of_it(World& world) {
    std::string out;
    for (const auto& row : world.tables->reports.list(std::nullopt, std::nullopt))
        out += "report " + std::to_string(row.id) + " " + domain::to_string(row.state) + " total " +
               std::to_string(row.total) + " settled " + std::to_string(row.settled) + " asks " +
               asks_of(*world.books, row.id) + "\n";
    for (const auto& op : world.tables->outbox.list(store::OpState::Parked, 1000))
        out += "parked " + op.purpose.text() + "\n";
    return out + crm_text(world) + world.portal_text();
}

} // namespace

TEST_CASE("the whole chain killed at any commit or remote call ends where an undisturbed one ends: "
          "one card, deal, invoice, document of a template, comment of a step (R3, R4)") {
    for (const auto& story : kanban_stories()) {
        World reference(story.options);
        tell(story, reference);
        const std::string expected = all_of_it(reference);
        const int moments = reference.moments();
        REQUIRE(moments > 100);
        for (int moment = 1; moment <= moments; ++moment) {
            World world(story.options);
            INFO(story.name << ", killed at moment " << moment << " of " << moments);
            REQUIRE(tell(story, world, moment));
            REQUIRE(all_of_it(world) == expected);
            REQUIRE(world.verify() == "");
        }
    }
}

TEST_CASE("the whole chain killed at any moment wakes up elsewhere: one object of each kind (R25, "
          "G58)") {
    int number = 0;
    for (const auto& story : kanban_stories()) {
        World reference(story.options);
        tell(story, reference);
        const std::string expected = all_of_it(reference);
        const int moments = reference.moments();
        for (const int moment : test::moments_elsewhere(number++, moments)) {
            World world(story.options);
            INFO(story.name << ", killed at moment " << moment << " of " << moments);
            REQUIRE(tell(story, world, moment, test::kElsewhere[moment % 4]));
            REQUIRE(all_of_it(world) == expected);
            REQUIRE(world.verify() == "");
        }
    }
}

TEST_CASE("the whole chain run again writes nothing (R5)") {
    for (const auto& story : kanban_stories()) {
        World world(story.options);
        tell(story, world);
        const std::string before = all_of_it(world);
        const auto writes = world.writes();
        INFO(story.name);
        work(world);
        world.advance(std::chrono::hours{26});
        work(world);
        CHECK(all_of_it(world) == before);
        CHECK(world.writes() == writes);
    }
}

TEST_CASE("whatever answer of the whole chain is lost, one object of each kind is there at the end "
          "(R3, R11, G20, G21)") {
    using Kind = sandbox::Fault::Kind;
    const char* methods[] = {"crm.item.add",
                             "crm.item.update",
                             "crm.item.productrow.set",
                             "crm.timeline.comment.add",
                             "crm.documentgenerator.document.add",
                             "tasks.task.update"};
    const struct {
        const char* name;
        Kind kind;
        bool after_commit;
    } faults[] = {
        {"answer lost", Kind::LostAnswer, true},     {"reset before", Kind::Reset, false},
        {"HTML after the commit", Kind::Html, true}, {"HTML before", Kind::Html, false},
        {"truncated", Kind::Truncated, true},
    };
    for (const auto& story : kanban_stories()) {
        World reference(story.options);
        tell(story, reference);
        const std::string expected = all_of_it(reference);
        const auto counters = reference.portal->counters();
        for (const char* method : methods) {
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
                    REQUIRE(all_of_it(world) == expected);
                    REQUIRE(world.verify() == "");
                }
        }
    }
}
