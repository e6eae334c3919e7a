#include "sandbox/seed.h"

#include "app/command.h"
#include "app/commands/commands.h"
#include "app/commands/sandbox_planner.h"
#include "app/exit_code.h"
#include "app/signals.h"
#include "sandbox/server.h"
#include "json/writer.h"

// sandbox: a portal to try things on, alone
namespace hb::app {
namespace {

struct Options {
    int port = 8090;
    std::string seed = "agency";
    std::int64_t number = 1;
};

std::string words(const std::string& url, const std::string& webhook, const std::string& seed) {
    return "A Bitrix24 portal to try things on (" + seed +
           ")\n"
           "  webhook   " +
           webhook +
           "\n"
           "\n"
           "What only the sandbox can do (curl; src/sandbox/README.md has all of it):\n"
           "  curl " +
           url +
           "/sandbox/state\n"
           "  curl " +
           url +
           "/sandbox/log\n"
           "  curl " +
           url +
           "/sandbox/deals/ID/stage -d '{\"stage\":\"WON\"}'\n"
           "  curl " +
           url +
           "/sandbox/faults -d "
           "'{\"kind\":\"lost_answer\",\"method\":\"crm.item.add\"}'\n"
           "\n"
           "Ctrl-C ends it; nothing is kept.";
}

int run(Session& session, const Options& options) {
    StopSignals signals;
    sandbox::Portal portal({}, session.process.clock);
    if (options.seed == "agency")
        sandbox::seed_agency(portal, portal.today(), static_cast<std::uint64_t>(options.number));
    else
        sandbox::seed_basics(portal);
    sandbox::Server server(portal);
    if (const auto port = server.start(options.port); !port) return session.out.fail(port.error());
    // Where it says that it lives: in an installation, in links of documents.
    portal.change_options([&](sandbox::PortalOptions& its) { its.base_url = server.url(); });
    const std::string webhook = server.webhook(sandbox::kAdminToken);
    session.out.text(words(server.url(), webhook, options.seed));
    json::Writer json;
    json.begin_object().member("url", server.url()).member("webhook", webhook);
    session.out.document(json.member("port", server.port()).end_object().text());
    signals.wait();
    server.stop();
    return kDone;
}

} // namespace

void add_sandbox(Commands& commands) {
    const auto options = std::make_shared<Options>();
    // Known after the command below it has been added.
    const auto planner = std::make_shared<std::function<std::optional<int>(Session&)>>();
    Syntax app = commands.add(
        commands.root(), "sandbox", "A fake Bitrix24 portal with an agency in it, to try things on",
        "sandbox --port 8090", Needs::Nothing, [options, planner](Session& session) {
            if (const auto code = (*planner)(session)) return *code;
            return run(session, *options);
        });
    *planner = add_sandbox_planner(commands, app);
    app.add_option("--port", options->port, "0 takes any free one (default 8090)").range(0, 65535);
    app.add_option("--seed", options->seed, "agency (18 months of work) or empty")
        .one_of({"agency", "empty"});
    app.add_option("--number", options->number, "another number, another agency (default 1)")
        .range(0, std::int64_t{1} << 53);
}

} // namespace hb::app
