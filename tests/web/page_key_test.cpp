#include <catch2/catch.hpp>

#include <functional>
#include <set>

#include "render/sample.h"
#include "web/page_key.h"

using namespace hb;
using namespace hb::web;
using domain::ReportView;
using render::PageOptions;

namespace {

struct Change {
    const char* what;
    std::function<void(ReportView&, PageOptions&)> make;
};

// Everything that is shown to a client and may change after the revision was frozen, or differs
// between revisions.
const std::vector<Change> kChanges = {
    {"report", [](ReportView& v, PageOptions&) { v.id = 999; }},
    {"revision", [](ReportView& v, PageOptions&) { ++v.revision; }},
    {"hash", [](ReportView& v, PageOptions&) { v.hash += "0"; }},
    {"number", [](ReportView& v, PageOptions&) { v.number = "X-1"; }},
    {"no number", [](ReportView& v, PageOptions&) { v.number.reset(); }},
    {"state", [](ReportView& v, PageOptions&) { v.state = domain::State::Agreed; }},
    {"drifted", [](ReportView& v, PageOptions&) { v.drifted = true; }},
    {"agreed on", [](ReportView& v, PageOptions&) { v.agreed_on = v.period.to; }},
    {"agreed at", [](ReportView& v, PageOptions&) { v.agreed_time = "14:05"; }},
    {"due day", [](ReportView& v, PageOptions&) { v.due_on = v.period.to; }},
    {"projects", [](ReportView&, PageOptions& o) { o.project_path = "/r/other/project/"; }},
    {"tasks", [](ReportView&, PageOptions& o) { o.task_path = "/r/other/task/"; }},
    {"way back", [](ReportView&, PageOptions& o) { o.report_path = "/r/other"; }},
    {"typed name", [](ReportView&, PageOptions& o) { o.typed_name = "Ann"; }},
    {"typed address", [](ReportView&, PageOptions& o) { o.typed_email = "ann@x.by"; }},
    {"agreed by", [](ReportView& v, PageOptions&) { v.agreed_by = "Ann Lee"; }},
    {"settled", [](ReportView& v, PageOptions&) { ++v.paid; }},
    {"surplus", [](ReportView& v, PageOptions&) { ++v.surplus; }},
    {"client", [](ReportView& v, PageOptions&) { v.client_name += "!"; }},
    {"logo and colour",
     [](ReportView& v, PageOptions&) {
         render::Brand brand;
         brand.name = "Studio";
         v.brand = render::named(brand);
     }},
    {"logo's place", [](ReportView&, PageOptions& o) { o.logo_path = "/logo.png"; }},
    {"own company", [](ReportView& v, PageOptions&) { v.own_company->name += "!"; }},
    {"no own company", [](ReportView& v, PageOptions&) { v.own_company.reset(); }},
    {"from", [](ReportView& v, PageOptions&) { v.period.from += std::chrono::days{1}; }},
    {"to", [](ReportView& v, PageOptions&) { v.period.to += std::chrono::days{1}; }},
    {"filter", [](ReportView& v, PageOptions&) { v.filter_json += " "; }},
    {"currency", [](ReportView& v, PageOptions&) { v.currency.code = "JPY"; }},
    {"decimals", [](ReportView& v, PageOptions&) { ++v.currency.exponent; }},
    {"worked", [](ReportView& v, PageOptions&) { ++v.worked_seconds; }},
    {"billed", [](ReportView& v, PageOptions&) { ++v.billed_seconds; }},
    {"free", [](ReportView& v, PageOptions&) { ++v.nonbillable_seconds; }},
    {"subtotal", [](ReportView& v, PageOptions&) { ++v.totals.subtotal; }},
    {"VAT", [](ReportView& v, PageOptions&) { ++v.totals.vat; }},
    {"total", [](ReportView& v, PageOptions&) { ++v.totals.total; }},
    {"VAT rate", [](ReportView& v, PageOptions&) { ++v.vat.rate_e4; }},
    {"VAT mode", [](ReportView& v, PageOptions&) { v.vat.mode = domain::VatMode::None; }},
    {"people", [](ReportView& v, PageOptions&) { v.people = domain::PeopleShown::Hidden; }},
    {"locale", [](ReportView& v, PageOptions&) { v.locale = "ru"; }},
    {"rounding", [](ReportView& v, PageOptions&) { ++v.rounding.step_seconds; }},
    {"rounding mode",
     [](ReportView& v, PageOptions&) { v.rounding.mode = domain::RoundingMode::Nearest; }},
    {"rounding level",
     [](ReportView& v, PageOptions&) { v.rounding.level = domain::RoundingLevel::Report; }},
    {"address", [](ReportView& v, PageOptions&) { v.url = "https://other.example.com/r/x"; }},
    {"deal", [](ReportView& v, PageOptions&) { v.deal = "bitrix24:deal:999"; }},
    {"invoice", [](ReportView& v, PageOptions&) { v.invoice = "bitrix24:invoice:999"; }},
    {"documents", [](ReportView& v, PageOptions&) { v.documents.push_back("x"); }},
    {"link", [](ReportView&, PageOptions& o) { o.agree_path = "/r/other/agree"; }},
    {"PDF", [](ReportView&, PageOptions& o) { o.pdf_path = "/r/other/report.pdf"; }},
    {"XLSX", [](ReportView&, PageOptions& o) { o.xlsx_path = "/r/other/report.xlsx"; }},
    {"icon", [](ReportView&, PageOptions& o) { o.icon_path = "/other.svg"; }},
    {"downloads", [](ReportView&, PageOptions& o) { o.csv_path = "/r/other/report.csv"; }},
    {"JSON", [](ReportView&, PageOptions& o) { o.json_path = "/r/other/report.json"; }},
    {"archive", [](ReportView&, PageOptions& o) { o.archive_path = "/a/other"; }},
    {"seen before", [](ReportView& v, PageOptions&) { v.changed_since = 1; }},
    {"message", [](ReportView&, PageOptions& o) { o.message = "Thank you."; }},
    {"style", [](ReportView&, PageOptions& o) { o.style_path = "/other.css"; }},
};

std::string key_after(const Change* change, std::string_view shape = "page") {
    ReportView view = render::sample::sent_report();
    PageOptions options = render::sample::options();
    if (change != nullptr) change->make(view, options);
    return page_key(shape, view, options);
}

} // namespace

