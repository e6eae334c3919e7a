#pragma once

#include <string>

#include "render/report_view.h"
#include "render/template.h"

namespace hb::render {

// What a manager reads above a draft's preview, in their own language.
struct StaffBlock {
    std::string language, title, text;
    std::string warnings_title, late_title;
    std::vector<std::string> warnings, late;
};

// The client's page: one table, totals, an agree form (G43: input name="hash") while the state is
// `sent`. All data escaped; no inline script or style; links the style sheet at `style_path`.
// `locale` of the view decides the language (unknown ones read as en) and the shape of numbers and
// dates. A draft says that it is one.
struct PageOptions {
    std::string style_path; // "/static/page.css"
    std::string icon_path;  // "/static/icon.svg"; "" names none
    std::string logo_path;  // "/static/brand/….png"; "": the name stands there
    std::string agree_path; // "/r/TOKEN/agree"; "" hides the form
    // "/r/TOKEN/project/", "/r/TOKEN/task/", and a number behind; "": all on one page, no task has
    // one
    std::string project_path, task_path;
    std::string report_path;             // "/r/TOKEN", from those pages back
    std::string typed_name, typed_email; // what the form holds
    std::string message;                 // shown on top: "Thank you, your agreement was recorded."
    // "/r/TOKEN/report.pdf" and so on; "" does not offer it
    std::string pdf_path, xlsx_path, csv_path, json_path;
    std::string archive_path; // "/a/TOKEN"; "": the page does not lead there
    bool inactive = false;    // forms are shown and take nothing
    StaffBlock staff;         // above the page; no title: none
};
std::string report_page(const domain::ReportView& view, const PageOptions& options);
void write_report_page(const domain::ReportView& view, const PageOptions& options,
                       const Write& out);
// Above so many lines the page has a row a project, and lines are on pages of their own.
inline constexpr std::size_t kLinesOnPageMax = 1000;
inline constexpr std::size_t kLinesOnPartMax = 500;
bool shows_projects_alone(const domain::ReportView& view, const PageOptions& options);
// Project or task number `n`, from 1 in the order in which lines first name it; `page` from 1.
// false: there is none, and nothing was written.
struct PartPlace {
    enum class Kind { Project, Task } kind = Kind::Project;
    std::size_t n = 1, page = 1;
};
bool write_part_page(const domain::ReportView& view, const PageOptions& options, PartPlace place,
                     const Write& out);
// The agreement could not be recorded just now (503).
std::string busy_agreement_text(const domain::ReportView& view);
// The page as one file that needs no other: for a reader who gets it by mail or opens it from a
// disk.
std::string exported_page(const domain::ReportView& view);
// "This report is being corrected", "cancelled": no figures (G4).
std::string notice_page(const domain::ReportView& view, const PageOptions& options,
                        std::string_view title, std::string_view text);
// What to say about a report that is not to be agreed to now, in its client's language.
struct Notice {
    std::string title;
    std::string text;
};
Notice withdrawn_notice(const domain::ReportView& view); // recalled or cancelled (G4)
std::string
stale_agreement_text(const domain::ReportView& view); // the hash was not the current one (G43)
std::string style_sheet();
std::string page_icon(); // SVG
// RFC 4180 CSV of the lines, one row each, and three of sums; formulas disarmed (rules.md,
// security: CSV); for the client without references (G22). Separator, decimal sign and heads are
// those of the contract's language. Begins with a byte order mark: without it a spreadsheet garbles
// Cyrillic.
std::string report_csv(const domain::ReportView& view, Audience audience = Audience::Staff);
void write_report_csv(const domain::ReportView& view, Audience audience, const Write& out);

} // namespace hb::render
