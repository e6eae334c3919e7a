#include <catch2/catch.hpp>

#include "domain/versions.h"
#include "support.h"

using namespace hb;
using namespace hb::domain;
using namespace hb::domain::test;

namespace {

Contract version(int n, const char* from, const char* zone) {
    Contract out = contract();
    out.id = out.version = n;
    out.valid_from = day(from);
    out.time_zone = zone;
    return out;
}

Zone zone(const char* name) {
    return Zone::find(name).value();
}

} // namespace

TEST_CASE("the version in force on the moment's own date in its own zone says the day (G52)") {
    // Minsk is three hours before UTC, New York five hours behind it in winter.
    const Calendar westwards(
        {version(1, "2026-01-01", "Europe/Minsk"), version(2, "2026-02-01", "America/New_York")},
        Zone::utc());
    struct Row {
        const char* at;
        const char* day;
    };
    for (const auto& [at, expected] : std::vector<Row>{
             {"2026-01-15T22:30:00Z", "2026-01-16"}, // by the first, far from the border
             {"2026-01-31T20:59:00Z", "2026-01-31"}, // by the first
             {"2026-01-31T21:00:00Z", "2026-02-01"}, // neither claims it: Minsk says February, New
             {"2026-02-01T04:59:00Z", "2026-02-01"}, // York says January; so the earlier one
             {"2026-02-01T05:00:00Z", "2026-02-01"}, // by the second
             {"2026-02-15T03:00:00Z", "2026-02-14"},
             {"2025-12-31T22:00:00Z", "2026-01-01"},
             {"2025-06-15T22:00:00Z", "2025-06-16"}, // before the first, the first
         }) {
        INFO(at);
        CHECK(format_day(westwards.day_of(instant(at))) == expected);
    }
}

TEST_CASE("where two versions claim a moment the earlier one has it (G52)") {
    const Calendar eastwards(
        {version(1, "2026-01-01", "America/New_York"), version(2, "2026-02-01", "Europe/Minsk")},
        Zone::utc());
    // New York says January 31, Minsk February 1: each by its own terms.
    CHECK(eastwards.day_of(instant("2026-01-31T23:30:00Z")) == day("2026-01-31"));
    CHECK(eastwards.day_of(instant("2026-02-01T04:59:00Z")) == day("2026-01-31"));
    CHECK(eastwards.day_of(instant("2026-02-01T05:00:00Z")) == day("2026-02-01"));
    CHECK(eastwards.day_of(instant("2026-02-14T22:00:00Z")) == day("2026-02-15"));
}

TEST_CASE("a later version never moves a day of an earlier one, whatever its zone (G52)") {
    const auto first = version(1, "2026-01-01", "Europe/Minsk");
    for (const char* name : {"America/New_York", "Pacific/Kiritimati", "Etc/GMT+12", "UTC"}) {
        INFO(name);
        const Calendar alone({first}, Zone::utc());
        const Calendar with({first, version(2, "2026-02-01", name)}, Zone::utc());
        for (Instant at = instant("2026-01-28T00:00:00Z"); at < instant("2026-02-05T00:00:00Z");
             at += std::chrono::minutes(30)) {
            INFO(format_instant(at));
            if (alone.day_of(at) < day("2026-02-01")) CHECK(with.day_of(at) == alone.day_of(at));
        }
    }
}

TEST_CASE("calendars find the same days where zones change on the same days, or never") {
    const auto first = version(1, "2026-01-01", "Europe/Minsk");
    const auto same = version(2, "2026-02-01", "Europe/Minsk");
    const auto other = version(3, "2026-03-01", "America/New_York");
    const auto of = [](const std::vector<Contract>& versions) {
        return Calendar(versions, Zone::utc());
    };
    CHECK(of({first}).same_days(of({first, same})));
    CHECK(of({first}).same_days(of({same}))); // the first one rules what was before it
    CHECK(of({first, other}).same_days(of({first, same, other})));
    CHECK_FALSE(of({first}).same_days(of({first, other})));
    CHECK_FALSE(of({first, other}).same_days(of({first})));
    CHECK_FALSE(of({}).same_days(of({first})));
    CHECK_FALSE(
        of({first, other}).same_days(of({first, version(3, "2026-04-01", "America/New_York")})));
    for (Instant at = instant("2026-01-28T00:00:00Z"); at < instant("2026-03-05T00:00:00Z");
         at += std::chrono::minutes(30))
        REQUIRE(of({first, other}).day_of(at) == of({first, same, other}).day_of(at));
}

