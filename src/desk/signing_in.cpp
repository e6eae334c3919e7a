#include "desk/signing_in.h"

#include <algorithm>

#include "base/digest.h"
#include "base/password.h"
#include "base/seal.h"
#include "base/totp.h"
#include "books/step.h"
#include "desk/people.h"
#include "desk/weak_password.h"
#include "domain/json_text.h"

namespace hb::desk {
namespace {

constexpr std::chrono::milliseconds kTurnPatience{3000};
constexpr std::size_t kFactorBytes = 20;
constexpr int kRecoveryCodes = 10;
// Of no password: an unknown login costs what a known one does.
constexpr const char* kNobodys =
    "$argon2id$v=19$m=19456,t=2,p=1$MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDE$"
    "c2FtZSBjb3N0IGZvciBhbiB1bmtub3duIG5hbWUuLi4";

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string about_factor(std::int64_t user) {
    return "totp:" + std::to_string(user);
}

void note(Step& step, const char* action, const store::UserRow& user, const std::string& address) {
    step->events.add(step.now(), step.actor(), action, std::nullopt, user.login,
                     domain::JsonObject().add("address", domain::json_string(address)).text());
}

Entered enter(Step& step, store::UserRow user, const std::string& address) {
    Entered out;
    out.secret = step.ids.id128() + step.ids.id128();
    out.session = {
        0, sha256_hex(out.secret), user.id, "cookie", step.now(), step.now(), step.now(), address};
    step->people().forget_sessions(step.now() - kSessionLives, step.now() - kSessionIdle);
    out.session.id = step->people().add_session(out.session);
    note(step, "session.started", user, address);
    out.user = std::move(user);
    return out;
}

// Does this count as the user's second factor? Used up in the step.
bool factor_counts(Step& step, store::UserRow& user, const std::string& code) {
    const auto secret = unseal(step.settings.key, about_factor(user.id), user.totp);
    if (!secret) return false;
    if (code.size() == 6) {
        const auto at = totp::step_meant(secret->reveal(), code, step.now(), user.totp_step);
        if (!at) return false;
        user.totp_step = *at;
        step->people().update(user);
        return true;
    }
    return step->people().use_recovery_code(user.id, sha256_hex(code));
}

struct Looked {
    std::optional<store::UserRow> user;
    bool right = false;
};

// nullopt: no turn was free.
std::optional<Looked> look(Books& books, const SignIn& wish) {
    Looked out;
    out.user = books.view()->people().find_login(lower(wish.login));
    const bool may = out.user && !out.user->disabled && !out.user->password.empty();
    const auto turn = HashTurn::take(kTurnPatience);
    if (!turn) return std::nullopt;
    const bool fits = wish.password.reveal().size() <= kPasswordBytesMax;
    const bool same = turn->is(fits ? wish.password : Secret("-"),
                               may ? out.user->password : std::string(kNobodys));
    out.right = may && fits && same;
    return out;
}

// As it was looked at, still: nobody changed it in between.
std::optional<store::UserRow> still(Step& step, const store::UserRow& user) {
    auto now = step->people().find(user.id);
    if (!now || now->disabled || now->password != user.password) return std::nullopt;
    return now;
}

} // namespace

Entry<Entered> sign_in(Books& books, const SignIn& wish) {
    const auto looked = look(books, wish);
    if (!looked) return NoEntry::Busy;
    if (!looked->right) return NoEntry::WrongCredentials;
    Step step = books.begin(Actor{"user:" + std::to_string(looked->user->id)});
    auto user = still(step, *looked->user);
    if (!user) return NoEntry::WrongCredentials;
    if (!user->totp.empty()) {
        if (wish.code.empty()) return NoEntry::FactorNeeded;
        if (!factor_counts(step, *user, wish.code)) return NoEntry::WrongCredentials;
    }
    Entered out = enter(step, std::move(*user), wish.address);
    step.done();
    return out;
}

Entry<store::SessionRow> freshen(Books& books, const store::SessionRow& session,
                                 const SignIn& wish) {
    const auto looked = look(books, wish);
    if (!looked) return NoEntry::Busy;
    if (!looked->right || looked->user->id != session.user) return NoEntry::WrongCredentials;
    Step step = books.begin(Actor{"user:" + std::to_string(session.user)});
    auto user = still(step, *looked->user);
    if (!user) return NoEntry::WrongCredentials;
    if (!user->totp.empty() && !wish.code.empty() && !factor_counts(step, *user, wish.code))
        return NoEntry::WrongCredentials;
    step->people().freshen_session(session.id, step.now());
    auto row = step->people().session(session.digest);
    if (!row) return NoEntry::WrongCredentials;
    step.done();
    return std::move(*row);
}

Entry<store::SessionRow> change_password(Books& books, const store::SessionRow& session,
                                         const NewPassword& wish) {
    const auto looked = look(books, {wish.login, wish.current, "", wish.address});
    if (!looked) return NoEntry::Busy;
    if (!looked->right || looked->user->id != session.user) return NoEntry::WrongCredentials;
    if (is_weak(looked->user->login, wish.fresh.reveal())) return NoEntry::WeakPassword;
    const auto turn = HashTurn::take(kTurnPatience);
    if (!turn) return NoEntry::Busy;
    const std::string hashed = turn->hash(wish.fresh, books.ids);
    Step step = books.begin(Actor{"user:" + std::to_string(session.user)});
    auto user = still(step, *looked->user);
    if (!user || !step->people().session(session.digest)) return NoEntry::WrongCredentials;
    user->password = hashed;
    step->people().update(*user);
    for (const auto& other : step->people().sessions_of(user->id))
        if (other.id != session.id) step->people().end_session(other.id);
    step->people().freshen_session(session.id, step.now());
    note(step, "user.password", *user, wish.address);
    auto row = step->people().session(session.digest);
    step.done();
    return std::move(*row);
}

Entry<std::variant<Entered, FactorToConfirm>> enrol(Books& books, const Enrol& wish) {
    const std::string login = lower(wish.login);
    const auto turn = HashTurn::take(kTurnPatience);
    if (!turn) return NoEntry::Busy;
    const bool weak = is_weak(login, wish.password.reveal());
    const std::string hashed = turn->hash(weak ? Secret("-") : wish.password, books.ids);
    const auto known = books.view()->people().find_login(login);
    Step step =
        books.begin(Actor{known ? "user:" + std::to_string(known->id) : "page:" + wish.address});
    auto user = step->people().find_login(login);
    auto row = user ? step->people().enrolment(user->id) : std::nullopt;
    if (!row || user->disabled || row->code.empty() || step.now() >= row->expires ||
        !equal_constant_time(row->code, sha256_hex(wish.code)))
        return NoEntry::WrongCredentials;
    if (weak) return NoEntry::WeakPassword;
    if (!needs_factor(user->roles)) {
        user->password = hashed;
        step->people().update(*user);
        step->people().end_enrolment(user->id);
        Entered out = enter(step, std::move(*user), wish.address);
        step.done();
        return std::variant<Entered, FactorToConfirm>(std::move(out));
    }
    const std::string secret =
        hmac_sha256("totp", step.ids.id128() + step.ids.id128()).substr(0, kFactorBytes);
    const std::string enrolment = step.ids.id128() + step.ids.id128();
    row->pending = sha256_hex(enrolment);
    row->password = hashed;
    row->totp = seal(step.settings.key, about_factor(user->id), Secret(secret), step.ids);
    row->code.clear();
    step->people().put_enrolment(*row);
    step.done();
    return std::variant<Entered, FactorToConfirm>(
        FactorToConfirm{enrolment, totp::base32(secret), user->login});
}

Entry<Entered> confirm(Books& books, std::string_view enrolment, std::string_view code,
                       const std::string& address) {
    const std::string digest = sha256_hex(enrolment);
    const auto known = books.view()->people().pending(digest);
    if (!known) return NoEntry::WrongCredentials;
    Step step = books.begin(Actor{"user:" + std::to_string(known->user)});
    const auto row = step->people().pending(digest);
    auto user = row ? step->people().find(row->user) : std::nullopt;
    if (!user || user->disabled || step.now() >= row->expires) return NoEntry::WrongCredentials;
    const auto secret = unseal(step.settings.key, about_factor(user->id), row->totp);
    const auto at = secret ? totp::step_meant(secret->reveal(), code, step.now(), 0) : std::nullopt;
    if (!at) return NoEntry::WrongCode;
    user->password = row->password;
    user->totp = row->totp;
    user->totp_step = *at;
    step->people().update(*user);
    step->people().end_enrolment(user->id);
    std::vector<std::string> codes, digests;
    for (int i = 0; i < kRecoveryCodes; ++i) {
        codes.push_back(step.ids.id128().substr(0, 20));
        digests.push_back(sha256_hex(codes.back()));
    }
    step->people().set_recovery_codes(user->id, digests);
    Entered out = enter(step, std::move(*user), address);
    out.recovery = std::move(codes);
    step.done();
    return out;
}

std::optional<std::int64_t> user_of_login(Books& books, std::string_view login) {
    const auto user = books.view()->people().find_login(lower(login));
    if (!user) return std::nullopt;
    return user->id;
}

std::optional<Known> session_of(const Reading& read, std::string_view secret) {
    auto session = read->people().session(sha256_hex(secret));
    if (!session || read.now() >= session->started + kSessionLives ||
        read.now() >= session->seen + kSessionIdle)
        return std::nullopt;
    auto user = read->people().find(session->user);
    if (!user || user->disabled) return std::nullopt;
    return Known{std::move(*user), std::move(*session)};
}

bool is_fresh(const store::SessionRow& session, Instant now) {
    return now < session.fresh + kFreshFor;
}

void seen(Books& books, const store::SessionRow& session) {
    if (books.clock.now() < session.seen + std::chrono::minutes{1}) return;
    Step step = books.begin(Actor{"user:" + std::to_string(session.user)});
    step->people().see_session(session.id, step.now());
    step.done();
}

void end_session(Books& books, const store::SessionRow& session) {
    Step step = books.begin(Actor{"user:" + std::to_string(session.user)});
    const auto user = step->people().find(session.user);
    if (step->people().end_session(session.id) && user)
        note(step, "session.ended", *user, session.address);
    step.done();
}

} // namespace hb::desk
