#include "books/unbilled.h"

#include "app/command.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "base/text.h"
#include "render/columns.h"
#include "json/writer.h"

// unbilled: what is not billed yet, client by client (rule 8)
namespace hb::app {
namespace {

using books::UnbilledClient;

std::string amount_text(const UnbilledClient& row) {
    return row.amount ? domain::format_amount(*row.amount, row.currency) : "";
}

std::string hours(std::int64_t seconds) {
    return seconds == 0 ? "" : format_duration(seconds);
}

void write_months(json::Writer& json, const UnbilledClient& row) {
    json.key("months").begin_array();
    for (const auto& [month, sums] : row.months) {
        json.begin_object().member("month", month).member("seconds", sums.seconds).key("amount");
        if (row.amount)
            json.string(domain::format_amount(sums.amount, row.currency));
        else
            json.null();
        json.end_object();
    }
    json.end_array();
}

// All members that end in _seconds, and `seconds`, add up to total_seconds.
void write_places(json::Writer& json, const UnbilledClient& row) {
    json.member("late_seconds", row.late_seconds)
        .member("unmapped_seconds", row.unmapped_seconds)
        .member("not_shown_seconds", row.not_shown_seconds)
        .member("held_seconds", row.held_seconds)
        .member("long_seconds", row.long_seconds)
        .member("nonbillable_seconds", row.nonbillable_seconds)
        .member("external_seconds", row.external_seconds)
        .member("written_off_seconds", row.written_off_seconds)
        .member("repeated_seconds", row.repeated_seconds)
        .member("drafted_seconds", row.drafted_seconds)
        .member("billed_seconds", row.billed_seconds)
        .member("total_seconds", row.total_seconds);
}

// What pulls took away of it within 31 days; it is no part of the time that is there.
void write_taken_away(json::Writer& json, const UnbilledClient& row) {
    json.key("taken_away");
    if (!row.taken_away) {
        json.null();
        return;
    }
    const auto& taken = *row.taken_away;
    json.begin_object().member("seconds", taken.lost.seconds).key("amount");
    if (row.terms)
        json.string(domain::format_amount(taken.lost.amount, row.currency));
    else
        json.null();
    json.member("entries", taken.entries).member("since", format_instant(taken.since)).end_object();
}

void write_client(json::Writer& json, const UnbilledClient& row) {
    json.begin_object().key("ref");
    if (row.ref)
        json.string(to_string(*row.ref));
    else
        json.null();
    json.member("name", row.name).member("seconds", row.seconds).key("amount");
    if (row.amount)
        json.string(amount_text(row));
    else
        json.null();
    json.key("currency");
    if (row.terms)
        json.string(row.currency.code);
    else
        json.null();
    write_months(json, row);
    json.key("oldest");
    if (row.oldest)
        json.string(format_day(*row.oldest));
    else
        json.null();
    json.member("terms", row.terms).key("draft");
    if (row.draft)
        json.integer(*row.draft);
    else
        json.null();
    write_places(json, row);
    write_taken_away(json, row);
    json.end_object();
}

bool waits(const UnbilledClient& row) {
    return row.taken_away || row.seconds + row.late_seconds + row.unmapped_seconds +
                                     row.not_shown_seconds + row.held_seconds + row.long_seconds >
                                 0;
}

void add_row(render::Columns& table, const UnbilledClient& row) {
    const std::string name = row.ref ? row.name : "(no client: hourbridge link needed)";
    table.add({name, hours(row.seconds + row.unmapped_seconds), amount_text(row),
               row.terms ? row.currency.code : "", row.oldest ? format_day(*row.oldest) : "",
               row.terms || !row.ref ? "" : "no terms", row.draft ? std::to_string(*row.draft) : "",
               hours(row.late_seconds), hours(row.not_shown_seconds), hours(row.held_seconds),
               hours(row.long_seconds), row.taken_away ? hours(row.taken_away->lost.seconds) : ""});
    if (row.months.size() < 2) return;
    for (const auto& [month, sums] : row.months)
        table.add({"  " + month, hours(sums.seconds),
                   row.amount ? domain::format_amount(sums.amount, row.currency) : "", "", "", "",
                   "", "", "", "", "", ""});
}

int unbilled(Session& session) {
    const auto rows = books::unbilled(session.books().view());
    render::Columns table({{"CLIENT"},
                           {"NOT BILLED", render::Align::Right},
                           {"AMOUNT", render::Align::Right},
                           {""},
                           {"SINCE"},
                           {"TERMS"},
                           {"DRAFT", render::Align::Right},
                           {"LATE", render::Align::Right},
                           {"NOT SHOWN", render::Align::Right},
                           {"HELD", render::Align::Right},
                           {"TOO LONG", render::Align::Right},
                           {"TAKEN AWAY", render::Align::Right}});
    json::Writer json;
    json.begin_object().key("clients").begin_array();
    for (const auto& row : rows) {
        write_client(json, row);
        if (waits(row)) add_row(table, row);
    }
    session.out.text(table.empty() ? "All time is on reports." : table.text());
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

} // namespace

void add_unbilled(Commands& commands) {
    commands.add(commands.root(), "unbilled",
                 "Time that is on no report yet, by client and month, with its money", "unbilled",
                 Needs::Reads, unbilled);
}

} // namespace hb::app
