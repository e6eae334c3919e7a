#include <catch2/catch.hpp>

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

TEST_CASE("lines are in the order of G6") {
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
