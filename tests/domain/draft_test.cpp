#include <catch2/catch.hpp>

#include "domain/report.h"
#include "support.h"

using namespace hb;
using namespace hb::domain;
using namespace hb::domain::test;

using Lines = std::vector<std::string>;

namespace {

EntryFacts by_person(EntryFacts e, int person) {
    e.person.id = std::to_string(person);
    e.person_name = "Person " + e.person.id;
    return e;
}

} // namespace

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

TEST_CASE(
    "what speaks first: holder, adoption, repetition, write-off, task, lateness, filter, person") {
    EntryFacts e = entry(1, 1, 60, "2026-05-01"); // outside the period
    e.paid_task = true;
    e.external = true;
    e.repeats = "repeats kimai:entry:7";
    e.decision = LateDecision::WriteOff;
    e.live_report = 9;
    DraftInput input = march({e});
    input.tasks[0].known = false;
    input.exclusions = {{1, 0, "later"}};
    CHECK(told(evaluate(input), 1) == "held");
    input.entries[0].live_report = 0;
    CHECK(told(evaluate(input), 1) == "external");
    input.entries[0].external = false;
    CHECK(told(evaluate(input), 1) == "excluded: repeats kimai:entry:7");
    input.entries[0].repeats.clear();
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
    input.tasks.clear(); // a task that was never reported is one that the remote does not show
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
