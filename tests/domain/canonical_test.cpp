#include "domain/canonical.h"

#include <catch2/catch.hpp>

#include "domain/json_text.h"
#include "support.h"

using namespace hb;
using namespace hb::domain;
using namespace hb::domain::test;

namespace {

Revision revision() {
    DraftInput input = march({entry(1, 1, 4800), entry(2, 2, 600)});
    input.tasks[0].title = "Logo \"new\"\n\\ 🎨 ж";
    input.tasks[0].url = "https://portal/1";
    input.tasks.push_back(task(2, {"bug"}));
    input.tasks[1].group = {};
    input.contract.work_types = {{"bug", "bug", false, false, ""}};
    input.contract.vat = {VatMode::Added, 200'000};
    const Draft draft = evaluate(input);
    Revision r;
    r.number = "2026-0001";
    r.client = {input.contract.client, "Client"};
    r.contract = input.contract;
    r.period = {day("2026-03-01"), day("2026-03-31")};
    r.filter = input.filter;
    r.worked_seconds = draft.worked_seconds;
    r.billed_seconds = draft.billed_seconds;
    r.nonbillable_seconds = draft.nonbillable_seconds;
    r.totals = draft.totals;
    r.lines = draft.lines;
    r.completeness = completeness_of(draft, input.entries, r.period);
    return r;
}

} // namespace

TEST_CASE("the canonical text has exactly the members of G22, sorted, to the byte (rule 59)") {
    const char* const expected =
        R"({"billed_seconds":4800,)"
        R"("client":{"name":"Client","ref":"bitrix24:company:12"},)"
        R"("completeness":{"billed_work_seconds":4800,"excluded_seconds":0,"external_seconds":0,)"
        R"("filtered_seconds":0,"from_other_periods_seconds":0,"held_seconds":0,"late_seconds":0,)"
        R"("no_task_seconds":0,"nonbillable_seconds":600,"source_seconds":5400,)"
        R"("written_off_seconds":0},)"
        R"("contract":{"client":"bitrix24:company:12","currency":"BYN","locale":"ru",)"
        R"("nonbillable":[],"people":"names","rates":[{"amount":"90.00"}],)"
        R"("rounding":{"level":"none"},"time_zone":"Europe/Minsk","valid_from":"2026-01-01",)"
        R"("vat":{"mode":"added","rate":"20"},"version":1,)"
        R"("work_types":[{"billable":false,"overhead":false,"tag":"bug","type":"bug"}]},)"
        R"("currency":"BYN",)"
        R"("filter":{"company":"bitrix24:company:12","from":"2026-03-01","percent_paid":null,)"
        R"("projects":[],"status":"all","task_dates":[],"to":"2026-03-31","type":null},)"
        R"("lines":[{"amount":"120.00","billable":true,"billed_seconds":4800,"gross":"144.00",)"
        R"("kind":"work","people":[{"name":"Person 5","ref":"bitrix24:user:5","seconds":4800}],)"
        R"("project":{"name":"Website","ref":"bitrix24:group:7"},"rate":"90.00","reason":null,)"
        R"("task":{"ref":"bitrix24:task:1","title":"Logo \"new\"\n\\ 🎨 ж",)"
        R"("url":"https://portal/1"},"work_type":null,"worked_seconds":4800},)"
        R"({"amount":"0.00","billable":false,"billed_seconds":0,"gross":"0.00","kind":"work",)"
        R"("people":[{"name":"Person 5","ref":"bitrix24:user:5","seconds":600}],"project":null,)"
        R"("rate":null,"reason":"bug","task":{"ref":"bitrix24:task:2","title":"Task 2",)"
        R"("url":null},"work_type":"bug","worked_seconds":600}],)"
        R"("nonbillable_seconds":600,"number":"2026-0001","own_company":null,)"
        R"("period":{"from":"2026-03-01","to":"2026-03-31"},"revision_n":1,"subtotal":"120.00",)"
        R"("total":"144.00","vat":"24.00","worked_seconds":5400})";
    CHECK(canonical_text(revision()) == expected);
}

