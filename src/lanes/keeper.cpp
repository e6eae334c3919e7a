#include "lanes/keeper.h"

#include "base/seal.h"
#include "base/text.h"

namespace hb::lanes {
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

namespace {

std::int64_t id_of(const Reading& read, const std::string& remote) { // 0: not known yet
    const auto row = read->sources.find_remote(remote);
    return row ? row->id : 0;
}

Result<std::optional<AppTokens>> read_tokens(const Reading& read, std::int64_t remote) {
    if (remote == 0) return std::optional<AppTokens>();
    if (const auto since = read->kept.get(remote, kept::kRemoved))
        return Error{Code::Forbidden,
                     "can't be called: its application was removed in the portal on " + *since, "",
                     "install it again: hourbridge portal setup --install tells how"};
    const auto sealed = read->kept.get(remote, kept::kTokens);
    if (!sealed) return std::optional<AppTokens>();
    const auto text = unseal_setting(read.settings.key, remote, kept::kTokens, *sealed);
    auto tokens = text ? tokens_of(text->reveal()) : std::nullopt;
    if (!tokens)
        return Error{Code::Machine,
                     "can't be called: its tokens were sealed with another secret key", "",
                     "bring the secret key back from your backup, or install the application "
                     "again (hourbridge portal setup --install)"};
    return tokens;
}

} // namespace

void put_tokens(Step& step, std::int64_t remote, const AppTokens& tokens) {
    step->kept.put(
        remote, kept::kTokens,
        seal_setting(step.settings.key, remote, kept::kTokens, Secret(text_of(tokens)), step.ids),
        step.now());
}

bool BooksKeeper::writes() const {
    return writes_ && id_of(books_.read(), remote_) != 0;
}

Result<std::optional<AppTokens>> BooksKeeper::tokens() {
    const Read read = books_.read();
    return read_tokens(read, id_of(read, remote_));
}

Result<bool> BooksKeeper::replace_tokens(const AppTokens& old, const AppTokens& fresh) {
    try {
        Step step = books_.begin();
        const std::int64_t remote = id_of(step, remote_);
        const auto now = read_tokens(step, remote);
        if (!now || remote == 0) return false;
        // The first pair of an account grows from the configuration: then nothing was kept before.
        if ((*now ? (*now)->refresh.reveal() : "") != old.refresh.reveal()) return false;
        put_tokens(step, remote, fresh);
        step.done();
        return true;
    } catch (const store::StoreError& trouble) {
        return not_kept(trouble);
    }
}

std::string BooksKeeper::moved_to(std::string_view host) {
    const Read read = books_.read();
    const std::int64_t remote = id_of(read, remote_);
    if (remote == 0) return "";
    const auto moved = read->kept.get(remote, kept::kMoved);
    // Whoever has put the new address into the configuration is past this.
    const std::string before = std::string(host) + " ";
    if (!moved || moved->rfind(before, 0) != 0) return "";
    return moved->substr(before.size());
}

Status BooksKeeper::note_moved(std::string_view host, std::string_view new_host) {
    try {
        Step step = books_.begin();
        const std::int64_t remote = id_of(step, remote_);
        if (remote == 0) return {};
        step->kept.put(remote, kept::kMoved, std::string(host) + " " + std::string(new_host),
                       step.now());
        step.done();
        return {};
    } catch (const store::StoreError& trouble) {
        return not_kept(trouble);
    }
}

} // namespace hb::lanes
