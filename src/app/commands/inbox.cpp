
#include "app/command.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "base/text.h"
#include "desk/retries.h"
#include "render/columns.h"
#include "json/writer.h"

// inbox list|replay: the events that remotes sent us.
namespace hb::app {
namespace {

constexpr std::int64_t kRowsMax = 1000;

std::string event_name(const std::string& body) {
    for (const auto part : split(body, '&'))
        if (part.rfind("event=", 0) == 0) return std::string(part.substr(6));
    return "";
}

int list(Session& session, const std::string& state) {
    std::vector<std::string> states{"new", "failed", "done", "ignored"};
    if (!state.empty()) states = {state};
    render::Columns table({{"ID", render::Align::Right},
                           {"FROM"},
                           {"RECEIVED"},
                           {"EVENT"},
                           {"STATE"},
                           {"LAST ERROR"}});
    json::Writer json;
    json.begin_object().key("events").begin_array();
    for (const auto& each : states)
        for (const auto& row : session.books().view()->inbox.list(each, kRowsMax)) {
            const std::string remote =
                row.remote ? session.books().remote_name(*row.remote) : std::string("?");
            table.add({std::to_string(row.id), remote, session.clock_text(row.received_at),
                       event_name(row.body), row.state, row.last_error});
            json.begin_object()
                .member("id", row.id)
                .member("remote", remote)
                .member("received_at", format_instant(row.received_at))
                .member("event", event_name(row.body))
                .member("state", row.state)
                .member("bytes", static_cast<std::int64_t>(row.body.size()))
                .member("last_error", row.last_error)
                .end_object();
        }
    session.out.text(!table.empty()  ? table.text()
                     : state.empty() ? "The inbox is empty."
                                     : "No event is " + state + ".");
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

// Settled again as if it had just come: harmless, since an event is only a hint to look.
int replay(Session& session, std::int64_t id) {
    const auto row = desk::replay_event(session.books(), id, session.actor());
    if (!row) return session.out.fail(row.error());
    session.out.text("Event " + std::to_string(id) + " is read again: " + event_name(row->body));
    json::Writer json;
    json.begin_object().member("id", id).member("state", "new");
    session.out.document(json.end_object().text());
    return kDone;
}

} // namespace

void add_inbox(Commands& commands) {
    Syntax group = commands.group("inbox", "Events that remotes sent");
    const auto state = std::make_shared<std::string>();
    commands
        .add(group, "list", "Events, the unread first", "inbox list --state new", Needs::Reads,
             [state](Session& session) { return list(session, *state); })
        .add_option("--state", *state, "new, failed, done or ignored (default: all)")
        .one_of({"new", "failed", "done", "ignored"});
    const auto id = std::make_shared<std::int64_t>(0);
    commands
        .add(group, "replay", "Read one event again", "inbox replay 7", Needs::Writes,
             [id](Session& session) { return replay(session, *id); })
        .add_option("ID", *id, "the event's number, as hourbridge inbox list shows it")
        .required();
}

} // namespace hb::app
