#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/time.h"
#include "domain/contract.h"

// What clients read, by language. A new language is one more file like locale_en.cpp, a row in
// locale.cpp and a name in domain/locales.h; the compiler names a text that it forgot. {0} and {1}
// are replaced.
namespace hb::render {

// Which form of a noun goes with a whole number.
enum class PluralRule {
    English, // one: 1
    French,  // one: 0 and 1
    Slavic,  // one: 1, 21, 31 …; few: 2-4, 22-24 …
    Same,    // the noun stays as it is
};
struct Counted { // {0}: the number
    std::string_view one, few, many;
};

struct Words {
    std::string_view language; // of <html lang>

    // numbers and dates
    std::string_view decimal_point, thousands;
    std::string_view csv_separator;
    PluralRule plural;
    std::array<std::string_view, 12> months;       // as in "1 March 2026"
    std::array<std::string_view, 12> months_alone; // as in "March 2026"
    std::string_view date;        // {0}: the day or days, {1}: the month, {2}: the year
    std::string_view whole_month; // {0}: the month alone, {1}: the year
    std::string_view days_of_month, days_between; // {0}: the first, {1}: the last
    std::string_view first_day;                   // of a month, where it stands alone
    std::string_view sheet_date;                  // a spreadsheet's format

    // head
    std::string_view report, report_title, for_client, period;
    std::string_view state_sent, state_agreed, state_invoiced, state_partly_paid, state_paid;
    std::string_view to_pay, paid_of;

    // ways through the page
    std::string_view skip, on_this_page, jump_agree, jump_files;
    std::string_view chart_projects, chart_types, chart_rest, chart_untyped;

    // What happens next, by state. "_free": there is nothing to pay.
    std::string_view next_title, next_sent, next_sent_free, next_drifted;
    std::string_view agreed_by, agreed_on; // {0}: a name, {1}: the day; {0}: the day
    std::string_view next_agreed, next_agreed_free;
    std::string_view next_invoiced;    // {0}: what is due
    std::string_view next_partly_paid; // {0}: what came, {1}: what is due
    std::string_view next_paid;
    std::string_view thanks, already; // just agreed; agreed before this click
    std::string_view nothing_to_pay, acknowledge_title, acknowledge_explained, acknowledge_button;

    // the table
    std::string_view billable_title, task, work_type, worked, billed, hours, rate, amount,
        no_project, correction, show_lines;
    std::string_view free_title, free_note, reason;
    std::string_view planner_reason; // the planner itself calls it not billable (G51)
    std::string_view no_task;        // title of time that has no task (G64)

    // sums
    std::string_view sums_title, before_vat, sum_of_lines, vat, vat_included, no_vat, total, paid,
        due, credit;

    // how it was counted
    std::string_view counted_title, price_rule;
    std::string_view rounding_none, rounding_entry, rounding_task_day, rounding_task,
        rounding_report;
    std::string_view rounding_up, rounding_down, rounding_nearest; // "{0}": the step
    std::string_view minutes;

    // completeness
    std::string_view complete_title, complete_source, complete_all_here;
    std::string_view row_billed, row_free, row_held, row_late, row_excluded, row_filtered,
        row_external, row_written_off, row_no_task, row_long, other_periods;
    std::string_view unread, unread_hours; // {0}: records, {1}: their hours

    // agreement
    std::string_view agree_title, agree_explained, agree_name, agree_email, agree_button, optional;
    std::string_view stale_text;
    std::string_view corrected_title, corrected_text, cancelled_title, cancelled_text;

    // A link that leads nowhere, and one with a password.
    std::string_view dead_title, dead_text, dead_contact; // {0}: who to ask
    std::string_view ask_explained, ask_button, ask_thanks_title, ask_thanks;
    std::string_view password_title, password_text, password, password_button, password_wrong,
        password_wait, password_busy;

    // all reports of a client
    std::string_view earlier_reports, archive_title, archive_years, archive_search,
        archive_search_button, archive_none, archive_latest_link, status, due_short,
        state_cancelled, state_credited;

    // what has changed since the client last looked
    std::string_view changed_title, changed_same;
    std::string_view changed_total, changed_hours;             // {0}: before, {1}: now
    std::string_view changed_new, changed_lines, changed_gone; // {0}: how many
    std::string_view contact;                                  // the brand's people
    std::string_view due_day, payment_title;
    // Above 1,000 lines; {0}: how many. And pages of one project or task.
    std::string_view by_project, back_to_report, previous_page, next_page;
    std::string_view busy_text; // an agreement could not be recorded just now

    std::string_view download, revision;

    // documents
    std::string_view page_of, draft, number;
    Counted lines_counted;
    std::string_view our_side, client_side, sign_here;         // signatures
    std::string_view project, people, billable_head, currency; // heads of the sheet
    std::string_view yes, no;
    // Heads of the CSV, in the order of csv.cpp.
    std::array<std::string_view, 17> csv_heads;
};

// Those of domain::kShippedLanguages. "ru" and "ru-RU" are Russian; what is not known reads as
// English.
const Words& words_for(std::string_view locale);

std::string filled(std::string_view text, std::string_view zero, std::string_view one = {},
                   std::string_view two = {});

// "1 line", "5 lines".
std::string counted(const Words& words, const Counted& noun, std::int64_t number);

// "2,501.50", "−5.00", in the shape of the language.
std::string shown_amount(const Words& words, std::int64_t minor, const domain::Currency& currency);
// "2,501.50 BYN"
std::string shown_money(const Words& words, std::int64_t minor, const domain::Currency& currency);
// "1:05", "1:05:09", "−0:30"
std::string shown_time(std::int64_t seconds);
// "1–31 March 2026"
std::string shown_period(const Words& words, DayRange period);
// In words, for a title: "March 2026" of a whole month, "3 to 14 March 2026", "5 March 2026".
std::string titled_period(const Words& words, DayRange period);
// "5 March 2026"
std::string shown_day(const Words& words, Day day);
// The rounding rule in words.
std::string shown_rounding(const Words& words, const domain::Rounding& rounding);

} // namespace hb::render
