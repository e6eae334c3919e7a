#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"
#include "connector/connector.h"
#include "net/http.h"

// Where notices go that do not go into the CRM.
namespace hb::connector {

struct TelegramOptions {
    std::string remote; // its name in messages
    Secret token;       // of the bot: the path of every call holds it
    std::string api_url = "https://api.telegram.org";
};

// telegram.send   Once, at most once (G20): what may have run is never sent again. target = chat
//                 id, fields {"text":"…"}; id = the message's.
// check() asks the bot who it is.
std::unique_ptr<Connector> make_telegram(TelegramOptions options,
                                         std::unique_ptr<net::HttpClient> http, Clock& clock);

struct HookOptions {
    std::string remote;
    Secret url; // its path may be a secret
    // "whsec_" and base64, or any text. While one is being changed: the new one first, then the
    // old; each signs.
    std::vector<Secret> secrets;
};

// webhook.send    Fixed: repeats under the same webhook id, the receiver drops what it has. target
//                 "", fields {"id":"msg_…","event":{…}}; the event is the body, its
//                 members in their order.
// Signed as Standard Webhooks 1.0 describe: webhook-id, webhook-timestamp, webhook-signature.
std::unique_ptr<Connector> make_outgoing_hook(HookOptions options,
                                              std::unique_ptr<net::HttpClient> http, Clock& clock);

// What a place is called in the books: no secret, and another bot or address is another one.
std::string telegram_account(const Secret& token, const std::string& api_url);
std::string hook_account(const Secret& url);
// "v1,BASE64" of HMAC-SHA-256 over "id.timestamp.body", one for each secret, with spaces between.
std::string hook_signature(const std::vector<Secret>& secrets, std::string_view id,
                           std::int64_t timestamp, std::string_view body);

} // namespace hb::connector
