#include <spdlog/spdlog.h>

#include "base/clean.h"
#include "base/digest.h"
#include "lanes/installs.h"
#include "web/hooks.h"
#include "web/routes/routes.h"

// POST /hook/NAME and /hook/NAME/SECRET: an event of a remote is stored, then answered (G33). It is
// never sent again, so what can't be stored must be answered with an error.
namespace hb::web {

Answer get_door(const Site&, const Asked&) {
    return plain(200, ""); // portals try an address before they use it
}

// One answer for every reason: nothing is learnt from it.
Answer refused_at_door(const Site& site, const Asked& asked, const books::RemoteRuntime* remote,
                       const NotTaken& refusal) {
    const std::string_view name = remote == nullptr ? "" : std::string_view(remote->row.name);
    site.books.meters.add(kEventsRefused, {{"remote", name}, {"reason", refusal.reason}});
    if (site.hooks.misses.note_miss(asked.address, site.books.clock.now())) {
        spdlog::warn("hook refused={} address={} request_id={}", log_value(refusal.why),
                     log_value(asked.address), log_value(asked.request_id));
        return plain(403, "This address does not take that.\n");
    }
    Answer later = plain(429, "Too many wrong calls. Please wait a minute.\n");
    later.headers.emplace_back("Retry-After", "60");
    return later;
}

Answer not_stored(const Asked& asked, const std::exception& trouble) {
    spdlog::error("hook stored=no request_id={} error={}", log_value(asked.request_id),
                  log_value(trouble.what()));
    Answer later = plain(503, "This can't be stored just now. Please try again.\n");
    later.headers.emplace_back("Retry-After", "10");
    return later;
}

// A planner whose events prove themselves, by a signature, a token or a password.
Answer take_signed(const Site& site, const Asked& asked, books::RemoteRuntime& remote,
                   const std::string* secret) {
    if (!site.hooks.has_secret(remote.row.name, secret))
        return refused_at_door(site, asked, &remote, {"secret", "a wrong secret in the path"});
    const Instant now = site.books.clock.now();
    const auto got = remote.connector->receive({asked.headers, asked.body}, now);
    Answer told;
    told.status = got.status;
    told.type = "application/json";
    told.body = got.body;
    told.headers = got.headers;
    if (got.handshake) return told;
    if (!got.genuine) return refused_at_door(site, asked, &remote, {"not_genuine", got.why});
    if (got.by_path && secret == nullptr) {
        site.hooks.note_missing(remote, "hook_secret");
        return refused_at_door(site, asked, &remote,
                               {"no_secret", "set hook_secret: nothing else proves its events"});
    }
    lanes::Letter letter;
    letter.remote = remote.row.id;
    letter.event = "changed";
    letter.body = got.letter;
    letter.dedupe = sha256_hex(std::to_string(remote.row.id) + " " + got.key);
    try {
        site.hooks.door.take(letter);
    } catch (const store::StoreError& trouble) {
        return not_stored(asked, trouble);
    }
    site.books.clock.wake();
    return told;
}

Answer post_hook(const Site& site, const Asked& asked) {
    const std::string& name = asked.captured.at(0);
    const std::string* secret = asked.captured.size() > 1 ? &asked.captured.at(1) : nullptr;
    books::RemoteRuntime* remote = site.books.find_remote(name);
    if (remote == nullptr) return refused_at_door(site, asked, nullptr, kNoSuchRemote);
    if (remote->connector->capabilities().signed_events)
        return take_signed(site, asked, *remote, secret);
    const auto hint = remote->connector->decode_event(asked.body);
    if (!hint) return refused_at_door(site, asked, remote, {"unreadable", hint.error().message});
    try {
        if (const auto refusal = site.hooks.refusal(*remote, secret, *hint))
            return refused_at_door(site, asked, remote, *refusal);
        if (hint->event == "ONAPPUNINSTALL") {
            lanes::take_uninstall(site.books, *remote);
            site.hooks.forget_installed();
        }
        site.hooks.door.take(letter_of(remote->row.id, *hint, asked.body, site.books.clock.now()));
    } catch (const store::StoreError& trouble) {
        return not_stored(asked, trouble);
    }
    site.books.clock.wake();
    return plain(200, "");
}

} // namespace hb::web
