#include <catch2/catch.hpp>

#include "base/clean.h"
#include "sample.h"
#include "json/value.h"

// G60: what somebody calls a task, a project, a client is only letters to the reader of the page,
// the table or the document.
using namespace hb;
using namespace hb::render;

namespace {

std::string utf8(char32_t code) {
    const auto byte = [](char32_t value) { return static_cast<char>(value); };
    if (code < 0x80) return {byte(code)};
    if (code < 0x800) return {byte(0xC0 | (code >> 6)), byte(0x80 | (code & 0x3F))};
    return {byte(0xE0 | (code >> 12)), byte(0x80 | ((code >> 6) & 0x3F)),
            byte(0x80 | (code & 0x3F))};
}

std::vector<std::string> controls() {
    std::vector<std::string> all;
    const auto add = [&all](char32_t from, char32_t to) {
        for (char32_t code = from; code <= to; ++code) all.push_back(utf8(code));
    };
    add(0x01, 0x1F); // NUL becomes a letter of its own when a record is read
    add(0x7F, 0x9F);
    add(0x061C, 0x061C);
    add(0x200E, 0x200F);
    add(0x2028, 0x202E);
    add(0x2066, 0x2069);
    return all;
}

domain::ReportView called(const std::string& text) {
    domain::ReportView view = sample::sent_report();
    view.client_name = view.own_company->name = text;
    for (domain::Line& line : view.lines) {
        line.task_title = line.work_type = line.project_name = line.reason = line.task_url = text;
        for (domain::PersonShare& share : line.people) share.name = text;
    }
    return view;
}

// Of a finished text: none of them, but for its own line ends.
bool has_control(std::string text, std::string_view own_ends) {
    for (auto at = text.find(own_ends); !own_ends.empty() && at != std::string::npos;
         at = text.find(own_ends, at))
        text.erase(at, own_ends.size());
    return !is_clean(text);
}

} // namespace

TEST_CASE("no control or bidi character of a name is on the page, in the table or the document") {
    REQUIRE(controls().size() == 31 + 33 + 1 + 2 + 7 + 4);
    for (const std::string& control : controls()) {
        const std::string name = "a" + control + "bcd";
        INFO("U+" << std::hex << static_cast<int>(static_cast<unsigned char>(control[0])));
        const domain::ReportView view = called(name);
        CHECK_FALSE(has_control(report_page(view, sample::options()), ""));
        CHECK_FALSE(has_control(notice_page(view, sample::options(), name, name), ""));
        CHECK_FALSE(has_control(report_csv(view), "\r\n"));
        for (const Audience audience : {Audience::Client, Audience::Staff}) {
            const std::string document = report_json(view, audience);
            CHECK_FALSE(has_control(document, ""));
            CHECK(document.find('\n') == std::string::npos);
            // A program reads what was frozen, so that the hash can be computed again.
            const auto read = json::Document::parse(document);
            REQUIRE(read.ok());
            CHECK(read->root()["lines"][0]["task"]["title"].text_view().value_or("") == name);
        }
    }
}

TEST_CASE("other letters and signs stay on the page as they are") {
    const std::string page =
        report_page(called("Ёлка – «№ 5» \u00A0 עברית ☃ \xF0\x9F\x98\x80"), sample::options());
    CHECK(page.find("Ёлка – «№ 5» \u00A0 עברית ☃ \xF0\x9F\x98\x80") != std::string::npos);
}

TEST_CASE("a cell with a tab or a line end is one cell, and numbers stay numbers") {
    domain::ReportView view = sample::sent_report();
    view.lines.resize(1);
    view.lines[0].task_title = "one\ttwo\r\n=1+1";
    const std::string csv = report_csv(view);
    CHECK(csv.find("one two  =1+1") != std::string::npos);
    CHECK(sample::count(csv, "\r\n") == 5);
    for (const char* evil : {"=1+1", "+1", "-1+1", "@x", "\t=1", "\r=1"}) {
        view.lines[0].task_title = evil;
        INFO(evil);
        CHECK(report_csv(view).find("'") != std::string::npos);
    }
    CHECK(report_csv(sample::sent_report()).find(",-45.00,") != std::string::npos);
}
