#include "store/old_links.h"

#include <array>
#include <map>

#include "base/digest.h"
#include "base/ensure.h"
#include "domain/json_text.h"
#include "domain/op_kind.h"
#include "domain/parts.h"
#include "store/connection.h"
#include "store/outbox.h"
#include "store/rows.h"

namespace hb::store {
namespace {

using domain::OpKind;

constexpr std::size_t kTokenSize = 43;
constexpr std::string_view kPage = "/r/";

// Where each kind of op had the address of the client's page.
struct Place {
    domain::OpKind kind;
    const char* path;    // for SQLite
    const char* pointer; // in `needs`
};
constexpr std::array kPlaces = {
    Place{OpKind::DealCreate, "$.comments", "/comments"},
    Place{OpKind::CommentCreate, "$.comment", "/comment"},
    Place{OpKind::CardCreate, "$.fields.link", "/fields/link"},
    Place{OpKind::CardUpdate, "$.fields.link", "/fields/link"},
    Place{OpKind::NoticeSend, "$.message", "/message"},
    Place{OpKind::TelegramSend, "$.text", "/text"},
    Place{OpKind::WebhookSend, "$.event.data.link", "/event/data/link"},
    Place{OpKind::WebhookSend, "$.event.data.text", "/event/data/text"},
};

using Known = std::map<std::string, domain::LinkPart>; // by digest

Known live_links(Database& db) {
    Known known;
    for (auto& [digest, link] :
         all(db.prepare("SELECT link_digest, id, link FROM reports WHERE link_digest IS NOT NULL"),
             [](const Statement& row) {
                 return std::pair(row.text(0), domain::LinkPart{row.integer(1), row.integer(2)});
             }))
        known.emplace(digest, link);
    return known;
}

bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

// Where the address begins whose path ends in "/r/" at `page`: its scheme, within the same word.
std::size_t begin_of_address(std::string_view text, std::size_t page) {
    std::size_t word = page;
    while (word > 0 && !is_space(text[word - 1])) --word;
    const auto scheme = text.substr(word, page - word).rfind("http");
    return scheme == std::string_view::npos ? page : word + scheme;
}

domain::Parts parts_of(std::string_view text, const Known& known) {
    domain::Parts parts;
    std::size_t from = 0;
    for (auto at = text.find(kPage); at != std::string_view::npos; at = text.find(kPage, at + 1)) {
        const auto token = text.substr(at + kPage.size(), kTokenSize);
        const auto link = known.find(sha256_hex(token));
        if (link == known.end()) continue;
        const std::size_t begin = begin_of_address(text, at);
        if (begin > from) parts.emplace_back(std::string(text.substr(from, begin - from)));
        parts.emplace_back(link->second);
        from = at + kPage.size() + kTokenSize;
    }
    if (!parts.empty() && from < text.size()) parts.emplace_back(std::string(text.substr(from)));
    return parts;
}

void convert(Database& db, const Place& place, const Known& known) {
    struct Text {
        std::int64_t op;
        std::string text;
    };
    const auto texts = all(db.prepare(R"(
        SELECT id, json_extract(fields, :path) FROM outbox
         WHERE kind = :kind AND json_type(fields, :path) = 'text')")
                               .bind(":path", place.path)
                               .bind(":kind", to_string(place.kind)),
                           [](const Statement& row) {
                               return Text{row.integer(0), row.text(1)};
                           });
    for (const Text& each : texts) {
        const auto parts = parts_of(each.text, known);
        if (parts.empty()) continue;
        const std::string need = domain::JsonObject()
                                     .add("path", domain::json_string(place.pointer))
                                     .add("parts", domain::parts_text(parts))
                                     .text();
        db.prepare(R"(
            UPDATE outbox SET fields = json_set(fields, :path, ''),
                   needs = json_insert(needs, '$[#]', json(:need)) WHERE id = :id)")
            .bind(":path", place.path)
            .bind(":need", need)
            .bind(":id", each.op)
            .run();
    }
}

} // namespace

void links_to_parts(Database& db) {
    const Known known = live_links(db);
    if (known.empty()) return;
    for (const Place& place : kPlaces) convert(db, place, known);
}

namespace {

struct Logged {
    std::int64_t seq = 0;
    std::string there; // what was on the card, as JSON
};

// The member that holds the link is known by its name; what else holds a live one, by its digest.
std::vector<Logged> logged_links(Database& db) {
    return all(db.prepare(R"(
        SELECT seq, json_remove(there, '$.link') || '', there
          FROM (SELECT seq, CASE WHEN json_valid(data) THEN
                       CASE WHEN json_type(data, '$.there') = 'text' THEN
                       CASE WHEN json_valid(json_extract(data, '$.there'))
                            THEN json_extract(data, '$.there') END END END AS there
                  FROM events WHERE action = 'card.drifted')
         WHERE there IS NOT NULL AND (json_type(there, '$.link') IS NOT NULL
                                      OR instr(there, '/r/') > 0)
         ORDER BY seq)"),
               [](const Statement& row) {
                   return Logged{row.integer(0), row.text(1)};
               });
}

std::string without_links(const std::string& text, const Known& known) {
    const auto parts = parts_of(text, known);
    if (parts.empty()) return text;
    std::string out;
    for (const auto& part : parts) {
        const auto* words = std::get_if<std::string>(&part);
        out += words != nullptr ? *words : "(link)";
    }
    return out;
}

} // namespace

void scrub_log(Database& db) {
    const auto rows = logged_links(db);
    if (rows.empty()) return;
    const Known known = live_links(db);
    // Put back as it was, letter by letter: the schema is compared (store/schema.h).
    const auto guard =
        first(db.prepare("SELECT sql FROM sqlite_master WHERE name = 'events_fixed'"), only_text);
    ensure(guard.has_value(), "the log is append-only");
    execute(db, "DROP TRIGGER events_fixed");
    for (const auto& row : rows)
        db.prepare("UPDATE events SET data = json_set(data, '$.there', :there) WHERE seq = :seq")
            .bind(":there", without_links(row.there, known))
            .bind(":seq", row.seq)
            .run();
    Events(db).chain_anew(rows.front().seq, static_cast<std::int64_t>(rows.size()));
    execute(db, *guard + R"(;
        INSERT OR REPLACE INTO settings(remote, name, value, at) VALUES (0, 'links.in_copies', '1', 0);
        INSERT OR REPLACE INTO settings(remote, name, value, at) VALUES (0, 'books.to_vacuum', '1', 0))");
}

Status vacuum_when_asked(Database& db) {
    const char* asked = "SELECT count(*) FROM settings WHERE remote = 0 AND name = "
                        "'books.to_vacuum'";
    if (first(db.prepare(asked), only_integer).value_or(0) == 0) return {};
    execute(db, "PRAGMA secure_delete = ON; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
    Tx tx(db);
    execute(db, "DELETE FROM settings WHERE remote = 0 AND name = 'books.to_vacuum'");
    tx.commit();
    return {};
}

} // namespace hb::store
