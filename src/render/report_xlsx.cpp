#include <stdlib.h>
#include <xlsxwriter.h>

#include <charconv>
#include <filesystem>
#include <map>

#include "base/files.h"
#include "base/text.h"
#include "render/document_parts.h"

// One sheet: who and what on top, a head that stays, a row for each line in the order of the frozen
// revision, sums below them:
//
//   1 | Online shop | Landing page | design | Ann | yes |  | 5:15:00 | 5:30:00 | 110.00 | 605.00
//   …
//   Subtotal (excl. VAT) |  …  | =SUM(K10:K14)
//   VAT 20 %        |  …  | =ROUND(K15*20/100,2)
//   Total           |  …  | =K15+K16
namespace hb::render {

namespace {

using domain::Line;

// Excel's own bounds: rows of a sheet, and UTF-16 units of a cell, of which a character is at most
// two.
constexpr std::size_t kRowsMax = 1'048'576 - 100;
constexpr std::size_t kCellCharactersMax = 16'000;
constexpr std::size_t kBytesMax = 512u << 20;
constexpr double kSecondsOfDay = 86'400;
// Days from 1899-12-30, where a sheet's calendar begins, to 1970-01-01.
constexpr double kDaysBefore1970 = 25'569;
// A cell holds 15 digits; what is longer is better a text than a wrong number.
constexpr std::int64_t kExactMax = 999'999'999'999'999;

// A folder that only this user can look into; gone with its files when this ends.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::error_code unknown;
        const auto where = std::filesystem::temp_directory_path(unknown);
        path_ = (unknown ? std::string("/tmp") : where.string()) + "/hourbridge-XXXXXX";
        made_ = ::mkdtemp(path_.data()) != nullptr;
    }
    ~TemporaryFolder() {
        std::error_code ignored; // the system's own cleaning takes what is left
        if (made_) std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    bool made() const { return made_; }
    const std::string& path() const { return path_; }

private:
    std::string path_;
    bool made_ = false;
};

Error no_room(const std::string& detail) {
    return Error{Code::Machine, "the table could not be written", detail,
                 "is there room for temporary files, and may they be written?"};
}

// A reader takes "_x0041_" for the letter A: its underscore is written that way instead.
std::string cell_text(std::string_view text) {
    const std::string clean = document_text(text, kCellCharactersMax);
    std::string out;
    for (std::size_t i = 0; i < clean.size(); ++i) {
        const auto hex = [&](std::size_t at) {
            return at < clean.size() && std::isxdigit(static_cast<unsigned char>(clean[at])) != 0;
        };
        const bool escape = clean[i] == '_' && i + 6 < clean.size() && clean[i + 1] == 'x' &&
                            hex(i + 2) && hex(i + 3) && hex(i + 4) && hex(i + 5) &&
                            clean[i + 6] == '_';
        out += escape ? "_x005F_" : std::string(1, clean[i]);
    }
    return out;
}

enum Column : lxw_col_t {
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
    kAmount,
};

class ReportXlsx {
public:
    ReportXlsx(const domain::ReportView& view, const TemporaryFolder& folder)
        : view_(view), parts_(parts_of(view)), words_(parts_.words),
          file_(folder.path() + "/report.xlsx") {
        std::string temporary = folder.path();
        lxw_workbook_options options{};
        options.constant_memory = LXW_TRUE;
        options.tmpdir = temporary.data();
        book_ = workbook_new_opt(file_.c_str(), &options);
    }

    Result<std::string> write() {
        if (book_ == nullptr) return no_room("");
        set_properties();
        make_formats();
        open_sheet();
        write_top();
        write_head();
        for (const Line& line : view_.lines) write_line(line);
        write_sums();
        worksheet_autofilter(sheet_, head_row_, kNumber, last_row_, kAmount);
        const lxw_error closed = workbook_close(book_);
        if (closed != LXW_NO_ERROR) return no_room(lxw_strerror(closed));
        return read_whole_file(file_, kBytesMax);
    }

private:
    void set_properties() {
        std::string title = parts_.name + " · " + parts_.period, company = parts_.company;
        std::string by = "hourbridge";
        lxw_doc_properties about{};
        about.title = title.data();
        about.author = by.data();
        about.company = company.data();
        about.created = std::chrono::system_clock::to_time_t(
            std::chrono::time_point_cast<std::chrono::system_clock::duration>(made_at(view_)));
        workbook_set_properties(book_, &about);
    }

