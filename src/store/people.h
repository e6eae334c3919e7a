#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace hb::store {

class Database;

struct UserRow {
    std::int64_t id = 0;
    std::string login, name; // login: lower case
    std::optional<std::string> portal;
    bool disabled = false;
    std::string password; // argon2id; "" not enrolled
    std::string totp;     // sealed; "" none
    std::int64_t totp_step = 0;
    Instant created{};
    std::vector<std::string> roles; // by name
};

struct EnrolmentRow {
    std::int64_t user = 0;
    std::string code; // digest; "" used
    Instant expires{};
    std::string pending, password, totp; // between the two steps
};

struct SessionRow {
    std::int64_t id = 0;
    std::string digest;
    std::int64_t user = 0;
    std::string kind;
    Instant started{}, seen{}, fresh{};
    std::string address;
};

struct TokenRow {
    std::int64_t id = 0;
    std::string name, digest;
    std::vector<std::string> roles;
    Instant created{};
};

struct KeptAnswer {
    std::string person, key, request; // digests but for the person
    int status = 0;                   // 0: it is being worked for
    std::string body, etag;
    Instant at{};
};

// People who use the pages for staff, their sessions, and programs' tokens (0020_people.sql). Got
// from Tables::people(); callers hold a Tx for everything that writes.
class People {
public:
    explicit People(Database& db) : db_(db) {}

    std::optional<UserRow> find(std::int64_t id) const;
    std::optional<UserRow> find_login(std::string_view login) const;
    std::vector<UserRow> all() const; // by login
    std::int64_t owners() const;      // that may sign in: not disabled
    std::int64_t add(const UserRow& user);
    void update(const UserRow& user); // its roles, too

    std::optional<EnrolmentRow> enrolment(std::int64_t user) const;
    std::optional<EnrolmentRow> pending(std::string_view digest) const;
    void put_enrolment(const EnrolmentRow& row);
    void end_enrolment(std::int64_t user);

    void set_recovery_codes(std::int64_t user, const std::vector<std::string>& digests);
    bool use_recovery_code(std::int64_t user, std::string_view digest); // true once

    std::optional<SessionRow> session(std::string_view digest) const;
    std::vector<SessionRow> sessions_of(std::int64_t user) const;
    std::int64_t add_session(const SessionRow& row);
    void see_session(std::int64_t id, Instant seen);
    void freshen_session(std::int64_t id, Instant at);
    bool end_session(std::int64_t id);
    void end_sessions_of(std::int64_t user);
    void forget_sessions(Instant started_before, Instant seen_before);

    std::optional<TokenRow> token(std::string_view digest) const;
    std::optional<TokenRow> find_token(std::string_view name) const;
    std::vector<TokenRow> tokens() const;
    void add_token(const TokenRow& row);
    void revoke_token(std::int64_t id);

    std::optional<KeptAnswer> kept_answer(std::string_view person, std::string_view key) const;
    void keep_answer(const KeptAnswer& row); // in the place of the one before
    void forget_answer(std::string_view person, std::string_view key);
    void forget_answers(Instant until);

    // Behind the rows of the log after `since` that `actor` made: where they came from.
    void note_askers(std::int64_t since, std::string_view actor, std::string_view session,
                     std::string_view address, std::string_view request);

private:
    Database& db_;
};

} // namespace hb::store
