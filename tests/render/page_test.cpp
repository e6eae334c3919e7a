#include <catch2/catch.hpp>

#include <fstream>

#include "markup.h"
#include "render/archive_page.h"
#include "render/link_pages.h"
#include "sample.h"

using namespace hb;
using namespace hb::render;
using sample::count;

namespace {

bool shows(const std::string& page, std::string_view text) {
    return page.find(text) != std::string::npos;
}

// Every text of the view that somebody outside can write.
void poison(domain::ReportView& view, PageOptions& options, const std::string& text) {
    view.number = view.client_name = view.client_ref = view.hash = view.currency.code = text;
    view.own_company->name = text;
    view.locale = view.agreed_by = text;
    options.message = text;
    for (domain::Line& line : view.lines) {
        line.task_title = line.work_type = line.project_name = line.reason = text;
        line.project.id = line.task_ref.id = text;
        for (domain::PersonShare& share : line.people) share.name = text;
    }
}

std::vector<std::string> payloads() {
    std::ifstream file(std::string(HB_SOURCE_DIR) + "/tests/render/xss_payloads.txt");
    std::vector<std::string> all;
    for (std::string line; std::getline(file, line);)
        if (!line.empty()) all.push_back(line);
    return all;
}

} // namespace

TEST_CASE("the page shows number, client, period, both projects, the task links and every sum") {
    const std::string page = report_page(sample::sent_report(), sample::options());
    for (const char* text :
         {"Report HB2026-0002", "Romashka LLC", "1–31\u00A0March\u00A02026", "Pixel &amp; Partners",
          "Online shop", "Company site", "Waiting for your agreement",
          "view/691/\" rel=\"noopener noreferrer\"><bdi>Landing page for the spring sale</bdi></a>",
          "Subtotal (excl. VAT)", "1,550.00\u00A0BYN", "VAT 20 %", "310.00\u00A0BYN",
          "1,860.00\u00A0BYN", "0:45:09", "\u221245.00", "Correction of an earlier report",
          "Designer Five 6:40, Developer Six 3:20"})
        CHECK(shows(page, text));
}

TEST_CASE("time without charge is in its own section with its reason and no money") {
    const std::string page = report_page(sample::sent_report(), sample::options());
    const std::string free = page.substr(page.find("<section class=\"free\">"));
    CHECK(shows(free, "Cart loses items after login"));
    CHECK(shows(free, "<span class=\"badge\"><bdi>bug</bdi></span>"));
    CHECK(shows(free, ">0.00</td>"));
    CHECK_FALSE(shows(page.substr(0, page.find("<section class=\"free\">")), "Cart loses items"));
}

TEST_CASE("the form carries the hash of the revision that is shown (G43, rule 57)") {
    const std::string page = report_page(sample::sent_report(), sample::options());
    CHECK(shows(page, R"(<form method="post" action="/r/TOKEN/agree" accept-charset="utf-8">)"));
    CHECK(shows(page, R"(<input type="hidden" name="hash" value="5f1d0cafe">)"));
}

TEST_CASE("there is no form once the report is agreed, nor where no path was given") {
    domain::ReportView view = sample::sent_report();
    view.state = domain::State::Agreed;
    CHECK_FALSE(shows(report_page(view, sample::options()), "<form"));
    CHECK(shows(report_page(view, sample::options()), ">Agreed</p>"));
    CHECK_FALSE(shows(report_page(sample::sent_report(), PageOptions{}), "<form"));
}

TEST_CASE("what was paid and what is left is shown from the invoice on, a credit whenever there is "
          "one") {
    domain::ReportView view = sample::sent_report();
    CHECK_FALSE(shows(report_page(view, sample::options()), "Amount due"));
    view.state = domain::State::PartlyPaid;
    view.paid = 86000;
    const std::string partly = report_page(view, sample::options());
    CHECK(shows(partly, "Partly paid: 860.00\u00A0BYN of 1,860.00\u00A0BYN paid"));
    CHECK(shows(partly, "<dt>Amount due</dt><dd>1,000.00\u00A0BYN</dd>"));
    view.state = domain::State::Paid;
    view.paid = 186000;
    view.surplus = 500;
    const std::string paid = report_page(view, sample::options());
    CHECK(shows(paid, "<dt>Amount due</dt><dd>0.00\u00A0BYN</dd>"));
    CHECK(shows(paid, "<dt>Credit balance</dt><dd>5.00\u00A0BYN</dd>"));
}

TEST_CASE("VAT that is included stands under the total, and none is told as none (G5)") {
    domain::ReportView view = sample::sent_report();
    view.vat = {domain::VatMode::Included, 55000};
    const std::string included = report_page(view, sample::options());
    CHECK(shows(included, "Including VAT 5.5 %"));
    CHECK_FALSE(shows(included, "Subtotal (excl. VAT)"));
    view.vat = {};
    CHECK(shows(report_page(view, sample::options()), "Without VAT"));
}

