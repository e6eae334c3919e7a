#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/secret.h"
#include "desk/floor.h"
#include "store/people.h"

// How people come in: password and second factor, a one-time code at first, sessions (S-9 to S-16).
// Passwords are hashed by the caller's thread, at most two at a time in the whole program, before a
// step is taken. Safe from any thread that holds no step.
namespace hb::desk {

inline constexpr std::chrono::minutes kSessionIdle{30};
inline constexpr std::chrono::hours kSessionLives{12};
inline constexpr std::chrono::minutes kFreshFor{5};
inline constexpr std::size_t kStaffPasswordMin = 12; // bytes; at most kPasswordBytesMax

enum class NoEntry {
    WrongCredentials, // whatever of them is wrong
    FactorNeeded,     // the password is right
    WrongCode,
    WeakPassword,
    Busy, // two others are being looked at
};

struct Entered {
    store::UserRow user;
    store::SessionRow session;
    std::string secret;                // of the session: for the cookie alone
    std::vector<std::string> recovery; // shown once
};
struct FactorToConfirm {
    std::string enrolment;     // goes back with the first code
    std::string secret, login; // of the second factor, base32; shown once
};
template <class T> using Entry = std::variant<T, NoEntry>;

struct SignIn {
    std::string login;
    Secret password;
    std::string code; // of the second factor, or a recovery code; "" none
    std::string address;
};
Entry<Entered> sign_in(Books& books, const SignIn& wish);
// The password said again within a session.
Entry<store::SessionRow> freshen(Books& books, const store::SessionRow& session,
                                 const SignIn& wish);

struct NewPassword {
    std::string login;
    Secret current, fresh;
    std::string address;
};
// One's own, by the current one. Every other session of the person ends; this one goes on, fresh.
Entry<store::SessionRow> change_password(Books& books, const store::SessionRow& session,
                                         const NewPassword& wish);

struct Enrol {
    std::string login, code;
    Secret password;
    std::string address;
};
// Entered at once where the roles need no second factor.
Entry<std::variant<Entered, FactorToConfirm>> enrol(Books& books, const Enrol& wish);
Entry<Entered> confirm(Books& books, std::string_view enrolment, std::string_view code,
                       const std::string& address);

// In any case; nullopt: nobody has it.
std::optional<std::int64_t> user_of_login(Books& books, std::string_view login);

// Whose session this is; nullopt: it is over, or there was none.
struct Known {
    store::UserRow user;
    store::SessionRow session;
};
std::optional<Known> session_of(const Reading& read, std::string_view secret);
bool is_fresh(const store::SessionRow& session, Instant now);
// Notes that it is used; writes once a minute at most.
void seen(Books& books, const store::SessionRow& session);
void end_session(Books& books, const store::SessionRow& session);

} // namespace hb::desk
