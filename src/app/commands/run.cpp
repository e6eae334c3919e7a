
#include "app/command.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "base/count.h"
#include "lanes/lacks.h"
#include "json/writer.h"

// run: everything that is due, then out (G16). For cron, and for scripts.
namespace hb::app {
namespace {

void write_json(Output& out, const lanes::RunReport& report) {
    json::Writer json;
    json.begin_object().member("steps", report.steps).member("parked", report.parked);
    json.member("lacking", report.lacking);
    json.key("next_due");
    if (report.next_due)
        json.string(format_instant(*report.next_due));
    else
        json.null();
    json.member("asking", report.asking).key("errors").begin_array();
    for (const auto& error : report.errors) json.string(error);
    json.end_array().key("stopped").begin_array();
    for (const auto& pull : report.pulls)
        if (pull.stopped)
            json.begin_object()
                .member("remote", pull.remote)
                .member("reason", pull.stopped->reason)
                .member("what_to_do", pull.stopped->what_to_do)
                .end_object();
    out.document(json.end_array().end_object().text());
}

int work(Session& session, std::int64_t wait, std::vector<lanes::PullReport> before) {
    const auto report = session.service().run(std::chrono::seconds{wait}, std::move(before));
    session.out.end_progress();
    int code = kDone;
    for (const auto& pull : report.pulls) {
        std::int64_t fresh = 0, changed = 0;
        for (const auto& stream : pull.streams) {
            fresh += stream.added;
            changed += stream.revised + stream.tombstoned;
        }
        session.out.text(pull.remote + ": " + count(fresh, "new record, ", "new records, ") +
                         std::to_string(changed) + " changed");
        if (!pull.stopped) continue;
        session.out.note(pull.remote + " stopped: " + pull.stopped->reason +
                         "\n  what to do: " + pull.stopped->what_to_do);
        code = worse(code, kPerson);
    }
    for (const auto& error : report.errors) session.out.note(error);
    session.out.text(count(report.steps, "step", "steps") + " done" +
                     (report.next_due ? "; next at " + session.clock_text(*report.next_due) : ""));
    if (report.parked > 0)
        session.out.note(count(report.parked, "write waits", "writes wait") +
                         " for a person: hourbridge outbox list --state parked");
    if (report.lacking > 0) session.out.note(lanes::lacking_text(report.lacking));
    if (report.asking > 0)
        session.out.note(count(report.asking, "report asks", "reports ask") +
                         " a person something: hourbridge report list");
    if (report.parked > 0 || report.asking > 0) code = worse(code, kPerson);
    if (!report.errors.empty()) code = worse(code, kRemote);
    write_json(session.out, report);
    return code;
}

// In a service: remotes are read in this thread, so that one that hangs holds nobody up; the rest
// is done in the CRM's lane.
int run(Session& session, std::int64_t wait) {
    if (const auto lacking = session.config->lacking; !lacking.empty()) // G16: all are read
        return session.out.fail(lacking, "the configuration can't be used");
    if (!session.in_lane) return work(session, wait, {});
    auto before = session.service().pull_all();
    return session.in_lane([&] { return work(session, wait, std::move(before)); });
}

} // namespace

void add_run(Commands& commands) {
    const auto wait = std::make_shared<std::int64_t>(0);
    Syntax app =
        commands.add(commands.root(), "run", "Do everything that is due, then exit: for cron",
                     "run --wait 30 --json", Needs::Reading,
                     [wait](Session& session) { return run(session, *wait); });
    app.add_option("--wait", *wait, "keep working until nothing is due for this many seconds")
        .type_name("SECONDS")
        .range(0, 86400);
}

} // namespace hb::app
