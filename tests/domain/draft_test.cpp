#include <catch2/catch.hpp>

#include <numeric>

#include "domain/lines.h"
#include "support.h"

using namespace hb;
using namespace hb::domain;
using namespace hb::domain::test;

using Lines = std::vector<std::string>;

namespace {

std::vector<std::int64_t> billed(const Draft& draft) {
    std::vector<std::int64_t> seconds;
    for (const Line& line : draft.lines) seconds.push_back(line.billed_seconds);
    return seconds;
}
using Seconds = std::vector<std::int64_t>;

EntryFacts by_person(EntryFacts e, int person) {
    e.person.id = std::to_string(person);
    e.person_name = "Person " + e.person.id;
    return e;
}

Rounding quarter_hours(RoundingLevel level, RoundingMode mode = RoundingMode::Up) {
    return {level, mode, 900};
}

// Person 5 at 90.00, person 6 at 60.00: two lines on one task.
DraftInput two_rates(std::vector<EntryFacts> entries) {
    DraftInput input = march(std::move(entries));
    RateRule rule;
    rule.person = ref("bitrix24:user:6");
    rule.amount = 6000;
    input.contract.rates.push_back(rule);
    return input;
}

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

TEST_CASE("a draft of one task sums its time, its people and its money (G6)") {
    DraftInput input = march({entry(1, 1, 3600), entry(2, 1, 1800), by_person(entry(3, 1, 600), 11),
                              by_person(entry(4, 1, 60), 9)});
    input.tasks[0].url = "https://portal/task/1";
    const Draft draft = evaluate(input);
    // 3600 + 1800 + 600 + 60 = 6060 s; 9000 * 6060 / 3600 = 15150
    REQUIRE(shown(draft) == Lines{"work 1 6060>6060 9000=15150"});
    const Line& line = draft.lines[0];
    CHECK(to_string(line.task_ref) == "bitrix24:task:1");
    CHECK(line.task_title == "Task 1");
    CHECK(line.task_url == "https://portal/task/1");
    CHECK(to_string(line.project) == "bitrix24:group:7");
    CHECK(line.project_name == "Website");
    REQUIRE(line.people.size() == 3); // ordered by id as a number
    CHECK(line.people[0].ref == "bitrix24:user:5");
    CHECK(line.people[0].seconds == 5400);
    CHECK(line.people[1].ref == "bitrix24:user:9");
    CHECK(line.people[2].name == "Person 11");
    REQUIRE(line.allocations.size() == 4);
    CHECK(line.allocations[0].origin == "work");
    CHECK(draft.worked_seconds == 6060);
    CHECK(draft.billed_seconds == 6060);
    CHECK(draft.nonbillable_seconds == 0);
    CHECK(draft.totals == Totals{15150, 0, 15150});
    CHECK(draft.blocking.empty());
    CHECK_FALSE(draft.empty());
    CHECK(fate_of(draft, 1).rate == 9000);
}

TEST_CASE("nothing to take makes an empty draft") {
    const Draft draft = evaluate(march({}));
    CHECK(draft.empty());
    CHECK(draft.totals == Totals{});
    CHECK(draft.blocking.empty());
}

TEST_CASE("lines stand in the order of G6") {
    DraftInput input = march({});
    input.tasks.clear();
    const char* refs[] = {"b:task:10", "b:task:9", "a:task:100", "b:task:x1", "b:task:09"};
    for (int i = 0; i < 5; ++i) {
        input.tasks.push_back(task(i + 1));
        input.tasks.back().ref = ref(refs[i]);
        input.entries.push_back(entry(i + 1, i + 1, 60));
    }
    std::vector<std::string> order;
    for (const Line& line : evaluate(input).lines) order.push_back(to_string(line.task_ref));
    // remote, then the id as a number; what is no number stands behind, by its text
    CHECK(order == Lines{"a:task:100", "b:task:09", "b:task:9", "b:task:10", "b:task:x1"});
}

TEST_CASE("within a task: no work type, no rate, the lower rate, then the reason (G6)") {
    DraftInput input = two_rates({entry(1, 1, 60), by_person(entry(2, 1, 60), 6), entry(3, 1, 60),
                                  entry(4, 1, 60), entry(5, 2, 60), entry(6, 1, 60)});
    input.tasks.push_back(task(2, {"design"}));
    input.tasks[1].ref = input.tasks[0].ref; // the same task as far as the order is concerned
    input.contract.work_types = {{"design", "design", true, false, ""}};
    input.entries[2].override_ = Override{false, "goodwill"};
    input.entries[3].override_ = Override{false, "apology"};
    input.entries[5].override_ = Override{true, "asked for"};
    CHECK(shown(evaluate(input)) ==
          Lines{"work 1 60>0 free (apology)", "work 1 60>0 free (goodwill)",
                "work 1 60>60 6000=100", "work 1 60>60 9000=150",
                "work 1 60>60 9000=150 (asked for)", "work 1 design 60>60 9000=150"});
}

TEST_CASE("non-billable time is shown with zero money and needs no rate (G6, G9)") {
    DraftInput input = march({entry(1, 1, 3600), entry(2, 2, 1800)});
    input.tasks.push_back(task(2, {"bug"}));
    input.contract.vat = {VatMode::Added, 200'000};
    input.contract.rounding = quarter_hours(RoundingLevel::Report);
    input.configured = {{"bug", "", "", "our bug"}};
    RateRule only_task_one;
    only_task_one.person = ref("bitrix24:user:5");
    only_task_one.amount = 9000;
    input.contract.rates = {only_task_one};
    input.entries[1] = by_person(input.entries[1], 8); // has no rate at all
    const Draft draft = evaluate(input);
    CHECK(shown(draft) == Lines{"work 1 3600>3600 9000=9000", "work 2 1800>0 free (our bug)"});
    CHECK(draft.blocking.empty());
    CHECK(draft.worked_seconds == 5400);
    CHECK(draft.nonbillable_seconds == 1800);
    CHECK(draft.lines[1].gross == 0);
    CHECK(draft.lines[1].allocations.size() == 1);
    CHECK(draft.totals == Totals{9000, 1800, 10800});
}

TEST_CASE("rounding by entry rounds each entry (G6)") {
    DraftInput input = march({entry(1, 1, 1), entry(2, 1, 901), entry(3, 1, 900)});
    input.contract.rounding = quarter_hours(RoundingLevel::Entry);
    // 900 + 1800 + 900
    CHECK(billed(evaluate(input)) == Seconds{3600});
    input.contract.rounding.mode = RoundingMode::Down; // 0 + 900 + 900
    CHECK(billed(evaluate(input)) == Seconds{1800});
    input.contract.rounding.mode = RoundingMode::Nearest; // 0 + 900 + 900
    CHECK(billed(evaluate(input)) == Seconds{1800});
}

TEST_CASE("rounding by task and day rounds all people's time of a day together (G6)") {
    DraftInput input =
        two_rates({entry(1, 1, 600, "2026-03-05"), by_person(entry(2, 1, 1000, "2026-03-05"), 6),
                   entry(3, 1, 100, "2026-03-06")});
    input.contract.rounding = quarter_hours(RoundingLevel::TaskDay);
    // 5 March: 1600 -> 1800. In line order: 60.00 has 1000, 90.00 has 600.
    //   1800 * 1000 / 1600 = 1125, 1800 * 600 / 1600 = 675
    // 6 March: 100 -> 900, all on the line of 90.00: 675 + 900 = 1575
    CHECK(billed(evaluate(input)) == Seconds{1125, 1575});
    input.contract.rounding.level = RoundingLevel::Task;
    // 1700 -> 1800: 1800 * 1000 / 1700 = 1058.82, 1800 * 700 / 1700 = 741.18
    CHECK(billed(evaluate(input)) == Seconds{1059, 741});
}

TEST_CASE("remaining seconds go to the largest remainder, ties to the earlier line (G6)") {
    DraftInput input = two_rates({entry(1, 1, 1), by_person(entry(2, 1, 1), 6), entry(3, 2, 1)});
    input.tasks.push_back(task(2));
    input.contract.rounding = {RoundingLevel::Report, RoundingMode::Up, 100};
    // 3 -> 100; 33.33 each; one second remains and goes to the first line
    CHECK(billed(evaluate(input)) == Seconds{34, 33, 33});
    input.contract.rounding.mode = RoundingMode::Nearest; // 3 -> 0
    CHECK(billed(evaluate(input)) == Seconds{0, 0, 0});
}

TEST_CASE("non-billable time takes no part in rounding (G6)") {
    DraftInput input = march({entry(1, 1, 100), entry(2, 1, 800)});
    input.entries[1].override_ = Override{false, "goodwill"};
    input.contract.rounding = quarter_hours(RoundingLevel::Task);
    CHECK(shown(evaluate(input)) ==
          Lines{"work 1 800>0 free (goodwill)", "work 1 100>900 9000=2250"});
}

TEST_CASE("records of no time stand only beside other time (G6)") {
    DraftInput input = march({entry(1, 1, 0), entry(2, 1, 60), entry(3, 2, 0)});
    input.tasks.push_back(task(2));
    Draft draft = evaluate(input);
    REQUIRE(shown(draft) == Lines{"work 1 60>60 9000=150"});
    CHECK(draft.lines[0].allocations.size() == 2);
    CHECK(told(draft, 1) == "taken");
    CHECK(told(draft, 3) == "filtered: no_time");
    input.entries = {entry(1, 1, 0), entry(3, 2, 0)};
    draft = evaluate(input);
    CHECK(draft.empty());
    CHECK(fate_of(draft, 1).rate == 0);
    // alone on a line of its own rate: no line, and no rate is missed
    input = march({by_person(entry(1, 1, 0), 8), entry(2, 1, 60)});
    input.contract.rates[0].person = ref("bitrix24:user:5");
    draft = evaluate(input);
    CHECK(shown(draft) == Lines{"work 1 60>60 9000=150"});
    CHECK(draft.blocking.empty());
}

TEST_CASE("a deleted entry is not taken, and stays with the report that holds it") {
    DraftInput input = march({entry(1, 1, 0), entry(2, 1, 60), entry(3, 1, 0)});
    input.entries[0].deleted = true;
    input.entries[2].deleted = true;
    input.entries[2].live_report = 4;
    const Draft draft = evaluate(input);
    CHECK(told(draft, 1) == "filtered: deleted");
    CHECK(told(draft, 3) == "held");
    CHECK(draft.lines[0].allocations.size() == 1);
}

TEST_CASE("people of two remotes stand side by side, and a line never stands before itself") {
    DraftInput input = march({entry(1, 1, 60), entry(2, 1, 60), entry(3, 1, 60)});
    input.entries[1].person = ref("a:user:900");
    input.entries[2].person = ref("a:user:x");
    const Draft draft = evaluate(input);
    std::vector<std::string> refs;
    for (const PersonShare& share : draft.lines.at(0).people) refs.push_back(share.ref);
    CHECK(refs == Lines{"a:user:900", "a:user:x", "bitrix24:user:5"});
    CHECK_FALSE(stands_before(draft.lines[0], draft.lines[0]));
}

TEST_CASE("what another live report holds is left to it; the draft keeps its own (G8)") {
    DraftInput input = march({entry(1, 1, 60), entry(2, 1, 120), entry(3, 1, 240, "2026-04-01")});
    input.entries[0].live_report = 4;
    input.entries[1].live_report = 5;
    input.entries[2].live_report = 4;
    input.report = 5;
    const Draft draft = evaluate(input);
    CHECK(told(draft, 1) == "held");
    CHECK(fate_of(draft, 1).report == 4);
    CHECK(told(draft, 2) == "taken");
    CHECK(draft.held_seconds == 60); // in the period only
    input.report = 0;
    CHECK(evaluate(input).held_seconds == 180);
    input.tasks.clear(); // held time of a task that is gone is still held, but no filter takes it
    CHECK(told(evaluate(input), 1) == "held");
    CHECK(evaluate(input).held_seconds == 0);
}

TEST_CASE("what speaks first: holder, adoption, write-off, task, lateness, filter, person") {
    EntryFacts e = entry(1, 1, 60, "2026-05-01"); // outside the period
    e.paid_task = true;
    e.external = true;
    e.decision = LateDecision::WriteOff;
    e.live_report = 9;
    DraftInput input = march({e});
    input.tasks[0].known = false;
    input.exclusions = {{1, 0, "later"}};
    CHECK(told(evaluate(input), 1) == "held");
    input.entries[0].live_report = 0;
    CHECK(told(evaluate(input), 1) == "external");
    input.entries[0].external = false;
    CHECK(told(evaluate(input), 1) == "written_off");
    input.entries[0].decision = LateDecision::None;
    CHECK(told(evaluate(input), 1) == "no_task");
    input.tasks[0].known = true;
    CHECK(told(evaluate(input), 1) == "late: paid_task");
    input.entries[0].paid_task = false;
    CHECK(told(evaluate(input), 1) == "filtered: period");
    input.entries[0].work_date = day("2026-03-05");
    CHECK(told(evaluate(input), 1) == "excluded: later");
    input.exclusions.clear();
    CHECK(told(evaluate(input), 1) == "taken");
    input.tasks.clear(); // a task that nobody told of is one that the remote does not show
    CHECK(told(evaluate(input), 1) == "no_task");
}

TEST_CASE("late time waits for a decision, and is counted where the filter would take it (G2)") {
    DraftInput input = march(
        {entry(1, 1, 60), entry(2, 1, 120), entry(3, 1, 240, "2026-01-10"), entry(4, 2, 480)});
    input.tasks.push_back(task(2));
    input.tasks[1].group = ref("bitrix24:group:8");
    input.filter.projects = {ref("bitrix24:group:7")};
    for (EntryFacts& e : input.entries) e.paid_task = true;
    input.entries[1].paid_task = false;
    const Draft draft = evaluate(input);
    CHECK(told(draft, 1) == "late: paid_task");
    CHECK(told(draft, 2) == "taken");
    CHECK(told(draft, 3) == "late: paid_task"); // listed whatever its date
    CHECK(told(draft, 4) == "late: paid_task"); // and whatever its project
    CHECK(draft.late_seconds == 60);
}

TEST_CASE("time first seen after a report of its period was sent is late (G2 b)") {
    DraftInput input = march({entry(1, 1, 60), entry(2, 1, 120)});
    input.sent = {{7, "2026-0001", filter("2026-03-01", "2026-03-15"), 1}};
    Draft draft = evaluate(input);
    CHECK(told(draft, 1) == "taken"); // it was known when the report was sent
    CHECK(told(draft, 2) == "late: sent_period");
    input.report = 7; // the report itself, recalled, does not make its own time late
    CHECK(told(evaluate(input), 2) == "taken");
}

TEST_CASE("late time decided for the next report is taken whatever its date (G2)") {
    DraftInput input = march({entry(1, 1, 60, "2026-01-10"), entry(2, 1, 120), entry(3, 2, 240)});
    for (EntryFacts& e : input.entries) {
        e.paid_task = true;
        e.decision = LateDecision::NextReport;
    }
    input.tasks.push_back(task(2));
    input.tasks[1].group = ref("bitrix24:group:8");
    input.filter.projects = {ref("bitrix24:group:7")};
    Draft draft = evaluate(input);
    CHECK(shown(draft) == Lines{"work 1 180>180 9000=450"});
    CHECK(told(draft, 3) == "filtered: project"); // the rest of the filter holds
    input.exclusions = {{1, 0, "not now"}};
    CHECK(told(evaluate(input), 1) == "excluded: not now");
    input.entries[1].decision = LateDecision::WriteOff;
    CHECK(told(evaluate(input), 2) == "written_off");
}

TEST_CASE("free billable time from before the period is shown as earlier (G2)") {
    DraftInput input = march({entry(1, 1, 60, "2026-02-10"), entry(2, 2, 60, "2026-02-10"),
                              entry(3, 1, 0, "2026-02-10"), entry(4, 1, 60, "2026-04-01")});
    input.tasks.push_back(task(2, {"bug"}));
    input.configured = {{"bug", "", "", "our bug"}};
    Draft draft = evaluate(input);
    CHECK(told(draft, 1) == "late: earlier");
    CHECK(told(draft, 2) == "filtered: period"); // free time is never late
    CHECK(told(draft, 3) == "filtered: period");
    CHECK(told(draft, 4) == "filtered: period");
    CHECK(draft.late_seconds == 0);
    input.filter.from.reset(); // nothing is earlier than no beginning
    CHECK(told(evaluate(input), 1) == "taken");
}

TEST_CASE("what a person took out stays out, by entry or by task (G8)") {
    DraftInput input = march({entry(1, 1, 60), entry(2, 1, 120), entry(3, 2, 240)});
    input.tasks.push_back(task(2));
    input.exclusions = {{1, 0, "unclear"}, {0, 2, "next month"}};
    const Draft draft = evaluate(input);
    CHECK(told(draft, 1) == "excluded: unclear");
    CHECK(told(draft, 2) == "taken");
    CHECK(told(draft, 3) == "excluded: next month");
    CHECK(draft.worked_seconds == 120);
}

TEST_CASE("each filter that does not fit is named") {
    DraftInput input = march({entry(1, 1, 60)});
    const auto why = [&] { return told(evaluate(input), 1); };
    input.filter.task_dates = {parse_task_dates("closed:2026-03-01..2026-03-31").value()};
    CHECK(why() == "filtered: task_dates");
    input.filter.percent_paid = PercentTest{PercentTest::Op::Less, 100};
    input.tasks[0].percent_paid = 100;
    CHECK(why() == "filtered: percent_paid");
    input.filter.statuses = {TaskStatus::Completed};
    CHECK(why() == "filtered: status");
    input.filter.work_type = "design";
    CHECK(why() == "filtered: type");
    input.filter.projects = {ref("bitrix24:group:8")};
    CHECK(why() == "filtered: project");
}

TEST_CASE("a missing rate blocks, told once for project, work type and person (G7, G24)") {
    DraftInput input = march({entry(1, 1, 60, "2026-03-07"), entry(2, 1, 60, "2026-03-05"),
                              entry(3, 1, 60, "2026-03-06"), by_person(entry(4, 2, 60), 6),
                              by_person(entry(5, 2, 60, "2026-03-09"), 6)});
    input.tasks.push_back(task(2, {"design"}));
    input.tasks[1].group = {};
    input.contract.work_types = {{"design", "design", true, false, ""}};
    input.contract.rates.clear();
    const Draft draft = evaluate(input);
    CHECK(draft.lines.size() == 2); // shown all the same
    CHECK(draft.totals.total == 0);
    REQUIRE(draft.blocking.size() == 2);
    CHECK(draft.blocking[0].code == "no_rate");
    CHECK(draft.blocking[0].message ==
          "no rate for no project, work type design, Person 6 (bitrix24:user:6) on 2026-03-05 and "
          "1 more day");
    CHECK(draft.blocking[1].message ==
          "no rate for project Website (bitrix24:group:7), no work type, Person 5 "
          "(bitrix24:user:5) on 2026-03-05 and 2 more days");
    input.entries.resize(1);
    CHECK(evaluate(input).blocking[0].message.find("on 2026-03-07") != std::string::npos);
    // an explicit zero is a rate
    input.contract.rates.push_back({});
    CHECK(evaluate(input).blocking.empty());
}

TEST_CASE("an unknown currency blocks (G24)") {
    DraftInput input = march({entry(1, 1, 3600)});
    input.contract.currency = {"BYR", 2};
    const Draft draft = evaluate(input);
    REQUIRE(draft.blocking.size() == 1);
    CHECK(draft.blocking[0].code == "unknown_currency");
}

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

TEST_CASE("corrections with equal sums stand in the order of their ids") {
    DraftInput input = march({});
    input.adjustments = {correction(10, 900), correction(9, 900), correction(2, 900)};
    std::vector<std::string> origins;
    for (const Line& line : evaluate(input).lines) origins.push_back(line.allocations.at(0).origin);
    CHECK(origins == Lines{"adjustment:2", "adjustment:9", "adjustment:10"});
}

TEST_CASE("a correction that carries money is billable, and names the revision it was made for") {
    DraftInput input = march({});
    input.adjustments = {correction(1, 0), correction(2, 0)};
    for (AdjustmentFacts& a : input.adjustments) a.billable = false;
    input.adjustments[0].delta_amount = 100;
    input.adjustments[0].revision = 7;
    input.adjustments[1].delta_billed = 900;
    const Draft draft = evaluate(input);
    REQUIRE(draft.lines.size() == 2);
    CHECK(draft.lines[0].billable);
    CHECK(draft.lines[1].billable);
    CHECK(draft.lines[0].allocations.at(0).revision == 7);
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
