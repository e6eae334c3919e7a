#include <catch2/catch.hpp>

#include <set>

#include "base/digest.h"
#include "domain/canonical.h"
#include "sample.h"
#include "json/value.h"
#include "json/writer.h"

using namespace hb;
using namespace hb::render;

namespace {

json::Document parsed(const std::string& text) {
    Result<json::Document> document = json::Document::parse(text);
    REQUIRE(document.ok());
    return std::move(*document);
}

std::vector<std::string> keys_of(const json::Value& object) {
    std::vector<std::string> keys;
    for (const json::Value member : object) keys.emplace_back(member.key());
    return keys;
}

domain::ReportView one_line_draft() {
    domain::ReportView view = sample::draft();
    view.lines.resize(1);
    view.lines[0].people.resize(1);
    view.warnings.clear();
    view.completeness.reset();
    view.note.clear();
    view.questions.clear();
    view.own_company.reset();
    return view;
}

// A view of a frozen revision, as the engine builds it.
domain::ReportView frozen_view() {
    domain::ReportView view = sample::sent_report();
    domain::Revision revision;
    revision.number = *view.number;
    revision.client = {{"bitrix24", "company", "12"}, view.client_name};
    revision.own_company = view.own_company;
    revision.contract.client = revision.client.ref;
    revision.contract.version = 4;
    revision.contract.currency = view.currency;
    revision.contract.vat = view.vat;
    revision.contract.rounding = view.rounding;
    revision.contract.rates = {{{}, "", domain::Ref{"bitrix24", "user", "5"}, {}, 12000}};
    revision.period = view.period;
    revision.filter.company = revision.client.ref;
    revision.filter.from = view.period.from;
    revision.filter.to = view.period.to;
    revision.worked_seconds = view.worked_seconds;
    revision.billed_seconds = view.billed_seconds;
    revision.nonbillable_seconds = view.nonbillable_seconds;
    revision.totals = view.totals;
    revision.lines = view.lines;
    revision.completeness = *view.completeness;
    view.canonical = domain::canonical_text(revision);
    view.hash = domain::hash_of(view.canonical);
    return view;
}

} // namespace

TEST_CASE("a draft's JSON is exactly what G41 says, with number, url and revision null "
          "(G22)") {
    CHECK(
        report_json(one_line_draft(), Audience::Staff) ==
        R"({"id":3,"number":null,"state":"draft",)"
        R"("client":{"ref":"bitrix24:company:12","name":"Romashka LLC"},"own_company":null,)"
        R"("period":{"from":"2026-03-01","to":"2026-03-31"},"currency":"BYN","revision":null,"url":null,)"
        R"("worked_seconds":61209,"billed_seconds":57600,"nonbillable_seconds":5400,)"
        R"("subtotal":"1550.00","vat":"310.00","total":"1860.00","paid":"0.00","due":"1860.00","surplus":"0.00",)"
        R"("lines":[{"amount":"605.00","billable":true,"billed_seconds":19800,"gross":"726.00","kind":"work",)"
        R"("people":[{"name":"Designer Five","ref":"bitrix24:user:5","seconds":18900}],)"
        R"("project":{"name":"Online shop","ref":"bitrix24:group:7"},"rate":"110.00","reason":null,)"
        R"("task":{"ref":"bitrix24:task:691","title":"Landing page for the spring sale",)"
        R"("url":"https://acme.bitrix24.by/company/personal/user/1/tasks/task/view/691/"},)"
        R"("work_type":"design","worked_seconds":18900}],"completeness":null,)"
        R"("links":{"deal":"bitrix24:deal:42","invoice":null,"card":"bitrix24:card:31","documents":[]},)"
        R"("archive_url":null,"preview_url":null,"opened":null,)"
        R"("late":[{"ref":"bitrix24:entry:88","kind":"entry","entry":"bitrix24:entry:88","why":"paid_task",)"
        R"("client":"bitrix24:company:12","task":"bitrix24:task:601","work_date":"2026-02-20","seconds":1800,)"
        R"("amount":"45.00","currency":"BYN","report":null,"decision":null}],)"
        R"("excluded":[{"entry":"bitrix24:entry:90","seconds":3600,"report":2,"why":"held"}],"warnings":[],)"
        R"("freshness":{"bitrix24":"2026-04-01T06:00:00Z"},"filter":{"company":"bitrix24:company:12"},)"
        R"("drifted":false,"sending":false,"asks":null,"questions":[],"note":""})");
}

TEST_CASE("a report that was not stored has the id null and zero sums (G8)") {
    domain::ReportView view;
    view.currency = {"BYN", 2};
    view.excluded = {{"bitrix24:entry:90", 3600, std::nullopt, "paid_task"}};
    const json::Document document = parsed(report_json(view, Audience::Staff));
    CHECK(document.root()["id"].null());
    CHECK(*document.root()["total"].string() == "0.00");
    CHECK(document.root()["lines"].size() == 0);
    CHECK(document.root().pointer("/excluded/0/report").null());
}

TEST_CASE("what is due is the total minus what was paid, with the currency's decimals (G41, G28)") {
    domain::ReportView view = sample::sent_report();
    view.state = domain::State::PartlyPaid;
    view.paid = 86001;
    const json::Document document = parsed(report_json(view, Audience::Staff));
    CHECK(*document.root()["paid"].string() == "860.01");
    CHECK(*document.root()["due"].string() == "999.99");

    view.currency = {"JPY", 0};
    const json::Document yen = parsed(report_json(view, Audience::Staff));
    CHECK(*yen.root()["due"].string() == "99999");
}

