#include <algorithm>

#include "app/addresses.h"
#include "app/command.h"
#include "app/commands/commands.h"
#include "app/commands/portal_status.h"
#include "app/exit_code.h"
#include "app/lacking.h"
#include "base/text.h"
#include "books/settings_names.h"
#include "lanes/installs.h"
#include "render/columns.h"
#include "json/writer.h"

// portal setup|status: what the CRM needs for reports, found, made or repaired.
namespace hb::app {
namespace {

bool needs_person(const domain::SetupStep& step) {
    return step.state == "by_hand" || step.state == "forbidden" || step.state == "planned";
}

std::string as_json(const domain::SetupReport& report, bool dry_run) {
    json::Writer json;
    json.begin_object().key("steps").begin_array();
    for (const auto& step : report.steps)
        json.begin_object()
            .member("what", step.what)
            .member("state", step.state)
            .member("detail", step.detail)
            .end_object();
    json.end_array().key("cards").boolean(report.cards.has_value());
    return json.member("dry_run", dry_run).end_object().take();
}

// Steps with one and the same reason say it once.
std::string details_of(const domain::SetupReport& report) {
    std::vector<std::pair<std::string, std::vector<std::string>>> causes;
    for (const auto& step : report.steps) {
        if (step.detail.empty() || step.state == "ok") continue;
        const auto known = std::find_if(causes.begin(), causes.end(), [&](const auto& cause) {
            return cause.first == step.detail;
        });
        if (known == causes.end())
            causes.push_back({step.detail, {step.what}});
        else
            known->second.push_back(step.what);
    }
    std::string out;
    for (const auto& [detail, steps] : causes)
        out += "\n" + join(steps, ", ") + ":\n  " + detail + "\n";
    return out;
}

void tell(Session& session, const domain::SetupReport& report, bool dry_run) {
    render::Columns table({{"STATE"}, {"WHAT"}});
    for (const auto& step : report.steps) table.add({step.state, step.what});
    session.out.text(table.text() + details_of(report));
    session.out.document(as_json(report, dry_run));
    if (!report.cards)
        session.out.note("Without report cards: reports live here and in the admin's commands, and "
                         "each deal carries the link to its report.");
}

// Their events need the scope `sale` (G35).
bool payments_count(const Config& config) {
    const auto& evidence = config.evidence;
    return std::find(evidence.begin(), evidence.end(), domain::Evidence::Payment) != evidence.end();
}

// An application that is not installed can't set anything up: a person installs it first. The code
// in the address is good once.
int offer_installation(Session& session, const books::RemoteRuntime& remote, bool dry_run) {
    const std::string& name = remote.row.name;
    if (install_address(*session.config, name, "CODE").empty())
        return session.out.fail(
            Error{Code::Usage, "the portal must be able to call us to install the application", "",
                  "set /public_url to the https address of your proxy"});
    const std::string code = dry_run ? "CODE" : lanes::make_install_code(session.books(), remote);
    const std::string address = install_address(*session.config, name, code);
    const std::string how =
        "1. In Bitrix24: Developer resources > Other > Local application, \"uses only API\"\n"
        "2. Both paths (handler, initial installation): " +
        address + "\n3. Permissions: task, crm, user, sonet_group, userfieldconfig, im" +
        (payments_count(*session.config) ? ", sale" : "") +
        "\n"
        "4. Save it; copy client_id and client_secret from its card into oauth\n"
        "5. Start `hourbridge serve`, press Reinstall on the card, then: hourbridge portal setup\n"
        "The address installs once, within an hour.";
    session.out.text("The application " + name + " must be installed in the portal.\n" + how);
    json::Writer json;
    json.begin_object().key("steps").begin_array().begin_object();
    json.member("what", "application " + name)
        .member("state", dry_run ? "planned" : "by_hand")
        .member("detail", how)
        .end_object()
        .end_array();
    json.member("cards", false).member("dry_run", dry_run).member("install_url", address);
    session.out.document(json.end_object().text());
    return kPerson;
}

bool is_application(const Session& session, const books::RemoteRuntime& remote) {
    for (const auto& each : session.config->remotes)
        if (each.name == remote.row.name) return each.oauth.has_value();
    return false;
}

bool expects_no_token(Session& session, const books::RemoteRuntime& remote) {
    for (const auto& each : session.config->remotes)
        if (each.name == remote.row.name && !each.application_tokens.empty()) return false;
    return lanes::kept_application_token(session.books().read(), remote).empty();
}

EventsSeen events_seen(Session& session, const books::RemoteRuntime& remote) {
    const books::Read read = session.books().read();
    auto& kept = read->kept;
    const auto at = [&](const char* name) {
        const auto moment = kept.written_at(remote.row.id, name);
        return moment ? wall_clock_text(*moment, read.settings.zone) : "";
    };
    EventsSeen seen;
    if (const auto event = kept.get(remote.row.id, books::kept::kLastEvent))
        seen.last = *event + " at " + at(books::kept::kLastEvent);
    if (expects_no_token(session, remote)) seen.refused_at = at(books::kept::kEventRefused);
    return seen;
}

int code_of(const domain::SetupReport& report, bool by_hand_counts) {
    int code = kDone;
    for (const auto& step : report.steps) {
        if (step.state == "failed") return kRemote;
        if (needs_person(step) && (by_hand_counts || !is_out_of_sight(step))) code = kPerson;
    }
    return code;
}

struct Wanted {
    bool dry_run = false;
    bool status = false;
    bool install = false;
    std::string remote; // "" the CRM
};

int install_only(Session& session, const Wanted& wanted) {
    const std::string& name = wanted.remote.empty() ? session.config->crm_remote : wanted.remote;
    const books::RemoteRuntime* remote = session.books().find_remote(name);
    if (remote == nullptr)
        return session.out.fail(Error{Code::Usage,
                                      "the configuration has no remote \"" + name + "\"", "",
                                      "--remote NAME is one of /remotes"});
    if (!is_application(session, *remote))
        return session.out.fail(Error{Code::Usage, name + " is called by a webhook", "",
                                      "--install is for a remote with oauth"});
    return offer_installation(session, *remote, wanted.dry_run);
}

int work(Session& session, const Wanted& wanted) {
    if (wanted.install) return install_only(session, wanted);
    const bool dry_run = wanted.dry_run;
    books::RemoteRuntime* crm = session.books().crm();
    if (crm == nullptr)
        return session.out.fail(Error{Code::Usage, "the configuration names no CRM", "",
                                      "set /crm/remote to one of the remotes"});
    if (const auto lacking = lacks(*session.config, crm->row.name))
        return session.out.fail(*lacking);
    if (is_application(session, *crm) && crm->connector->account().empty())
        return offer_installation(session, *crm, dry_run);
    const std::string handler = hook_address(*session.config, crm->row.name);
    const auto report = session.service().setup_portal(*crm, dry_run, handler);
    if (!report) return session.out.fail(report.error());
    const EventsSeen events = events_seen(session, *crm);
    if (wanted.status) {
        session.out.text(portal_status(crm->row.name, *report, events));
        session.out.document(as_json(*report, dry_run));
        return code_of(*report, false);
    }
    tell(session, *report, dry_run);
    session.out.note(
        !events.refused_at.empty()
            ? "Events are refused: no application_token is configured; the last one at " +
                  events.refused_at + "."
        : events.last.empty()
            ? "No events received yet. Changes are still found by polling, only later."
            : "Last event: " + events.last);
    return code_of(*report, true);
}

} // namespace

void add_portal(Commands& commands) {
    Syntax group =
        commands.group("portal", "The CRM's side: report cards, fields of tasks, event handlers");
    const auto wanted = std::make_shared<Wanted>();
    Syntax setup = commands.add(group, "setup", "Make or repair what the portal needs for reports",
                                "portal setup --dry-run", Needs::Remotes,
                                [wanted](Session& session) { return work(session, *wanted); });
    commands.owners_only("it hands out the code of an installation and changes the portal");
    Option install =
        setup.add_flag("--install", wanted->install,
                       "only print a new one-time address for installing the application (again)");
    setup.add_option("--remote", wanted->remote, "which one (default: the CRM)")
        .type_name("NAME")
        .needs(install);
    setup.add_flag("--dry-run", wanted->dry_run, "only print the calls that would be made");
    commands.add(group, "status", "What is there and what is missing; changes nothing",
                 "portal status", Needs::Remotes, [](Session& session) {
                     return work(session, {true, true, false, ""});
                 });
}

} // namespace hb::app
