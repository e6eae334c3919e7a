#include "app/commands/connector_hook.h"

#include <algorithm>

#include "app/addresses.h"
#include "app/commands/check_books.h"
#include "app/exit_code.h"
#include "app/outbound.h"
#include "base/text.h"
#include "connector/hook_setup.h"
#include "json/writer.h"

namespace hb::app {
namespace {

int tell(Session& session, const std::string& remote, const connector::HookSetup& done) {
    const std::string state = done.state.empty() ? "" : ", " + done.state;
    session.out.text(remote +
                     (done.was_there ? ": the webhook is registered already (id "
                                     : ": the webhook is registered (id ") +
                     done.id + state + ")");
    json::Writer json;
    json.begin_object().member("remote", remote).member("id", done.id);
    json.member("was_there", done.was_there).key("state");
    done.state.empty() ? json.null() : json.string(done.state);
    session.out.document(json.end_object().text());
    return kDone;
}

} // namespace

int register_hook(Session& session, const std::string& name, const std::string& url) {
    std::vector<mapping::FileProblem> problems;
    const auto config = load_config(session.config_file, problems);
    if (!config) return session.out.fail(problems, "the configuration can't be used");
    const auto remote = std::find_if(config->remotes.begin(), config->remotes.end(),
                                     [&](const auto& each) { return each.name == name; });
    if (remote == config->remotes.end()) {
        std::vector<std::string> names;
        for (const auto& each : config->remotes) names.push_back(each.name);
        return session.out.fail(Error{Code::NotFound, "there is no remote \"" + name + "\"", "",
                                      "the configuration has: " + join(names, ", ")});
    }
    if (!remote->planner || !connector::can_register_hook(remote->planner->plan))
        return session.out.fail(
            Error{Code::Usage,
                  name + " has no webhooks that can be registered "
                         "by its API",
                  "", "connectors/" + remote->connector + "/quirks.md shows how to do it by hand"});
    const std::string address = url.empty() ? hook_address(*config, name) : url;
    if (address.rfind("https://", 0) != 0)
        return session.out.fail(
            Error{Code::Usage, "planners call https addresses only", "",
                  "set /public_url to the https address of your proxy, or give --url"});
    CheckBooks books;
    if (const auto trouble = open_books(books, *config, session.process))
        return session.out.fail(*trouble);
    const auto done = connector::register_hook(
        remote->planner->plan,
        full_planner_options(*config, *remote, keeper_of(books, *remote, session.process)),
        net::make_curl_client(outbound_of(*remote)), session.process.clock, address);
    if (!done) return session.out.fail(done.error());
    return tell(session, name, *done);
}

} // namespace hb::app
