#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"

namespace hb::connector::bitrix24 {

// Where calls go: an inbound webhook's URL, taken apart, or an application's portal.
struct Address {
    std::string site;    // "https://portal.example" or "http://127.0.0.1:8081"; no secret in it
    std::string account; // host as configured, with the port when one is written
    Secret base;         // what stands before a method's name, ending in '/'
    Secret token;        // of a webhook
    std::string user;    // of a webhook: UID, whose rights the calls have
};

// https://HOST[:PORT]/rest/UID/TOKEN/ ; http for loopback only. Code::Usage otherwise.
Result<Address> parse_address(const Secret& webhook_url);
// "portal.example", "https://portal.example/"; http for loopback only. Code::Usage otherwise.
Result<Address> parse_portal(std::string_view portal);

// "https://oauth.example" of "https://oauth.example/rest/"; "" for what is no address that may be
// called: https, and http for loopback.
std::string site_of(std::string_view url);
std::string host_of_site(std::string_view site);

// The same account at another host of the same kind.
Address at_site(const Address& address, std::string site);
// A portal's name in the vendor's cloud: NAME.bitrix24.ZONE with a zone that the vendor lists.
bool is_cloud_name(std::string_view host);
// May a portal at `from` be followed to `to` without a person? Within the vendor's cloud, and on
// this machine; a redirect of any other host could lead the webhook's token anywhere (S4).
bool may_move(std::string_view from, std::string_view to);
// May `server` see the application's secret? The vendor's two servers, the one of the
// configuration, and the portal itself; what an answer or an installation says besides is not
// believed.
bool may_renew_at(std::string_view server, std::string_view portal, std::string_view oauth_url);
// Where a renamed portal's redirect leads, "" when it must not be followed: to where may_move()
// says no, to the same place, or to a page that is no REST.
std::string redirect_site(const Address& from, std::string_view location);

} // namespace hb::connector::bitrix24