TEST_CASE("the completeness statement has a row for each bucket that holds time, and no other") {
    const std::string page = report_page(sample::sent_report(), sample::options());
    CHECK(shows(page, "In this period 19:00:09 hours were recorded"));
    CHECK(shows(page, "<dt>16:00:09</dt><dd>billed in this report, before rounding</dd>"));
    CHECK(shows(page, "<dt>1:00</dt><dd>in other reports</dd>"));
    CHECK_FALSE(shows(page, "written off"));
    CHECK(shows(page, "includes \u22120:30 hours from other periods"));

    domain::ReportView all_here = sample::sent_report();
    all_here.completeness = domain::Completeness{};
    all_here.completeness->source_seconds = all_here.completeness->billed_work_seconds = 3600;
    CHECK(shows(report_page(all_here, sample::options()), "all of it is in this report"));
}

TEST_CASE("worked time has its own column only where time is rounded") {
    domain::ReportView view = sample::sent_report();
    CHECK(shows(report_page(view, sample::options()), "data-label=\"Worked\""));
    view.rounding = {};
    CHECK_FALSE(shows(report_page(view, sample::options()), "data-label=\"Worked\""));
}

TEST_CASE("both languages show the same figures in their own shape") {
    domain::ReportView view = sample::sent_report();
    view.locale = "ru-RU";
    const std::string page = report_page(view, sample::options());
    for (const char* text :
         {"<html lang=\"ru\">", "Отчёт HB2026-0002", "1–31\u00A0марта", "1\u00A0860,00\u00A0BYN",
          "Ждёт вашего согласования", "Согласовать отчёт", "Выполнено бесплатно", "15\u00A0мин"})
        CHECK(shows(page, text));
    for (const char* english : {"Work done", "Total", "Billed", "report"})
        CHECK(markup::text_of(page).find(english) == std::string::npos);
    const std::string english = report_page(sample::sent_report(), sample::options());
    CHECK(markup::skeleton(page) == markup::skeleton(english));
}

TEST_CASE("the page has no script, no inline style and nothing from elsewhere (CSP, G38)") {
    domain::ReportView view = sample::sent_report();
    for (const std::string& page :
         {report_page(view, sample::options()),
          not_found_page("en", "+375 17 000", sample::options()),
          password_page("ru", PasswordState::Wrong, sample::options()),
          asked_page("kk", sample::options()),
          archive_page({"fr", "Romashka LLC", "Own", "/a/x", {2026, 2025}, 2025, "mai", true, {}},
                       sample::options()),
          notice_page(view, sample::options(), "Title", "Text")}) {
        CHECK_FALSE(shows(page, "<script"));
        CHECK_FALSE(shows(page, "<style"));
        CHECK_FALSE(shows(page, " style="));
        CHECK_FALSE(shows(page, " on"
                                "click"));
        CHECK(count(page, "<link ") == 2);
        CHECK(count(page, "<img") == 0);
        CHECK(shows(page, R"(<link rel="stylesheet" href="/static/page.css">)"));
        CHECK(shows(page, R"(<link rel="icon" href="/static/icon.svg" type="image/svg+xml">)"));
    }
    CHECK_FALSE(shows(style_sheet(), "url("));
    CHECK_FALSE(shows(style_sheet(), "@import"));
}

TEST_CASE("no text in any field adds or changes an element or attribute (S6)") {
    const std::vector<std::string> all = payloads();
    REQUIRE(all.size() > 100);
    for (const domain::State state : {domain::State::Sent, domain::State::PartlyPaid}) {
        domain::ReportView view = sample::sent_report();
        view.state = state;
        view.agreed_on = parse_day("2026-04-02").value();
        PageOptions options = sample::options();
        poison(view, options, "harmless");
        const std::string clean = markup::skeleton(report_page(view, options));
        const std::string clean_notice =
            markup::skeleton(notice_page(view, options, "harmless", "harmless"));
        for (const std::string& payload : all) {
            poison(view, options, payload);
            INFO("payload " << payload);
            CHECK(markup::skeleton(report_page(view, options)) == clean);
            CHECK(markup::skeleton(notice_page(view, options, payload, payload)) == clean_notice);
        }
    }
}

TEST_CASE("text that looks like a template is shown as it is") {
    domain::ReportView view = sample::sent_report();
    view.lines[0].task_title =
        "{{hash}} {{{hash}}} {{#projects}}x{{/projects}} {{>hash}} {{=<% %>=}}";
    const std::string page = report_page(view, sample::options());
    CHECK(shows(page,
                "{{hash}} {{{hash}}} {{#projects}}x{{/projects}} {{&gt;hash}} {{=&lt;% %&gt;=}}"));
}

