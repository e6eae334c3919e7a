#include "sandbox/app.h"

#include "base/digest.h"

namespace hb::sandbox {

namespace {

constexpr Seconds kRefreshLives = Seconds{180} * 86400;

} // namespace

std::string App::new_token(std::string_view kind) {
    return sha256_hex(std::string{kind} + std::to_string(next_++)).substr(0, 32);
}

std::string App::new_code(std::int64_t user, Seconds now, const PortalOptions& options) {
    const std::string code = new_token("code");
    codes[code] = {user, now + options.code_seconds};
    return code;
}

std::string App::new_access(const User& user, Seconds now, const PortalOptions& options) {
    std::erase_if(access, [&](const auto& one) { return one.second.expires + 86400 < now; });
    const std::string text = new_token("access");
    Token token{"app", user.id, scopes, user.admin ? Token::CrmRights::All : Token::CrmRights::Own};
    access[text] = {std::move(token), now + options.token_seconds};
    return text;
}

std::string App::new_refresh(std::int64_t user, Seconds now) {
    const std::string text = new_token("refresh");
    refresh[text] = {user, now + kRefreshLives};
    return text;
}

std::string App::any_access(const User& user, Seconds now, const PortalOptions& options) {
    for (const auto& [text, one] : access)
        if (one.token.user == user.id && one.expires > now + 60) return text;
    return new_access(user, now, options);
}

void App::uninstall() {
    installed = false;
    access.clear();
    refresh.clear();
    codes.clear();
}

std::string member_id() {
    return sha256_hex("the sandbox portal").substr(0, 32);
}

std::string host_of(const std::string& base) {
    const std::size_t at = base.find("://");
    return at == std::string::npos ? base : base.substr(at + 3);
}

} // namespace hb::sandbox
