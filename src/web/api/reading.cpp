#include <algorithm>

#include "base/base64.h"
#include "base/text.h"
#include "books/lookup.h"
#include "books/pauses.h"
#include "books/unbilled.h"
#include "desk/link_needed.h"
#include "render/report_view.h"
#include "store/outbox.h"
#include "web/api/call.h"

// What is only looked at.
namespace hb::web::api {
namespace {

using domain::ReportView;
using domain::State;

std::string amount_of(std::int64_t minor, const domain::Currency& currency) {
    return domain::format_amount(minor, currency);
}

// Sums by a name and a currency.
struct Sums {
    struct Sum {
        domain::Currency currency;
        std::int64_t total = 0, due = 0, count = 0;
    };
    std::map<std::pair<std::string, std::string>, Sum> by;
    void add(const std::string& name, const domain::Currency& currency, std::int64_t total,
             std::int64_t due = 0) {
        Sum& sum = by[{name, currency.code}];
        sum.currency = currency;
        sum.total += total;
        sum.due += due;
        ++sum.count;
    }
};

void write_states(json::Writer& out, const std::vector<ReportView>& reports, bool money) {
    std::map<std::string, std::int64_t> counts;
    Sums sums;
    for (const auto& view : reports) {
        const std::string state = domain::to_string(view.state);
        ++counts[state];
        sums.add(state, view.currency, view.totals.total, view.totals.total - view.paid);
    }
    out.key("reports").begin_object();
    for (const auto& [state, n] : counts) out.member(state, n);
    out.end_object();
    if (!money) return;
    out.key("sums").begin_array();
    for (const auto& [key, sum] : sums.by)
        out.begin_object()
            .member("state", key.first)
            .member("currency", key.second)
            .member("total", amount_of(sum.total, sum.currency))
            .member("due", amount_of(sum.due, sum.currency))
            .end_object();
    out.end_array();
}

void write_unbilled(json::Writer& out, const std::vector<books::UnbilledClient>& clients) {
    Sums sums;
    for (const auto& row : clients)
        if (row.amount) sums.add("", row.currency, *row.amount);
    out.key("unbilled").begin_array();
    for (const auto& [key, sum] : sums.by)
        out.begin_object()
            .member("currency", key.second)
            .member("amount", amount_of(sum.total, sum.currency))
            .member("count", sum.count)
            .end_object();
    out.end_array();
}

void write_remotes(json::Writer& out, const books::Reading& read) {
    out.key("remotes").begin_array();
    for (const auto& row : read->sources.remotes()) {
        const auto pause = books::pause_of(read->kept, row.id, read.now());
        out.begin_object().member("name", row.name).member("account", row.account);
        out.member("connector", row.connector).member("paused", pause.has_value());
        out.key("since");
        pause ? out.string(format_instant(pause->since)) : out.null();
        out.key("until");
        pause && pause->until ? out.string(format_instant(*pause->until)) : out.null();
        out.end_object();
    }
    out.end_array();
}

void write_writes(json::Writer& out, const books::Reading& read) {
    out.key("writes").begin_object();
    for (const auto state :
         {store::OpState::Pending, store::OpState::Uncertain, store::OpState::Parked})
        out.member(store::to_string(state),
                   static_cast<std::int64_t>(read->outbox.list(state, 10'000).size()));
    out.end_object();
}

// --- needs

struct Need {
    std::string ref, kind, text, client, amount, currency;
    std::optional<std::int64_t> report;
    std::int64_t seconds = 0;
    std::int64_t minor = 0; // to sort by
    std::vector<desk::NeededRow::Candidate> candidates = {};
};

void add_late(std::vector<Need>& out, books::Books& books) {
    for (const auto& row : books.late({}, false)) {
        const auto currency = domain::find_currency(row.currency);
        Need need{row.ref, "late", row.why, row.client, row.amount, row.currency, {}, row.seconds};
        if (currency)
            if (const auto minor = domain::parse_amount(row.amount, *currency)) need.minor = *minor;
        out.push_back(std::move(need));
    }
}

void add_reports(std::vector<Need>& out, const std::vector<ReportView>& reports) {
    for (const auto& view : reports) {
        const std::string ref = "report:" + std::to_string(view.id.value_or(0));
        Need need{ref,
                  "",
                  "",
                  view.client_name,
                  amount_of(view.totals.total, view.currency),
                  view.currency.code,
                  view.id,
                  view.billed_seconds,
                  view.totals.total};
        for (const auto& warning : view.warnings)
            if (warning.blocking && view.state == State::Draft) {
                need.kind = "warning";
                need.text = warning.message;
                out.push_back(need);
            }
        if (!view.questions.empty()) {
            need.kind = "question";
            need.text = std::to_string(view.questions.size());
            out.push_back(need);
        }
    }
}

void add_links(std::vector<Need>& out, const books::Reading& read) {
    const auto needed = desk::links_needed(read);
    for (const auto& row : needed.work) {
        Need need{row.ref, "no_client", row.why, row.name, "", "", {}, row.seconds};
        need.candidates = row.candidates;
        out.push_back(std::move(need));
    }
    for (const auto& row : needed.people)
        out.push_back({row.ref, "unknown_person", row.why, row.name, "", "", {}, row.seconds});
    for (const auto& row : books::clients_without_terms(read))
        out.push_back({to_string(row.ref), "no_terms", "", row.name, "", "", {}, row.seconds});
}

void add_parked(std::vector<Need>& out, const books::Reading& read) {
    for (const auto& row : read->outbox.list(store::OpState::Parked, 1000))
        out.push_back({"op:" + std::to_string(row.id),
                       "parked",
                       row.last_error,
                       std::string(to_string(row.op.kind)),
                       "",
                       "",
                       {}});
}

// Each role its own kinds.
std::vector<Need> needs_for(const Call& call) {
    std::vector<Need> out;
    const bool manages = call.who.has_any({"owner", "manager"});
    if (manages) add_late(out, call.books()); // before the view: it takes the lock
    const books::View view = call.books().view();
    if (manages) {
        books::Lookup lookup(view);
        add_reports(out, lookup.list({}, {}, ""));
        add_links(out, view);
    }
    if (call.who.has_any({"owner", "admin"})) add_parked(out, view);
    std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
        return std::pair(std::abs(a.minor), a.seconds) > std::pair(std::abs(b.minor), b.seconds);
    });
    return out;
}

void write_need(json::Writer& out, const Need& need) {
    out.begin_object().member("ref", need.ref).member("kind", need.kind).member("text", need.text);
    if (!need.client.empty()) out.member("client", need.client);
    if (need.report) out.member("report", *need.report);
    out.member("seconds", need.seconds);
    if (!need.amount.empty()) out.member("amount", need.amount).member("currency", need.currency);
    if (!need.candidates.empty()) {
        out.key("candidates").begin_array();
        for (const auto& each : need.candidates)
            out.begin_object()
                .member("ref", each.ref)
                .member("name", each.name)
                .member("likeness", each.likeness)
                .end_object();
        out.end_array();
    }
    out.end_object();
}

// --- month

Day first_of(Day day, int by) {
    const std::chrono::year_month_day date(day);
    return Day(date.year() / date.month() / std::chrono::day{1} + std::chrono::months{by});
}

DayRange month_of(const Call& call) {
    const std::string text = call.query("month");
    if (const auto month = parse_month(text)) return *month;
    if (text != "last-month" && text != "this-month")
        throw Refusal{400, "query", "\"" + text + "\" is no month", "write 2026-03"};
    const Day today = call.books().settings.zone.day_of(call.books().clock.now());
    const int back = text == "last-month" ? 1 : 0;
    return {first_of(today, -back), first_of(today, 1 - back) - std::chrono::days{1}};
}

bool ends_in(const ReportView& view, DayRange month) {
    return month.contains(view.period.to) && view.state != State::Cancelled &&
           view.state != State::Credited;
}

const char* next_of(const books::UnbilledClient& row, const ReportView* report) {
    if (!row.terms && report == nullptr) return row.seconds > 0 ? "terms" : "nothing";
    if (report == nullptr)
        return row.seconds > 0 ? "draft" : row.late_seconds > 0 ? "decide" : "nothing";
    const bool asks = std::any_of(report->warnings.begin(), report->warnings.end(),
                                  [](const auto& warning) { return warning.blocking; });
    switch (report->state) {
    case State::Draft:
        return asks || row.late_seconds > 0 ? "decide" : "send";
    case State::Sent:
        return "agree";
    case State::Agreed:
    case State::Invoiced:
    case State::PartlyPaid:
        return "wait";
    default:
        return "nothing";
    }
}

void write_warnings(json::Writer& out, const ReportView& view) {
    const auto document = json::Document::parse(render::report_list_json({view}));
    out.key("warnings").value(document->root()["reports"][std::size_t{0}]["warnings"]);
}

void write_before(json::Writer& out, const books::UnbilledClient& row, DayRange month) {
    const std::string name = format_day(month.from).substr(0, 7);
    std::int64_t seconds = 0, amount = 0;
    for (const auto& [each, sums] : row.months)
        if (each < name) {
            seconds += sums.seconds;
            amount += sums.amount;
        }
    out.member("unbilled_before_seconds", seconds).key("unbilled_before");
    row.amount ? out.string(amount_of(amount, row.currency)) : out.null();
}

void write_month_row(json::Writer& out, const books::UnbilledClient& row,
                     const std::optional<ReportView>& report, DayRange month) {
    out.begin_object().key("ref");
    row.ref ? out.string(to_string(*row.ref)) : out.null();
    out.member("name", row.name).member("terms", row.terms);
    out.member("state", report ? domain::to_string(report->state) : "none");
    if (report) {
        out.member("report", *report->id);
        // Of what is shown: a tag of a later moment would accept what nobody saw.
        out.member("etag", report_tag(render::report_json(*report, render::Audience::Staff)));
        out.member("seconds", report->billed_seconds);
        out.member("amount", amount_of(report->totals.total, report->currency));
        out.member("currency", report->currency.code);
    } else {
        const auto found = row.months.find(format_day(month.from).substr(0, 7));
        const auto sums = found == row.months.end() ? books::UnbilledMonth{} : found->second;
        out.member("seconds", sums.seconds).key("amount");
        row.amount ? out.string(amount_of(sums.amount, row.currency)) : out.null();
        out.key("currency");
        row.terms ? out.string(row.currency.code) : out.null();
    }
    write_before(out, row, month);
    out.member("late_seconds", row.late_seconds);
    if (report)
        write_warnings(out, *report);
    else
        out.key("warnings").begin_array().end_array();
    out.member("next", next_of(row, report ? &*report : nullptr)).end_object();
}

// --- lines

struct Group {
    std::string key, name;
    std::int64_t worked = 0, billed = 0;
    std::vector<json::Value> lines;
};

std::int64_t number_of(const json::Value& value) {
    return value.missing() ? 0 : value.integer().value();
}

void add_line(std::vector<Group>& groups, const json::Value& party, const json::Value& line,
              std::int64_t worked, std::int64_t billed) {
    const std::string key(party["ref"].text_view().value_or(""));
    auto found = std::find_if(groups.begin(), groups.end(),
                              [&](const auto& group) { return group.key == key; });
    if (found == groups.end()) {
        groups.push_back({key, std::string(party["name"].text_view().value_or("")), 0, 0, {}});
        found = groups.end() - 1;
    }
    found->worked += worked;
    found->billed += billed;
    found->lines.push_back(line);
}

std::vector<Group> grouped(const json::Value& lines, bool by_person) {
    std::vector<Group> out;
    for (const auto line : lines) {
        if (!by_person) {
            add_line(out, line["project"], line, number_of(line["worked_seconds"]),
                     number_of(line["billed_seconds"]));
            continue;
        }
        for (const auto person : line["people"])
            add_line(out, person, line, number_of(person["seconds"]), 0);
    }
    return out;
}

} // namespace

std::string report_document(const Call& call, std::int64_t report) {
    const auto view = call.books().show(report);
    if (!view) throw refusal_of(view.error());
    return render::report_json(*view, render::Audience::Staff);
}

Answer told_report(const Call& call, std::int64_t report, int status) {
    const std::string document = report_document(call, report);
    return told(call, document, status, report_tag(document));
}

Answer get_overview(Call& call) {
    const bool sums = call.who.has_any({"owner", "manager", "office", "viewer"});
    json::Writer out;
    out.begin_object();
    const books::View view = call.books().view();
    write_states(out, books::Lookup(view).list({}, {}, ""), sums);
    if (call.who.has_any({"owner", "manager"})) write_unbilled(out, books::unbilled(view));
    write_remotes(out, view);
    if (call.who.has_any({"owner", "admin"})) write_writes(out, view);
    return json(200, out.end_object().text());
}

// Of several reports of a client that end in the month, the one that somebody has to do something
// about first: a draft stands for itself although another one is sent.
Answer get_month(Call& call) {
    const DayRange month = month_of(call);
    // Of one moment: a report that is cancelled meanwhile is not told as of another one.
    const books::View at = call.books().view();
    books::Lookup lookup(at);
    const auto clients = books::unbilled(at);
    const auto reports = lookup.list({}, {}, "");
    json::Writer out;
    out.begin_object().member("month", format_day(month.from).substr(0, 7));
    out.member("from", format_day(month.from)).member("to", format_day(month.to));
    out.key("clients").begin_array();
    for (const auto& row : clients) {
        const ReportView* chosen = nullptr;
        for (const auto& view : reports)
            if (row.ref && view.client_ref == to_string(*row.ref) && ends_in(view, month) &&
                (chosen == nullptr || view.state <= chosen->state))
                chosen = &view;
        std::optional<ReportView> report;
        if (chosen != nullptr)
            if (auto whole = lookup.show(*chosen->id)) report = std::move(*whole);
        write_month_row(out, row, report, month);
    }
    return told(call, out.end_array().end_object().text());
}

Answer list_needs(Call& call) {
    json::Writer out;
    out.begin_object().key("needs").begin_array();
    const std::string kind = call.query("kind");
    for (const auto& need : needs_for(call))
        if (kind.empty() || need.kind == kind) write_need(out, need);
    return paged(call, out.end_array().end_object().text(), "needs");
}

Answer list_reports(Call& call) {
    const books::View view = call.books().view();
    std::optional<State> state;
    if (!call.query("state").empty()) state = *domain::parse_state(call.query("state"));
    std::optional<std::int64_t> client;
    if (!call.query("client").empty()) {
        const auto ref = domain::parse_ref(call.query("client"));
        const auto company = ref ? view->sources.find_company(*ref) : std::nullopt;
        if (!company) throw Refusal{404, "not_found", "no such client is known here", ""};
        client = company->id;
    }
    auto reports = books::Lookup(view).list(state, client, call.query("search"));
    std::reverse(reports.begin(), reports.end());
    return paged(call, render::report_list_json(reports), "reports");
}

Answer get_report(Call& call) {
    return told_report(call, call.id());
}

Answer get_report_lines(Call& call) {
    const std::string text = report_document(call, call.id());
    const auto document = json::Document::parse(text);
    const bool by_person = call.query("by") == "person";
    if (by_person && !call.who.has_any({"owner", "manager", "office"}))
        throw Refusal{403, "forbidden", "your role does not see people", ""};
    json::Writer out;
    out.begin_object().member("by", by_person ? "person" : "project").key("groups").begin_array();
    for (const auto& group : grouped(document->root()["lines"], by_person)) {
        out.begin_object().member("key", group.key).member("name", group.name);
        out.member("worked_seconds", group.worked);
        if (!by_person) out.member("billed_seconds", group.billed);
        out.key("lines").begin_array();
        for (const auto& line : group.lines) out.value(line);
        out.end_array().end_object();
    }
    return told(call, out.end_array().end_object().text());
}

Answer get_report_history(Call& call) {
    const std::int64_t id = call.id();
    json::Writer out;
    out.begin_object().key("events").begin_array();
    {
        const books::View view = call.books().view();
        if (!view->reports.find(id))
            throw Refusal{404, "not_found", "there is no report " + std::to_string(id), ""};
        for (const auto& row : view->events.of_report(id)) {
            out.begin_object().member("at", format_instant(row.at)).member("actor", row.actor);
            out.member("action", row.action).member("subject", row.subject).key("data");
            out.raw(row.data.empty() ? "{}" : row.data).end_object();
        }
    }
    return paged(call, out.end_array().end_object().text(), "events");
}

Answer export_report(Call& call) {
    const std::string format = call.query("format");
    const std::string text = call.command({"report", "export", std::to_string(call.id()), format});
    const auto document = json::Document::parse(text);
    const auto root = document->root();
    Answer out;
    const auto raw = root["base64"].text_view();
    out.body = raw ? from_base64(*raw).value_or("") : root["text"].string().value();
    if (format == "json") out.body = shown_to(call.who.roles, out.body);
    out.type = format == "pdf" ? "application/pdf"
               : format == "xlsx"
                   ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
               : format == "csv"  ? "text/csv; charset=utf-8"
               : format == "json" ? "application/json"
                                  : "application/octet-stream";
    // A page of ours shown here would have this place's rights: it is a file to keep.
    out.headers.emplace_back("Content-Disposition",
                             "attachment; filename*=UTF-8''" +
                                 percent_encode(root["name"].string().value()));
    return out;
}

Answer get_job(Call& call) {
    const auto job = call.at.jobs.find(call.place());
    if (!job || (job->person != call.who.actor && !call.who.has("owner")))
        throw Refusal{404, "not_found", "there is no such work", ""};
    json::Writer out;
    out.begin_object().member("id", job->id).member("kind", job->kind).member("state", job->state);
    out.member("done", job->done).member("of", job->of);
    out.key("result").raw(job->result.empty() ? "null" : job->result);
    out.key("problem").raw(job->problem.empty() ? "null" : job->problem);
    return told(call, out.end_object().text());
}

} // namespace hb::web::api
