#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/brand.h"
#include "domain/glosses.h"
#include "domain/question.h"
#include "domain/report.h"

// A report as people and programs see it: made of the books, read by `render`. Pure values.
namespace hb::domain {

struct LateRow {       // G41
    std::string ref;   // bitrix24:entry:88 or adjustment:7
    std::string kind;  // entry | adjustment
    std::string entry; // reference of the entry
    std::string why;   // paid_task sent_period earlier; for adjustments what changed
    std::string client;
    std::string task;
    std::string work_date;
    std::int64_t seconds = 0;
    std::string amount; // decimal
    std::string currency;
    std::optional<std::string>
        report; // adjustment: number of the report it corrects; sent_period: the covering one
    std::optional<std::string> decision; // next_report write_off
};

struct ExcludedRow {
    std::string entry;
    std::int64_t seconds = 0;
    std::optional<std::int64_t> report;
    std::string why;
};

struct Warning {
    std::string code;    // stale unmapped no_text closed_without_time unproven late_waiting
                         // two_clients old_draft drifted …
    std::string message; // for a reader at a prompt, in English, with a command to type
    bool blocking = false;
    Message said = {}; // for everybody else
};
Warning warning(std::string code, Message said, bool blocking = false);

// When the client looked at a report: first of all, and first at the newest revision that they saw.
struct Opened {
    Instant first, last;
    int revision = 0;
};

// What is different from the revision that the client saw before.
struct Changes {
    std::int64_t total_before = 0, seconds_before = 0; // billed
    int added = 0, changed = 0, gone = 0;              // lines
};

struct ReportView {
    std::optional<std::int64_t> id; // absent: nothing was stored (G8)
    std::optional<std::string> number;
    State state = State::Draft;
    std::string client_ref;
    std::string client_name;
    std::optional<Party> own_company;
    DayRange period;
    std::string filter_json;
    Currency currency;
    int revision = 0; // 0: null in JSON
    std::string hash;
    std::optional<std::string> url;
    std::int64_t worked_seconds = 0;
    std::int64_t billed_seconds = 0;
    std::int64_t nonbillable_seconds = 0;
    Totals totals;
    Vat vat;
    std::int64_t paid = 0; // settled, minor units
    std::int64_t surplus = 0;
    std::vector<Line> lines;
    std::optional<Completeness> completeness;
    std::vector<LateRow> late;
    std::vector<ExcludedRow> excluded;
    std::vector<Warning> warnings;
    std::optional<std::string> deal, invoice, card; // references
    std::vector<std::string> documents;
    std::map<std::string, std::string> freshness; // remote -> RFC 3339
    bool drifted = false;
    bool sending = false;
    std::vector<AskedQuestion> questions; // to a person, that wait for an answer
    std::string note;
    PeopleShown people = PeopleShown::Names;
    std::string locale = "en";
    Rounding rounding;
    std::optional<Day> agreed_on;     // in the contract's time zone
    std::string agreed_by;            // as the client named themselves on the page; never staff
    std::string canonical;            // of the current revision; "" in a draft
    std::optional<Instant> frozen_at; // likewise; also absent where the frozen text is
    std::optional<std::string> archive_url, preview_url;
    std::optional<Opened> opened;
    int changed_since = 0;          // the revision that the client saw before this one; 0: none
    std::optional<Changes> changes; // since that one; absent where lines are
    std::optional<Day> due_on;      // of the invoice; absent: nothing says so
    std::string agreed_time;        // "14:05", on the clocks of agreed_on
    Glosses words;                  // frozen with the revision, outside its hash
    BrandPtr brand;                 // of the own company; nullptr: it has none
};

} // namespace hb::domain
