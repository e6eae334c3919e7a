#include <algorithm>

#include "app/commands/report_words.h"
#include "app/exit_code.h"
#include "base/text.h"
#include "books/draft_rows.h"
#include "desk/reports.h"
#include "desk/sending.h"
#include "domain/losses.h"
#include "json/writer.h"

// report send: one, several, or all drafts of a month
namespace hb::app {
namespace {

struct Options {
    std::vector<std::string> reports;
    std::string month;
    bool strict = false, stale_ok = false;
    std::vector<std::string> accepted; // NAME or NAME=FIGURE
};

struct Acceptance {
    std::string name, figure; // "" whatever it is
};

Result<std::vector<Acceptance>> read_acceptances(const Options& options) {
    std::vector<Acceptance> out;
    for (const auto& text : options.accepted) {
        const auto cut = std::min(text.find('='), text.size());
        Acceptance one{text.substr(0, cut), cut < text.size() ? text.substr(cut + 1) : ""};
        if (!domain::may_be_accepted(one.name))
            return Error{
                Code::Usage, "nothing is called \"" + one.name + "\" that can be accepted", "",
                "it is one of " + join(std::vector<std::string>(domain::kAcceptable.begin(),
                                                                domain::kAcceptable.end()),
                                       ", ")};
        if (cut < text.size() && one.figure.empty())
            return Error{Code::Usage, "the figure behind " + text + " is missing", "",
                         "write for example --accept " + one.name + "=1200.00"};
        out.push_back(std::move(one));
    }
    if (!out.empty() && options.strict)
        return Error{Code::Usage, "--accept and --strict contradict each other", "",
                     "give one of them"};
    return out;
}

// Of one report among several only what it asks for.
Status accept_for(Session& session, std::int64_t id, const Options& options) {
    const auto wanted = read_acceptances(options);
    if (!wanted || wanted->empty()) return {};
    const bool alone = options.reports.size() == 1;
    const auto view = session.books().show(id);
    for (const auto& one : *wanted) {
        const bool asked = view && std::any_of(view->warnings.begin(), view->warnings.end(),
                                               [&](const auto& w) { return w.code == one.name; });
        if (!asked && !alone) continue;
        if (auto done = desk::accept(session.books(), id, one.name, one.figure, session.actor());
            !done)
            return done;
    }
    return {};
}

struct Refused {
    std::int64_t report = 0;
    Error error;
    int exit_code = kDone;
    std::string total_was, total;
};

// The exit code that an unreachable planner means is in `exit_code`.
Result<domain::ReportView> send_one(Session& session, std::int64_t id, const Options& options,
                                    int& exit_code) {
    desk::SendWish wish{options.strict, options.stale_ok, [&] {
                            session.out.end_progress();
                            return accept_for(session, id, options);
                        }};
    auto told = desk::send_report(
        session.books(),
        [&](std::int64_t report) { return session.service().read_before_freezing(report); }, id,
        wish, session.actor());
    session.out.end_progress();
    if (told.stale)
        session.out.note("warning: sent with the time known so far; " + to_string(*told.stale));
    if (told.sent) return std::move(told.sent);
    Error error = told.sent.error();
    exit_code = exit_code_of(error.code);
    if (!told.unread) return error;
    error.message = "not sent, because the planner could not be read just before: " + error.message;
    error.hint = (error.hint.empty() ? "" : error.hint + "; ") +
                 std::string("or send with what is known: --stale-ok");
    if (exit_code == kConflict) exit_code = kRemote;
    return error;
}

void note_warnings(Session& session, const domain::ReportView& view, const std::string& who) {
    for (const auto& warning : view.warnings)
        session.out.note("warning" + who + ", acknowledged by sending: " + warning.message);
}

int send_single(Session& session, std::int64_t id, const Options& options) {
    int exit_code = kDone;
    const auto sent = send_one(session, id, options, exit_code);
    if (!sent) {
        session.out.fail(sent.error());
        return exit_code;
    }
    note_warnings(session, *sent, "");
    return tell(session, sent);
}

std::string total_of(Session& session, std::int64_t id) {
    const books::Read read = session.books().read();
    const auto row = read->reports.find(id);
    if (!row) return "";
    const auto currency = domain::find_currency(row->currency);
    return domain::format_amount(row->total, currency ? *currency : domain::Currency{});
}

void write_refused(json::Writer& json, const std::vector<Refused>& refused) {
    json.key("refused").begin_array();
    for (const auto& each : refused)
        json.begin_object()
            .member("report", each.report)
            .member("code", code_word(each.error.code))
            .member("message", each.error.message)
            .member("total_was", each.total_was)
            .member("total", each.total)
            .end_object();
    json.end_array();
}

// Each by itself: one that is refused holds no other up.
int send_many(Session& session, const std::vector<std::int64_t>& ids, const Options& options) {
    std::vector<domain::ReportView> sent;
    std::vector<Refused> refused;
    int exit_code = kDone;
    for (const auto id : ids) {
        Refused one{id, {}, kDone, total_of(session, id), ""};
        const auto view = send_one(session, id, options, one.exit_code);
        if (view) {
            const std::string number = view->number.value_or("");
            note_warnings(session, *view, " of " + number);
            session.out.text("Sent: " + number + " " + view->client_name + " " +
                             domain::format_amount(view->totals.total, view->currency) + " " +
                             view->currency.code + " " + view->url.value_or(""));
            sent.push_back(*view);
            continue;
        }
        one.error = view.error();
        one.total = total_of(session, id);
        exit_code = worse(exit_code, one.exit_code);
        session.out.text("Not sent: report " + std::to_string(id) + ": " + one.error.message +
                         (one.error.hint.empty() ? "" : "; " + one.error.hint));
        refused.push_back(std::move(one));
    }
    json::Writer json;
    json.begin_object().key("reports").begin_array();
    for (const auto& view : sent) json.raw(render::report_json(view, render::Audience::Staff));
    json.end_array();
    write_refused(json, refused);
    session.out.document(json.end_object().text());
    return exit_code;
}

// Drafts whose period ends in the month.
std::vector<std::int64_t> drafts_of(Session& session, DayRange month) {
    const books::Read read = session.books().read();
    std::vector<std::int64_t> out;
    for (const auto& row : read->reports.drafts())
        if (month.contains(row.period.to)) out.push_back(row.id);
    return out;
}

int send(Session& session, const Options& options) {
    if (const auto accepted = read_acceptances(options); !accepted)
        return session.out.fail(accepted.error());
    if (options.reports.empty() == options.month.empty())
        return session.out.fail(Error{Code::Usage, "say which reports", "",
                                      "name their ids, or --month M for all drafts of a month"});
    if (!options.month.empty()) {
        const auto month = read_period(session, options.month);
        if (!month) return session.out.fail(month.error());
        const auto ids = drafts_of(session, *month);
        if (ids.empty()) session.out.note("No draft ends in this month.");
        const int exit_code = send_many(session, ids, options);
        return ids.empty() ? kPerson : exit_code;
    }
    std::vector<std::int64_t> ids;
    for (const auto& text : options.reports) {
        const auto id = session.books().find_report(text);
        if (!id) return session.out.fail(id.error());
        if (std::find(ids.begin(), ids.end(), *id) == ids.end()) ids.push_back(*id);
    }
    return options.reports.size() == 1 ? send_single(session, ids.front(), options)
                                       : send_many(session, ids, options);
}

} // namespace

void add_report_send(Commands& commands, Syntax group) {
    const auto options = std::make_shared<Options>();
    Syntax app = commands.add(group, "send",
                              "Re-check its time, freeze it, and issue a number and a client link",
                              "report send 3", Needs::Reading,
                              [options](Session& session) { return send(session, *options); });
    app.add_option("REPORT", options->reports, "ids or numbers; each is sent by itself");
    app.add_option("--month", options->month,
                   "all drafts that end in it: last-month, this-month or 2026-03")
        .type_name("MONTH");
    app.add_option("--accept", options->accepted,
                   "a warning that stops the sending, by its name; with =FIGURE only while the "
                   "report comes to that")
        .type_name("NAME[=FIGURE]");
    app.add_flag("--strict", options->strict, "refuse when there is any warning");
    app.add_flag("--stale-ok", options->stale_ok,
                 "send even if the planner can't be read now (recorded)");
}

} // namespace hb::app
