#include "engine/keeper.h"

#include "base/seal.h"
#include "base/text.h"

namespace hb::engine {
namespace {

using connector::AppTokens;

// One part a line, in this order; the connector takes only visible letters.
std::string text_of(const AppTokens& tokens) {
    return join({tokens.access.reveal(), tokens.refresh.reveal(),
                 std::to_string(to_epoch_ms(tokens.expires)),
                 std::to_string(to_epoch_ms(tokens.renewed)), tokens.member_id, tokens.server,
                 tokens.portal, tokens.scope},
                "\n");
}

std::optional<AppTokens> tokens_of(std::string_view text) {
    const auto lines = split(text, '\n');
    if (lines.size() != 8) return std::nullopt;
    const auto expires = parse_integer(lines[2]);
    const auto renewed = parse_integer(lines[3]);
    if (!expires || !renewed) return std::nullopt;
    AppTokens tokens;
    tokens.access = Secret(std::string(lines[0]));
    tokens.refresh = Secret(std::string(lines[1]));
    tokens.expires = from_epoch_ms(*expires);
    tokens.renewed = from_epoch_ms(*renewed);
    tokens.member_id = lines[4];
    tokens.server = lines[5];
    tokens.portal = lines[6];
    tokens.scope = lines[7];
    return tokens;
}

std::string about(std::int64_t remote, std::string_view name) {
    return "remote " + std::to_string(remote) + " " + std::string(name);
}

Error not_kept(const store::StoreError& trouble) {
    return Error{Code::Machine, "the books can't be written", trouble.what(),
                 "is the disk full, or the database locked by another program?"};
}

} // namespace

std::string seal_setting(const Secret& key, std::int64_t remote, std::string_view name,
                         const Secret& text, IdSource& ids) {
    return seal(key, about(remote, name), text, ids);
}

std::optional<Secret> unseal_setting(const Secret& key, std::int64_t remote, std::string_view name,
                                     std::string_view sealed) {
    return unseal(key, about(remote, name), sealed);
}

bool BooksKeeper::writes() const {
    if (!place_.writes) return false;
    const std::lock_guard guard(place_.mutex);
    return store::Sources(place_.db).find_remote(remote_).has_value();
}

std::int64_t BooksKeeper::remote_id() {
    const auto row = store::Sources(place_.db).find_remote(remote_);
    return row ? row->id : 0;
}

Result<std::optional<AppTokens>> BooksKeeper::read(std::int64_t remote) {
    store::Settings settings(place_.db);
    if (remote == 0) return std::optional<AppTokens>();
    if (const auto since = settings.get(remote, kept::kRemoved))
        return Error{Code::Forbidden,
                     "can't be called: its application was removed in the portal on " + *since, "",
                     "install it again: hourbridge portal setup --install tells how"};
    const auto sealed = settings.get(remote, kept::kTokens);
    if (!sealed) return std::optional<AppTokens>();
    const auto text = unseal_setting(place_.key, remote, kept::kTokens, *sealed);
    auto tokens = text ? tokens_of(text->reveal()) : std::nullopt;
    if (!tokens)
        return Error{Code::Machine,
                     "can't be called: its tokens were sealed with another secret key", "",
                     "bring the secret key back from your backup, or install the application "
                     "again (hourbridge portal setup --install)"};
    return tokens;
}

Result<std::optional<AppTokens>> BooksKeeper::tokens() {
    const std::lock_guard guard(place_.mutex);
    return read(remote_id());
}

Result<bool> BooksKeeper::replace_tokens(const AppTokens& old, const AppTokens& fresh) {
    const std::lock_guard guard(place_.mutex);
    try {
        store::Tx tx(place_.db);
        const std::int64_t remote = remote_id();
        const auto now = read(remote);
        if (!now || remote == 0) return false;
        // The first pair of an account grows from the configuration: then nothing was kept before.
        if ((*now ? (*now)->refresh.reveal() : "") != old.refresh.reveal()) return false;
        put_tokens(remote, fresh);
        tx.commit();
        return true;
    } catch (const store::StoreError& trouble) {
        return not_kept(trouble);
    }
}

void BooksKeeper::put_tokens(std::int64_t remote, const AppTokens& tokens) {
    store::Settings(place_.db).put(
        remote, kept::kTokens,
        seal_setting(place_.key, remote, kept::kTokens, Secret(text_of(tokens)), place_.ids),
        place_.clock.now());
}

std::string BooksKeeper::moved_to(std::string_view host) {
    const std::lock_guard guard(place_.mutex);
    const std::int64_t remote = remote_id();
    if (remote == 0) return "";
    const auto moved = store::Settings(place_.db).get(remote, kept::kMoved);
    // Whoever has put the new address into the configuration is past this.
    const std::string before = std::string(host) + " ";
    if (!moved || moved->rfind(before, 0) != 0) return "";
    return moved->substr(before.size());
}

Status BooksKeeper::note_moved(std::string_view host, std::string_view new_host) {
    const std::lock_guard guard(place_.mutex);
    try {
        const std::int64_t remote = remote_id();
        if (remote == 0) return {};
        store::Tx tx(place_.db);
        store::Settings(place_.db).put(remote, kept::kMoved,
                                       std::string(host) + " " + std::string(new_host),
                                       place_.clock.now());
        tx.commit();
        return {};
    } catch (const store::StoreError& trouble) {
        return not_kept(trouble);
    }
}

} // namespace hb::engine
