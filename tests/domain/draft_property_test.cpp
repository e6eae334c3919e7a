#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>

#include "domain/canonical.h"
#include "domain/lifecycle.h"
#include "support.h"

// Random inputs of evaluate(), with every rule of a draft checked on each: a small model of G6
// written a second time, the plain way.
using namespace hb;
using namespace hb::domain;
using namespace hb::domain::test;

namespace {

Vat random_vat(Random& random) {
    return {random.one_of<VatMode>({VatMode::None, VatMode::Added, VatMode::Included}),
            random.between(0, 30) * 10'000 + random.between(0, 3) * 2'500};
}

Rounding random_rounding(Random& random) {
    return {
        random.one_of<RoundingLevel>({RoundingLevel::None, RoundingLevel::Entry,
                                      RoundingLevel::TaskDay, RoundingLevel::Task,
                                      RoundingLevel::Report}),
        random.one_of<RoundingMode>({RoundingMode::Up, RoundingMode::Down, RoundingMode::Nearest}),
        random.one_of<std::int64_t>({1, 36, 60, 360, 900, 3600})};
}

Contract random_contract(Random& random) {
    Contract terms = contract(random.one_of<const char*>({"JPY", "BYN", "KWD"}));
    terms.vat = random_vat(random);
    terms.rounding = random_rounding(random);
    terms.rates[0].amount = random.between(0, 20'000);
    for (int i = 0; i < 4; ++i) {
        RateRule rule;
        if (random.chance(50)) rule.project = Ref{"bitrix24", "group", std::to_string(6 + i)};
        if (random.chance(50)) rule.person = Ref{"bitrix24", "user", std::to_string(4 + i)};
        if (random.chance(50)) rule.work_type = random.chance(50) ? "design" : "bug";
        rule.valid_from = day("2026-01-01") + std::chrono::days{random.between(0, 120)};
        rule.amount = random.between(0, 20'000);
        terms.rates.push_back(rule);
    }
    if (random.chance(5)) terms.rates.erase(terms.rates.begin());
    terms.work_types = {{"design", "design", true, false, ""}, {"bug", "bug", false, false, ""}};
    if (random.chance(50)) terms.nonbillable = {{"", "bitrix24:group:6", "", "internal"}};
    return terms;
}

TaskFacts random_task(Random& random, std::int64_t id) {
    TaskFacts t = task(id);
    t.ref = {random.chance(80) ? "bitrix24" : "worksection", "task",
             random.chance(90) ? std::to_string(random.between(1, 500)) : "x" + std::to_string(id)};
    t.group = {"bitrix24", "group", std::to_string(random.between(6, 9))};
    t.known = random.chance(95);
    for (const char* tag : {"design", "bug", "urgent"})
        if (random.chance(30)) t.tags.push_back(tag);
    if (random.chance(50)) t.percent_paid = static_cast<int>(random.between(0, 100));
    return t;
}

EntryFacts random_entry(Random& random, std::int64_t id, std::int64_t tasks) {
    EntryFacts e = entry(id, random.between(1, tasks), random.between(0, 4 * 3600));
    e.person = {"bitrix24", "user", std::to_string(random.between(4, 8))};
    e.person_name = "Person " + e.person.id;
    e.work_date = day("2026-03-05") + std::chrono::days{random.between(-20, 40)};
    e.seen = random.between(1, 200);
    if (random.chance(5)) e.seconds = 0;
    e.deleted = e.seconds == 0 && random.chance(30);
    e.paid_task = random.chance(5);
    e.external = random.chance(3);
    if (random.chance(15)) e.live_report = random.between(1, 3);
    if (random.chance(10))
        e.decision = random.chance(60) ? LateDecision::NextReport : LateDecision::WriteOff;
    if (random.chance(8)) e.override_ = Override{random.chance(50), "by a person"};
    return e;
}

AdjustmentFacts random_adjustment(Random& random, std::int64_t id, std::int64_t tasks,
                                  std::int64_t entries) {
    AdjustmentFacts a;
    a.id = id;
    a.entry = random.between(1, entries);
    a.origin_number = "2026-0001";
    a.task = random.between(1, tasks);
    a.rate = random.between(0, 20'000);
    a.delta_seconds = random.between(-3600, 3600);
    a.delta_billed = a.delta_seconds;
    a.delta_amount = price(a.rate, a.delta_billed);
    a.billable = true;
    return a;
}

DraftInput random_input(Random& random) {
    DraftInput input;
    input.contract = random_contract(random);
    input.filter = filter("2026-03-01", "2026-03-31");
    if (random.chance(20)) input.filter.from.reset();
    if (random.chance(20)) input.filter.projects = {ref("bitrix24:group:7")};
    if (random.chance(10)) input.filter.work_type = "design";
    if (random.chance(10)) input.filter.percent_paid = PercentTest{PercentTest::Op::Less, 100};
    input.report = random.between(0, 3);
    const std::int64_t tasks = random.between(1, 8);
    for (std::int64_t id = 1; id <= tasks; ++id) input.tasks.push_back(random_task(random, id));
    const std::int64_t entries = random.between(1, 40);
    for (std::int64_t id = 1; id <= entries; ++id)
        input.entries.push_back(random_entry(random, id, tasks));
    if (random.chance(40))
        input.sent = {{random.between(1, 3), "2026-0001", filter("2026-02-20", "2026-03-10"),
                       random.between(1, 200)}};
    for (std::int64_t id = 1; random.chance(30); ++id)
        input.adjustments.push_back(random_adjustment(random, id, tasks, entries));
    if (random.chance(30)) input.exclusions.push_back({random.between(1, entries), 0, "no"});
    if (random.chance(20)) input.exclusions.push_back({0, random.between(1, tasks), "no"});
    return input;
}

std::map<std::int64_t, const EntryFacts*> by_id(const DraftInput& input) {
    std::map<std::int64_t, const EntryFacts*> entries;
    for (const EntryFacts& e : input.entries) entries[e.id] = &e;
    return entries;
}

void check_partition(const DraftInput& input, const Draft& draft) {
    const auto entries = by_id(input);
    REQUIRE(draft.fates.size() == entries.size());
    std::set<std::int64_t> taken;
    for (const EntryFate& fate : draft.fates) {
        REQUIRE(entries.count(fate.entry) == 1);
        if (fate.fate == Fate::Taken) taken.insert(fate.entry);
    }
    std::set<std::int64_t> allocated;
    for (const Line& line : draft.lines)
        for (const AllocationPlan& plan : line.allocations) {
            if (plan.origin != "work") continue;
            REQUIRE(plan.seconds == entries.at(plan.entry)->seconds);
            REQUIRE(allocated.insert(plan.entry).second); // once
        }
    REQUIRE(allocated == taken);
}

void check_lines(const Draft& draft) {
    std::int64_t worked = 0, billed = 0, free = 0;
    for (const Line& line : draft.lines) {
        std::int64_t allocated = 0, people = 0;
        for (const AllocationPlan& plan : line.allocations) allocated += plan.seconds;
        for (const PersonShare& share : line.people) people += share.seconds;
        REQUIRE(allocated == line.worked_seconds); // rule 4
        worked += line.worked_seconds;
        billed += line.billed_seconds;
        if (!line.billable) free += line.worked_seconds;
        if (line.kind != "work") continue;
        REQUIRE(line.worked_seconds > 0);
        REQUIRE(people == line.worked_seconds);
        REQUIRE(line.amount == price(line.rate, line.billed_seconds));
        if (!line.billable)
            REQUIRE((line.rate == 0 && line.billed_seconds == 0 && line.gross == 0));
        // rule 32: the shown time, read back, times the shown rate is the shown amount
        std::int64_t shown_seconds = 0;
        const std::string shown_time = format_duration(line.billed_seconds);
        const auto parts = split(shown_time, ':');
        for (const auto part : parts)
            shown_seconds = shown_seconds * 60 + parse_integer(part).value();
        if (parts.size() == 2) shown_seconds *= 60;
        REQUIRE(price(line.rate, shown_seconds) == line.amount);
    }
    REQUIRE(worked == draft.worked_seconds);
    REQUIRE(billed == draft.billed_seconds);
    REQUIRE(free == draft.nonbillable_seconds);
}

void check_totals(const DraftInput& input, const Draft& draft) {
    std::int64_t amounts = 0, gross = 0;
    for (const Line& line : draft.lines) {
        amounts += line.amount;
        gross += line.gross;
    }
    REQUIRE(draft.totals == totals_of(amounts, input.contract.vat));
    REQUIRE(gross == draft.totals.total); // rule 33, G5
    REQUIRE(draft.totals.subtotal + draft.totals.vat == draft.totals.total);
    const bool negative = std::any_of(draft.blocking.begin(), draft.blocking.end(),
                                      [](const Blocking& b) { return b.code == "negative_total"; });
    REQUIRE(negative == (draft.totals.total < 0));
}

// G6 a second time: each group's rounded sum, from the fates alone.
void check_rounding(const DraftInput& input, const Draft& draft) {
    const auto entries = by_id(input);
    std::map<std::string, std::int64_t> groups;
    for (const EntryFate& fate : draft.fates) {
        if (fate.fate != Fate::Taken || !fate.verdict.billable) continue;
        const EntryFacts& e = *entries.at(fate.entry);
        const std::string task_key = std::to_string(e.task);
        switch (input.contract.rounding.level) {
        case RoundingLevel::None:
        case RoundingLevel::Entry:
            groups["e" + std::to_string(e.id)] += e.seconds;
            break;
        case RoundingLevel::TaskDay:
            groups[task_key + format_day(e.work_date)] += e.seconds;
            break;
        case RoundingLevel::Task:
            groups[task_key] += e.seconds;
            break;
        case RoundingLevel::Report:
            groups["all"] += e.seconds;
            break;
        }
    }
    std::int64_t expected = 0, billed = 0;
    for (const auto& [key, raw] : groups) expected += round_seconds(raw, input.contract.rounding);
    for (const Line& line : draft.lines)
        if (line.kind == "work") billed += line.billed_seconds;
    REQUIRE(billed == expected);
}

void check_completeness(const DraftInput& input, const Draft& draft) {
    const DayRange period = period_of(input.filter, draft, input.entries);
    const Completeness rows = completeness_of(draft, input.entries, period);
    std::int64_t source = 0;
    for (const EntryFacts& e : input.entries)
        if (period.contains(e.work_date)) source += e.seconds;
    REQUIRE(rows.source_seconds == source);
    REQUIRE(rows.billed_work_seconds + rows.nonbillable_seconds + rows.held_seconds +
                rows.late_seconds + rows.excluded_seconds + rows.filtered_seconds +
                rows.external_seconds + rows.written_off_seconds + rows.no_task_seconds ==
            source);
    std::int64_t elsewhere = 0; // counted from the allocations
    const auto entries = by_id(input);
    for (const Line& line : draft.lines)
        for (const AllocationPlan& plan : line.allocations)
            if (plan.origin != "work" || !period.contains(entries.at(plan.entry)->work_date))
                elsewhere += plan.seconds;
    REQUIRE(rows.from_other_periods_seconds == elsewhere);
}

std::string text_of(const DraftInput& input, const Draft& draft) {
    std::string text = json_of(draft.lines, input.contract.currency);
    for (const Line& line : draft.lines)
        for (const AllocationPlan& plan : line.allocations)
            text += " " + std::to_string(plan.entry) + plan.origin;
    for (const EntryFate& fate : draft.fates)
        text += " " + std::to_string(fate.entry) + to_string(fate.fate) + fate.why;
    for (const Blocking& one : draft.blocking) text += one.message;
    return text;
}

void check_order_does_not_matter(Random& random, const DraftInput& input, const Draft& draft) {
    DraftInput shuffled = input;
    std::shuffle(shuffled.entries.begin(), shuffled.entries.end(), random.engine());
    std::shuffle(shuffled.tasks.begin(), shuffled.tasks.end(), random.engine());
    std::shuffle(shuffled.adjustments.begin(), shuffled.adjustments.end(), random.engine());
    std::shuffle(shuffled.contract.rates.begin(), shuffled.contract.rates.end(), random.engine());
    REQUIRE(text_of(shuffled, evaluate(shuffled)) == text_of(input, draft));
}

void check_fates(const DraftInput& input, const Draft& draft) {
    const auto entries = by_id(input);
    for (const EntryFate& fate : draft.fates) {
        const EntryFacts& e = *entries.at(fate.entry);
        const bool held = e.live_report != 0 && e.live_report != input.report;
        REQUIRE((fate.fate == Fate::Held) == held); // rule 2
        if (fate.fate == Fate::Late) REQUIRE(fate.verdict.billable);
        if (fate.fate != Fate::Taken) continue;
        REQUIRE_FALSE(e.deleted);
        REQUIRE(e.decision != LateDecision::WriteOff);
        // rule 24: late time enters only by a decision
        if (e.paid_task && fate.verdict.billable && e.seconds > 0)
            REQUIRE(e.decision == LateDecision::NextReport);
    }
}

bool no_tie(const Contract& terms) {
    return problems_of(terms).empty();
}

} // namespace

TEST_CASE("whatever a draft is made of, each second and each cent is in one place") {
    Random random("drafts");
    int checked = 0;
    for (int i = 0; i < 4'000; ++i) {
        DraftInput input = random_input(random);
        // A contract is only ever stored without ties and with a rate for its VAT.
        if (input.contract.vat.rate_e4 == 0 || input.contract.vat.mode == VatMode::None)
            input.contract.vat = {};
        if (!no_tie(input.contract)) continue;
        INFO("seed " << random.seed() << ", case " << i);
        const Draft draft = evaluate(input);
        check_partition(input, draft);
        check_fates(input, draft);
        check_lines(draft);
        check_totals(input, draft);
        check_rounding(input, draft);
        check_completeness(input, draft);
        check_order_does_not_matter(random, input, draft);
        ++checked;
    }
    CHECK(checked > 2'000);
}

TEST_CASE("lines of random drafts are in the order that G6 names") {
    Random random("line order");
    const auto key = [](const Line& line) {
        const auto number = parse_integer(line.task_ref.id);
        return std::make_tuple(line.kind, line.task_ref.remote, !number.has_value(),
                               number.value_or(0), line.task_ref.id, line.work_type,
                               line.billable ? line.rate : -1, !line.billable, line.reason);
    };
    for (int i = 0; i < 500; ++i) {
        const Draft draft = evaluate(random_input(random));
        INFO("seed " << random.seed() << ", case " << i);
        REQUIRE(std::is_sorted(draft.lines.begin(), draft.lines.end(),
                               [&](const Line& a, const Line& b) { return key(a) < key(b); }));
    }
}
