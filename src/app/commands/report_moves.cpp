#include <algorithm>

#include "app/commands/report_words.h"
#include "app/exit_code.h"
#include "base/count.h"
#include "desk/crm_answers.h"
#include "desk/reports.h"

// report recall|agree|invoice|accept-crm|restore-crm|cancel
namespace hb::app {
namespace {

struct Options {
    std::string report, hash, reason;
    std::vector<std::string> only; // CODE or CODE=VALUE
};
using Shared = std::shared_ptr<Options>;

Result<std::vector<desk::Shown>> read_only_those(const Options& options) {
    std::vector<desk::Shown> out;
    for (const auto& text : options.only) {
        const auto cut = std::min(text.find('='), text.size());
        const auto kind = domain::parse_question_kind(text.substr(0, cut));
        if (!kind)
            return Error{Code::Usage, kind.error().message, "",
                         "report show --json names those that stand, for example amount_differs"};
        if (cut + 1 == text.size())
            return Error{Code::Usage, "the value behind " + text + " is missing", "",
                         "write for example --only amount_differs=1200.00"};
        out.push_back({*kind, cut < text.size() ? text.substr(cut + 1) : ""});
    }
    return out;
}

// G56: neither state nor money of the report change.
int accept_crm(Session& session, std::int64_t id, const Options& options) {
    const auto only = read_only_those(options);
    if (!only) return session.out.fail(only.error());
    const auto answered =
        desk::accept_crm(session.books(), id, *only, options.reason, session.actor().name);
    if (!answered) return session.out.fail(answered.error());
    return tell(session, session.books().show(id));
}

int restore_crm(Session& session, std::int64_t id, const Options& options) {
    const auto only = read_only_those(options);
    if (!only) return session.out.fail(only.error());
    const auto planned = desk::restore_crm(session.books(), id, *only, session.actor().name);
    if (!planned) return session.out.fail(planned.error());
    session.out.note(count(*planned, "write is", "writes are") +
                     " on the way; the question ends when it is read back");
    return tell(session, session.books().show(id));
}

constexpr const char* kOnlyHelp =
    "only this question, CODE or CODE=VALUE as it was shown; another value is refused";

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

int tell(Session& session, const domain::ReportView& view) {
    session.out.text(render::report_text(view, session.books().settings.zone));
    session.out.document(render::report_json(view, render::Audience::Staff));
    return kDone;
}

int tell(Session& session, const Result<domain::ReportView>& view) {
    return view ? tell(session, *view) : session.out.fail(view.error());
}

void add_report_moves(Commands& commands, Syntax group) {
    add_report_send(commands, group);
    add(commands, group, "recall", "Take a sent report back into a draft; its link says so",
        "report recall 3", Needs::Writes, std::make_shared<Options>(),
        [](Session& session, std::int64_t id, const Options&) {
            return tell(session, desk::recall(session.books(), id, session.actor()));
        });

    const auto agreeing = std::make_shared<Options>();
    add(commands, group, "agree", "Record that the client agreed; the deal follows",
        "report agree HB2026-0001", Needs::Writes, agreeing,
        [](Session& session, std::int64_t id, const Options& options) {
            return tell(session, desk::agree(session.books(), id, options.hash, session.actor()));
        })
        .add_option("--hash", agreeing->hash, "only if this is still the revision's hash");

    add(commands, group, "invoice", "Create the deal now, or show its status",
        "report invoice HB2026-0001", Needs::Writes, std::make_shared<Options>(),
        [](Session& session, std::int64_t id, const Options&) {
            return tell(session, desk::invoice(session.books(), id, session.actor()));
        });

    const auto accepting = std::make_shared<Options>();
    Syntax accept = add(commands, group, "accept-crm",
                        "What the CRM shows is known and stays; another value asks again",
                        "report accept-crm 3 --reason \"discount agreed by phone\"", Needs::Writes,
                        accepting, accept_crm);
    accept.add_option("--reason", accepting->reason, "why; it stays in the log").required();
    accept.add_option("--only", accepting->only, kOnlyHelp).one_each();

    const auto restoring = std::make_shared<Options>();
    add(commands, group, "restore-crm",
        "Write our amount, currency, company and rows into the CRM again",
        "report restore-crm 3 --only amount_differs=1200.00", Needs::Writes, restoring, restore_crm)
        .add_option("--only", restoring->only, kOnlyHelp)
        .one_each();

    const auto cancelling = std::make_shared<Options>();
    add(commands, group, "cancel",
        "Cancel a report: release its time, or credit it in full if it was agreed",
        "report cancel 3 --reason \"wrong client\"", Needs::Writes, cancelling,
        [](Session& session, std::int64_t id, const Options& options) {
            return tell(session,
                        desk::cancel(session.books(), id, options.reason, session.actor()));
        })
        .add_option("--reason", cancelling->reason, "why; it stays in the log")
        .required();
}

} // namespace hb::app
