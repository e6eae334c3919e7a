
#include "app/commands/report_words.h"
#include "app/exit_code.h"
#include "engine/questions.h"

// report recall|agree|invoice|accept-crm|cancel
namespace hb::app {
namespace {

struct Options {
    std::string report, hash, reason;
};
using Shared = std::shared_ptr<Options>;

// G56: neither state nor money of the report change.
int accept_crm(Session& session, std::int64_t id, const Options& options) {
    const auto answered =
        engine::accept_crm(session.core(), id, options.reason, session.actor().name);
    if (!answered) return session.out.fail(answered.error());
    return tell(session, session.books().show(id));
}

using Act = std::function<int(Session&, std::int64_t, const Options&)>;

Syntax add(Commands& commands, Syntax group, const std::string& name, const std::string& about,
           const std::string& example, Needs needs, const Shared& options, Act act) {
    Syntax app = commands.add(group, name, about, example, needs, [options, act](Session& session) {
        const auto id = session.books().find_report(options->report);
        if (!id) return session.out.fail(id.error());
        return act(session, *id, *options);
    });
    app.add_option("REPORT", options->report, "id or number").required();
    return app;
}

} // namespace

int tell(Session& session, const render::ReportView& view) {
    session.out.text(render::report_text(view));
    session.out.document(render::report_json(view, render::Audience::Staff));
    return kDone;
}

int tell(Session& session, const Result<render::ReportView>& view) {
    return view ? tell(session, *view) : session.out.fail(view.error());
}

void add_report_moves(Commands& commands, Syntax group) {
    add_report_send(commands, group);
    add(commands, group, "recall", "Take a sent report back into a draft; its link says so",
        "report recall 3", Needs::Writes, std::make_shared<Options>(),
        [](Session& session, std::int64_t id, const Options&) {
            return tell(session, session.books().recall(id, session.actor()));
        });

    const auto agreeing = std::make_shared<Options>();
    add(commands, group, "agree", "Record that the client agreed; the deal follows",
        "report agree HB2026-0001", Needs::Writes, agreeing,
        [](Session& session, std::int64_t id, const Options& options) {
            return tell(session, session.books().agree(id, options.hash, session.actor()));
        })
        .add_option("--hash", agreeing->hash, "only if this is still the revision's hash");

    add(commands, group, "invoice", "Make the deal now, or say where it stands",
        "report invoice HB2026-0001", Needs::Writes, std::make_shared<Options>(),
        [](Session& session, std::int64_t id, const Options&) {
            return tell(session, session.books().invoice(id, session.actor()));
        });

    const auto accepting = std::make_shared<Options>();
    add(commands, group, "accept-crm",
        "The CRM's own amount or rows are known and stay; another value asks again",
        "report accept-crm 3 --reason \"discount agreed by phone\"", Needs::Writes, accepting,
        accept_crm)
        .add_option("--reason", accepting->reason, "why; it stays in the log")
        .required();

    const auto cancelling = std::make_shared<Options>();
    add(commands, group, "cancel", "Give its time back; what was agreed is credited whole",
        "report cancel 3 --reason \"wrong client\"", Needs::Writes, cancelling,
        [](Session& session, std::int64_t id, const Options& options) {
            return tell(session, session.books().cancel(id, options.reason, session.actor()));
        })
        .add_option("--reason", cancelling->reason, "why; it stays in the log")
        .required();
}

} // namespace hb::app
