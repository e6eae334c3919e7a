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

namespace {

void append_number(std::string& packed, std::uint64_t number) {
    for (; number >= 0x80; number >>= 7) packed += static_cast<char>(0x80 | (number & 0x7f));
    packed += static_cast<char>(number);
}

// Reads what append_number wrote, from `at` on.
std::uint64_t next_number(std::string_view packed, std::size_t& at) {
    std::uint64_t number = 0;
    for (int shift = 0;; shift += 7) {
        ensure(at < packed.size() && shift < 64, "stored marks can be read");
        const auto byte = static_cast<unsigned char>(packed[at++]);
        number |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80) return number;
    }
}

} // namespace

// The first mark as it is, then distances; a distance of 0 says how many neighbours follow.
std::string pack_marks(std::vector<std::uint64_t> marks) {
    std::sort(marks.begin(), marks.end());
    marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
    std::string packed;
    for (std::size_t i = 0; i < marks.size();) {
        append_number(packed, i == 0 ? marks[i] : marks[i] - marks[i - 1]);
        std::size_t end = i + 1;
        while (end < marks.size() && marks[end] == marks[end - 1] + 1) ++end;
        if (end - i > 1) {
            append_number(packed, 0);
            append_number(packed, end - i - 1);
        }
        i = end;
    }
    return packed;
}

void unpack_marks(std::string_view packed, std::vector<MarkRun>& out) {
    std::size_t at = 0;
    std::uint64_t mark = 0;
    while (at < packed.size()) {
        const bool first = at == 0;
        const std::uint64_t distance = next_number(packed, at);
        if (distance == 0 && !first) {
            mark += next_number(packed, at);
            out.back().last = mark;
        } else {
            mark += distance;
            out.push_back({mark, mark});
        }
    }
}

void join_runs(std::vector<MarkRun>& runs) {
    std::sort(runs.begin(), runs.end(),
              [](const MarkRun& a, const MarkRun& b) { return a.first < b.first; });
    std::size_t kept = 0;
    for (const MarkRun& run : runs) {
        if (kept > 0 && run.first - 1 <= runs[kept - 1].last)
            runs[kept - 1].last = std::max(runs[kept - 1].last, run.last);
        else
            runs[kept++] = run;
    }
    runs.resize(kept);
}

bool holds(const std::vector<MarkRun>& runs, std::uint64_t mark) {
    const auto after =
        std::upper_bound(runs.begin(), runs.end(), mark,
                         [](std::uint64_t m, const MarkRun& run) { return m < run.first; });
    return after != runs.begin() && mark <= std::prev(after)->last;
}

std::map<std::string, KnownRecord> Sources::known(std::int64_t remote, std::string_view stream,
                                                  const std::vector<std::string>& ids) const {
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
std::int64_t Sources::count_known(std::int64_t remote, std::string_view stream) const {
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
                                                std::string_view id) const {
    return first(db_.prepare(R"(
        SELECT text FROM records
         WHERE remote = :remote AND stream = :stream AND remote_id = :id)")
                     .bind(":remote", remote)
                     .bind(":stream", stream)
                     .bind(":id", id),
                 only_text);
}

std::vector<ProblemRow> Sources::problems(std::int64_t limit) const {
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

std::int64_t Sources::count_problems(std::int64_t remote, std::string_view stream) const {
    return first(db_.prepare(R"(
        SELECT count(*) FROM records
         WHERE remote = :remote AND stream = :stream AND problem IS NOT NULL AND gone = 0)")
                     .bind(":remote", remote)
                     .bind(":stream", stream),
                 only_integer)
        .value();
}

std::vector<std::string> Sources::unseen(std::int64_t remote, std::string_view stream,
                                         std::int64_t run) const {
    const Snapshot one(db_);
    std::vector<MarkRun> seen;
    Statement& pages = db_.prepare(R"(
        SELECT marks FROM walk_marks WHERE remote = :remote AND stream = :stream AND run = :run)");
    pages.bind(":remote", remote).bind(":stream", stream).bind(":run", run);
    const Finally end_of_pages(pages);
    while (pages.step()) unpack_marks(pages.text_view(0), seen);
    join_runs(seen);

    // From the index alone; whether one is gone is asked for the few that are missing.
    std::vector<std::string> missing;
    Statement& records = db_.prepare(R"(
        SELECT remote_id FROM records
         WHERE remote = :remote AND stream = :stream ORDER BY remote_id)");
    records.bind(":remote", remote).bind(":stream", stream);
    const Finally end(records);
    while (records.step()) {
        const std::string_view id = records.text_view(0);
        if (holds(seen, mark_of(id))) continue;
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
