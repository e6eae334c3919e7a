// A guard that always asks guards nothing: a year of ordinary work, with its false alarms counted
// (R23).
#include <catch2/catch.hpp>

#include <iostream>
#include <random>

#include "desk/reports.h"
#include "engine/world.h"

using namespace hb;
using test::World;

namespace {

constexpr int kTasks = 320;

struct Year : World {
    std::mt19937_64 dice{20261130};
    std::vector<std::int64_t> clients, people, tasks;
    std::vector<std::pair<std::int64_t, std::int64_t>> entries; // of this month: id, seconds
    std::int64_t project = 0;
    int asked = 0;
    std::vector<std::string> told;

    int roll(int below) { return static_cast<int>(dice() % static_cast<std::uint64_t>(below)); }

    Year() {
        clock.set(*parse_instant("2026-01-05T09:00:00Z"));
        for (const char* name : {"Blue Harbor", "Delta", "Northwind"})
            clients.push_back(company(name));
        for (const char* name : {"Ann", "Boris", "Clara", "Dan"}) people.push_back(user(name));
        project = group("Site");
        for (int i = 0; i < kTasks; ++i)
            tasks.push_back(task({"Task " + std::to_string(i),
                                  {link(i % 3)},
                                  {i % 4 == 0 ? "bug" : "design"},
                                  i % 8 == 0 ? project : 0,
                                  0,
                                  3}));
        night("the first walk");
        for (const auto client : clients)
            contract(client, "60.00",
                     R"("nonbillable":[{"group":"Internal","reason":"internal"}],)"
                     R"("work_types":[{"tag":"bug","type":"bug","billable":false}],)",
                     "BYN", "2026-01-01");
    }
    std::string link(int client) const {
        return "CO_" + std::to_string(clients[static_cast<std::size_t>(client)]);
    }
    void ask(const std::string& what) {
        ++asked;
        told.push_back(what);
    }
    void night(const std::string& what) {
        lanes::PullOptions options;
        options.full = true;
        const auto report = pull(options);
        REQUIRE_FALSE(report.error);
        if (report.stopped) ask(what + ": " + report.stopped->reason);
    }
    // A week of four people, and what people do to their records.
    void week(Day monday) {
        for (const auto person : people)
            for (int day = 0; day < 5; ++day) {
                const auto seconds = 1800 + 900 * roll(14);
                const auto id =
                    entry(tasks[static_cast<std::size_t>(roll(kTasks))], person, seconds,
                          format_day(monday + std::chrono::days{day}) + "T10:00:00+03:00");
                entries.emplace_back(id, seconds);
            }
        clock.set(Instant(monday) + std::chrono::hours{24 * 5 + 3});
        night("a week");
        // Two slips a week are put right: twenty minutes more or less.
        for (int i = 0; i < 2; ++i) {
            auto& [id, seconds] =
                entries[static_cast<std::size_t>(roll(static_cast<int>(entries.size())))];
            seconds += roll(2) == 0 ? 1200 : -1200;
            edit_entry(id, std::max<std::int64_t>(600, seconds));
        }
        night("two slips put right");
    }
    void close_month(Day first, Day last) {
        // Forty tasks are closed on the last day.
        portal->edit([&](sandbox::State& state) {
            for (int i = 0; i < 40; ++i) {
                auto* row = state.tasks.find(tasks[static_cast<std::size_t>(roll(kTasks))]);
                row->status = 5;
                row->changed = to_epoch_seconds(clock.now());
            }
        });
        night("tasks closed at the end of the month");
        for (const auto client : clients) {
            const auto made =
                desk::create(*books, filter(client, format_day(first), format_day(last)), actor);
            REQUIRE(made.ok());
            if (!made->view.id) continue;
            const auto report = *made->view.id;
            // Somebody looks again before it goes out.
            night("before sending");
            const auto sent = desk::send(*books, report, "", false, false, actor);
            if (sent) {
                agree(report);
                continue;
            }
            ask(format_day(first) + ": " + sent.error().message);
            const auto view = books->show(report);
            REQUIRE(view.ok());
            for (const auto& warning : view->warnings)
                if (warning.blocking)
                    REQUIRE(desk::accept(*books, report, warning.code, "", actor).ok());
            send(report);
            agree(report);
        }
        entries.clear();
    }
    void retag_all() {
        for (std::size_t i = 0; i < tasks.size(); ++i)
            if (i % 4 != 0) tag_task(tasks[i], {"layout"});
        advance(std::chrono::hours{1});
        night("300 tasks get another tag");
    }
    void project_to_another_client() {
        for (std::size_t i = 0; i < tasks.size(); i += 8) link_task(tasks[i], clients[1]);
        advance(std::chrono::hours{1});
        night("a project goes to another client");
    }
    void somebody_leaves() {
        portal->edit(
            [&](sandbox::State& state) { state.users.find(people.back())->active = false; });
        people.pop_back();
        people.push_back(user("Eve"));
        advance(std::chrono::hours{1});
        night("somebody leaves, somebody comes");
    }
};

} // namespace

TEST_CASE(
    "a year of ordinary work asks at most once a month, and makes no correction nobody caused "
    "(R23)") {
    Year year;
    std::size_t caused = 0; // corrections, by people who moved what was billed
    using namespace std::chrono;
    for (int month = 1; month <= 12; ++month) {
        const year_month_day first{2026y, std::chrono::month(static_cast<unsigned>(month)), 1d};
        const Day from = sys_days(first);
        const Day last = sys_days(first.year() / first.month() / std::chrono::last);
        Day monday = from;
        while (weekday(monday) != Monday) monday += days{1};
        const int before = year.asked;
        for (; monday + days{5} <= last; monday += days{7}) year.week(monday);
        if (month == 3) year.retag_all();
        if (month == 5) {
            CHECK(year.books->late({}, true).empty());
            year.project_to_another_client();
            caused = year.books->late({}, true).size();
            CHECK(caused > 0);
        }
        if (month == 8) year.somebody_leaves();
        year.clock.set(Instant(last) + hours{20});
        year.close_month(from, last);
        CHECK(year.asked - before <= 1);
        CHECK(year.verify() == "");
    }
    for (const auto& what : year.told) std::cout << "asked: " << what << "\n";
    std::cout << "a year of work asked " << year.asked << " times\n";
    CHECK(year.asked <= 12);
    CHECK(year.tables->reports.list(std::nullopt, std::nullopt).size() > 30);
    for (const auto& row : year.tables->reports.list(std::nullopt, std::nullopt))
        CHECK(row.total > 0);
    // What was billed of the project that went to another client, and nothing else.
    CHECK(year.books->late({}, true).size() == caused);
    for (const auto& row : year.books->late({}, true)) {
        INFO(row.kind << " " << row.ref << " " << row.why);
        CHECK(row.kind == "adjustment");
        CHECK(row.why.find("client ") == 0);
    }
}