    lxw_format* format(const char* number, bool bold) {
        lxw_format* made = workbook_add_format(book_);
        if (number != nullptr) format_set_num_format(made, number);
        if (bold) format_set_bold(made);
        return made;
    }

    void make_formats() {
        std::string money = "#,##0";
        if (view_.currency.exponent > 0)
            money += "." + std::string(static_cast<std::size_t>(view_.currency.exponent), '0');
        bold_ = format(nullptr, true);
        head_ = format(nullptr, true);
        format_set_text_wrap(head_);
        format_set_align(head_, LXW_ALIGN_VERTICAL_TOP);
        format_set_bottom(head_, LXW_BORDER_THIN);
        title_ = format(nullptr, true);
        format_set_font_size(title_, 14);
        date_ = format(std::string(words_.sheet_date).c_str(), false);
        format_set_align(date_, LXW_ALIGN_LEFT);
        time_ = format("[h]:mm:ss", false);
        bold_time_ = format("[h]:mm:ss", true);
        money_ = format(money.c_str(), false);
        bold_money_ = format(money.c_str(), true);
    }

    void open_sheet() {
        const std::string name(parts_.draft ? words_.draft : words_.report);
        sheet_ = workbook_add_worksheet(book_, name.c_str());
        const std::pair<Column, double> widths[] = {{kNumber, 18}, {kProject, 24}, {kTask, 56},
                                                    {kType, 16},   {kPeople, 24},  {kBillable, 10},
                                                    {kReason, 28}, {kWorked, 13},  {kBilled, 13},
                                                    {kRate, 15},   {kAmount, 18}};
        for (const auto& [column, width] : widths)
            worksheet_set_column(sheet_, column, column, width, nullptr);
        worksheet_set_landscape(sheet_);
        worksheet_set_paper(sheet_, 9); // A4
        worksheet_fit_to_pages(sheet_, 1, 0);
        std::string name_on_pages = shorten(parts_.name, 60);
        for (std::size_t at = 0; (at = name_on_pages.find('&', at)) != std::string::npos; at += 2)
            name_on_pages.insert(at, "&"); // a lone one begins a command
        worksheet_set_header(sheet_, ("&L" + name_on_pages + "&R" + parts_.period).c_str());
        worksheet_set_footer(sheet_, "&R&P / &N");
    }

    void put(lxw_col_t column, std::string_view text, lxw_format* format = nullptr) {
        if (text.empty()) return;
        worksheet_write_string(sheet_, row_, column, cell_text(text).c_str(), format);
    }
    double money_number(std::int64_t minor) const {
        const std::string text = domain::format_amount(minor, view_.currency);
        double nearest = 0;
        std::from_chars(text.data(), text.data() + text.size(), nearest);
        return nearest;
    }
    void put_money(lxw_col_t column, std::int64_t minor, lxw_format* format) {
        if (minor > kExactMax || minor < -kExactMax)
            return put(column, domain::format_amount(minor, view_.currency), format);
        worksheet_write_number(sheet_, row_, column, money_number(minor), format);
    }
    void put_time(lxw_col_t column, std::int64_t seconds) {
        worksheet_write_number(sheet_, row_, column, static_cast<double>(seconds) / kSecondsOfDay,
                               time_);
    }
    void put_date(lxw_col_t column, Day day) {
        const auto days = static_cast<double>(to_epoch_days(day));
        worksheet_write_number(sheet_, row_, column, days + kDaysBefore1970, date_);
    }

    void write_top() {
        if (!parts_.company.empty()) {
            put(kNumber, parts_.company, bold_);
            ++row_;
        }
        put(kNumber, parts_.heading, title_);
        ++row_;
        for (const DocumentFact& fact : parts_.facts) {
            put(kNumber, fact.word);
            if (fact.word == words_.period) {
                put_date(kProject, view_.period.from);
                put_date(kTask, view_.period.to);
            } else {
                put(kProject, fact.value);
            }
            ++row_;
        }
        put(kNumber, words_.currency);
        put(kProject, view_.currency.code);
        row_ += 2;
    }

    void write_head() {
        head_row_ = row_;
        const std::pair<Column, std::string> heads[] = {
            {kNumber, "№"},
            {kProject, std::string(words_.project)},
            {kTask, std::string(words_.task)},
            {kType, std::string(words_.work_type)},
            {kPeople, std::string(words_.people)},
            {kBillable, std::string(words_.billable_head)},
            {kReason, std::string(words_.reason)},
            {kWorked, std::string(words_.worked)},
            {kBilled, std::string(words_.billed)},
            {kRate, std::string(words_.rate)},
            {kAmount, parts_.amount_word}};
        for (const auto& [column, head] : heads) put(column, head, head_);
        worksheet_repeat_rows(sheet_, head_row_, head_row_);
        worksheet_freeze_panes(sheet_, head_row_ + 1, 0);
        ++row_;
        first_row_ = last_row_ = row_;
    }

