#include "app/commands/sandbox_planner.h"

#include "app/exit_code.h"
#include "app/signals.h"
#include "sandbox/planner.h"
#include "sandbox/server.h"
#include "json/writer.h"

namespace hb::app {
namespace {

struct Options {
    std::string name;
    std::string folder = "connectors";
    int port = 8091;
};

std::string words(const sandbox::Planner& planner, const std::string& url) {
    std::string out = "A stand-in for " + planner.name() + ", with what its transcripts hold\n" +
                      "  base_url  " + url + planner.base_path() + "\n";
    for (const auto& [name, value] : planner.settings())
        out += "  settings  " + name + " = " + value + "\n";
    out += "\nWhat only the sandbox can do (curl; src/sandbox/README.md has all of it):\n";
    for (const char* call : {"/sandbox/state", "/sandbox/rows/entries", "/sandbox/log"})
        out += "  curl " + url + call + "\n";
    out += "  curl " + url + "/sandbox/rows/entries -d '{\"seconds\":5400}'\n";
    return out + "\nCtrl-C ends it; nothing is kept.";
}

int run(Session& session, const Options& options) {
    StopSignals signals;
    const auto planner = sandbox::Planner::load(session.path(options.folder) + "/" + options.name,
                                                session.process.clock);
    if (!planner) return session.out.fail(planner.error());
    sandbox::Server server(
        [&](const sandbox::HttpRequest& request, const sandbox::Server::Headers& headers) {
            return (*planner)->handle(request, headers);
        });
    if (const auto port = server.start(options.port); !port) return session.out.fail(port.error());
    session.out.text(words(**planner, server.url()));
    json::Writer json;
    json.begin_object().member("url", server.url());
    json.member("base_url", server.url() + (*planner)->base_path());
    json.key("settings").begin_object();
    for (const auto& [name, value] : (*planner)->settings()) json.member(name, value);
    session.out.document(json.end_object().member("port", server.port()).end_object().text());
    signals.wait();
    server.stop();
    return kDone;
}

} // namespace

std::function<std::optional<int>(Session&)> add_sandbox_planner(Commands& commands,
                                                                Syntax sandbox) {
    const auto options = std::make_shared<Options>();
    const auto run_it = [options](Session& session) { return run(session, *options); };
    Syntax app = commands.add(sandbox, "planner", "A stand-in for a planner, with state and faults",
                              "sandbox planner redmine --port 8091", Needs::Nothing, run_it);
    app.add_option("name", options->name, "a folder of a connector by manifest: redmine")
        .required();
    app.add_option("--connectors", options->folder,
                   "where the folders are, with their transcripts (default connectors)");
    app.add_option("--port", options->port, "0 takes any free one (default 8091)").range(0, 65535);
    return [app, run_it](Session& session) {
        return app.parsed() ? std::optional<int>{run_it(session)} : std::nullopt;
    };
}

} // namespace hb::app
