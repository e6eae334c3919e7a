#include <algorithm>

#include "base/ensure.h"
#include "base/text.h"
#include "store/marks.h"
#include "store/rows.h"
#include "store/sources.h"

// Raw records as they came, and what a full walk saw of them.
namespace hb::store {

std::uint64_t mark_of(std::string_view id) {
    // "007" is another id than "7" and takes the hash.
    const auto number = parse_integer(id);
    if (number && *number >= 0 && (id.size() == 1 || id[0] != '0'))
        return static_cast<std::uint64_t>(*number);
    std::uint64_t hash = 14695981039346656037u; // FNV-1a
    for (const char c : id) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 1099511628211u;
    }
    return hash | (std::uint64_t{1} << 63);
}

std::string pack_marks(std::vector<std::uint64_t> marks) {
    std::sort(marks.begin(), marks.end());
    std::string packed;
    std::uint64_t before = 0;
    for (const std::uint64_t mark : marks) {
        std::uint64_t distance = mark - before;
        before = mark;
        for (; distance >= 0x80; distance >>= 7)
            packed += static_cast<char>(0x80 | (distance & 0x7f));
        packed += static_cast<char>(distance);
    }
    return packed;
}

void unpack_marks(std::string_view packed, std::vector<std::uint64_t>& out) {
    std::uint64_t mark = 0, distance = 0;
    int shift = 0;
    for (const char c : packed) {
        const auto byte = static_cast<unsigned char>(c);
        distance |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        shift += 7;
        if (byte >= 0x80) {
            ensure(shift < 64, "stored marks can be read");
            continue;
        }
        mark += distance;
        out.push_back(mark);
        distance = 0;
        shift = 0;
    }
}

std::map<std::string, KnownRecord> Sources::known(std::int64_t remote, std::string_view stream,
                                                  const std::vector<std::string>& ids) {
    std::map<std::string, KnownRecord> found;
    const Snapshot one(db_);
    for (const std::string& id : ids) {
        auto record = first(db_.prepare(R"(
            SELECT hash, gone, problem IS NOT NULL FROM records
             WHERE remote = :remote AND stream = :stream AND remote_id = :id)")
                                .bind(":remote", remote)
                                .bind_view(":stream", stream)
                                .bind_view(":id", id),
                            [&id](const Statement& row) {
                                Columns c(row);
                                return KnownRecord{id, c.text(), c.flag(), c.flag()};
                            });
        if (record) found.emplace_hint(found.end(), id, std::move(*record));
    }
    return found;
}

// Two counts over indexes: the records themselves are wide.
std::int64_t Sources::count_known(std::int64_t remote, std::string_view stream) {
    return first(db_.prepare(R"(
        SELECT (SELECT count(*) FROM records WHERE remote = :remote AND stream = :stream)
             - (SELECT count(*) FROM records INDEXED BY records_gone
                 WHERE remote = :remote AND stream = :stream AND gone = 1))")
                     .bind(":remote", remote)
                     .bind(":stream", stream),
                 only_integer)
        .value();
}

std::optional<std::string> Sources::record_text(std::int64_t remote, std::string_view stream,
                                                std::string_view id) {
    return first(db_.prepare(R"(
        SELECT text FROM records
         WHERE remote = :remote AND stream = :stream AND remote_id = :id)")
                     .bind(":remote", remote)
                     .bind(":stream", stream)
                     .bind(":id", id),
                 only_text);
}

std::vector<ProblemRow> Sources::problems(std::int64_t limit) {
    return all(db_.prepare(R"(
        SELECT m.name, c.stream, c.remote_id, c.problem, c.text
          FROM records c JOIN remotes m ON m.id = c.remote
         WHERE c.problem IS NOT NULL AND c.gone = 0 ORDER BY c.id LIMIT :limit)")
                   .bind(":limit", limit),
               [](const Statement& row) {
                   Columns c(row);
                   return ProblemRow{c.text(), c.text(), c.text(), c.text(), c.text()};
               });
}

std::int64_t Sources::count_problems(std::int64_t remote, std::string_view stream) {
    return first(db_.prepare(R"(
        SELECT count(*) FROM records
         WHERE remote = :remote AND stream = :stream AND problem IS NOT NULL AND gone = 0)")
                     .bind(":remote", remote)
                     .bind(":stream", stream),
                 only_integer)
        .value();
}

std::vector<std::string> Sources::unseen(std::int64_t remote, std::string_view stream,
                                         std::int64_t run) {
    const Snapshot one(db_);
    std::vector<std::uint64_t> seen;
    Statement& pages = db_.prepare(R"(
        SELECT marks FROM walk_marks WHERE remote = :remote AND stream = :stream AND run = :run)");
    pages.bind(":remote", remote).bind(":stream", stream).bind(":run", run);
    const Finally end_of_pages(pages);
    while (pages.step()) unpack_marks(pages.text_view(0), seen);
    std::sort(seen.begin(), seen.end());

    // From the index alone; whether one is gone is asked for the few that are missing.
    std::vector<std::string> missing;
    Statement& records = db_.prepare(R"(
        SELECT remote_id FROM records
         WHERE remote = :remote AND stream = :stream ORDER BY remote_id)");
    records.bind(":remote", remote).bind(":stream", stream);
    const Finally end(records);
    while (records.step()) {
        const std::string_view id = records.text_view(0);
        if (std::binary_search(seen.begin(), seen.end(), mark_of(id))) continue;
        const auto gone = first(db_.prepare(R"(
            SELECT gone FROM records
             WHERE remote = :remote AND stream = :stream AND remote_id = :id)")
                                    .bind(":remote", remote)
                                    .bind(":stream", stream)
                                    .bind(":id", id),
                                only_integer);
        if (gone == 0) missing.emplace_back(id);
    }
    return missing;
}

} // namespace hb::store
