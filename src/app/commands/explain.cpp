
#include "app/arguments.h"
#include "app/commands/commands.h"
#include "app/commands/explanation.h"
#include "app/exit_code.h"

// explain ID: where it came from, why it is in or out, where its money is
namespace hb::app {
namespace {

Result<Explanation> find(const Session& session, const std::string& what) {
    const bool plain = what.find(':') == std::string::npos;
    if (plain) {
        const books::View view = session.books().view();
        const auto report = books::Lookup(view).find_report(what);
        if (report) return explain_report(view, *report);
        if (what.find_first_not_of("0123456789") == std::string::npos) return report.error();
    }
    const auto ref = plain || what.rfind("name:", 0) == 0
                         ? read_ref(session, what, {"company", "task", "deal", "group", "project"})
                         : read_ref(session, what);
    if (!ref) return ref.error();
    return explain_ref(session.books().view(), *ref);
}

int explain(Session& session, const std::string& what) {
    const auto found = find(session, what);
    if (!found) return session.out.fail(found.error());
    session.out.text(found->text(session.books().settings.zone));
    session.out.document(found->json());
    return kDone;
}

} // namespace

void add_explain(Commands& commands) {
    const auto what = std::make_shared<std::string>();
    commands
        .add(commands.root(), "explain",
             "One entry, task, report, deal, invoice, card, document or payment: where it came "
             "from, "
             "why it is in or out",
             "explain bitrix24:entry:88", Needs::Reads,
             [what](Session& session) { return explain(session, *what); })
        .add_option("ID", *what, "a reference (REMOTE:KIND:ID), or a report's id or number")
        .required();
}

} // namespace hb::app
