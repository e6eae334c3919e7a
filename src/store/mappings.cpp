#include "store/mappings.h"

#include "base/ensure.h"
#include "store/rows.h"

namespace hb::store {
namespace {

MappingVersion version_of(const Statement& row) {
    Columns c(row);
    return MappingVersion{c.integer(), c.small(),   c.text(), c.text(),
                          c.text(),    c.instant(), c.text(), c.integer()};
}

} // namespace

void Mappings::add(const MappingVersion& row) {
    const auto newest_one = newest(row.remote);
    ensure(row.version == (newest_one ? newest_one->version : 0) + 1,
           "a mapping's version is the remote's next");
    db_.prepare(R"(
        INSERT INTO mapping_versions(remote, version, text, note, actor, at, stream, after)
        VALUES (:remote, :version, :text, :note, :actor, :at, :stream, :after))")
        .bind(":remote", row.remote)
        .bind(":version", row.version)
        .bind(":text", row.text)
        .bind(":note", row.note)
        .bind(":actor", row.actor)
        .bind(":at", stored(row.at))
        .bind(":stream", row.stream)
        .bind(":after", row.after)
        .run();
}

std::vector<MappingVersion> Mappings::of_remote(std::int64_t remote) const {
    return all(db_.prepare(R"(
        SELECT remote, version, text, note, actor, at, stream, after FROM mapping_versions
         WHERE remote = :remote ORDER BY version)")
                   .bind(":remote", remote),
               version_of);
}

std::optional<MappingVersion> Mappings::newest(std::int64_t remote) const {
    return first(db_.prepare(R"(
        SELECT remote, version, text, note, actor, at, stream, after FROM mapping_versions
         WHERE remote = :remote ORDER BY version DESC LIMIT 1)")
                     .bind(":remote", remote),
                 version_of);
}

std::optional<MappingVersion> Mappings::find(std::int64_t remote, int version) const {
    return first(db_.prepare(R"(
        SELECT remote, version, text, note, actor, at, stream, after FROM mapping_versions
         WHERE remote = :remote AND version = :version)")
                     .bind(":remote", remote)
                     .bind(":version", version),
                 version_of);
}

void Mappings::keep_progress(std::int64_t remote, int version, std::string_view stream,
                             std::int64_t after) {
    db_.prepare(R"(
        UPDATE mapping_versions SET stream = :stream, after = :after
         WHERE remote = :remote AND version = :version)")
        .bind(":remote", remote)
        .bind(":version", version)
        .bind(":stream", stream)
        .bind(":after", after)
        .run();
}

// Of the many entries the table itself is read, in its order; the few rows of other streams are
// found by the index of ids and sorted.
std::vector<Mappings::KeptRow> Mappings::records(std::int64_t remote, std::string_view stream,
                                                 std::int64_t after, std::int64_t limit) const {
    const char* const many = R"(
        SELECT id, remote_id, text, hash, ifnull(problem, '') FROM records NOT INDEXED
         WHERE id > :after AND remote = :remote AND stream = :stream AND gone = 0
         ORDER BY id LIMIT :limit)";
    const char* const few = R"(
        SELECT id, remote_id, text, hash, ifnull(problem, '') FROM records
         WHERE id IN (SELECT id FROM records
                       WHERE remote = :remote AND stream = :stream AND +id > :after
                       ORDER BY +id LIMIT :limit) AND gone = 0
         ORDER BY id)";
    return all(db_.prepare(stream == "entries" ? many : few)
                   .bind(":after", after)
                   .bind(":remote", remote)
                   .bind(":stream", stream)
                   .bind(":limit", limit),
               [stream](const Statement& row) {
                   Columns c(row);
                   KeptRow out;
                   out.row = c.integer();
                   out.record.stream = std::string(stream);
                   out.record.id = c.text();
                   out.record.text = c.text();
                   out.record.hash = c.text();
                   out.problem = c.text();
                   return out;
               });
}

} // namespace hb::store
