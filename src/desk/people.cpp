#include "desk/people.h"

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "base/totp.h"
#include "books/step.h"
#include "domain/json_text.h"

namespace hb::desk {
namespace {

constexpr std::chrono::hours kCodeLives{1};
constexpr std::size_t kNameMax = 120;
constexpr std::size_t kLoginMax = 64;

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

bool is_login(std::string_view login) {
    return !login.empty() && login.size() <= kLoginMax &&
           std::all_of(login.begin(), login.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
                      c == '_' || c == '@';
           });
}

std::optional<Error> wrong_roles(const std::vector<std::string>& roles) {
    for (const auto& role : roles)
        if (!is_role(role))
            return Error{Code::Usage, "there is no role \"" + shorten(role, 40) + "\"", "",
                         "roles are owner, admin, manager, office and viewer"};
    return std::nullopt;
}

Error unknown_user(std::string_view login) {
    return Error{Code::NotFound, "nobody here has the login \"" + shorten(login, 64) + "\"", "",
                 "hourbridge user list shows them"};
}

Error last_owner() {
    return Error{Code::Conflict, "nobody would be owner then", "",
                 "first make somebody else owner: hourbridge user role LOGIN owner"};
}

void note(Step& step, const char* action, std::string_view subject,
          const std::vector<std::string>& roles) {
    step->events.add(
        step.now(), step.actor(), action, std::nullopt, subject,
        domain::JsonObject().add("roles", domain::json_string(join(roles, " "))).text());
}

// "ABCD-EFGH-JKLM-NPQR": 80 bits.
std::string new_code(Step& step) {
    const std::string digest = totp::base32(hmac_sha256("code", step.ids.id128()));
    std::string out;
    for (std::size_t i = 0; i < 16; ++i)
        out += (i % 4 == 0 && i > 0 ? "-" : "") + digest.substr(i, 1);
    return out;
}

Invited invite(Step& step, store::UserRow user) {
    Invited out{std::move(user), new_code(step), step.now() + kCodeLives};
    step->people().put_enrolment({out.user.id, sha256_hex(out.code), out.expires, "", "", ""});
    return out;
}

// Of the one with this login: `how` changes the row and says what is wrong.
Result<store::UserRow> change(Books& books, std::string_view login, const char* action,
                              const Actor& actor, const std::function<void(store::UserRow&)>& how) {
    Step step = books.begin(actor);
    auto user = step->people().find_login(lower(login));
    if (!user) return unknown_user(login);
    const bool had_owner = step->people().owners() > 0;
    how(*user);
    step->people().update(*user);
    if (had_owner && step->people().owners() == 0) return last_owner();
    step->people().end_sessions_of(user->id);
    note(step, action, user->login, user->roles);
    step.done();
    return std::move(*user);
}

} // namespace

bool is_role(std::string_view name) {
    return std::find(std::begin(kRoles), std::end(kRoles), name) != std::end(kRoles);
}

bool needs_factor(const std::vector<std::string>& roles) {
    return std::any_of(roles.begin(), roles.end(), [](const auto& role) {
        return role == "owner" || role == "admin" || role == "manager";
    });
}

Result<Invited> add_user(Books& books, const NewUser& user, const Actor& actor) {
    if (auto wrong = wrong_roles(user.roles)) return *wrong;
    const std::string login = lower(user.login);
    if (!is_login(login))
        return Error{Code::Usage, "this is no login: \"" + shorten(user.login, 64) + "\"", "",
                     "latin letters, digits and . - _ @, at most 64 of them"};
    Step step = books.begin(actor);
    if (step->people().find_login(login))
        return Error{Code::Conflict, "somebody has the login \"" + login + "\" already", "",
                     "hourbridge user reset " + login + " gives a new code"};
    for (const auto& other : step->people().all())
        if (user.portal && other.portal == user.portal)
            return Error{Code::Conflict, *user.portal + " is " + other.login + " already", "",
                         "one person of the portal is one user here"};
    store::UserRow row;
    row.login = login;
    row.name = user.name.empty() ? login : shorten(user.name, kNameMax);
    row.portal = user.portal;
    row.roles = user.roles;
    row.created = step.now();
    row.id = step->people().add(row);
    Invited out = invite(step, std::move(row));
    note(step, "user.added", out.user.login, out.user.roles);
    step.done();
    return out;
}

Result<store::UserRow> set_roles(Books& books, std::string_view login,
                                 const std::vector<std::string>& roles, const Actor& actor) {
    if (auto wrong = wrong_roles(roles)) return *wrong;
    return change(books, login, "user.roles", actor, [&](store::UserRow& user) {
        // Who had no second factor and needs one now sets it first.
        user.roles = roles;
        if (needs_factor(roles) && user.totp.empty()) user.password.clear();
    });
}

Result<store::UserRow> disable_user(Books& books, std::string_view login, const Actor& actor) {
    return change(books, login, "user.disabled", actor,
                  [](store::UserRow& user) { user.disabled = true; });
}

Result<store::UserRow> enable_user(Books& books, std::string_view login, const Actor& actor) {
    Step step = books.begin(actor);
    auto user = step->people().find_login(lower(login));
    if (!user) return unknown_user(login);
    user->disabled = false;
    step->people().update(*user);
    note(step, "user.enabled", user->login, user->roles);
    step.done();
    return std::move(*user);
}

Result<Invited> reset_user(Books& books, std::string_view login, const Actor& actor) {
    Step step = books.begin(actor);
    auto user = step->people().find_login(lower(login));
    if (!user) return unknown_user(login);
    user->password.clear();
    user->totp.clear();
    user->totp_step = 0;
    step->people().update(*user);
    step->people().set_recovery_codes(user->id, {});
    step->people().end_sessions_of(user->id);
    Invited out = invite(step, std::move(*user));
    note(step, "user.reset", out.user.login, out.user.roles);
    step.done();
    return out;
}

Result<NewToken> add_token(Books& books, const std::string& name,
                           const std::vector<std::string>& roles, const Actor& actor) {
    if (auto wrong = wrong_roles(roles)) return *wrong;
    if (!is_login(name))
        return Error{Code::Usage, "this is no name of a token: \"" + shorten(name, 64) + "\"", "",
                     "latin letters in lower case, digits and . - _ @, at most 64 of them"};
    Step step = books.begin(actor);
    if (step->people().find_token(name))
        return Error{Code::Conflict, "there is a token \"" + name + "\" already", "",
                     "hourbridge token revoke " + name + " ends it"};
    NewToken out{"hb_" + step.ids.id128() + step.ids.id128(), name, roles};
    step->people().add_token({0, name, sha256_hex(out.token), roles, step.now()});
    note(step, "token.added", name, roles);
    step.done();
    return out;
}

Status revoke_token(Books& books, std::string_view name, const Actor& actor) {
    Step step = books.begin(actor);
    const auto token = step->people().find_token(name);
    if (!token)
        return Error{Code::NotFound, "there is no token \"" + shorten(name, 64) + "\"", "",
                     "hourbridge token list shows them"};
    step->people().revoke_token(token->id);
    note(step, "token.revoked", token->name, token->roles);
    step.done();
    return {};
}

} // namespace hb::desk