    void write_line(const Line& line) {
        worksheet_write_number(sheet_, row_, kNumber, row_ - first_row_ + 1, nullptr);
        put(kProject, line.project_name);
        put(kTask, line.task_title);
        put(kType, line_type(view_, line));
        put(kPeople, line_people(view_, line));
        put(kBillable, line.billable ? words_.yes : words_.no);
        const bool correction = line.kind == "adjustment";
        put(kReason,
            correction ? std::string(words_.correction) : line_reason(words_, view_, line));
        put_time(kWorked, line.worked_seconds);
        put_time(kBilled, line.billed_seconds);
        if (line.billable) put_money(kRate, line.rate, money_);
        put_money(kAmount, line.amount, money_);
        last_row_ = row_++;
    }

    // --- sums: a formula, and its value for readers that do not calculate

    static std::string cell_of(char column, lxw_row_t row) {
        return column + std::to_string(row + 1);
    }
    std::string sum_of(char column) const {
        if (view_.lines.empty()) return "=0";
        return "=SUM(" + cell_of(column, first_row_) + ":" + cell_of(column, last_row_) + ")";
    }
    std::string vat_of(lxw_row_t base) const {
        const std::string rate = domain::format_vat_rate(view_.vat.rate_e4);
        const std::string of =
            view_.vat.mode == domain::VatMode::Added ? "100" : "(100+" + rate + ")";
        return "=ROUND(" + cell_of('K', base) + "*" + rate + "/" + of + "," +
               std::to_string(view_.currency.exponent) + ")";
    }

    void write_sums() {
        if (view_.lines.empty()) ++row_;
        std::map<SumKind, lxw_row_t> at;
        for (std::size_t i = 0; i < parts_.sums.size(); ++i)
            at[parts_.sums[i].kind] = row_ + static_cast<lxw_row_t>(i);
        const SumKind of_lines = parts_.sums.front().kind; // the first row sums up the lines
        write_hours();
        for (const DocumentSum& sum : parts_.sums) {
            put(kNumber, sum.word, bold_);
            if (sum.kind != SumKind::NoVat) {
                std::string formula = sum_of('K');
                if (sum.kind == SumKind::Vat)
                    formula = vat_of(at[of_lines]);
                else if (sum.kind == SumKind::Total && of_lines != SumKind::Total)
                    formula = "=" + cell_of('K', at[SumKind::Subtotal]) + "+" +
                              cell_of('K', at[SumKind::Vat]);
                else if (sum.kind == SumKind::Subtotal && of_lines != SumKind::Subtotal)
                    formula = "=" + cell_of('K', at[SumKind::Total]) + "-" +
                              cell_of('K', at[SumKind::Vat]);
                worksheet_write_formula_num(sheet_, row_, kAmount, formula.c_str(), bold_money_,
                                            money_number(sum.minor));
            }
            ++row_;
        }
    }

    void write_hours() {
        const auto put_sum = [&](Column column, char letter, std::int64_t seconds) {
            worksheet_write_formula_num(sheet_, row_, column, sum_of(letter).c_str(), bold_time_,
                                        static_cast<double>(seconds) / kSecondsOfDay);
        };
        put_sum(kWorked, 'H', view_.worked_seconds);
        put_sum(kBilled, 'I', view_.billed_seconds);
    }

    const domain::ReportView& view_;
    const DocumentParts parts_;
    const Words& words_;
    const std::string file_;
    lxw_workbook* book_ = nullptr;
    lxw_worksheet* sheet_ = nullptr;
    lxw_format *bold_ = nullptr, *head_ = nullptr, *title_ = nullptr, *date_ = nullptr,
               *time_ = nullptr, *bold_time_ = nullptr, *money_ = nullptr, *bold_money_ = nullptr;
    lxw_row_t row_ = 0, head_row_ = 0, first_row_ = 0, last_row_ = 0;
};

} // namespace

Result<std::string> report_xlsx(const domain::ReportView& view) {
    if (view.lines.size() > kRowsMax)
        return Error{Code::Usage, "the report has more lines than a sheet has rows", "",
                     "take it as CSV"};
    const TemporaryFolder folder;
    if (!folder.made()) return no_room("");
    return ReportXlsx(view, folder).write();
}

} // namespace hb::render
