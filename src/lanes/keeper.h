#pragma once

#include <string>

#include "base/secret.h"
#include "connector/tokens.h"
#include "lanes/floor.h"

namespace hb::lanes {

// What a connector keeps between runs, in the settings of its remote: tokens, sealed with the key
// of the books (G23), and where a renamed portal answers.
class BooksKeeper final : public connector::Keeper {
public:
    // `writes`: false for a process that may only read.
    BooksKeeper(Books& books, std::string remote, bool writes = true)
        : books_(books), remote_(std::move(remote)), writes_(writes) {}

    bool writes() const override; // false also before the remote has its row
    Result<std::optional<connector::AppTokens>> tokens() override;
    Result<bool> replace_tokens(const connector::AppTokens& old,
                                const connector::AppTokens& fresh) override;
    std::string moved_to(std::string_view host) override;
    Status note_moved(std::string_view host, std::string_view new_host) override;

private:
    Books& books_;
    const std::string remote_;
    const bool writes_;
};

// Names of what is kept for an application. Those that begin with "oauth" are never shown.
// Tokens that were handed in, sealed.
void put_tokens(Step& step, std::int64_t remote, const connector::AppTokens& tokens);

namespace kept {
inline constexpr const char* kTokens = "oauth.tokens";                // sealed
inline constexpr const char* kApplicationToken = "oauth.event_token"; // sealed
inline constexpr const char* kInstallCode = "oauth.install_code";     // SHA-256 of it
inline constexpr const char* kRemoved = "oauth.removed";              // since when it is gone
inline constexpr const char* kMoved = "moved";                        // "old.host new.host"
} // namespace kept

// One secret text of a remote, sealed and opened by its name.
std::string seal_setting(const Secret& key, std::int64_t remote, std::string_view name,
                         const Secret& text, IdSource& ids);
std::optional<Secret> unseal_setting(const Secret& key, std::int64_t remote, std::string_view name,
                                     std::string_view sealed);

} // namespace hb::lanes