TEST_CASE("of versions that begin on one day the later one counts, also before the first (G52)") {
    const std::vector<Contract> versions{version(1, "2026-02-01", "UTC"),
                                         version(2, "2026-01-01", "UTC"),
                                         version(3, "2026-01-01", "Europe/Minsk")};
    CHECK(in_force(versions, day("2026-01-31"))->version == 3);
    CHECK(in_force(versions, day("2026-02-01"))->version == 1);
    CHECK(in_force(versions, day("2025-01-01"))->version == 3);
    CHECK(in_force({}, day("2026-01-01")) == nullptr);
    CHECK(Calendar(versions, Zone::utc()).day_of(instant("2026-01-15T22:00:00Z")) ==
          day("2026-01-16"));
}

TEST_CASE("time without terms has the day of the configuration's zone (G11)") {
    const Instant at = instant("2026-01-15T22:00:00Z");
    CHECK(Calendar(zone("Europe/Minsk")).day_of(at) == day("2026-01-16"));
    CHECK(Calendar({}, zone("Europe/Minsk")).day_of(at) == day("2026-01-16"));
    CHECK(Calendar({version(1, "2026-01-01", "")}, zone("Europe/Minsk")).day_of(at) ==
          day("2026-01-16"));
}

TEST_CASE("late time is judged and priced by the terms of its own day (G52)") {
    DraftInput input;
    auto january = version(1, "2026-01-01", "UTC");
    january.work_types.push_back({"bug", "Bug", false, false, ""});
    auto february = version(2, "2026-02-01", "UTC");
    february.rates.front().amount = 12000;
    input.contract = february;
    input.versions = {january, february};
    input.filter = filter("2026-02-01", "2026-02-28");
    input.tasks = {task(1), task(2, {"bug"})};
    auto late = entry(1, 1, 3600, "2026-01-20");
    late.decision = LateDecision::NextReport;
    input.entries = {late, entry(2, 1, 3600, "2026-02-03"), entry(3, 2, 3600, "2026-02-04")};

    const auto draft = evaluate(input);
    REQUIRE(draft.fates.size() == 3);
    CHECK(draft.fates[0].fate == Fate::Taken);
    CHECK(draft.fates[0].rate == 9000); // January's
    CHECK(draft.fates[1].rate == 12000);
    CHECK(draft.fates[2].rate == 12000); // a bug is billed from February on
    CHECK(draft.totals.total == 9000 + 12000 + 12000);
}

TEST_CASE("a price in another currency than the report's waits for a report of its own (G52)") {
    DraftInput input;
    const auto january = version(1, "2026-01-01", "UTC");
    auto february = version(2, "2026-02-01", "UTC");
    february.currency = currency("EUR");
    input.versions = {january, february};
    input.tasks = {task(1)};
    auto late = entry(1, 1, 3600, "2026-01-20");
    late.decision = LateDecision::NextReport;
    input.entries = {late, entry(2, 1, 1800, "2026-02-03")};

    input.contract = february;
    input.filter = filter("2026-02-01", "2026-02-28");
    auto draft = evaluate(input);
    CHECK(draft.fates[0].fate == Fate::Filtered);
    CHECK(draft.fates[0].why == "terms");
    CHECK(draft.totals.total == 4500);

    input.contract = january;
    input.filter = filter("2026-01-01", "2026-01-31");
    draft = evaluate(input);
    CHECK(draft.fates[0].fate == Fate::Taken);
    CHECK(draft.totals.total == 9000);
}

TEST_CASE("a version that replaces a report's own judges nothing on it (G52)") {
    auto own = version(1, "2026-01-01", "UTC");
    auto instead = version(2, "2026-01-01", "UTC");
    auto later = version(3, "2026-02-01", "UTC");
    const auto beside = versions_beside(own, {own, instead, later});
    REQUIRE(beside.size() == 2);
    CHECK(in_force(beside, day("2026-01-15"))->version == 1);
    CHECK(in_force(beside, day("2026-02-15"))->version == 3);
}

TEST_CASE("net and gross prices are not mixed on one report (G52)") {
    const auto net = version(1, "2026-01-01", "UTC");
    auto gross = net;
    gross.vat = {VatMode::Included, 200000};
    auto added = net;
    added.vat = {VatMode::Added, 200000};
    CHECK(prices_alike(net, added));
    CHECK_FALSE(prices_alike(net, gross));
    CHECK_FALSE(prices_alike(gross, added));
}

TEST_CASE("days of --task-dates are those of the report that names them (G52)") {
    SentReport sent{7, "2026-0001", filter("2026-03-01", "2026-03-31"), 100, Zone::utc()};
    sent.filter.task_dates = {{TaskDates::Key::Closed, {day("2026-03-01"), day("2026-03-31")}}};
    auto closed = task(1);
    closed.closed = instant("2026-03-31T22:00:00Z"); // in Minsk April has begun
    auto e = entry(1, 1, 60);
    e.seen = 101;
    CHECK(lateness(e, closed, Verdict{}, {sent}) == "sent_period");
    sent.zone = zone("Europe/Minsk");
    CHECK(lateness(e, closed, Verdict{}, {sent}).empty());
}