TEST_CASE("the key of a kept page differs with everything that is shown") {
    std::set<std::string> keys{key_after(nullptr), key_after(nullptr, "csv"),
                               key_after(nullptr, "json")};
    CHECK(keys.size() == 3);
    for (const Change& change : kChanges) {
        INFO(change.what);
        CHECK(keys.insert(key_after(&change)).second);
    }
    CHECK(key_after(nullptr) == key_after(nullptr));
}

TEST_CASE("whatever changes a client's page changes its key") {
    const auto page_after = [](const Change* change) {
        ReportView view = render::sample::sent_report();
        PageOptions options = render::sample::options();
        if (change != nullptr) change->make(view, options);
        return render::report_page(view, options);
    };
    const std::string plain = page_after(nullptr);
    int changed = 0;
    for (const Change& change : kChanges) {
        INFO(change.what);
        if (page_after(&change) == plain) continue;
        ++changed;
        CHECK(key_after(&change) != key_after(nullptr));
    }
    CHECK(changed > 20); // the list is not one of things that nobody sees
}

TEST_CASE("what only staff see, and the lines that the hash stands for, are not in the key") {
    ReportView view = render::sample::sent_report();
    const PageOptions options = render::sample::options();
    const std::string key = page_key("page", view, options);
    view.lines.clear();
    view.canonical.clear();
    view.completeness.reset();
    view.late.clear();
    view.freshness["bitrix24"] = "2030-01-01T00:00:00Z";
    view.note = "for us";
    CHECK(page_key("page", view, options) == key);
}

TEST_CASE("values that run into each other make different keys") {
    ReportView one = render::sample::sent_report(), two = one;
    one.client_ref = "ab";
    one.client_name = "c";
    two.client_ref = "a";
    two.client_name = "bc";
    const PageOptions options = render::sample::options();
    CHECK(page_key("page", one, options) != page_key("page", two, options));
}
