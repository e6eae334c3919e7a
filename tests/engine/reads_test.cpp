// What a report reads by index is what it would find if it read everything.
#include <catch2/catch.hpp>
#include <random>

#include "books/evidence.h"
#include "books/viewing.h"
#include "desk/decisions.h"
#include "desk/reports.h"
#include "engine/books_world.h"
#include "render/report_view.h"

using namespace hb;
using test::BooksWorld;

namespace {

// Two clients, some of whose months are sent and paid while time keeps coming.
class Agency {
public:
    explicit Agency(std::uint64_t seed) : random_(seed) {
        for (const char* id : {"1", "2"}) {
            clients_.push_back(world.company(id, std::string("Client ") + id));
            REQUIRE(world
                        .contract(id, R"("valid_from":"2026-02-01","currency":"BYN",)"
                                      R"("rates":[{"amount":"90.00"}])")
                        .ok());
        }
        world.person("1");
        for (int i = 1; i <= 5; ++i) put_task(i);
    }

    void live() {
        world.clock.advance(std::chrono::minutes{10});
        const int what = pick(12);
        if (what < 6)
            world.entry(std::to_string(1 + pick(40)), std::to_string(1 + pick(5)), "1",
                        900 * pick(4), day());
        else if (what == 6)
            put_task(1 + pick(5));
        else if (what == 7)
            world.gone("entries", std::to_string(1 + pick(40)));
        else if (what == 8)
            decide();
        else if (what == 9)
            adopt();
        else
            bill();
        world.settle();
    }

    // Every free entry of the client is judged, none is looked up by a reason.
    std::vector<std::string> slowly_late(std::int64_t client, std::optional<Day> before) {
        const books::Read read = world.books->read();
        books::Drafting drafting(read);
        const auto& terms = drafting.contracts_of(client).back();
        const auto sent = drafting.sent_reports(client, 0);
        std::vector<std::string> out;
        for (const auto& entry : world.tables->sources.free_until(client, day_max())) {
            const auto facts = drafting.entry_facts(entry, client);
            const auto task =
                drafting.task_facts(*world.tables->sources.find_task(entry.task), false);
            if (facts.external || !task.known || entry.seconds == 0) continue;
            if (facts.decision != domain::LateDecision::None) continue;
            const auto verdict =
                domain::judge(task, terms, world.books->settings.nonbillable, facts.override_);
            if (!verdict.billable) continue;
            std::string why = domain::lateness(facts, task, verdict, sent);
            if (why.empty() && before && entry.work_date < *before) why = "earlier";
            if (!why.empty()) out.push_back(to_string(entry.ref) + " " + why);
        }
        return out;
    }

    std::vector<std::string> quickly_late(std::int64_t client, std::optional<Day> before) {
        const books::Read read = world.books->read();
        books::Drafting drafting(read);
        std::vector<std::string> out;
        for (const auto& row : drafting.late_rows(client, before, false))
            if (row.kind == "entry") out.push_back(row.ref + " " + row.why);
        return out;
    }

    // Held and free seconds of each client, added up from single rows.
    std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> slow_totals() {
        std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> out;
        for (const auto& report : world.tables->reports.list({}, {}))
            for (const auto& share : world.tables->reports.allocations(report.id, true))
                out[report.client].first += share.seconds;
        for (int id = 1; id <= 40; ++id) {
            const auto entry = world.tables->sources.find_entry(
                domain::Ref{"bitrix24", "entry", std::to_string(id)});
            if (entry && !entry->live_report)
                out[entry->client.value_or(0)].second += entry->seconds;
        }
        std::erase_if(out, [](const auto& row) {
            return row.second == std::pair<std::int64_t, std::int64_t>{};
        });
        return out;
    }

    const std::vector<std::int64_t>& clients() const { return clients_; }
    Day day() { return *parse_day("2026-01-20") + std::chrono::days{pick(120)}; }
    domain::Filter month() {
        domain::Filter filter;
        filter.company = {"bitrix24", "company", std::to_string(1 + pick(2))};
        filter.from = std::max(day(), *parse_day("2026-02-01"));
        filter.to = *filter.from + std::chrono::days{pick(40)};
        return filter;
    }