TEST_CASE("a line that is not billed has the rate null, its reason, and an amount of zero (G6)") {
    const json::Document document = parsed(report_json(sample::sent_report(), Audience::Staff));
    const json::Value bug = document.root()["lines"][2];
    CHECK(bug["rate"].null());
    CHECK(*bug["amount"].string() == "0.00");
    CHECK(*bug["reason"].string() == "bug");
    CHECK_FALSE(*bug["billable"].boolean());
}

TEST_CASE("the hash can be computed again from the members of the report's own JSON (G22)") {
    const domain::ReportView view = frozen_view();
    const json::Document document = parsed(report_json(view, Audience::Staff));
    const json::Value root = document.root();
    json::Writer covered;
    covered.begin_object();
    for (const char* name : {"number", "client", "own_company", "contract", "period", "filter",
                             "currency", "worked_seconds", "billed_seconds", "nonbillable_seconds",
                             "subtotal", "vat", "total", "lines", "completeness"})
        covered.key(name).value(root[name]);
    covered.key("revision_n").value(root["revision"]["n"]);
    covered.end_object();
    const json::Document again = parsed(covered.text());
    const Result<std::string> canonical = json::canonical(again.root());
    REQUIRE(canonical.ok());
    CHECK(*canonical == view.canonical);
    CHECK(sha256_hex(*canonical) == *root["revision"]["hash"].string());
}

TEST_CASE("the client's JSON has these members and no others (G22, rule 56)") {
    const domain::ReportView view = frozen_view();
    const json::Document document = parsed(report_json(view, Audience::Client));
    CHECK(keys_of(document.root()) == std::vector<std::string>{"id",
                                                               "number",
                                                               "state",
                                                               "client",
                                                               "own_company",
                                                               "period",
                                                               "currency",
                                                               "revision",
                                                               "url",
                                                               "worked_seconds",
                                                               "billed_seconds",
                                                               "nonbillable_seconds",
                                                               "subtotal",
                                                               "vat",
                                                               "total",
                                                               "paid",
                                                               "due",
                                                               "surplus",
                                                               "lines",
                                                               "completeness",
                                                               "links"});
    CHECK(keys_of(document.root()["links"]) ==
          std::vector<std::string>{"deal", "invoice", "documents"});
    CHECK(keys_of(document.root().pointer("/lines/0/people/0")) ==
          std::vector<std::string>{"name", "seconds"});
}

TEST_CASE("nothing that only staff may know is in any of the client's documents (rule 56)") {
    const domain::ReportView view = frozen_view();
    for (const std::string& text : {report_json(view, Audience::Client),
                                    report_page(view, sample::options()), report_csv(view)})
        for (const char* secret :
             {"Secretive", "bitrix24:user", "entry:88", "entry:90", "bitrix24:card", "lost stage",
              "paid_task", "120.00", "06:00:00Z"})
            CHECK(text.find(secret) == std::string::npos);
}

TEST_CASE("people are hidden from the client where the contract says so, not from staff (G22)") {
    domain::ReportView view = sample::sent_report();
    view.people = domain::PeopleShown::Hidden;
    for (const std::string& text : {report_json(view, Audience::Client),
                                    report_page(view, sample::options()), report_csv(view)})
        CHECK(text.find("Designer Five") == std::string::npos);
    CHECK(report_json(view, Audience::Staff).find("Designer Five") != std::string::npos);
}

TEST_CASE("a list of reports leaves their lines out") {
    const json::Document document =
        parsed(report_list_json({sample::sent_report(), sample::draft()}));
    const json::Value reports = document.root()["reports"];
    REQUIRE(reports.size() == 2);
    CHECK(reports[0]["lines"].missing());
    CHECK(*reports[0]["total"].string() == "1860.00");
    CHECK(*reports[1]["state"].string() == "draft");
}

TEST_CASE("late rows look the same in the tray and in a report (G41)") {
    const domain::ReportView view = sample::sent_report();
    const json::Document tray = parsed(late_list_json(view.late));
    const json::Document report = parsed(report_json(view, Audience::Staff));
    REQUIRE(tray.root()["late"].size() == 1);
    CHECK(tray.root()["late"].dump() == report.root()["late"].dump());
    CHECK(keys_of(tray.root()["late"][0]) ==
          std::vector<std::string>{"ref", "kind", "entry", "why", "client", "task", "work_date",
                                   "seconds", "amount", "currency", "report", "decision"});
}

namespace {

void collect_keys(const json::Value& value, std::set<std::string>& keys) {
    if (value.is_object())
        for (const json::Value member : value) keys.insert(std::string(member.key()));
    if (value.is_object() || value.is_array())
        for (const json::Value member : value) collect_keys(member, keys);
}

} // namespace

TEST_CASE("the client's JSON has no references at any depth, and else what staff read (G22)") {
    const domain::ReportView view = sample::sent_report();
    std::set<std::string> ours, clients;
    const auto staff = parsed(report_json(view, Audience::Staff));
    const auto client = parsed(report_json(view, Audience::Client));
    collect_keys(staff.root(), ours);
    collect_keys(client.root(), clients);
    CHECK(ours.count("ref") == 1);
    CHECK(clients.count("ref") == 0);
    CHECK(client.root()["lines"].size() == staff.root()["lines"].size());
    CHECK(*client.root().pointer("/lines/0/task/title").string() ==
          *staff.root().pointer("/lines/0/task/title").string());
    CHECK(client.root()["client"]["name"].string().value() == view.client_name);
}
