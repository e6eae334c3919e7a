
#include "app/arguments.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "desk/decisions.h"
#include "json/writer.h"

// entry accept: a record of more than a day is true (G54)
namespace hb::app {
namespace {

struct Options {
    std::string ref, reason;
};

int accept(Session& session, const Options& options) {
    const auto entry = read_ref(session, options.ref, {"entry"});
    if (!entry) return session.out.fail(entry.error());
    const auto ref = to_string(*entry);
    if (auto done = desk::accept_long(session.books(), ref, options.reason, session.actor()); !done)
        return session.out.fail(done.error());
    session.out.text(ref + " counts as ordinary time, until it is edited in its planner");
    json::Writer json;
    json.begin_object().member("ref", ref).member("reason", options.reason);
    session.out.document(json.end_object().text());
    return kDone;
}

} // namespace

void add_entry(Commands& commands) {
    Syntax group = commands.group("entry", "Single time entries");
    const auto options = std::make_shared<Options>();
    Syntax app = commands.add(
        group, "accept", "Accept a record of more than a day as correct",
        "entry accept bitrix24:entry:88 --reason \"a week on site, logged at once\"", Needs::Writes,
        [options](Session& session) { return accept(session, *options); });
    app.add_option("REF", options->ref, "the entry, as report show and unbilled name it")
        .required();
    app.add_option("--reason", options->reason, "why it is correct; kept in the log").required();
}

} // namespace hb::app
