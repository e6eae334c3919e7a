#include "engine/story.h"

#include <catch2/catch.hpp>

#include <cstdlib>

#include "desk/decisions.h"
#include "desk/reports.h"
#include "engine/pulls.h"

namespace hb::test {
namespace {

using domain::State;

// Not inside REQUIRE: a process that dies there must not look like a failed assertion.
template <class T> void require_ok(const Result<T>& result) {
    if (!result) UNSCOPED_INFO(to_string(result.error()));
    REQUIRE(result.ok());
}

void pull_until_done(World& world) {
    for (int i = 0; i < 5; ++i) {
        const auto pulled = world.pull();
        if (!pulled.error) return;
        world.advance(std::chrono::seconds{120});
    }
    FAIL("the portal never answered");
}

std::optional<store::ReportRow> only_report(World& world) {
    const auto rows = world.tables->reports.list(std::nullopt, std::nullopt);
    if (rows.empty()) return std::nullopt;
    return rows.back();
}

// Each of these is what a person does after a crash: look, and do what is still missing.
void make_draft(World& world, std::int64_t company, const std::string& from,
                const std::string& to) {
    for (const auto& row : world.tables->reports.list(std::nullopt, std::nullopt))
        if (row.period == DayRange{*parse_day(from), *parse_day(to)} && domain::is_live(row.state))
            return;
    world.draft(company, from, to);
}

void send_it(World& world) {
    const auto row = only_report(world);
    if (row->state != State::Draft) return;
    const auto print = world.books->fingerprint(row->id);
    for (int i = 0; i < 5; ++i) {
        if (world.service->read_before_freezing(row->id)) break;
        world.advance(std::chrono::seconds{120});
    }
    const auto sent = desk::send(*world.books, row->id, print, false, false, world.actor);
    if (!sent) UNSCOPED_INFO(to_string(sent.error()));
    REQUIRE(sent.ok());
}

// Unless it was accepted before the crash (G47).
void accept_shrunk(World& world) {
    const auto row = only_report(world);
    const auto view = world.books->show(row->id);
    REQUIRE(view.ok());
    for (const auto& warning : view->warnings)
        if (warning.code == "shrunk")
            require_ok(desk::accept(*world.books, row->id, "shrunk", "90.00", world.actor));
}

void agree_it(World& world) {
    const auto row = only_report(world);
    if (row->state == State::Sent) world.agree(row->id);
}

void work(World& world) {
    for (int i = 0; i < 12; ++i) {
        const auto ran = world.run(std::chrono::seconds{600});
        if (ran.errors.empty()) return;
        world.advance(std::chrono::seconds{300});
    }
    FAIL("the service never came to rest");
}

void win(World& world) {
    REQUIRE(world.deals().size() == 1);
    world.win_deal(world.deals().front());
}

Story month() {
    Story story;
    story.name = "a month is billed and paid";
    story.setup = [](World& world) {
        const auto client = world.company("Client");
        const auto worker = world.user("Worker");
        const auto link = "CO_" + std::to_string(client);
        const auto first = world.task({"Landing page", {link}, {}, 0, 0, 5});
        const auto bug = world.task({"Broken form", {link}, {"bug"}, 0, 0, 5});
        world.entry(first, worker, 3600, "2026-06-10T10:00:00+03:00");
        world.entry(first, worker, 1800, "2026-06-11T10:00:00+03:00");
        world.entry(bug, worker, 600, "2026-06-12T10:00:00+03:00");
    };
    story.steps = {
        pull_until_done,
        [](World& world) {
            if (world.tables->contracts.all().empty()) world.contract(1);
        },
        [](World& world) { make_draft(world, 1, "2026-06-01", "2026-06-30"); },
        send_it,
        agree_it,
        work,
        win,
        work,
    };
    return story;
}

Story changed_after_billing() {
    Story story = month();
    story.name = "an entry that changes after its report was agreed becomes one adjustment on the "
                 "next report";
    story.steps.resize(6);
    story.steps.push_back([](World& world) { world.edit_entry(1, 5400); });
    story.steps.push_back([](World& world) {
        pull_until_done(world);
        world.pull(test::nightly_pull());
    });
    story.steps.push_back([](World& world) {
        const auto rows = world.books->late(std::nullopt, false);
        if (rows.empty()) return; // decided before the crash
        REQUIRE(rows.size() == 1);
        CHECK(rows[0].seconds == 1800);
        require_ok(desk::decide_late(*world.books, rows[0].ref, "next_report", "the client knows",
                                     world.actor));
    });
    story.steps.push_back([](World& world) {
        world.advance(std::chrono::hours{24 * 31});
        make_draft(world, 1, "2026-07-01", "2026-07-31");
    });
    return story;
}

Story cancelled() {
    Story story = month();
    story.name = "an invoiced report is credited whole: its deal fails, its time is free again";
    story.steps.resize(6);
    story.steps.push_back([](World& world) {
        const auto row = only_report(world);
        if (row->state == State::Invoiced)
            require_ok(desk::cancel(*world.books, row->id, "wrong client", world.actor));
    });
    story.steps.push_back(work);
    return story;
}

Story recalled() {
    Story story = month();
    story.name = "a sent report is recalled, changed and sent again under the same number";
    story.steps.resize(4);
    story.steps.push_back([](World& world) {
        const auto row = only_report(world);
        if (row->state == State::Sent && row->revision == 1)
            require_ok(desk::recall(*world.books, row->id, world.actor));
    });
    story.steps.push_back([](World& world) { world.edit_entry(2, 3600); });
    story.steps.push_back([](World& world) { world.pull(test::nightly_pull()); });
    story.steps.push_back(send_it);
    story.steps.push_back(agree_it);
    story.steps.push_back(work);
    return story;
}

Story paid_back() {
    Story story = month();
    story.name = "a won deal that is opened again takes its payment and its marks back";
    story.steps.push_back([](World& world) { world.win_deal(world.deals().front(), "NEW"); });
    story.steps.push_back(work);
    return story;
}

Story in_parts() {
    Story story = month();
    story.name = "a report is paid in two parts";
    story.steps.resize(6);
    story.steps.push_back([](World& world) {
        const auto row = only_report(world);
        require_ok(desk::add_payment(*world.books, row->id, "35.00", *parse_day("2026-07-02"),
                                     "first", world.actor));
    });
    story.steps.push_back(work);
    story.steps.push_back([](World& world) {
        const auto row = only_report(world);
        require_ok(desk::add_payment(*world.books, row->id, "100.00", *parse_day("2026-07-03"),
                                     "second", world.actor));
    });
    story.steps.push_back(work);
    return story;
}

Story deleted() {
    Story story = month();
    story.name = "an entry deleted in the portal leaves the draft, which is sent once somebody "
                 "has accepted that";
    story.steps.resize(3);
    story.steps.push_back([](World& world) {
        bool there = false;
        world.portal->edit([&](sandbox::State& state) { there = state.entry(2) != nullptr; });
        if (there) world.delete_entry(2);
    });
    story.steps.push_back([](World& world) { world.pull(test::nightly_pull()); });
    story.steps.push_back(accept_shrunk);
    story.steps.push_back(send_it);
    story.steps.push_back(agree_it);
    story.steps.push_back(work);
    return story;
}

} // namespace

std::vector<Story> stories() {
    return {month(),  changed_after_billing(), cancelled(), recalled(), paid_back(), in_parts(),
            deleted()};
}

bool tell(const Story& story, World& world, int kill_at, Wakes wakes) {
    story.setup(world);
    world.kill_at(kill_at);
    bool died = false;
    for (const auto& step : story.steps) {
        try {
            step(world);
        } catch (const Killed&) {
            died = true;
            world.kill_at(0);
            world.wake(wakes);
            step(world);
        }
    }
    return died;
}

std::vector<int> moments_elsewhere(int story, int moments) {
    const int step = std::getenv("HB_LONG") != nullptr ? 1 : 3;
    std::vector<int> out;
    for (int moment = 1 + story % step; moment <= moments; moment += step) out.push_back(moment);
    return out;
}

std::string ending(World& world) {
    return world.books_text() + "---\n" + world.portal_text();
}

} // namespace hb::test
