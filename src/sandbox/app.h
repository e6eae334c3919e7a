#pragma once

#include <map>
#include <string>
#include <vector>

#include "sandbox/portal.h"

// The one application of the portal: its tokens and where it stands. Inner header.
namespace hb::sandbox {

struct App {
    std::string client_id = "app.sandbox", client_secret = "sandbox-secret";
    std::string application_token; // constant for this app on this portal
    std::string handler;
    bool installed = false;
    std::vector<std::string> scopes;

    struct Access {
        Token token; // whose rights it has
        Seconds expires = 0;
    };
    struct Right { // to get tokens: a code or a refresh token
        std::int64_t user = 0;
        Seconds expires = 0;
    };
    std::map<std::string, Access> access;
    std::map<std::string, Right> refresh;
    std::map<std::string, Right> codes;
    std::int64_t exchanged = 0, refreshed = 0, refused = 0;

    // A token that nobody guesses and that every run gives again.
    std::string new_token(std::string_view kind);
    std::string new_code(std::int64_t user, Seconds now, const PortalOptions& options);
    std::string new_access(const User& user, Seconds now, const PortalOptions& options);
    std::string new_refresh(std::int64_t user, Seconds now);
    // One that still lives, or a new one.
    std::string any_access(const User& user, Seconds now, const PortalOptions& options);
    void uninstall();

private:
    std::int64_t next_ = 1;
};

// The stable id of the portal, whatever its host.
std::string member_id();
// "127.0.0.1:8123" of "http://127.0.0.1:8123".
std::string host_of(const std::string& base);

} // namespace hb::sandbox
