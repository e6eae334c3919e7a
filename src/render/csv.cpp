#include "base/clean.h"
#include "base/text.h"
#include "render/document_parts.h"
#include "render/locale.h"
#include "render/page.h"

// line,kind,project,task,task_ref,task_url,work_type,billable,reason,people,worked_seconds,worked,
// billed_seconds,billed,rate,amount,currency
// 1,work,Shop,Landing page,bitrix24:task:691,https://…,design,yes,,Anna,18900,5:15,…,BYN
// ,subtotal,,Subtotal (excl. VAT),,,,,,,,,,,,1260.00,BYN
//
// Heads are in the contract's language; separator and decimal sign are what a spreadsheet of that
// language expects. `kind` is a code in every language: work adjustment subtotal vat total.
namespace hb::render {

namespace {

using domain::Line;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kLineEnd = "\r\n";

// What a spreadsheet may take for the end of a cell, whatever separator it expects.
bool ends_cell(char c) {
    return c == ',' || c == ';' || c == '\t' || c == '|' || c == '\r' || c == '\n';
}

bool begins_formula(std::string_view rest) {
    constexpr std::string_view kStarts[] = {"=",  "+",  "-",  "@",      "\t", "\r",
                                            "\n", "＝", "＋", "\u2212", "－", "＠"};
    for (const std::string_view start : kStarts)
        if (rest.starts_with(start)) return true;
    return false;
}

// An apostrophe before whatever a spreadsheet would read as a formula: at the beginning of the text
// and behind each separator in it, also after spaces and quotes (rules.md, security: CSV).
std::string disarmed(std::string_view text) {
    std::string out;
    bool at_start = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool first = i == 0;
        if (at_start && begins_formula(text.substr(i)) && (first || !ends_cell(c))) out += '\'';
        out += c;
        if (ends_cell(c))
            at_start = true;
        else if (c != ' ' && c != '"' && c != '\'')
            at_start = false;
    }
    return out;
}

std::string cell(std::string_view text) {
    const std::string safe = disarmed(for_people(text, Lines::Join));
    if (safe.find_first_of(",;\"\r\n\t|") == std::string::npos) return safe;
    std::string quoted = "\"";
    for (const char c : safe) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + "\"";
}

// The head whose cell only staff get.
constexpr std::size_t kTaskRefColumn = 4;

class Csv {
public:
    Csv(const domain::ReportView& view, Audience audience, const Write& out)
        : view_(view), words_(words_for(view.locale)), audience_(audience), out_(out) {}

    void write() {
        out_(kByteOrderMark);
        Cells heads;
        for (const std::string_view head : words_.csv_heads) heads.push_back(cell(head));
        write_row(std::move(heads));
        std::size_t position = 0;
        for (const Line& line : view_.lines) write_row(cells_of(line, ++position));
        const std::string rate = domain::format_vat_rate(view_.vat.rate_e4);
        const bool included = view_.vat.mode == domain::VatMode::Included;
        write_sum("subtotal", words_.sum_of_lines, view_.totals.subtotal);
        write_sum("vat",
                  view_.vat.mode == domain::VatMode::None
                      ? std::string(words_.no_vat)
                      : filled(included ? words_.vat_included : words_.vat, rate),
                  view_.totals.vat);
        write_sum("total", words_.total, view_.totals.total);
    }

private:
    using Cells = std::vector<std::string>;

    // No grouping, so that it stays a number.
    std::string amount(std::int64_t minor) const {
        std::string text = domain::format_amount(minor, view_.currency);
        if (const auto point = text.find('.'); point != std::string::npos)
            text.replace(point, 1, words_.decimal_point);
        return words_.csv_separator == words_.decimal_point ? cell(text) : text;
    }

    // Numbers and durations are ours and stay numbers, a negative one too.
    Cells cells_of(const Line& line, std::size_t position) const {
        std::vector<std::string> people;
        if (view_.people == domain::PeopleShown::Names)
            for (const domain::PersonShare& share : line.people) people.push_back(share.name);
        const bool planner = line.reason == domain::kPlannerReason;
        const bool client = audience_ == Audience::Client;
        const bool linked = !client || links_to_portal(view_);
        return {std::to_string(position),
                line.kind,
                cell(line.project_name),
                cell(line.task_title),
                cell(domain::to_string(line.task_ref)),
                cell(linked ? line.task_url : ""),
                cell(client ? line_type(view_, line) : line.work_type),
                std::string(line.billable ? words_.yes : words_.no),
                cell(client || planner ? line_reason(words_, view_, line) : line.reason),
                cell(join(people, ", ")),
                std::to_string(line.worked_seconds),
                format_duration(line.worked_seconds),
                std::to_string(line.billed_seconds),
                format_duration(line.billed_seconds),
                line.billable ? amount(line.rate) : "",
                amount(line.amount),
                view_.currency.code};
    }

    void write_sum(std::string_view kind, std::string_view word, std::int64_t minor) const {
        Cells cells(words_.csv_heads.size());
        cells[1] = kind;
        cells[3] = cell(word);
        cells[15] = amount(minor);
        cells[16] = view_.currency.code;
        write_row(std::move(cells));
    }

    void write_row(Cells cells) const {
        if (audience_ == Audience::Client)
            cells.erase(cells.begin() + static_cast<std::ptrdiff_t>(kTaskRefColumn));
        out_(join(cells, words_.csv_separator) + std::string(kLineEnd));
    }

    const domain::ReportView& view_;
    const Words& words_;
    const Audience audience_;
    const Write& out_;
};

} // namespace

void write_report_csv(const domain::ReportView& view, Audience audience, const Write& out) {
    Csv(view, audience, out).write();
}

std::string report_csv(const domain::ReportView& view, Audience audience) {
    std::string out;
    write_report_csv(view, audience, [&](std::string_view piece) { out += piece; });
    return out;
}

} // namespace hb::render
