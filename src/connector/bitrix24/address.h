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
// Where a renamed portal's redirect leads, "" when it must not be followed: to another scheme, to
// this machine from elsewhere, to the same place, or to a page that is no REST.
std::string redirect_site(const Address& from, std::string_view location);

} // namespace hb::connector::bitrix24