    BooksWorld world;
    int late_seen = 0;

private:
    int pick(int below) { return static_cast<int>(random_() % static_cast<std::uint64_t>(below)); }
    void put_task(int number) {
        world.task(std::to_string(number), pick(5) == 0 ? "" : std::to_string(1 + pick(2)),
                   pick(2) == 0 ? domain::TaskStatus::Completed : domain::TaskStatus::InProgress,
                   number == 5 ? std::vector<std::string>{"bug"} : std::vector<std::string>{});
    }
    void decide() {
        const auto rows = world.books->late(std::nullopt, false);
        if (rows.empty()) return;
        (void)desk::decide_late(*world.books,
                                rows[static_cast<std::size_t>(pick(2)) % rows.size()].ref,
                                pick(2) == 0 ? "next_report" : "write_off", "agreed", world.actor);
    }
    void adopt() {
        (void)desk::adopt(*world.books, "bitrix24:company:" + std::to_string(1 + pick(2)),
                          *parse_day("2026-02-01") + std::chrono::days{pick(20)}, pick(3) == 0,
                          world.actor);
    }
    void bill() {
        const auto made = desk::create(*world.books, month(), world.actor);
        if (!made || !made->view.id || pick(3) == 0) return;
        const auto id = *made->view.id;
        if (!desk::send(*world.books, id, "", false, false, world.actor)) return;
        if (!desk::agree(*world.books, id, "", world.actor)) return;
        books::confirm_invoiced(*world.books, id, world.deal(id));
        const auto row = *world.tables->reports.find(id);
        if (row.total > 0)
            (void)desk::add_payment(
                *world.books, id, domain::format_amount(row.total, *domain::find_currency("BYN")),
                *parse_day("2026-07-01"), "P" + std::to_string(id), world.actor);
    }

    std::mt19937_64 random_;
    std::vector<std::int64_t> clients_;
};

} // namespace

TEST_CASE("late time is found by its reasons as if every free entry were judged (G2)") {
    std::map<std::string, int> reasons;
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        Agency agency(seed);
        for (int step = 0; step < 60; ++step) {
            agency.live();
            const Day before = agency.day();
            for (const auto client : agency.clients()) {
                INFO("seed " << seed << ", step " << step << ", client " << client);
                const auto all = agency.slowly_late(client, before);
                REQUIRE(agency.quickly_late(client, before) == all);
                REQUIRE(agency.quickly_late(client, {}) == agency.slowly_late(client, {}));
                for (const auto& row : all) ++reasons[row.substr(row.find(' ') + 1)];
            }
        }
    }
    // The histories reached what they are about.
    for (const char* why : {"paid_task", "sent_period", "earlier"}) CHECK(reasons[why] > 20);
}

TEST_CASE("totals of all time equal the sum of the rows, to the second, after every step (P11)") {
    std::int64_t held = 0;
    for (std::uint64_t seed = 200; seed < 220; ++seed) {
        Agency agency(seed);
        for (int step = 0; step < 60; ++step) {
            agency.live();
            std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> totals;
            for (const auto& row : agency.world.tables->sources.totals())
                totals[row.client.value_or(0)] = {row.held_seconds, row.free_seconds};
            INFO("seed " << seed << ", step " << step);
            REQUIRE(totals == agency.slow_totals());
            for (const auto& [client, sums] : totals) held += sums.first;
        }
    }
    CHECK(held > 1'000'000);
}

TEST_CASE("a report is shown after it was made as it is shown later (G8)") {
    int made_reports = 0;
    for (std::uint64_t seed = 100; seed < 115; ++seed) {
        Agency agency(seed);
        for (int step = 0; step < 40; ++step) {
            agency.live();
            const auto made = desk::create(*agency.world.books, agency.month(), agency.world.actor);
            if (!made || !made->view.id) continue;
            ++made_reports;
            const auto shown = agency.world.books->show(*made->view.id);
            INFO("seed " << seed << ", step " << step);
            REQUIRE(render::report_json(made->view, render::Audience::Staff) ==
                    render::report_json(*shown, render::Audience::Staff));
        }
    }
    CHECK(made_reports > 50);
}
