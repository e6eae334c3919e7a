#include <catch2/catch.hpp>

#include "domain/lines.h"
#include "support.h"

using namespace hb;
using namespace hb::domain;
using namespace hb::domain::test;

using Lines = std::vector<std::string>;

namespace {

AdjustmentFacts correction(std::int64_t id, std::int64_t delta_amount) {
    AdjustmentFacts a;
    a.id = id;
    a.entry = 900 + id;
    a.origin_report = 3;
    a.origin_number = "2026-0003";
    a.task = 1;
    a.rate = 9000;
    a.delta_amount = delta_amount;
    a.delta_billed = delta_amount * 3600 / 9000;
    a.delta_seconds = a.delta_billed;
    a.why = "the entry became longer";
    return a;
}

} // namespace

TEST_CASE("corrections become one line each, before the work, with their money as given (G10)") {
    DraftInput input = march({entry(1, 1, 3600), entry(902, 1, 5400)});
    input.entries[1].live_report = 3;
    input.entries[1].revision = 4;
    input.adjustments = {correction(10, -900), correction(2, 4500), correction(1, 0)};
    input.adjustments[2].billable = false;
    input.adjustments[2].why = "";
    input.contract.vat = {VatMode::Added, 200'000};
    const Draft draft = evaluate(input);
    CHECK(shown(draft) == Lines{"adjustment 1 0>0 free (correction of 2026-0003)",
                                "adjustment 1 1800>1800 9000=4500 (correction of 2026-0003: the "
                                "entry became longer)",
                                "adjustment 1 -360>-360 9000=-900 (correction of 2026-0003: the "
                                "entry became longer)",
                                "work 1 3600>3600 9000=9000"});
    const AllocationPlan& plan = draft.lines[1].allocations.at(0);
    CHECK(plan.entry == 902);
    CHECK(plan.revision == 4);
    CHECK(plan.seconds == 1800);
    CHECK(plan.origin == "adjustment:2");
    CHECK(draft.lines[1].people.at(0).name == "Person 5");
    CHECK(draft.lines[0].people.empty()); // its entry was not given
    CHECK(draft.lines[0].allocations.at(0).revision == 1);
    CHECK(told(draft, 902) == "held");
    CHECK(draft.worked_seconds == 3600 + 1800 - 360);
    // 90.00 + 45.00 - 9.00 = 126.00, vat 25.20
    CHECK(draft.totals == Totals{12600, 2520, 15120});
    CHECK(draft.lines[2].gross == -1080);
    CHECK(draft.blocking.empty());
}

TEST_CASE("a correction shows whose time it was, and names no report that its reader has not seen "
          "(rule 56)") {
    DraftInput input = march({entry(901, 1, 5400)});
    input.entries[0].live_report = 3;
    input.adjustments = {correction(1, 900), correction(2, 900)};
    input.adjustments[0].person = ref("bitrix24:user:9");
    input.adjustments[0].person_name = "Nine";
    for (AdjustmentFacts& a : input.adjustments) a.origin_number = "";
    input.adjustments[1].why = "";
    const Draft draft = evaluate(input);
    REQUIRE(draft.lines.size() == 2);
    CHECK(draft.lines[0].reason == "");
    CHECK(draft.lines[1].reason == "the entry became longer");
    REQUIRE(draft.lines[1].people.size() == 1);
    CHECK(draft.lines[1].people[0].name == "Nine");
    CHECK(draft.lines[1].people[0].seconds == draft.lines[1].worked_seconds);
}

TEST_CASE("corrections with equal sums are in the order of their ids") {
    DraftInput input = march({});
    input.adjustments = {correction(10, 900), correction(9, 900), correction(2, 900)};
    std::vector<std::string> origins;
    for (const Line& line : evaluate(input).lines) origins.push_back(line.allocations.at(0).origin);
    CHECK(origins == Lines{"adjustment:2", "adjustment:9", "adjustment:10"});
    const Line line = evaluate(input).lines.front();
    CHECK_FALSE(stands_before(line, line));
}

TEST_CASE("a correction that carries money is billable, and names the revision it was made for") {
    DraftInput input = march({});
    input.adjustments = {correction(1, 0), correction(2, 0)};
    for (AdjustmentFacts& a : input.adjustments) a.billable = false;
    input.adjustments[0].delta_amount = 100;
    input.adjustments[0].revision = 1;
    input.entries = {entry(901, 1, 5400)};
    input.entries[0].live_report = 3;
    input.entries[0].revision = 4; // changed again since
    input.adjustments[1].delta_billed = 900;
    const Draft draft = evaluate(input);
    REQUIRE(draft.lines.size() == 2);
    CHECK(draft.lines[0].billable);
    CHECK(draft.lines[1].billable);
    CHECK(draft.lines[0].allocations.at(0).revision == 1);
}

TEST_CASE("corrections follow the filter's project and work type, not its dates or status (G10)") {
    DraftInput input = march({});
    input.adjustments = {correction(1, 900)};
    input.filter.statuses = {TaskStatus::Completed};
    input.filter.percent_paid = PercentTest{PercentTest::Op::Less, 1};
    input.tasks[0].percent_paid = 99;
    CHECK(evaluate(input).lines.size() == 1);
    input.filter.work_type = "design";
    CHECK(evaluate(input).empty());
    input.filter.work_type = "";
    input.filter.projects = {ref("bitrix24:group:8")};
    CHECK(evaluate(input).empty());
}

TEST_CASE("a negative total blocks and says how much (G10, G24)") {
    DraftInput input = march({entry(1, 1, 36)});
    input.adjustments = {correction(1, -9000)};
    const Draft draft = evaluate(input);
    CHECK(draft.totals.total == -8910);
    REQUIRE(draft.blocking.size() == 1);
    CHECK(draft.blocking[0].code == "negative_total");
    CHECK(draft.blocking[0].message == "the total is negative: -89.10 BYN");
    input.adjustments = {correction(1, -90)};
    CHECK(evaluate(input).blocking.empty()); // zero can be sent
}

TEST_CASE("what the caller must not hand in stops loudly") {
    DraftInput input = march({entry(1, 1, -1)});
    CHECK_THROWS_AS(evaluate(input), BrokenInvariant);
    input = march({});
    input.adjustments = {correction(1, 1)};
    input.tasks.clear();
    CHECK_THROWS_AS(evaluate(input), BrokenInvariant);
    input = march({});
    input.contract.time_zone = "Mars/Olympus";
    CHECK_THROWS_AS(evaluate(input), BrokenInvariant);
    input.contract.time_zone = "";
    CHECK(evaluate(input).empty());
}

TEST_CASE("a period without beginning starts with the earliest entry that is taken (G14)") {
    DraftInput input = march({entry(1, 1, 60, "2026-02-10"), entry(2, 1, 60, "2026-01-20"),
                              entry(3, 1, 60, "2025-12-01")});
    input.entries[2].live_report = 4;
    CHECK(period_of(input.filter, evaluate(input), input.entries) ==
          DayRange{day("2026-03-01"), day("2026-03-31")});
    input.filter.from.reset();
    CHECK(period_of(input.filter, evaluate(input), input.entries) ==
          DayRange{day("2026-01-20"), day("2026-03-31")});
    CHECK(period_of(input.filter, Draft{}, input.entries) ==
          DayRange{day("2026-03-31"), day("2026-03-31")});
}

TEST_CASE("the completeness statement puts every second of the period in one row") {
    DraftInput input = march({});
    input.tasks.push_back(task(2, {"bug"}));
    input.tasks.push_back(task(3));
    input.tasks[2].known = false;
    input.configured = {{"bug", "", "", "our bug"}};
    input.entries = {entry(1, 1, 1),
                     entry(2, 2, 2),
                     entry(3, 1, 4),
                     entry(4, 1, 8),
                     entry(5, 1, 16),
                     entry(6, 1, 32),
                     entry(7, 1, 64),
                     entry(8, 1, 128),
                     entry(9, 3, 256),
                     entry(10, 1, 512, "2026-02-01"),
                     entry(11, 1, 1024, "2026-02-01")};
    input.entries[2].live_report = 4;
    input.entries[3].paid_task = true;
    input.exclusions = {{5, 0, "x"}};
    input.entries[5].external = true;
    input.entries[6].decision = LateDecision::WriteOff;
    input.tasks.push_back(task(4));
    input.tasks[3].group = ref("bitrix24:group:8");
    input.filter.projects = {ref("bitrix24:group:7")};
    input.entries[7].task = 4;
    input.entries[9].decision = LateDecision::NextReport;
    input.adjustments = {correction(1, 90)};
    const Draft draft = evaluate(input);
    const Completeness rows =
        completeness_of(draft, input.entries, {day("2026-03-01"), day("2026-03-31")});
    CHECK(rows.source_seconds == 511);
    CHECK(rows.billed_work_seconds == 1);
    CHECK(rows.nonbillable_seconds == 2);
    CHECK(rows.held_seconds == 4);
    CHECK(rows.late_seconds == 8);
    CHECK(rows.excluded_seconds == 16);
    CHECK(rows.external_seconds == 32);
    CHECK(rows.written_off_seconds == 64);
    CHECK(rows.filtered_seconds == 128);
    CHECK(rows.no_task_seconds == 256);
    CHECK(rows.from_other_periods_seconds == 512 + 36); // late time and a correction
    std::vector<EntryFacts> stranger{entry(99, 1, 60)};
    CHECK_THROWS_AS(completeness_of(draft, stranger, {day("2026-03-01"), day("2026-03-31")}),
                    BrokenInvariant);
}
