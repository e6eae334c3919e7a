#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"

namespace hb::connector::bitrix24 {

// An inbound webhook's URL, taken apart.
struct Address {
    std::string site;    // "https://portal.example" or "http://127.0.0.1:8081"; no secret in it
    std::string account; // host, with the port when one is written
    Secret base;         // the whole URL, ending in '/'
    Secret token;
    std::string user; // UID: whose rights the calls have
};

// https://HOST[:PORT]/rest/UID/TOKEN/ ; http for loopback only. Code::Usage otherwise.
Result<Address> parse_address(const Secret& webhook_url);

} // namespace hb::connector::bitrix24