TEST_CASE("only web addresses become links") {
    for (const char* url : {"javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x",
                            "//evil", "vbscript:x", " https://spaced", "", "\x01javascript:x"}) {
        domain::ReportView view = sample::sent_report();
        for (domain::Line& line : view.lines) line.task_url = url;
        const std::string page = report_page(view, sample::options());
        INFO("address " << url);
        CHECK(shows(page, "<td class=\"task\"><bdi>"));
        CHECK_FALSE(shows(page, "<td class=\"task\"><a "));
    }
}

TEST_CASE("the page's template escapes every value: no other form of a name is in it") {
    for (const char* name : {"page.mustache", "notice.mustache"}) {
        std::ifstream file(std::string(HB_SOURCE_DIR) + "/src/render/" + name);
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        REQUIRE(shows(text, "<!doctype html>"));
        CHECK_FALSE(shows(text, "{{{"));
        CHECK_FALSE(shows(text, "{{&"));
        CHECK(count(text, "=\"{{") + count(text, "-{{") > 0); // attributes are always quoted
        CHECK_FALSE(shows(text, "={{"));
    }
}

TEST_CASE("a report that is being corrected or was cancelled shows no figure (G4)") {
    domain::ReportView view = sample::sent_report();
    for (const domain::State state :
         {domain::State::Draft, domain::State::Cancelled, domain::State::Credited}) {
        view.state = state;
        const Notice told = withdrawn_notice(view);
        const std::string page = notice_page(view, sample::options(), told.title, told.text);
        CHECK(shows(page, state == domain::State::Draft ? "This report is being corrected"
                                                        : "This report was cancelled"));
        for (const char* figure : {"1,860", "1860", "16:00", "605", "<table", "<form"})
            CHECK_FALSE(shows(page, figure));
    }
    view.locale = "ru";
    CHECK(withdrawn_notice(view).title == "Этот отчёт отменён");
}

TEST_CASE("projects are closed above thirty lines or eight projects, and open without script") {
    domain::ReportView view = sample::sent_report();
    const auto open = [&] {
        return count(report_page(view, sample::options()), "<details class=\"project\" open>");
    };
    const auto closed = [&] {
        return count(report_page(view, sample::options()), "<details class=\"project\">");
    };
    CHECK(open() == 2);
    const domain::Line line = view.lines[0];
    view.lines.assign(30, line);
    CHECK(open() == 1);
    view.lines.assign(31, line);
    CHECK(open() == 0);
    CHECK(closed() == 1);
    const auto projects = [&](std::size_t number) {
        view.lines.assign(number, line);
        for (std::size_t i = 0; i < number; ++i) view.lines[i].project.id = std::to_string(i);
    };
    projects(8);
    CHECK(open() == 8);
    projects(9);
    CHECK(closed() == 9);
    view.lines.assign(1001, line);
    CHECK(count(report_page(view, sample::options()), "<tr><td class=\"task\">") == 1001);
}

TEST_CASE("above a thousand lines each project has pages of its own, of five hundred lines each") {
    domain::ReportView view = sample::sent_report();
    auto options = sample::options();
    options.project_path = "/r/token/project/";
    const domain::Line line = view.lines[0];
    view.lines.assign(kLinesOnPageMax, line);
    CHECK_FALSE(shows_projects_alone(view, options));
    CHECK(count(report_page(view, options), "<tr><td class=\"task\">") == kLinesOnPageMax);
    view.lines.push_back(line);
    CHECK(shows_projects_alone(view, options));
    CHECK(count(report_page(view, options), "<tr><td class=\"task\">") == 0);
    const auto rows = [&](std::size_t page) -> std::size_t { // 0: there is no such page
        std::string html;
        const bool there = write_part_page(view, options, {PartPlace::Kind::Project, 1, page},
                                           [&html](std::string_view piece) { html += piece; });
        CHECK(there == !html.empty());
        return count(html, "<td class=\"task\">");
    };
    view.lines.assign(2 * kLinesOnPartMax, line);
    CHECK(rows(2) == kLinesOnPartMax);
    CHECK(rows(3) == 0);
    view.lines.push_back(line);
    CHECK(rows(3) == 1);
}

TEST_CASE("the title is the period in words, and the number stands below it") {
    domain::ReportView view = sample::sent_report();
    const std::string page = report_page(view, sample::options());
    CHECK(shows(page, "<h1>March\u00A02026</h1>\n<p class=\"name\">Report on hours worked · "
                      "<bdi>Report HB2026-0002</bdi></p>"));
    CHECK(shows(page, "<title>March\u00A02026 · Report HB2026-0002</title>"));
    CHECK(count(page, "<h1>") == 1);
    view.period = {*parse_day("2026-03-03"), *parse_day("2026-03-14")};
    CHECK(shows(report_page(view, sample::options()), "<h1>3 to 14\u00A0March\u00A02026</h1>"));
}

