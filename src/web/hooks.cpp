#include "web/hooks.h"

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "books/settings_names.h"
#include "lanes/installs.h"
#include "lanes/keeper.h"
#include "web/address.h"
#include "web/form.h"

namespace hb::web {
namespace {

std::string without_port(std::string_view host) {
    const auto colon = host.rfind(':');
    const bool port = colon != std::string_view::npos && host.find(']', colon) == host.npos;
    return fold_case(port ? host.substr(0, colon) : host);
}

// The last step of "data[FIELDS][ID]".
std::string_view last_step(std::string_view name) {
    const auto open = name.rfind('[');
    if (open == std::string_view::npos || name.back() != ']') return name;
    return name.substr(open + 1, name.size() - open - 2);
}

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// What a hint needs. All else stays outside the books: tokens, and what an event says about people.
bool is_kept(std::string_view name) {
    static const std::vector<std::string_view> plain{"event", "event_handler_id", "ts",
                                                     "auth[domain]", "auth[member_id]"};
    if (std::find(plain.begin(), plain.end(), name) != plain.end()) return true;
    if (name.substr(0, 4) != "data") return false;
    const std::string_view step = last_step(name);
    return step == "ID" || ends_with(step, "_ID") || step == "ACTION" || step == "VERSION";
}

} // namespace

void Hooks::use(HookKeysOf keys) {
    const MutexLock guard(mutex_);
    keys_ = std::move(keys);
}

std::optional<HookKeys> Hooks::keys_of(std::string_view remote) const {
    const MutexLock guard(mutex_);
    const auto keys = keys_.find(remote);
    return keys == keys_.end() ? std::nullopt : std::optional(keys->second);
}

bool Hooks::has_secret(std::string_view remote, const std::string* secret) const {
    const auto keys = keys_of(remote);
    if (!keys) return false;
    const std::string& wanted = keys->hook_secret.reveal();
    if (wanted.empty()) return secret == nullptr;
    return secret != nullptr && equal_constant_time(*secret, wanted);
}

Hooks::Known Hooks::known(const books::RemoteRuntime& remote) {
    {
        const MutexLock guard(mutex_);
        const auto found = known_.find(remote.row.id);
        if (found != known_.end()) return found->second;
    }
    Known fresh;
    const books::Read read = books_.read();
    fresh.token = lanes::kept_application_token(read, remote);
    // An application's account is its member_id; of a webhook it is learnt from its first event.
    if (!fresh.token.empty()) fresh.member = remote.row.account;
    const auto learnt = read->kept.get(remote.row.id, books::kept::kMember);
    if (fresh.member.empty()) fresh.member = learnt.value_or("");
    if (fresh.member.empty()) return fresh; // asked again until there is one
    const MutexLock guard(mutex_);
    known_[remote.row.id] = fresh;
    return fresh;
}

void Hooks::forget_installed() {
    const MutexLock guard(mutex_);
    known_.clear();
}

// Every token is compared, whichever fits: the time tells nothing.
bool Hooks::has_token(const books::RemoteRuntime& remote, const Secret& token) {
    if (token.empty()) return false;
    bool fits = false;
    const auto compare = [&](const Secret& wanted) {
        const bool same = equal_constant_time(token.reveal(), wanted.reveal());
        fits = (same && !wanted.empty()) || fits;
    };
    if (const auto keys = keys_of(remote.row.name))
        for (const auto& wanted : keys->application_tokens) compare(wanted);
    compare(known(remote).token);
    return fits;
}

bool Hooks::expects_no_token(const books::RemoteRuntime& remote) {
    const auto keys = keys_of(remote.row.name);
    return (!keys || keys->application_tokens.empty()) && known(remote).token.empty();
}

// Anybody may knock here, so the books are told once an hour.
void Hooks::note_missing(const books::RemoteRuntime& remote, std::string_view setting) {
    const Instant now = books_.clock.now();
    {
        const MutexLock guard(mutex_);
        const auto noted = missing_noted_.find(remote.row.id);
        if (noted != missing_noted_.end() && now - noted->second < std::chrono::hours{1}) return;
        missing_noted_[remote.row.id] = now;
    }
    books::Step step = books_.begin();
    step->kept.put(remote.row.id, books::kept::kEventRefused, setting, now);
    step.done();
}

// The member_id when one is known, else the host (protocol section 21). A portal that was renamed
// keeps its member_id.
bool Hooks::right_account(const books::RemoteRuntime& remote, const domain::EventHint& hint) {
    const std::string member = known(remote).member;
    if (!member.empty() && !hint.member_id.empty()) return hint.member_id == member;
    std::string account;
    {
        const books::Read read = books_.read();
        account = remote.row.account;
    }
    const std::string host = without_port(account);
    // A portal on this machine calls itself as it likes.
    const bool is_host =
        host.find('.') != std::string::npos && host.find(' ') == host.npos && !is_loopback(host);
    if (!is_host || hint.domain.empty() || without_port(hint.domain) == host) return true;
    const books::Read read = books_.read();
    const auto moved = read->kept.get(remote.row.id, lanes::kept::kMoved);
    return moved && ends_with(*moved, " " + hint.domain);
}

std::optional<NotTaken> Hooks::refusal(books::RemoteRuntime& remote, const std::string* secret,
                                       const domain::EventHint& hint) {
    if (!has_secret(remote.row.name, secret))
        return NotTaken{"secret", "a wrong secret in the path"};
    if (!has_token(remote, hint.application_token)) {
        if (!expects_no_token(remote)) return NotTaken{"token", "a wrong application_token"};
        note_missing(remote, "application_token");
        return NotTaken{"no_token", "no application_token is configured for " + remote.row.name +
                                        ", so every event is refused"};
    }
    if (!right_account(remote, hint)) return NotTaken{"portal", "an event of another portal"};
    return std::nullopt;
}

lanes::Letter letter_of(std::int64_t remote, const domain::EventHint& hint, std::string_view body,
                        Instant now) {
    lanes::Letter letter;
    letter.remote = remote;
    letter.event = hint.event;
    letter.member = hint.member_id;
    for (const auto& [name, value] : parse_form(body)) {
        if (!is_kept(name)) continue;
        letter.body +=
            (letter.body.empty() ? "" : "&") + percent_encode(name) + "=" + percent_encode(value);
    }
    // Event, ids, stamp (protocol section 20.4). Without a stamp the same event counts anew each
    // second.
    std::string what = std::to_string(remote) + " " + hint.event;
    for (const auto& ref : hint.refs) what += " " + ref.kind + ":" + ref.id;
    what += " " + (hint.at.empty() ? format_instant(now) : hint.at);
    letter.dedupe = sha256_hex(what);
    return letter;
}

} // namespace hb::web
