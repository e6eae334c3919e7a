#include <spdlog/spdlog.h>

#include "base/clean.h"
#include "base/digest.h"
#include "base/text.h"
#include "books/step.h"
#include "desk/people.h"
#include "web/api/call.h"

// Signing in and out, and who asks.
namespace hb::web::api {
namespace {

constexpr std::string_view kCookie = "__Host-hb";
constexpr int kFreeTries = 5;        // of an account at an address, in fifteen minutes
constexpr int kRefusedLines = 60;    // of the log, in a minute; more are counted by status alone
constexpr int kFreeTriesOfMany = 30; // of an address, whatever the account

std::string cookie_of(const Request& request) {
    const std::string all = request.header("Cookie");
    for (auto part : split(all, ';')) {
        part = trim(part);
        if (part.starts_with(kCookie) && part.substr(kCookie.size()).starts_with('='))
            return std::string(part.substr(kCookie.size() + 1));
    }
    return "";
}

// An IPv6 host changes its address at will within its /64.
std::string neighbourhood(const std::string& address) {
    if (address.find(':') == std::string::npos) return address;
    std::string out;
    int parts = 0;
    for (const char c : address) {
        if (c == ':' && ++parts == 4) break;
        out += c;
    }
    return out;
}

struct Door {
    Call& call;
    Pace& pace;
    Instant now;
    std::string login, pair, all;
    Door(Call& call_, const std::string& login_)
        : call(call_), pace(call.at.pace), now(call.books().clock.now()), login(login_),
          pair("p " + login + " " + neighbourhood(call.request.address)),
          all("a " + neighbourhood(call.request.address)) {
        int wait = pace.wait_at_door(pair, now, kFreeTries);
        if (wait == 0) wait = pace.wait_at_door(all, now, kFreeTriesOfMany);
        if (wait > 0) throw Refusal{429, "too_many", "too many tries", "wait a little", {}, wait};
    }
    void failed(const std::string& code) {
        pace.failed_at_door(pair, now);
        pace.failed_at_door(all, now);
        if (pace.ask("log", now, kRefusedLines, std::chrono::seconds{60}) == 0) log(code);
    }
    // Who types a password for a name has not written it into the log: an unknown name is not told.
    void log(const std::string& code) const {
        const auto user = desk::user_of_login(call.books(), login);
        spdlog::warn("sign_in refused={} user={} address={} request_id={}", code,
                     user ? "user:" + std::to_string(*user) : "unknown",
                     log_value(call.request.address), log_value(call.request.request_id));
    }
    void entered() { pace.entered(pair); }
};

Refusal refusal_for(desk::NoEntry why) {
    switch (why) {
    case desk::NoEntry::FactorNeeded:
        return {401, "totp_needed", "the code of the second factor is missing", ""};
    case desk::NoEntry::WrongCode:
        return {401, "wrong_code", "this is not the code of now", "check the clock of the device"};
    case desk::NoEntry::WeakPassword:
        return {400, "weak_password", "this password is easy to guess or too short",
                "12 to 128 bytes; several words are good"};
    case desk::NoEntry::Busy:
        return {503, "busy", "too many sign in just now", "try again", {}, 3};
    case desk::NoEntry::WrongCredentials:
        break;
    }
    return {401, "wrong_credentials", "name, password or code are wrong", ""};
}

[[noreturn]] void refuse(desk::NoEntry why, Door& door) {
    Refusal refusal = refusal_for(why);
    if (why == desk::NoEntry::WrongCredentials || why == desk::NoEntry::WrongCode)
        door.failed(refusal.code);
    throw refusal;
}

std::string session_json(const Call& call, const desk::Known& known, const std::string& secret,
                         const std::vector<std::string>& recovery) {
    const auto& [user, row] = known;
    json::Writer out;
    out.begin_object().key("user").begin_object().member("id", user.id);
    out.member("login", user.login).member("name", user.name).key("roles").begin_array();
    for (const auto& role : user.roles) out.string(role);
    out.end_array().end_object().member("kind", row.kind).member("csrf", csrf_of(secret));
    out.member("started", format_instant(row.started));
    const Instant seen = std::max(row.seen, call.books().clock.now());
    const Instant ends = row.started + desk::kSessionLives;
    out.member("idle_until", format_instant(std::min(ends, seen + desk::kSessionIdle)));
    out.member("ends", format_instant(ends)).key("fresh_until");
    if (desk::is_fresh(row, call.books().clock.now()))
        out.string(format_instant(row.fresh + desk::kFreshFor));
    else
        out.null();
    out.member("locale", call.books().settings.locale);
    if (!recovery.empty()) {
        out.key("recovery_codes").begin_array();
        for (const auto& code : recovery) out.string(code);
        out.end_array();
    }
    return out.end_object().text();
}

Answer entered(const Call& call, const desk::Entered& in) {
    Answer out = json(201, session_json(call, {in.user, in.session}, in.secret, in.recovery));
    out.headers.emplace_back("Set-Cookie", std::string(kCookie) + "=" + in.secret +
                                               "; Path=/; Secure; HttpOnly; SameSite=Strict");
    return out;
}

// A program by its token: there is nothing to sign out of.
const desk::Known& own_session(const Call& call) {
    if (!call.who.known) throw Refusal{403, "forbidden", "a program's token has no session", ""};
    return *call.who.known;
}

} // namespace

std::string csrf_of(std::string_view secret) {
    return hex(hmac_sha256(secret, "csrf"));
}

Person who_asks(books::Books& books, const Request& request, bool& over) {
    Person out;
    const std::string given = request.header("Authorization");
    if (!given.empty()) {
        constexpr std::string_view kScheme = "Bearer ";
        if (!given.starts_with(kScheme)) return out;
        const auto token = books.view()->people().token(sha256_hex(given.substr(kScheme.size())));
        if (!token) return out;
        out.kind = "bearer";
        out.actor = "token:" + token->name;
        out.roles = token->roles;
        return out;
    }
    const std::string secret = cookie_of(request);
    if (secret.empty()) return out;
    const books::View view = books.view();
    out.known = desk::session_of(view, secret);
    over = !out.known;
    if (!out.known) return out;
    out.kind = "cookie";
    out.actor = "user:" + std::to_string(out.known->user.id);
    out.roles = out.known->user.roles;
    out.secret = secret;
    return out;
}

Answer sign_in(Call& call) {
    Door door(call, call.text("login"));
    auto done = desk::sign_in(call.books(), {call.text("login"), Secret(call.text("password")),
                                             call.text("totp"), call.request.address});
    if (const auto* why = std::get_if<desk::NoEntry>(&done)) refuse(*why, door);
    door.entered();
    return entered(call, std::get<desk::Entered>(done));
}

Answer get_session(Call& call) {
    if (call.who.known) return json(200, session_json(call, *call.who.known, call.who.secret, {}));
    json::Writer out;
    out.begin_object().key("user").begin_object().member("id", 0);
    out.member("login", call.who.actor.substr(6)).member("name", call.who.actor.substr(6));
    out.key("roles").begin_array();
    for (const auto& role : call.who.roles) out.string(role);
    out.end_array().end_object().member("kind", "bearer").key("csrf").null();
    const std::string now = format_instant(call.books().clock.now());
    out.member("started", now).member("idle_until", now).member("ends", now);
    out.key("fresh_until").null().member("locale", call.books().settings.locale);
    return json(200, out.end_object().text());
}

Answer sign_out(Call& call) {
    desk::end_session(call.books(), own_session(call).session);
    Answer out{204, "", "", {}, nullptr};
    out.headers.emplace_back("Clear-Site-Data", "\"cache\", \"cookies\", \"storage\"");
    out.headers.emplace_back("Set-Cookie",
                             std::string(kCookie) +
                                 "=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
    return out;
}

Answer freshen(Call& call) {
    const desk::Known& known = own_session(call);
    Door door(call, known.user.login);
    auto done = desk::freshen(
        call.books(), known.session,
        {known.user.login, Secret(call.text("password")), call.text("totp"), call.request.address});
    if (const auto* why = std::get_if<desk::NoEntry>(&done)) refuse(*why, door);
    return json(200, session_json(call, {known.user, std::get<store::SessionRow>(done)},
                                  call.who.secret, {}));
}

Answer change_password(Call& call) {
    const desk::Known& known = own_session(call);
    Door door(call, known.user.login);
    auto done = desk::change_password(call.books(), known.session,
                                      {known.user.login, Secret(call.text("current")),
                                       Secret(call.text("password")), call.request.address});
    if (const auto* why = std::get_if<desk::NoEntry>(&done)) refuse(*why, door);
    return json(200, session_json(call, {known.user, std::get<store::SessionRow>(done)},
                                  call.who.secret, {}));
}

Answer enrol(Call& call) {
    Door door(call, call.text("login"));
    auto done = desk::enrol(call.books(), {call.text("login"), call.text("code"),
                                           Secret(call.text("password")), call.request.address});
    if (const auto* why = std::get_if<desk::NoEntry>(&done)) refuse(*why, door);
    door.entered();
    auto& got = std::get<std::variant<desk::Entered, desk::FactorToConfirm>>(done);
    if (const auto* in = std::get_if<desk::Entered>(&got)) return entered(call, *in);
    const auto& factor = std::get<desk::FactorToConfirm>(got);
    json::Writer out;
    out.begin_object().member("enrolment", factor.enrolment).key("totp").begin_object();
    out.member("secret", factor.secret);
    out.member("uri", "otpauth://totp/hourbridge:" + percent_encode(factor.login) +
                          "?secret=" + factor.secret + "&issuer=hourbridge");
    return json(200, out.end_object().end_object().text());
}

Answer confirm_enrolment(Call& call) {
    Door door(call, "");
    auto done = desk::confirm(call.books(), call.text("enrolment"), call.text("totp"),
                              call.request.address);
    if (const auto* why = std::get_if<desk::NoEntry>(&done)) refuse(*why, door);
    return entered(call, std::get<desk::Entered>(done));
}

Answer list_sessions(Call& call) {
    json::Writer out;
    out.begin_object().key("sessions").begin_array();
    const books::View view = call.books().view();
    for (const auto& row : call.who.known ? view->people().sessions_of(call.who.known->user.id)
                                          : std::vector<store::SessionRow>{}) {
        out.begin_object().member("id", std::to_string(row.id));
        out.member("current", row.id == call.who.known->session.id).member("kind", row.kind);
        out.member("started", format_instant(row.started)).member("seen", format_instant(row.seen));
        out.member("address", row.address).end_object();
    }
    return json(200, out.end_array().end_object().text());
}

Answer end_session(Call& call) {
    const auto& known = own_session(call);
    for (const auto& row : call.books().view()->people().sessions_of(known.user.id))
        if (std::to_string(row.id) == call.place()) {
            desk::end_session(call.books(), row);
            return {204, "", "", {}, nullptr};
        }
    throw Refusal{404, "not_found", "there is no such session of yours", ""};
}

} // namespace hb::web::api