TEST_CASE("names of people, clients, tasks and projects keep their own direction of writing") {
    domain::ReportView view = sample::sent_report();
    view.state = domain::State::Agreed;
    view.agreed_on = parse_day("2026-04-02").value();
    view.agreed_by = "שם";
    const std::string page = report_page(view, sample::options());
    for (const char* name :
         {"Romashka LLC", "Pixel &amp; Partners", "Online shop", "Checkout: payment by card",
          "Designer Five 6:40, Developer Six 3:20", "design", "bug", "שם"})
        CHECK(shows(page, "<bdi>" + std::string(name) + "</bdi>"));
}

TEST_CASE("the page can be walked without a mouse: skip link, jumps, captions and heads") {
    const std::string page = report_page(sample::sent_report(), sample::options());
    for (const char* place : {"work", "agree", "files"}) {
        INFO(place);
        CHECK(count(page, "href=\"#" + std::string(place) + "\"") == 1);
        CHECK(count(page, "id=\"" + std::string(place) + "\"") == 1);
    }
    CHECK(shows(page, "<caption>Work done: <bdi>Online shop</bdi></caption>"));
    CHECK(count(page, "<caption>") == count(page, "<table>"));
    CHECK(count(page, "<th ") == count(page, "<th scope=\"col\""));
    domain::ReportView agreed = sample::sent_report();
    agreed.state = domain::State::Agreed;
    CHECK_FALSE(shows(report_page(agreed, sample::options()), "#agree\""));
}

TEST_CASE("every file that is offered is a link, and no other") {
    PageOptions options = sample::options();
    const std::string all = report_page(sample::sent_report(), options);
    for (const char* kind : {"pdf", "xlsx", "csv", "json"})
        CHECK(count(all, "href=\"/r/TOKEN/report." + std::string(kind) + "\"") == 1);
    options.xlsx_path.clear();
    const std::string fewer = report_page(sample::sent_report(), options);
    CHECK_FALSE(shows(fewer, "XLSX"));
    CHECK(shows(fewer, "PDF"));
    CHECK_FALSE(shows(report_page(sample::sent_report(), {}), "id=\"files\""));
}

TEST_CASE("a chart has a bar for each project or type of work, and there is none of one bar") {
    domain::ReportView view = sample::sent_report();
    const std::string page = report_page(view, sample::options());
    CHECK(count(page, "<section class=\"chart\">") == 2);
    CHECK(count(page, "<svg class=\"bar\"") == 4);
    CHECK(shows(page, "<title>97 %</title>")); // 15:30 of 16:00
    CHECK(shows(page, "<rect class=\"fill\" width=\"1000\" height=\"10\"/>"));
    view.lines.resize(1);
    CHECK_FALSE(shows(report_page(view, sample::options()), "<svg"));
}

TEST_CASE("a chart of many projects shows seven and the rest as one, and no time below nothing") {
    domain::ReportView view = sample::sent_report();
    const domain::Line line = view.lines[0];
    view.lines.assign(12, line);
    for (std::size_t i = 0; i < 12; ++i) {
        view.lines[i].project.id = std::to_string(i);
        view.lines[i].project_name = "Project " + std::to_string(i);
        view.lines[i].billed_seconds = i == 0 ? -3600 : static_cast<std::int64_t>(i) * 3600;
    }
    const std::string page = report_page(view, sample::options());
    const std::string chart = page.substr(page.find("<section class=\"chart\">"),
                                          page.find("</section>") - page.find("<section"));
    CHECK(count(chart, "<svg class=\"bar\"") == 8);
    CHECK(chart.find("Project 11") < chart.find("Project 5"));
    CHECK_FALSE(shows(chart, "Project 4<"));
    CHECK(shows(chart, "<bdi>Other</bdi>"));
    CHECK(shows(chart, "<span>10:00</span>")); // 1 + 2 + 3 + 4
    view.lines.resize(2);                      // one below nothing, and one bar shows nothing
    CHECK_FALSE(shows(report_page(view, sample::options()), "<svg"));
}

TEST_CASE("a table of figures above twelve characters becomes rows on paper") {
    domain::ReportView view = sample::sent_report();
    view.lines[0].amount = 99999999; // 999,999.99
    CHECK(shows(report_page(view, sample::options()), "<main>"));
    view.lines[0].amount = 9999999999; // 99,999,999.99
    CHECK(shows(report_page(view, sample::options()), "<main class=\"long-numbers\">"));
}
