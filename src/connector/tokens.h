#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

namespace hb::connector {

// What an installed application holds of one portal (protocol section 2.2).
struct AppTokens {
    Secret access;
    Secret refresh;
    Instant expires{}; // of the access token
    Instant renewed{}; // when this pair was made: the refresh token dies 180 days later
    std::string member_id;
    std::string server; // "https://oauth.bitrix.info", who makes the next pair; "" not known
    std::string portal; // "https://portal.example", where it was installed; "" not told
    std::string scope;  // "crm,task,user"
};

// What a connector keeps between runs. Safe to use from any thread.
class Keeper {
public:
    virtual ~Keeper() = default;

    // False: a reader. A pair must then not be renewed, since the new one could not be kept.
    virtual bool writes() const = 0;
    // nullopt: not installed. Code::Forbidden: the portal took it back; Code::Machine: the key or
    // the books can't be used.
    virtual Result<std::optional<AppTokens>> tokens() = 0;
    // Committed when it returns true, and only then may `fresh` be used. False: another pair than
    // `old` is kept by now (installed anew), which stays. An empty `old`: none was kept.
    virtual Result<bool> replace_tokens(const AppTokens& old, const AppTokens& fresh) = 0;

    // Where the portal that is configured at `host` answers since it was renamed; "" there.
    virtual std::string moved_to(std::string_view host) = 0;
    virtual Status note_moved(std::string_view host, std::string_view new_host) = 0;
};

} // namespace hb::connector
