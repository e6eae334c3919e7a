#include <catch2/catch.hpp>

#include <sys/resource.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <regex>

#include "base/clean.h"
#include "base/text.h"
#include "domain/locales.h"
#include "readers.h"
#include "render/document.h"
#include "render/locale.h"
#include "sample.h"
#include "json/value.h"

// Documents are read by other programs (poppler, openpyxl) and compared with report.json, which is
// written by other code from the same revision.
using namespace hb;
using namespace hb::render;
using namespace hb::render::test;

namespace {

std::string pdf_of(const domain::ReportView& view) {
    auto made = report_pdf(view);
    REQUIRE(made.ok());
    return std::move(*made);
}

std::string xlsx_of(const domain::ReportView& view) {
    auto made = report_xlsx(view);
    REQUIRE(made.ok());
    return std::move(*made);
}

std::string without(std::string text, std::string_view part) {
    for (auto at = text.find(part); !part.empty() && at != std::string::npos; at = text.find(part))
        text.erase(at, part.size());
    return text;
}

// "1 234,50" or "−1,234.50" as JSON writes it: "1234.50".
std::string plain(std::string figure, const Words& words) {
    const bool negative = figure.starts_with("\u2212");
    figure = without(std::move(figure), "\u2212");
    for (const std::string_view group : {words.thousands, std::string_view(" "),
                                         std::string_view("\u00A0"), std::string_view("\u202F")})
        figure = without(std::move(figure), group);
    if (const auto at = figure.find(words.decimal_point); at != std::string::npos)
        figure.replace(at, words.decimal_point.size(), ".");
    return (negative ? "-" : "") + figure;
}

// What poppler sets apart by two spaces and more.
std::vector<std::string> tokens_of(const std::string& line) {
    std::vector<std::string> tokens;
    for (std::size_t at = 0; at < line.size();) {
        std::size_t end = std::min(line.find("  ", at), line.size());
        if (end > at) tokens.push_back(std::string(trim(line.substr(at, end - at))));
        at = end;
        while (at < line.size() && line[at] == ' ') ++at;
    }
    return tokens;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    for (const auto line : split(text, '\n')) out.emplace_back(line);
    return out;
}

// The figures at the end of the row that begins with this number.
std::map<std::size_t, std::vector<std::string>> rows_of(const std::string& text,
                                                        std::size_t figures) {
    std::map<std::size_t, std::vector<std::string>> rows;
    static const std::regex begins(R"(^\s*(\d+) )");
    for (const std::string& line : lines_of(text)) {
        std::smatch found;
        const auto tokens = tokens_of(line);
        if (!std::regex_search(line, found, begins) || tokens.size() <= figures) continue;
        rows.emplace(std::stoul(found[1]),
                     std::vector<std::string>(tokens.end() - static_cast<std::ptrdiff_t>(figures),
                                              tokens.end()));
    }
    return rows;
}

// The last figure of the last line that begins with `word`.
std::string figure_beside(const std::string& text, std::string_view word) {
    std::string found;
    for (const std::string& line : lines_of(text)) {
        const auto tokens = tokens_of(line);
        if (tokens.size() >= 2 && tokens.front() == without(std::string(word), "\u00A0"))
            found = tokens.back();
        if (tokens.size() >= 2 &&
            plain(tokens.front(), words_for("en")) == plain(std::string(word), words_for("en")))
            found = tokens.back();
    }
    return found;
}

json::Document json_of(const domain::ReportView& view) {
    auto document = json::Document::parse(report_json(view, Audience::Client));
    REQUIRE(document.ok());
    return std::move(*document);
}

std::string text(const json::Value& value) {
    return std::string(value.text_view().value_or(""));
}

std::int64_t minor(std::string decimal) {
    return *parse_integer(without(std::move(decimal), "."));
}

// Each line, each sum and the hours of the PDF are those of report.json.
void check_pdf(const domain::ReportView& view) {
    const Words& words = words_for(view.locale);
    const json::Document document = json_of(view);
    const std::string read = read_pdf(pdf_of(view)).all();
    const bool rounded = view.rounding.level != domain::RoundingLevel::None;
    const auto rows = rows_of(read, rounded ? 4 : 3);
    const auto free = rows_of(read, 1);
    std::size_t number = 0;
    std::vector<std::size_t> wrong; // numbers of lines
    for (const auto line : document.root()["lines"]) {
        ++number;
        const auto seconds = [&](const char* name) { return shown_time(*line[name].integer()); };
        if (!*line["billable"].boolean()) {
            const auto row = free.find(number);
            if (row == free.end() || row->second.back() != seconds("worked_seconds"))
                wrong.push_back(number);
            continue;
        }
        const auto row = rows.find(number);
        if (row == rows.end()) {
            wrong.push_back(number);
            continue;
        }
        std::vector<std::string> expected{seconds("billed_seconds"), text(line["rate"]),
                                          text(line["amount"])};
        if (rounded) expected.insert(expected.begin(), seconds("worked_seconds"));
        auto told = row->second;
        for (std::size_t i = told.size() - 2; i < told.size(); ++i) told[i] = plain(told[i], words);
        if (told != expected) wrong.push_back(number);
    }
    CHECK(number == view.lines.size());
    if (!wrong.empty()) UNSCOPED_INFO(read);
    CHECK(wrong == std::vector<std::size_t>{});
    const std::string money = " " + view.currency.code;
    const auto sum = [&](std::string_view word) {
        std::string figure = figure_beside(read, word);
        REQUIRE(figure.ends_with(money));
        return plain(figure.substr(0, figure.size() - money.size()), words);
    };
    CHECK(sum(words.total) == text(document.root()["total"]));
    if (view.vat.mode == domain::VatMode::None) return;
    CHECK(sum(words.sum_of_lines) == text(document.root()["subtotal"]));
    CHECK(sum(filled(view.vat.mode == domain::VatMode::Added ? words.vat : words.vat_included,
                     domain::format_vat_rate(view.vat.rate_e4))) == text(document.root()["vat"]));
}

double number_of(const std::string& text) {
    double out = std::nan("");
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

enum Column {
    kNumber,
    kProject,
    kTask,
    kType,
    kPeople,
    kBillable,
    kReason,
    kWorked,
    kBilled,
    kRate,
    kAmount
};

std::size_t head_row(const Sheet& sheet) {
    std::size_t row = 0;
    while (row < sheet.size() && sheet[row][0].value != "№") ++row;
    REQUIRE(row < sheet.size());
    return row;
}

// Each cell of the sheet is what report.json says, and each formula has the value that it counts.
void check_xlsx(const domain::ReportView& view) {
    const json::Document document = json_of(view);
    const Sheet sheet = read_xlsx(xlsx_of(view));
    const double scale = std::pow(10, view.currency.exponent);
    const auto is_money = [&](const SheetCell& cell, const std::string& decimal) {
        return std::llround(number_of(cell.value) * scale) == minor(decimal);
    };
    std::size_t row = head_row(sheet), wrong = 0;
    std::int64_t sum = 0;
    for (const auto line : document.root()["lines"]) {
        const auto& cells = sheet[++row];
        wrong += cells[kTask].value != document_text(text(line["task"]["title"]));
        wrong += !is_money(cells[kAmount], text(line["amount"])) || cells[kAmount].kind != "n";
        if (*line["billable"].boolean()) wrong += !is_money(cells[kRate], text(line["rate"]));
        wrong += std::llround(number_of(cells[kWorked].value)) != *line["worked_seconds"].integer();
        wrong += std::llround(number_of(cells[kBilled].value)) != *line["billed_seconds"].integer();
        wrong += cells[kWorked].format != "[h]:mm:ss";
        sum += minor(text(line["amount"]));
    }
    CHECK(wrong == 0);
    if (view.lines.empty()) ++row;
    std::map<std::string, const SheetCell*> sums;
    const auto& hours = sheet[row + 1];
    CHECK(std::llround(number_of(hours[kWorked].value)) ==
          *document.root()["worked_seconds"].integer());
    CHECK(std::llround(number_of(hours[kBilled].value)) ==
          *document.root()["billed_seconds"].integer());
    for (++row; row < sheet.size(); ++row) {
        if (sheet[row][kAmount].value.empty()) continue;
        CHECK(sheet[row][kAmount].kind == "f");
        sums[sheet[row][kNumber].value] = &sheet[row][kAmount];
    }
    const Words& words = words_for(view.locale);
    REQUIRE(sums.contains(std::string(words.total)));
    CHECK(is_money(*sums[std::string(words.total)], text(document.root()["total"])));
    if (view.vat.mode == domain::VatMode::None) return;
    CHECK(sums.size() == 3);
    const SheetCell* net = sums[std::string(words.sum_of_lines)];
    REQUIRE(net != nullptr);
    CHECK(is_money(*net, text(document.root()["subtotal"])));
    // The cell that sums up the lines holds the sum of the cells above it.
    const SheetCell* first =
        view.vat.mode == domain::VatMode::Added ? net : sums[std::string(words.total)];
    CHECK(first->formula.starts_with(view.lines.empty() ? "=0" : "=SUM(K"));
    CHECK(std::llround(number_of(first->value) * scale) == sum);
}

domain::ReportView vat(domain::ReportView view, domain::Vat vat) {
    view.vat = vat;
    sample::add_up(view);
    return view;
}

// Twelve digits before the point, in rates and amounts.
domain::ReportView large(domain::ReportView view) {
    for (auto& line : view.lines) {
        line.rate *= 10'000'000;
        line.amount *= 1'000'000'000;
    }
    sample::add_up(view);
    return view;
}

void tell_cost(const char* what, const domain::ReportView& view,
               std::string (*make)(const domain::ReportView&)) {
    const auto usage = [] {
        rusage now{};
        ::getrusage(RUSAGE_SELF, &now);
        return now;
    };
    const auto seconds = [](const rusage& at) {
        return static_cast<double>(at.ru_utime.tv_sec + at.ru_stime.tv_sec) +
               static_cast<double>(at.ru_utime.tv_usec + at.ru_stime.tv_usec) / 1e6;
    };
    const rusage before = usage();
    const std::string made = make(view);
    const rusage after = usage();
    WARN(what << " of " << view.lines.size() << " lines: " << made.size() / 1024 << " kB, "
              << seconds(after) - seconds(before) << " s of processor, peak memory "
              << before.ru_maxrss / 1024 << " MB with the report alone, " << after.ru_maxrss / 1024
              << " MB with the document");
    CHECK(after.ru_maxrss - before.ru_maxrss < 128 * 1024);
}

void write_file(const std::string& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

} // namespace

TEST_CASE("PDF and XLSX say what report.json says, to the minor unit, in every language") {
    for (const std::string_view language : domain::kShippedLanguages) {
        INFO(language);
        const domain::ReportView view = sample::month(36, std::string(language));
        check_pdf(view);
        check_xlsx(view);
    }
}

TEST_CASE("PDF and XLSX agree with report.json for each VAT mode, currency and size of amounts") {
    using domain::VatMode;
    const domain::Currency yen{"JPY", 0}, dinar{"KWD", 3};
    for (const VatMode mode : {VatMode::None, VatMode::Added, VatMode::Included})
        for (const domain::Currency& currency : {domain::Currency{"EUR", 2}, yen, dinar}) {
            INFO(domain::to_string(mode) << " " << currency.code);
            const domain::ReportView view = vat(sample::month(40, "en", currency), {mode, 200000});
            check_pdf(view);
            check_xlsx(view);
        }
    for (const char* language : {"en", "ru", "fr"}) {
        check_pdf(large(sample::month(36, language)));
        check_xlsx(large(sample::month(36, language)));
    }
    domain::ReportView exact = sample::month(12, "uk");
    exact.rounding = {};
    check_pdf(exact);
    check_xlsx(exact);
}

TEST_CASE("a report without lines, one below zero, one of 460 and one of 20,000 lines") {
    check_pdf(sample::month(0, "en"));
    check_xlsx(sample::month(0, "en"));
    domain::ReportView credit = sample::month(5, "ru");
    for (auto& line : credit.lines) {
        line.kind = "adjustment";
        line.worked_seconds = -line.worked_seconds;
        line.billed_seconds = -line.billed_seconds;
        line.amount = -line.amount;
    }
    sample::add_up(credit);
    check_pdf(credit);
    check_xlsx(credit);
    check_pdf(sample::month(460, "kk"));
    check_xlsx(sample::month(460, "kk"));
    check_pdf(sample::month(20'000, "en"));
    check_xlsx(sample::month(20'000, "en"));
}

TEST_CASE("a month of 36 lines is two pages with their numbers, heads again and two signatures") {
    for (const std::string_view language : domain::kShippedLanguages) {
        INFO(language);
        const domain::ReportView view = sample::month(36, std::string(language));
        const Words& words = words_for(language);
        const PdfText read = read_pdf(pdf_of(view));
        REQUIRE(read.pages.size() == 2);
        for (std::size_t page = 0; page < 2; ++page) {
            const std::string& said = read.pages[page];
            CHECK(said.find(filled(words.page_of, std::to_string(page + 1), "2")) !=
                  std::string::npos);
            CHECK(said.find("HB2026-0002") != std::string::npos);
            CHECK(said.find(words.task) != std::string::npos); // the table's head
            CHECK(said.find("Pixel & Partners") != std::string::npos);
        }
        const std::string& last = read.pages.back();
        CHECK(last.find(words.our_side) != std::string::npos);
        CHECK(last.find(words.client_side) != std::string::npos);
        CHECK(sample::count(last, words.sign_here) == 2);
        CHECK(read.pages[0].find("Romashka LLC") != std::string::npos);
        CHECK(last.find("our own mistake") != std::string::npos);
    }
}

TEST_CASE("a draft says so on each page and in its name; a sent report nowhere") {
    domain::ReportView draft = sample::month(80, "en");
    const std::string sent = read_pdf(pdf_of(draft)).all();
    CHECK(sent.find("Draft") == std::string::npos);
    CHECK(document_name(draft, "pdf") == "HB2026-0002.pdf");
    draft.state = domain::State::Draft;
    draft.number.reset();
    draft.revision = 0;
    draft.hash.clear();
    draft.frozen_at.reset();
    const PdfText read = read_pdf(pdf_of(draft));
    REQUIRE(read.pages.size() > 2);
    for (const std::string& page : read.pages) CHECK(sample::count(page, "Draft") >= 2);
    CHECK(document_name(draft, "xlsx") == "draft-3.xlsx");
    const Sheet sheet = read_xlsx(xlsx_of(draft));
    CHECK(sheet[2][1].value == "Draft");
    const std::string page = exported_page(draft);
    CHECK(page.find("data-draft=\"Draft\"") != std::string::npos);
    CHECK(page.find("<title>Draft") != std::string::npos);
    CHECK(page.find("To pay") == std::string::npos);
    CHECK(page.find("href=\"data:text/css;base64,") != std::string::npos);
    CHECK(exported_page(sample::month(3, "en")).find("data-draft") == std::string::npos);
}

TEST_CASE("names of files hold nothing that ends a header or leads elsewhere") {
    domain::ReportView view = sample::sent_report();
    view.number = "../АБ\"2026;\r\n-1";
    CHECK(document_name(view, "pdf") == "________2026___-1.pdf");
}

TEST_CASE("documents are of the revision: the same bytes twice, whatever was paid since") {
    const domain::ReportView view = sample::month(36, "ru");
    domain::ReportView paid = view;
    paid.state = domain::State::Paid;
    paid.paid = paid.totals.total;
    paid.surplus = 500;
    paid.invoice = "bitrix24:invoice:9";
    CHECK(pdf_of(view) == pdf_of(view));
    CHECK(pdf_of(view) == pdf_of(paid));
    CHECK(xlsx_of(view) == xlsx_of(view));
    CHECK(xlsx_of(view) == xlsx_of(paid));
    CHECK(report_csv(view, Audience::Client) == report_csv(paid, Audience::Client));
    domain::ReportView later = view;
    later.frozen_at = *view.frozen_at + std::chrono::hours(24);
    CHECK(pdf_of(view) != pdf_of(later));
    CHECK(xlsx_of(view) != xlsx_of(later));
}

TEST_CASE("documents name client and company as the frozen text has them") {
    domain::ReportView view = sample::sent_report();
    view.canonical = R"({"client":{"name":"Frozen Client"},"own_company":{"name":"Frozen Own"}})";
    const std::string read = read_pdf(pdf_of(view)).all();
    CHECK(read.find("Frozen Client") != std::string::npos);
    CHECK(read.find("Frozen Own") != std::string::npos);
    CHECK(read.find("Romashka") == std::string::npos);
    CHECK(read_xlsx(xlsx_of(view))[0][0].value == "Frozen Own");
}

TEST_CASE("hidden people are in no document") {
    domain::ReportView view = sample::month(9, "en");
    view.people = domain::PeopleShown::Hidden;
    CHECK(read_pdf(pdf_of(view)).all().find("Ben Ode") == std::string::npos);
    for (const auto& row : read_xlsx(xlsx_of(view)))
        for (const auto& cell : row) CHECK(cell.value.find("Ben Ode") == std::string::npos);
    CHECK(report_csv(view, Audience::Client).find("Ben Ode") == std::string::npos);
}

TEST_CASE("hostile titles are only letters in PDF, XLSX and CSV") {
    std::string emoji, kilobytes;
    for (int i = 0; i < 300; ++i) emoji += "\U0001F600";
    while (kilobytes.size() < 4096) kilobytes += "слово ";
    const std::vector<std::string> titles = {
        "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "@SUM(A1:A9)",
        "{=1+1}",
        "https://evil.example/?a=b",
        "internal:Sheet2!A1",
        "\u202Etxt.exe\u202C \u2067x\u2069 \u200Fy",
        "[url=https://evil.example]ok[/url] [b]x[/b]",
        "_x0041_ _x000D_",
        "a\x01\x1b[31m\x7f\u0085b\nc",
        "שלום עולם mixed العربية 123",
        "\uFFFE\uFFFF end",
        "& < > \" ' %PDF-1.5 endobj",
        emoji,
        kilobytes,
        "\U0001F469\u200D\U0001F4BB",
        std::string(3000, 'W'),
    };
    domain::ReportView view = sample::month(titles.size(), "en");
    for (std::size_t i = 0; i < titles.size(); ++i) {
        auto& line = view.lines[i];
        line.task_title = line.project_name = line.work_type = titles[i];
        line.reason = line.billable ? "" : titles[i];
        line.people[0].name = titles[i];
    }
    view.client_name = view.own_company->name = titles[0] + titles[6];
    // A sign that no installed font has is a box with its number, which poppler reads as lines of
    // their own: the figures beside it are right, but no longer on a line with theirs.
    domain::ReportView readable = view;
    auto& boxes = readable.lines[15];
    boxes.task_title = boxes.project_name = boxes.work_type = boxes.people[0].name = "boxes";
    check_pdf(readable);
    check_xlsx(view);
    const std::string read = read_pdf(pdf_of(view)).all();
    // Poppler itself puts marks round right-to-left text; ours are those that turn other text.
    for (const char* mark : {"\u202E", "\u2067", "\u200F"})
        CHECK(read.find(mark) == std::string::npos);
    CHECK(read.find("<script>alert(1)</script>") != std::string::npos);
    const Sheet sheet = read_xlsx(xlsx_of(view));
    const std::size_t head = head_row(sheet);
    for (std::size_t i = 0; i < titles.size(); ++i) {
        INFO(titles[i]);
        for (const Column column : {kProject, kTask, kType, kPeople}) {
            const SheetCell& cell = sheet[head + 1 + i][column];
            CHECK(cell.kind != "f");
            CHECK(is_clean(cell.value));
            CHECK(cell.value == document_text(titles[i]));
        }
    }
}

// What docs/benchmarks.md says: tests_render "[.cost]"; each in a process of its own, since peak
// memory never shrinks.
TEST_CASE("PDF of 5,000 lines: processor time and peak memory", "[.cost]") {
    tell_cost("PDF", sample::month(5'000, "ru"), pdf_of);
}
TEST_CASE("XLSX of 100,000 lines: processor time and peak memory", "[.cost]") {
    tell_cost("XLSX", sample::month(100'000, "ru"), xlsx_of);
}

// To look at: HB_DOCUMENTS=DIR tests_render "[.documents]", then pdftoppm -png.
TEST_CASE("documents of several kinds, for people to look at", "[.documents]") {
    const char* folder = std::getenv("HB_DOCUMENTS");
    REQUIRE(folder != nullptr);
    const auto keep = [&](const std::string& name, const domain::ReportView& view) {
        const std::string path = std::string(folder) + "/" + name;
        write_file(path + ".pdf", pdf_of(view));
        write_file(path + ".xlsx", xlsx_of(view));
        write_file(path + ".csv", report_csv(view, Audience::Client));
        write_file(path + ".html", exported_page(view));
    };
    for (const std::string_view locale : domain::kShippedLanguages)
        keep("month-" + std::string(locale), sample::month(36, std::string(locale)));
    keep("small", sample::sent_report());
    domain::ReportView draft = sample::month(36, "ru");
    draft.state = domain::State::Draft;
    draft.revision = 0;
    draft.hash.clear();
    keep("draft", draft);
    keep("none", sample::month(0, "en"));
    keep("large", large(sample::month(36, "ru")));
    keep("yen", vat(sample::month(36, "en", {"JPY", 0}), {domain::VatMode::Included, 200000}));
    domain::ReportView hebrew = sample::month(12, "en");
    for (std::size_t i = 0; i < hebrew.lines.size(); i += 2)
        hebrew.lines[i].task_title = "שלום עולם mixed العربية 123 \U0001F600 тест";
    hebrew.client_name = std::string(500, 'W');
    keep("mixed", hebrew);
}
