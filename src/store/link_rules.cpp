#include "store/link_rules.h"

#include "base/ensure.h"
#include "store/rows.h"

namespace hb::store {
namespace {

#define HB_RULE_COLUMNS                                                                            \
    "id, remote, what, by, pointer, pattern, ifnull(company, person), note, actor, at"

LinkRuleRow rule_of(const Statement& row) {
    Columns c(row);
    LinkRuleRow out;
    out.rule.number = c.integer();
    out.remote = c.integer();
    out.rule.what = domain::parse_link_what(c.text()).value();
    out.rule.by = domain::parse_link_by(c.text()).value();
    out.rule.at = c.text();
    out.rule.pattern = c.text();
    out.rule.to = c.integer_or_null();
    out.note = c.text();
    out.actor = c.text();
    out.at = c.instant();
    return out;
}

} // namespace

std::int64_t LinkRules::add(const LinkRuleRow& row, std::optional<std::int64_t> before) {
    std::int64_t place = 0;
    if (before) {
        place =
            first(db_.prepare("SELECT place FROM link_rules WHERE id = :id").bind(":id", *before),
                  only_integer)
                .value();
        db_.prepare("UPDATE link_rules SET place = place + 1 WHERE place >= :place")
            .bind(":place", place)
            .run();
    } else {
        place = first(db_.prepare("SELECT ifnull(max(place), 0) + 1 FROM link_rules"), only_integer)
                    .value();
    }
    const bool user = row.rule.what == domain::LinkRule::What::User;
    const std::optional<std::int64_t> none;
    db_.prepare(R"(
        INSERT INTO link_rules(place, remote, what, by, pointer, pattern, company, person, note,
                               actor, at)
        VALUES (:place, :remote, :what, :by, :pointer, :pattern, :company, :person, :note, :actor,
                :at))")
        .bind(":place", place)
        .bind(":remote", row.remote)
        .bind(":what", domain::to_string(row.rule.what))
        .bind(":by", domain::to_string(row.rule.by))
        .bind(":pointer", row.rule.at)
        .bind(":pattern", row.rule.pattern)
        .bind(":company", user ? none : row.rule.to)
        .bind(":person", user ? row.rule.to : none)
        .bind(":note", row.note)
        .bind(":actor", row.actor)
        .bind(":at", stored(row.at))
        .run();
    return db_.last_insert_id();
}

bool LinkRules::remove(std::int64_t number, std::string_view actor, Instant now) {
    db_.prepare(R"(
        UPDATE link_rules SET removed_at = :now, removed_by = :actor
         WHERE id = :id AND removed_at IS NULL)")
        .bind(":now", stored(now))
        .bind(":actor", actor)
        .bind(":id", number)
        .run();
    return db_.changes() > 0;
}

std::vector<LinkRuleRow> LinkRules::all() const {
    return store::all(db_.prepare("SELECT " HB_RULE_COLUMNS R"( FROM link_rules
         WHERE removed_at IS NULL ORDER BY place, id)"),
                      rule_of);
}

std::vector<LinkRuleRow> LinkRules::of_remote(std::int64_t remote) const {
    return store::all(db_.prepare("SELECT " HB_RULE_COLUMNS R"( FROM link_rules
         WHERE removed_at IS NULL AND remote = :remote ORDER BY place, id)")
                          .bind(":remote", remote),
                      rule_of);
}

std::optional<LinkRuleRow> LinkRules::find(std::int64_t number) const {
    return first(db_.prepare("SELECT " HB_RULE_COLUMNS R"( FROM link_rules
         WHERE removed_at IS NULL AND id = :id)")
                     .bind(":id", number),
                 rule_of);
}

bool LinkRules::any() const {
    return first(db_.prepare("SELECT 1 FROM link_rules WHERE removed_at IS NULL LIMIT 1"),
                 only_integer)
        .has_value();
}

bool LinkRules::any_by_email() const {
    return first(db_.prepare(R"(
        SELECT 1 FROM link_rules WHERE removed_at IS NULL AND by = 'email' LIMIT 1)"),
                 only_integer)
        .has_value();
}

LinkRules::Values LinkRules::values(std::int64_t remote, std::string_view stream,
                                    std::string_view name) const {
    Values out;
    auto& row = db_.prepare(R"(
        SELECT remote_id, value FROM link_values
         WHERE remote = :remote AND stream = :stream AND name = :name ORDER BY remote_id, n)")
                    .bind(":remote", remote)
                    .bind(":stream", stream)
                    .bind(":name", name);
    const Finally end(row);
    while (row.step()) out[row.text(0)].push_back(row.text(1));
    return out;
}

std::vector<std::string> LinkRules::values_of(std::int64_t remote, std::string_view stream,
                                              std::string_view name, std::string_view id) const {
    return store::all(db_.prepare(R"(
        SELECT value FROM link_values
         WHERE remote = :remote AND stream = :stream AND name = :name AND remote_id = :id
         ORDER BY n)")
                          .bind(":remote", remote)
                          .bind(":stream", stream)
                          .bind(":name", name)
                          .bind(":id", id),
                      only_text);
}

void LinkRules::keep_values(std::int64_t remote, std::string_view stream, std::string_view name,
                            std::string_view id, const std::vector<std::string>& values) {
    if (values_of(remote, stream, name, id) == values) return;
    db_.prepare(R"(
        DELETE FROM link_values
         WHERE remote = :remote AND stream = :stream AND name = :name AND remote_id = :id)")
        .bind(":remote", remote)
        .bind(":stream", stream)
        .bind(":name", name)
        .bind(":id", id)
        .run();
    for (std::size_t n = 0; n < values.size(); ++n)
        db_.prepare(R"(
            INSERT INTO link_values(remote, stream, name, remote_id, n, value)
            VALUES (:remote, :stream, :name, :id, :n, :value))")
            .bind(":remote", remote)
            .bind(":stream", stream)
            .bind(":name", name)
            .bind(":id", id)
            .bind(":n", static_cast<std::int64_t>(n))
            .bind(":value", values[n])
            .run();
}

void LinkRules::forget_values(std::int64_t remote, std::string_view stream, std::string_view name) {
    db_.prepare(R"(
        DELETE FROM link_values WHERE remote = :remote AND stream = :stream AND name = :name)")
        .bind(":remote", remote)
        .bind(":stream", stream)
        .bind(":name", name)
        .run();
}

std::map<std::int64_t, std::int64_t> LinkRules::free_by_person(std::int64_t remote) const {
    std::map<std::int64_t, std::int64_t> out;
    auto& row = db_.prepare(R"(
        SELECT person, sum(seconds) FROM entries
         WHERE remote = :remote AND live_report IS NULL AND deleted = 0 GROUP BY person)")
                    .bind(":remote", remote);
    const Finally end(row);
    while (row.step()) out[row.integer(0)] = row.integer(1);
    return out;
}

std::vector<LinkRules::Waiting> LinkRules::waiting() const {
    return store::all(db_.prepare(R"(
        SELECT t.remote, t.project, iif(t.project = '', t.remote_id, ''), count(DISTINCT t.id),
               count(*), sum(e.seconds)
          FROM entries e JOIN tasks t ON t.id = e.task
         WHERE e.client IS NULL AND e.live_report IS NULL AND e.seconds > 0
         GROUP BY 1, 2, 3 ORDER BY sum(e.seconds) DESC, 1, 2, 3)"),
                      [](const Statement& row) {
                          Columns c(row);
                          return Waiting{c.integer(), c.text(),    c.text(),
                                         c.integer(), c.integer(), c.integer()};
                      });
}

} // namespace hb::store
