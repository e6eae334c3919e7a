#include <CLI/CLI.hpp>

#include "app/command.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "render/columns.h"
#include "json/writer.h"

// portal setup|status: what the CRM needs for reports, found, made or repaired.
namespace hb::app {
namespace {

bool needs_person(const domain::SetupStep& step) {
    return step.state == "by_hand" || step.state == "forbidden" || step.state == "planned";
}

void tell(Session& session, const domain::SetupReport& report, bool dry_run) {
    render::Columns table({{"STATE"}, {"WHAT"}});
    json::Writer json;
    json.begin_object().key("steps").begin_array();
    std::string details;
    for (const auto& step : report.steps) {
        table.add({step.state, step.what});
        json.begin_object()
            .member("what", step.what)
            .member("state", step.state)
            .member("detail", step.detail)
            .end_object();
        if (!step.detail.empty() && step.state != "ok")
            details += "\n" + step.what + ":\n  " + step.detail + "\n";
    }
    json.end_array().key("cards").boolean(report.cards.has_value());
    session.out.text(table.text() + details);
    session.out.document(json.member("dry_run", dry_run).end_object().text());
    if (!report.cards)
        session.out.note("Without report cards: reports live here and in the admin's commands, and "
                         "each deal carries the link to its report.");
}

int work(Session& session, bool dry_run) {
    engine::RemoteRuntime* crm = session.core().crm();
    if (crm == nullptr)
        return session.out.fail(Error{Code::Usage, "the configuration names no CRM", "",
                                      "set /crm/remote to one of the remotes"});
    const auto& url = session.config->public_url;
    // Events can only reach an address that the portal can call.
    const std::string handler =
        url.rfind("https://", 0) == 0 ? url + "/hook/" + crm->row.name : std::string();
    const auto report = session.service().setup_portal(*crm, dry_run, handler);
    if (!report) return session.out.fail(report.error());
    tell(session, *report, dry_run);
    int code = kDone;
    for (const auto& step : report->steps) {
        if (needs_person(step) && code == kDone) code = kPerson;
        if (step.state == "failed") code = kRemote;
    }
    return code;
}

} // namespace

void add_portal(Commands& commands) {
    CLI::App& group =
        commands.group("portal", "The CRM's side: report cards, fields of tasks, event handlers");
    const auto dry_run = std::make_shared<bool>(false);
    commands
        .add(group, "setup", "Make or repair what the portal needs for reports",
             "portal setup --dry-run", Needs::Remotes,
             [dry_run](Session& session) { return work(session, *dry_run); })
        .add_flag("--dry-run", *dry_run, "only print the calls that would be made");
    commands.add(group, "status", "What is there and what is missing; changes nothing",
                 "portal status", Needs::Remotes,
                 [](Session& session) { return work(session, true); });
}

} // namespace hb::app
