#include "base/exit_code.h"
#include "base/signals.h"
#include "sandbox/program/commands.h"
#include "sandbox/seed.h"
#include "sandbox/server.h"
#include "json/writer.h"

namespace hb::sandbox {
namespace {

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

} // namespace

int serve_portal(const ServePortal& wanted, Voice& voice, Clock& clock) {
    StopSignals signals;
    Portal portal({}, clock);
    if (wanted.seed == "agency")
        seed_agency(portal, portal.today(), static_cast<std::uint64_t>(wanted.number));
    else
        seed_basics(portal);
    Server server(portal);
    if (const auto port = server.start(wanted.port); !port) return voice.fail(port.error());
    // Where it says that it lives: in an installation, in links of documents.
    portal.change_options([&](PortalOptions& its) { its.base_url = server.url(); });
    const std::string webhook = server.webhook(kAdminToken);
    voice.text(words(server.url(), webhook, wanted.seed));
    json::Writer json;
    json.begin_object().member("url", server.url()).member("webhook", webhook);
    voice.document(json.member("port", server.port()).end_object().text());
    signals.wait();
    server.stop();
    return kDone;
}

} // namespace hb::sandbox
