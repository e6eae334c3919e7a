#include "base/clean.h"
#include "base/text.h"
#include "render/page.h"

// line,kind,project,task,task_ref,task_url,work_type,billable,reason,people,worked_seconds,worked,
// billed_seconds,billed,rate,amount,currency
// 1,work,Shop,Landing page,bitrix24:task:691,https://…,design,yes,,Anna,18900,5:15,…,BYN
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

// Numbers and durations are ours and stay numbers, a negative one too.
std::string row_of(const Line& line, std::size_t position, const ReportView& view,
                   Audience audience) {
    std::vector<std::string> people;
    if (view.people == domain::PeopleShown::Names)
        for (const domain::PersonShare& share : line.people) people.push_back(share.name);
    const auto money = [&](std::int64_t minor) {
        return domain::format_amount(minor, view.currency);
    };
    const std::string ref =
        audience == Audience::Staff ? cell(domain::to_string(line.task_ref)) + "," : "";
    return join({std::to_string(position), line.kind, cell(line.project_name),
                 cell(line.task_title), ref + cell(line.task_url), cell(line.work_type),
                 line.billable ? "yes" : "no", cell(line.reason), cell(join(people, ", ")),
                 std::to_string(line.worked_seconds), format_duration(line.worked_seconds),
                 std::to_string(line.billed_seconds), format_duration(line.billed_seconds),
                 line.billable ? money(line.rate) : "", money(line.amount), view.currency.code},
                ",");
}

} // namespace

void write_report_csv(const ReportView& view, Audience audience, const Write& out) {
    out(std::string(kByteOrderMark) + "line,kind,project,task," +
        (audience == Audience::Staff ? "task_ref," : "") +
        "task_url,work_type,billable,reason,people," +
        "worked_seconds,worked,billed_seconds,billed,rate,amount,currency" + std::string(kLineEnd));
    std::size_t position = 0;
    for (const Line& line : view.lines)
        out(row_of(line, ++position, view, audience) + std::string(kLineEnd));
}

std::string report_csv(const ReportView& view, Audience audience) {
    std::string out;
    write_report_csv(view, audience, [&](std::string_view piece) { out += piece; });
    return out;
}

} // namespace hb::render
