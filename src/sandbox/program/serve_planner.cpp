#include "base/exit_code.h"
#include "base/signals.h"
#include "sandbox/planner.h"
#include "sandbox/program/commands.h"
#include "sandbox/server.h"
#include "json/writer.h"

namespace hb::sandbox {
namespace {

std::string words(const Planner& planner, const std::string& url) {
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

} // namespace

int serve_planner(const ServePlanner& wanted, Voice& voice, Clock& clock) {
    StopSignals signals;
    const auto planner = Planner::load(wanted.folder + "/" + wanted.name, clock);
    if (!planner) return voice.fail(planner.error());
    Server server([&](const HttpRequest& request, const Server::Headers& headers) {
        return (*planner)->handle(request, headers);
    });
    if (const auto port = server.start(wanted.port); !port) return voice.fail(port.error());
    voice.text(words(**planner, server.url()));
    json::Writer json;
    json.begin_object().member("url", server.url());
    json.member("base_url", server.url() + (*planner)->base_path());
    json.key("settings").begin_object();
    for (const auto& [name, value] : (*planner)->settings()) json.member(name, value);
    voice.document(json.end_object().member("port", server.port()).end_object().text());
    signals.wait();
    server.stop();
    return kDone;
}

} // namespace hb::sandbox
