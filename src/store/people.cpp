#include "store/people.h"

#include "base/text.h"
#include "store/rows.h"
#include "store/tables.h"

namespace hb::store {

namespace {

#define HB_USER                                                                                    \
    "SELECT id, login, name, portal, disabled, password, totp, totp_step, created FROM users "

UserRow user_of(const Statement& select) {
    Columns c(select);
    UserRow row;
    row.id = c.integer();
    row.login = c.text();
    row.name = c.text();
    row.portal = c.text_or_null();
    row.disabled = c.flag();
    row.password = c.text();
    row.totp = c.text();
    row.totp_step = c.integer();
    row.created = c.instant();
    return row;
}

UserRow with_roles(Database& db, UserRow row) {
    row.roles = all(db.prepare("SELECT role FROM user_roles WHERE user = :user ORDER BY role")
                        .bind(":user", row.id),
                    only_text);
    return row;
}

std::optional<UserRow> with_roles(Database& db, std::optional<UserRow> row) {
    if (!row) return row;
    return with_roles(db, std::move(*row));
}

#define HB_ENROLMENT "SELECT user, code, expires_at, pending, password, totp FROM enrolments "

EnrolmentRow enrolment_of(const Statement& select) {
    Columns c(select);
    EnrolmentRow row;
    row.user = c.integer();
    row.code = c.text();
    row.expires = c.instant();
    row.pending = c.text();
    row.password = c.text();
    row.totp = c.text();
    return row;
}

#define HB_SESSION                                                                                 \
    "SELECT id, digest, user, kind, started_at, seen_at, fresh_at, address FROM sessions "

SessionRow session_of(const Statement& select) {
    Columns c(select);
    SessionRow row;
    row.id = c.integer();
    row.digest = c.text();
    row.user = c.integer();
    row.kind = c.text();
    row.started = c.instant();
    row.seen = c.instant();
    row.fresh = c.instant();
    row.address = c.text();
    return row;
}

#define HB_TOKEN "SELECT id, name, digest, roles, created FROM tokens "

TokenRow token_of(const Statement& select) {
    Columns c(select);
    TokenRow row;
    row.id = c.integer();
    row.name = c.text();
    row.digest = c.text();
    for (const auto role : split(c.text(), ' ')) row.roles.emplace_back(role);
    row.created = c.instant();
    return row;
}

} // namespace

People Tables::people() {
    return People(overview.db_);
}

const People Tables::people() const {
    return People(overview.db_);
}

std::optional<UserRow> People::find(std::int64_t id) const {
    return with_roles(db_, first(db_.prepare(HB_USER "WHERE id = :id").bind(":id", id), user_of));
}

std::optional<UserRow> People::find_login(std::string_view login) const {
    return with_roles(
        db_, first(db_.prepare(HB_USER "WHERE login = :login").bind(":login", login), user_of));
}

std::vector<UserRow> People::all() const {
    auto rows = store::all(db_.prepare(HB_USER "ORDER BY login"), user_of);
    for (auto& row : rows) row = with_roles(db_, std::move(row));
    return rows;
}

std::int64_t People::owners() const {
    return first(db_.prepare("SELECT count(*) FROM users JOIN user_roles ON user = id "
                             "WHERE role = 'owner' AND NOT disabled"),
                 only_integer)
        .value_or(0);
}

std::int64_t People::add(const UserRow& user) {
    db_.prepare("INSERT INTO users(login, name, portal, created) "
                "VALUES (:login, :name, :portal, :created)")
        .bind(":login", user.login)
        .bind(":name", user.name)
        .bind(":portal", user.portal)
        .bind(":created", stored(user.created))
        .run();
    UserRow row = user;
    row.id =
        first(db_.prepare("SELECT id FROM users WHERE login = :login").bind(":login", user.login),
              only_integer)
            .value();
    update(row);
    return row.id;
}

void People::update(const UserRow& user) {
    db_.prepare("UPDATE users SET name = :name, portal = :portal, disabled = :disabled, "
                "password = :password, totp = :totp, totp_step = :step WHERE id = :id")
        .bind(":name", user.name)
        .bind(":portal", user.portal)
        .bind(":disabled", flag(user.disabled))
        .bind(":password", user.password)
        .bind(":totp", user.totp)
        .bind(":step", user.totp_step)
        .bind(":id", user.id)
        .run();
    db_.prepare("DELETE FROM user_roles WHERE user = :user").bind(":user", user.id).run();
    for (const auto& role : user.roles)
        db_.prepare("INSERT INTO user_roles(user, role) VALUES (:user, :role) "
                    "ON CONFLICT DO NOTHING")
            .bind(":user", user.id)
            .bind(":role", role)
            .run();
}

std::optional<EnrolmentRow> People::enrolment(std::int64_t user) const {
    return first(db_.prepare(HB_ENROLMENT "WHERE user = :user").bind(":user", user), enrolment_of);
}

std::optional<EnrolmentRow> People::pending(std::string_view digest) const {
    return first(db_.prepare(HB_ENROLMENT "WHERE pending = :digest AND pending <> ''")
                     .bind(":digest", digest),
                 enrolment_of);
}

void People::put_enrolment(const EnrolmentRow& row) {
    db_.prepare("INSERT OR REPLACE INTO enrolments(user, code, expires_at, pending, password, "
                "totp) VALUES (:user, :code, :expires, :pending, :password, :totp)")
        .bind(":user", row.user)
        .bind(":code", row.code)
        .bind(":expires", stored(row.expires))
        .bind(":pending", row.pending)
        .bind(":password", row.password)
        .bind(":totp", row.totp)
        .run();
}

void People::end_enrolment(std::int64_t user) {
    db_.prepare("DELETE FROM enrolments WHERE user = :user").bind(":user", user).run();
}

void People::set_recovery_codes(std::int64_t user, const std::vector<std::string>& digests) {
    db_.prepare("DELETE FROM recovery_codes WHERE user = :user").bind(":user", user).run();
    for (const auto& digest : digests)
        db_.prepare("INSERT INTO recovery_codes(user, digest) VALUES (:user, :digest)")
            .bind(":user", user)
            .bind(":digest", digest)
            .run();
}

bool People::use_recovery_code(std::int64_t user, std::string_view digest) {
    const std::int64_t before = db_.total_changes();
    db_.prepare("DELETE FROM recovery_codes WHERE user = :user AND digest = :digest")
        .bind(":user", user)
        .bind(":digest", digest)
        .run();
    return db_.total_changes() != before;
}

std::optional<SessionRow> People::session(std::string_view digest) const {
    return first(db_.prepare(HB_SESSION "WHERE digest = :digest").bind(":digest", digest),
                 session_of);
}

std::vector<SessionRow> People::sessions_of(std::int64_t user) const {
    return store::all(db_.prepare(HB_SESSION "WHERE user = :user ORDER BY id").bind(":user", user),
                      session_of);
}

std::int64_t People::add_session(const SessionRow& row) {
    db_.prepare("INSERT INTO sessions(digest, user, kind, started_at, seen_at, fresh_at, address) "
                "VALUES (:digest, :user, :kind, :started, :seen, :fresh, :address)")
        .bind(":digest", row.digest)
        .bind(":user", row.user)
        .bind(":kind", row.kind)
        .bind(":started", stored(row.started))
        .bind(":seen", stored(row.seen))
        .bind(":fresh", stored(row.fresh))
        .bind(":address", row.address)
        .run();
    return session(row.digest)->id;
}

void People::see_session(std::int64_t id, Instant seen) {
    db_.prepare("UPDATE sessions SET seen_at = :seen WHERE id = :id")
        .bind(":seen", stored(seen))
        .bind(":id", id)
        .run();
}

void People::freshen_session(std::int64_t id, Instant at) {
    db_.prepare("UPDATE sessions SET fresh_at = :at WHERE id = :id")
        .bind(":at", stored(at))
        .bind(":id", id)
        .run();
}

bool People::end_session(std::int64_t id) {
    const std::int64_t before = db_.total_changes();
    db_.prepare("DELETE FROM sessions WHERE id = :id").bind(":id", id).run();
    return db_.total_changes() != before;
}

void People::end_sessions_of(std::int64_t user) {
    db_.prepare("DELETE FROM sessions WHERE user = :user").bind(":user", user).run();
}

void People::forget_sessions(Instant started_before, Instant seen_before) {
    db_.prepare("DELETE FROM sessions WHERE started_at < :started OR seen_at < :seen")
        .bind(":started", stored(started_before))
        .bind(":seen", stored(seen_before))
        .run();
}

std::optional<TokenRow> People::token(std::string_view digest) const {
    return first(db_.prepare(HB_TOKEN "WHERE digest = :digest").bind(":digest", digest), token_of);
}

std::optional<TokenRow> People::find_token(std::string_view name) const {
    return first(db_.prepare(HB_TOKEN "WHERE name = :name").bind(":name", name), token_of);
}

std::vector<TokenRow> People::tokens() const {
    return store::all(db_.prepare(HB_TOKEN "ORDER BY name"), token_of);
}

void People::add_token(const TokenRow& row) {
    db_.prepare("INSERT INTO tokens(name, digest, roles, created) "
                "VALUES (:name, :digest, :roles, :created)")
        .bind(":name", row.name)
        .bind(":digest", row.digest)
        .bind(":roles", join(row.roles, " "))
        .bind(":created", stored(row.created))
        .run();
}

void People::revoke_token(std::int64_t id) {
    db_.prepare("DELETE FROM tokens WHERE id = :id").bind(":id", id).run();
}

std::optional<KeptAnswer> People::kept_answer(std::string_view person, std::string_view key) const {
    return first(db_.prepare("SELECT person, key, request, status, body, etag, at "
                             "FROM kept_answers WHERE person = :person AND key = :key")
                     .bind(":person", person)
                     .bind(":key", key),
                 [](const Statement& select) {
                     Columns c(select);
                     KeptAnswer row;
                     row.person = c.text();
                     row.key = c.text();
                     row.request = c.text();
                     row.status = c.small();
                     row.body = c.text();
                     row.etag = c.text();
                     row.at = c.instant();
                     return row;
                 });
}

void People::keep_answer(const KeptAnswer& row) {
    db_.prepare("INSERT OR REPLACE INTO kept_answers(person, key, request, status, body, etag, at) "
                "VALUES (:person, :key, :request, :status, :body, :etag, :at)")
        .bind(":person", row.person)
        .bind(":key", row.key)
        .bind(":request", row.request)
        .bind(":status", row.status)
        .bind(":body", row.body)
        .bind(":etag", row.etag)
        .bind(":at", stored(row.at))
        .run();
}

void People::forget_answer(std::string_view person, std::string_view key) {
    db_.prepare("DELETE FROM kept_answers WHERE person = :person AND key = :key")
        .bind(":person", person)
        .bind(":key", key)
        .run();
}

void People::forget_answers(Instant until) {
    db_.prepare("DELETE FROM kept_answers WHERE at < :until").bind(":until", stored(until)).run();
}

void People::note_askers(std::int64_t since, std::string_view actor, std::string_view session,
                         std::string_view address, std::string_view request) {
    db_.prepare("INSERT INTO event_askers(event, session, address, request) "
                "SELECT seq, :session, :address, :request FROM events "
                "WHERE seq > :since AND actor = :actor ON CONFLICT DO NOTHING")
        .bind(":session", session)
        .bind(":address", address)
        .bind(":request", request)
        .bind(":since", since)
        .bind(":actor", actor)
        .run();
}

} // namespace hb::store
