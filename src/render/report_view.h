#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/report.h"
#include "render/question_text.h"

// A report as people and programs see it. Built by the engine, printed here and in the pages; pure
// values.
namespace hb::render {

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

struct ReportView {
    std::optional<std::int64_t> id; // absent: nothing was stored (G8)
    std::optional<std::string> number;
    domain::State state = domain::State::Draft;
    std::string client_ref;
    std::string client_name;
    std::optional<domain::Party> own_company;
    DayRange period;
    std::string filter_json;
    domain::Currency currency;
    int revision = 0; // 0: null in JSON
    std::string hash;
    std::optional<std::string> url;
    std::int64_t worked_seconds = 0;
    std::int64_t billed_seconds = 0;
    std::int64_t nonbillable_seconds = 0;
    domain::Totals totals;
    domain::Vat vat;
    std::int64_t paid = 0; // settled, minor units
    std::int64_t surplus = 0;
    std::vector<domain::Line> lines;
    std::optional<domain::Completeness> completeness;
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
    domain::PeopleShown people = domain::PeopleShown::Names;
    std::string locale = "en";
    domain::Rounding rounding;
    std::optional<Day> agreed_on;     // in the contract's time zone
    std::string agreed_by;            // as the client named themselves on the page; never staff
    std::string canonical;            // of the current revision; "" in a draft
    std::optional<Instant> frozen_at; // likewise; also absent where the frozen text is
};

enum class Audience { Staff, Client };

// `report show --json`: one JSON object. For the client without late, freshness, links.card and
// references, people as the contract says (G22).
std::string report_json(const ReportView& view, Audience audience);
// {"reports": […]} without lines.
std::string report_list_json(const std::vector<ReportView>& views);
std::string late_list_json(const std::vector<LateRow>& rows);

// The preview and `report show` for a person at a terminal.
std::string report_text(const ReportView& view, const Zone& zone = Zone::utc());

} // namespace hb::render
