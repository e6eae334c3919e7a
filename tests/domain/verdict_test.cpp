#include <catch2/catch.hpp>

#include "base/limits.h"
#include "domain/report.h"
#include "support.h"

using namespace hb;
using namespace hb::domain;
using namespace hb::domain::test;

namespace {

// "billable design", "free bug: reason (rule)"
std::string told(const Verdict& v) {
    return std::string(v.billable ? "billable" : "free") + " [" + v.work_type + "] " + v.reason +
           " <" + v.rule + ">";
}

const std::vector<NonBillableRule> kNothing;

Contract typed() {
    Contract terms = contract();
    terms.work_types = {{"design", "Design", true, false, ""},
                        {"bug", "Bug", false, false, "our mistake"},
                        {"account", "Account", true, true, ""}};
    return terms;
}

} // namespace

TEST_CASE("a task without a matching rule is billable and has no work type (G9)") {
    CHECK(told(judge(task(1, {"other"}), typed(), kNothing, {})) ==
          "billable []  <billable, no rule against it>");
}

TEST_CASE("tags compare without case, in any script") {
    Contract terms = typed();
    terms.work_types.push_back({"Ошибка", "Fix", true, false, ""});
    CHECK(judge(task(1, {"DESIGN"}), terms, kNothing, {}).work_type == "Design");
    CHECK(judge(task(1, {"ОШИБКА"}), terms, kNothing, {}).work_type == "Fix");
    CHECK(judge(task(1, {"ошибк"}), terms, kNothing, {}).work_type.empty());
    CHECK(judge(task(1, {"designs"}), terms, kNothing, {}).work_type.empty());
}

TEST_CASE("only the first row whose tag the task has counts (G9)") {
    // design stands first in the contract, so the bug row is not asked
    CHECK(told(judge(task(1, {"bug", "design"}), typed(), kNothing, {})) ==
          "billable [Design]  <billable, no rule against it>");
    CHECK(told(judge(task(1, {"bug"}), typed(), kNothing, {})) ==
          "free [Bug] our mistake <contract: work type Bug (tag bug)>");
    CHECK(judge(task(1, {"account"}), typed(), kNothing, {}).overhead);
    Contract silent = typed();
    silent.work_types[1].reason = "";
    CHECK(judge(task(1, {"bug"}), silent, kNothing, {}).reason == "Bug"); // else the type
}

TEST_CASE("configuration, contract, work type: the first that matches gives the reason (G9)") {
    Contract terms = typed();
    std::vector<NonBillableRule> configured{{"bug", "", "", "from the configuration"}};
    terms.nonbillable = {{"bug", "", "", "from the contract"}};
    const TaskFacts bug = task(1, {"bug"});
    // The terms' own wording of the same tag wins; it is the configuration's rule all the same.
    CHECK(told(judge(bug, terms, configured, {})) ==
          "free [Bug] from the contract <configuration: tag bug>");
    terms.nonbillable = {{"other", "", "", "of another tag"}};
    CHECK(judge(bug, terms, configured, {}).reason == "our mistake"); // of the type's row
    terms.work_types[1].reason = "";
    CHECK(judge(bug, terms, configured, {}).reason == "from the configuration");
    terms = typed();
    terms.nonbillable = {{"bug", "", "", "from the contract"}};
    configured.clear();
    CHECK(told(judge(bug, terms, configured, {})) ==
          "free [Bug] from the contract <contract: tag bug>");
    terms.nonbillable.clear();
    CHECK(judge(bug, terms, configured, {}).reason == "our mistake");
    // within one list the first match
    terms.nonbillable = {{"other", "", "", "x"}, {"", "Website", "", "y"}, {"bug", "", "", "z"}};
    CHECK(judge(bug, terms, configured, {}).reason == "y");
}

TEST_CASE("a group rule matches the project's reference or name, a type rule the work type (G9)") {
    Contract terms = typed();
    const TaskFacts design = task(1, {"design"});
    const auto reason = [&](NonBillableRule rule, const TaskFacts& t) {
        terms.nonbillable = {std::move(rule)};
        return judge(t, terms, kNothing, {}).reason;
    };
    CHECK(reason({"", "bitrix24:group:7", "", "r"}, design) == "r");
    CHECK(reason({"", "WEBSITE", "", "r"}, design) == "r");
    CHECK(reason({"", "bitrix24:group:17", "", "r"}, design).empty());
    CHECK(reason({"", "BITRIX24:group:7", "", "r"}, design) == "r");
    CHECK(reason({"", "", "design", "r"}, design) == "r");
    CHECK(reason({"", "", "design", ""}, design) == "design"); // no reason given: what it names
    CHECK(reason({"", "Website", "", ""}, design) == "Website");
    CHECK(reason({"design", "", "", ""}, design) == "design");
    CHECK(reason({"", "", "bug", "r"}, design).empty());
    CHECK(reason({"", "", "", "r"}, design).empty());
    TaskFacts loose = design;
    loose.group = {};
    loose.group_name = "Website";
    CHECK(reason({"", "Website", "", "r"}, loose).empty()); // no project, no name
}

TEST_CASE("a person's word wins over every rule, both ways (G9)") {
    Contract terms = typed();
    terms.nonbillable = {{"bug", "", "", "never"}};
    const std::vector<NonBillableRule> configured{{"", "Website", "", "never"}};
    CHECK(told(judge(task(1, {"bug"}), terms, configured, Override{true, "agreed by phone"})) ==
          "billable [Bug] agreed by phone <a person's decision>");
    CHECK(told(judge(task(1, {"design"}), terms, kNothing, Override{false, "goodwill"})) ==
          "free [Design] goodwill <a person's decision>");
}

TEST_CASE("billable time is late on a paid task or in the period of a sent report (G2)") {
    const SentReport sent{7, "2026-0001", filter("2026-03-01", "2026-03-31"), 100};
    const auto why = [&](EntryFacts e, bool billable = true) {
        Verdict verdict;
        verdict.billable = billable;
        return lateness(e, task(1), verdict, {sent});
    };
    EntryFacts e = entry(1, 1, 60);
    e.seen = 101;
    CHECK(why(e) == "sent_period");
    CHECK(why(e, false).empty()); // free time is never late
    e.seen = 100;                 // the cache knew it when the report was sent
    CHECK(why(e).empty());
    e.paid_task = true;
    CHECK(why(e) == "paid_task");
    CHECK(why(e, false).empty());
    e = entry(1, 1, 60, "2026-04-01");
    e.seen = 101;
    CHECK(why(e).empty());
}

TEST_CASE("a sent report makes late only what its filter would have taken (G2 b)") {
    SentReport sent{7, "2026-0001", filter("2026-03-01", "2026-03-31"), 100};
    sent.filter.work_type = "design";
    EntryFacts e = entry(1, 1, 60);
    e.seen = 101;
    Verdict verdict;
    CHECK(lateness(e, task(1), verdict, {sent}).empty());
    verdict.work_type = "design";
    CHECK(lateness(e, task(1), verdict, {sent}) == "sent_period");
    CHECK(lateness(e, task(1), verdict, {}).empty());
}

TEST_CASE("a record of a whole day is billed as it is, one of a second more waits (G54)") {
    const Contract terms = contract();
    EntryFacts record;
    record.seconds = kEntrySecondsMax;
    CHECK_FALSE(waits_as_long(record, terms));
    ++record.seconds;
    CHECK(waits_as_long(record, terms));
    record.long_accepted = true;
    CHECK_FALSE(waits_as_long(record, terms));
}