TEST_CASE("the hash is SHA-256 of the canonical text, and any figure changes it (G22)") {
    // FIPS 180-2, "abc"
    CHECK(hash_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const std::string hash = hash_of(canonical_text(revision()));
    CHECK(hash.size() == 64);
    CHECK(hash == hash_of(canonical_text(revision())));
    Revision other = revision();
    other.n = 2;
    CHECK(hash_of(canonical_text(other)) != hash);
    other = revision();
    other.lines[0].people[0].seconds += 1;
    CHECK(hash_of(canonical_text(other)) != hash);
    other = revision();
    other.contract.version = 2;
    CHECK(hash_of(canonical_text(other)) != hash);
}

TEST_CASE("allocations and ids of the store stand outside the canonical text (G22)") {
    Revision other = revision();
    other.contract.id = 77;
    other.lines[0].allocations.clear();
    other.lines[0].task = 99;
    CHECK(canonical_text(other) == canonical_text(revision()));
}

TEST_CASE("a contract is written as its file has it, with what is set") {
    Contract terms = contract("JPY");
    terms.version = 3;
    terms.own_company = ref("bitrix24:company:1");
    terms.vat = {};
    terms.rounding = {RoundingLevel::TaskDay, RoundingMode::Nearest, 900};
    terms.rates = {
        {ref("bitrix24:group:7"), "design", ref("bitrix24:user:5"), day("2026-06-01"), 2501}};
    terms.work_types = {{"account", "account", true, true, "care"}};
    terms.nonbillable = {{"bug", "", "", "bug"}, {"", "Internal", "", ""}, {"", "", "x", ""}};
    terms.late_policy = LatePolicy::NextReport;
    terms.people = PeopleShown::Hidden;
    CHECK(json_of(terms) ==
          R"({"client":"bitrix24:company:12","currency":"JPY","late_policy":"next_report",)"
          R"("locale":"ru","nonbillable":[{"reason":"bug","tag":"bug"},{"group":"Internal"},)"
          R"({"work_type":"x"}],"own_company":"bitrix24:company:1","people":"hidden",)"
          R"("rates":[{"amount":"2501","person":"bitrix24:user:5","project":"bitrix24:group:7",)"
          R"("valid_from":"2026-06-01","work_type":"design"}],)"
          R"("rounding":{"level":"task_day","mode":"nearest","step_minutes":15},)"
          R"("time_zone":"Europe/Minsk","valid_from":"2026-01-01","vat":{"mode":"none"},)"
          R"("version":3,"work_types":[{"billable":true,"overhead":true,"reason":"care",)"
          R"("tag":"account","type":"account"}]})");
    terms.rounding.step_seconds = 36;
    CHECK(json_of(terms).find(R"("step_seconds":36)") != std::string::npos);
}

TEST_CASE("a filter is written with every member, null for what is not set") {
    Filter f = filter("2026-03-01", "2026-03-31");
    f.from.reset();
    f.projects = {ref("bitrix24:group:7"), ref("bitrix24:group:8")};
    f.work_type = "design";
    f.statuses = parse_status_filter("2,3").value();
    f.percent_paid = parse_percent_test("<100").value();
    f.task_dates = {parse_task_dates("closed:2026-03-01..2026-03-31").value()};
    CHECK(json_of(f) ==
          R"({"company":"bitrix24:company:12","from":null,"percent_paid":"<100",)"
          R"("projects":["bitrix24:group:7","bitrix24:group:8"],"status":"2,3",)"
          R"("task_dates":["closed:2026-03-01..2026-03-31"],"to":"2026-03-31","type":"design"})");
}

TEST_CASE("own company and hidden people") {
    Revision r = revision();
    r.own_company = Party{ref("bitrix24:company:1"), "Studio"};
    CHECK(canonical_text(r).find(R"("own_company":{"name":"Studio","ref":"bitrix24:company:1"})") !=
          std::string::npos);
    const std::string line = json_of(r.lines[0], r.contract.currency, PeopleShown::Hidden);
    CHECK(line.find(R"("people":[])") != std::string::npos);
    CHECK(line.find("Person 5") == std::string::npos);
    // the text that is hashed always names them
    r.contract.people = PeopleShown::Hidden;
    CHECK(canonical_text(r).find("Person 5") != std::string::npos);
}

TEST_CASE("strings are escaped as RFC 8785 has it") {
    CHECK(json_string("\"\\/\b\f\n\r\t") == R"("\"\\/\b\f\n\r\t")");
    CHECK(json_string(std::string_view("\x00\x01\x1f\x7f", 4)) == "\"\\u0000\\u0001\\u001f\x7f\"");
    CHECK(json_string("\u20ac$\u00f6\u2028") == "\"\u20ac$\u00f6\u2028\""); // as they are
    CHECK(json_string("a\xff") == "\"a\uFFFD\""); // a stray byte is replaced, never passed on
    CHECK(json_string_or_null("") == "null");
}

TEST_CASE("numbers of the canonical text are exact in every reader") {
    CHECK(json_number(-9007199254740991) == "-9007199254740991");
    CHECK_THROWS_AS(json_number(9007199254740992), BrokenInvariant);
    CHECK_THROWS_AS(json_number(-9007199254740992), BrokenInvariant);
}
