
#include "app/command.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "books/drafting.h"
#include "desk/retries.h"
#include "lanes/outages.h"
#include "lanes/restored.h"
#include "render/columns.h"
#include "json/writer.h"

// outbox list|park|adopt: what we tell the outside, and what a person does when it gets stuck
namespace hb::app {
namespace {

using store::OpState;

constexpr std::int64_t kRowsMax = 10'000; // of one list; older ones are in `dump outbox`

int list(Session& session, const std::string& state) {
    std::optional<OpState> only;
    if (!state.empty()) {
        const auto parsed = store::parse_op_state(state);
        if (!parsed) return session.out.fail(parsed.error());
        only = *parsed;
    }
    render::Columns table({{"ID", render::Align::Right},
                           {"KIND"},
                           {"STATE"},
                           {"FOR"},
                           {"TARGET"},
                           {"TRIES", render::Align::Right},
                           {"DUE"},
                           {"LAST ERROR"}});
    json::Writer json;
    json.begin_object().key("ops").begin_array();
    for (const auto& row : session.books().view()->outbox.list(only, kRowsMax)) {
        const std::string due = format_instant(row.due_at);
        const bool waits = row.state != OpState::Done && row.state != OpState::Parked;
        const std::string target = row.op.target.empty() ? row.remote_id : row.op.target;
        table.add({std::to_string(row.id), std::string(to_string(row.op.kind)),
                   std::string(store::to_string(row.state)) + (row.superseded ? ", replaced" : ""),
                   row.purpose.text(), target, std::to_string(row.attempts),
                   waits ? session.clock_text(row.due_at) : "", row.last_error});
        json.begin_object()
            .member("id", row.id)
            .member("kind", to_string(row.op.kind))
            .member("state", store::to_string(row.state))
            .member("target", target)
            .member("attempts", row.attempts)
            .member("due_at", due)
            .member("last_error", row.last_error)
            .member("key", row.op.key)
            .member("remote", session.books().remote_name(row.remote))
            .member("purpose", row.purpose.text())
            .member("remote_id", row.remote_id)
            .member("verified", row.verified)
            .member("superseded", row.superseded)
            .end_object();
    }
    for (const auto& text : lanes::outage_texts(session.books().view())) session.out.note(text);
    session.out.text(!table.empty()  ? table.text()
                     : state.empty() ? "The outbox is empty."
                                     : "No write is " + state + ".");
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

int tell_op(Session& session, std::int64_t id, const std::string& words) {
    const auto row = session.books().read()->outbox.find(id);
    session.out.text("Op " + std::to_string(id) + " (" + row->purpose.text() + ") " + words);
    json::Writer json;
    json.begin_object().member("id", id).member("kind", to_string(row->op.kind));
    session.out.document(json.member("state", store::to_string(row->state)).end_object().text());
    return kDone;
}

int park(Session& session, std::int64_t id) {
    if (auto parked = desk::park_op(session.books(), id, session.actor()); !parked)
        return session.out.fail(parked.error());
    return tell_op(session, id,
                   "on hold; to release it: hourbridge outbox retry " + std::to_string(id));
}

// G18: what carries our mark in the CRM and is not known here.
int adopt(Session& session, const std::string& text, const std::string& report) {
    auto* crm = session.books().crm();
    const auto what = domain::parse_ref(text);
    if (!what) return session.out.fail(what.error());
    if (crm == nullptr || what->remote != crm->row.name)
        return session.out.fail(Error{Code::Usage, text + " is not in the CRM of the configuration",
                                      "", "write REMOTE:deal:ID or REMOTE:invoice:ID"});
    std::optional<std::int64_t> id;
    if (!report.empty()) {
        const auto found = session.books().find_report(report);
        if (!found) return session.out.fail(found.error());
        id = *found;
    }
    const auto done = lanes::adopt_object(session.books(), *crm, *what, id, session.actor());
    if (!done) return session.out.fail(done.error());
    session.out.text(text + (id ? " belongs to report " + report : " stays as it is") +
                     "; hourbridge verify --remote compares again");
    json::Writer json;
    json.begin_object().member("object", text).key("report");
    if (id)
        json.integer(*id);
    else
        json.null();
    session.out.document(json.end_object().text());
    return kDone;
}

void add_adopting(Commands& commands, Syntax group) {
    const auto what = std::make_shared<std::string>();
    const auto report = std::make_shared<std::string>();
    Syntax app = commands.add(
        group, "adopt", "Claim a CRM object that the books no longer know (after a restore)",
        "outbox adopt bitrix24:deal:345 --report HB2026-0007", Needs::Remotes,
        [what, report](Session& session) { return adopt(session, *what, *report); });
    app.add_option("REF", *what, "a deal, invoice or card").required();
    app.add_option("--report", *report, "the report it belongs to (default: none)");
}

} // namespace

void add_outbox(Commands& commands) {
    Syntax group = commands.group("outbox", "What is written to the remotes");
    const auto state = std::make_shared<std::string>();
    commands
        .add(group, "list", "Writes, done and to do", "outbox list --state parked", Needs::Reads,
             [state](Session& session) { return list(session, *state); })
        .add_option("--state", *state, "pending in_flight uncertain done parked");
    add_outbox_retry(commands, group);
    const auto parked = std::make_shared<std::int64_t>(0);
    commands
        .add(group, "park", "Hold a write back", "outbox park 12", Needs::Writes,
             [parked](Session& session) { return park(session, *parked); })
        .add_option("ID", *parked, "the op's number, as hourbridge outbox list shows it")
        .required();
    add_adopting(commands, group);
}

} // namespace hb::app
