#include <spdlog/spdlog.h>

#include "base/clean.h"
#include "lanes/installs.h"
#include "web/hooks.h"
#include "web/routes/routes.h"

// POST /install/NAME/CODE: the portal hands over the tokens of our application, once for each code
// that `portal setup` printed. POST /install/NAME: it takes them back (G34).
namespace hb::web {

namespace {

Answer removed(const Site& site, const Asked& asked, books::RemoteRuntime& remote,
               const domain::EventHint& hint) {
    // The portal may call the address of the installation, which has no secret of its own.
    if (!site.hooks.has_token(remote, hint.application_token))
        return refused_at_door(site, asked, &remote,
                               {"token", "an ONAPPUNINSTALL with a wrong application_token"});
    lanes::take_uninstall(site.books, remote);
    site.hooks.forget_installed();
    spdlog::warn("application removed remote={} next=\"hourbridge portal setup\"", remote.row.name);
    return plain(200, "");
}

Answer installed(const Site& site, const Asked& asked, books::RemoteRuntime& remote) {
    const std::string code = asked.captured.size() > 1 ? asked.captured.at(1) : "";
    if (!lanes::is_install_code(site.books.read(), remote, code))
        return refused_at_door(site, asked, &remote, {"secret", "a wrong installation code"});
    const Status done = lanes::take_install(site.books, remote, code, asked.body);
    if (!done) {
        // Anyone who has the code is our own person: they may know what is wrong.
        spdlog::error("application installed=no remote={} error={} request_id={}", remote.row.name,
                      log_value(to_string(done.error())), log_value(asked.request_id));
        const bool conflict = done.error().code == Code::Conflict;
        return plain(conflict ? 409 : 400, done.error().message + "\n" + done.error().hint + "\n");
    }
    site.hooks.forget_installed();
    spdlog::info("application installed remote={} account={}", remote.row.name,
                 log_value(remote.row.account));
    return plain(200, "");
}

} // namespace

Answer post_install(const Site& site, const Asked& asked) {
    books::RemoteRuntime* remote = site.books.find_remote(asked.captured.at(0));
    if (remote == nullptr) return refused_at_door(site, asked, nullptr, kNoSuchRemote);
    const auto hint = remote->connector->decode_event(asked.body);
    if (!hint) return refused_at_door(site, asked, remote, {"unreadable", hint.error().message});
    try {
        const Answer told = hint->event == "ONAPPUNINSTALL" ? removed(site, asked, *remote, *hint)
                                                            : installed(site, asked, *remote);
        if (told.status == 200) site.books.clock.wake();
        return told;
    } catch (const store::StoreError& trouble) {
        return not_stored(asked, trouble);
    }
}

} // namespace hb::web
