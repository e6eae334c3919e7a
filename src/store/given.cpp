#include "store/given.h"

#include "store/rows.h"

namespace hb::store {

std::optional<GivenRow> Given::find(const GivenKey& key) const {
    return first(db_.prepare(R"(
        SELECT report, revision, form, sha256, bytes, at FROM given
         WHERE report = :report AND revision = :revision AND form = :form)")
                     .bind(":report", key.report)
                     .bind(":revision", key.revision)
                     .bind(":form", key.form),
                 [](const Statement& row) {
                     Columns c(row);
                     GivenRow out;
                     out.key.report = c.integer();
                     out.key.revision = c.small();
                     out.key.form = c.text();
                     out.sha256 = c.text();
                     out.bytes = c.text();
                     out.at = c.instant();
                     return out;
                 });
}

bool Given::keep(const GivenRow& row) {
    const std::int64_t before = db_.total_changes();
    db_.prepare(R"(
        INSERT INTO given(report, revision, form, sha256, bytes, at)
        VALUES (:report, :revision, :form, :sha256, :bytes, :at) ON CONFLICT DO NOTHING)")
        .bind(":report", row.key.report)
        .bind(":revision", row.key.revision)
        .bind(":form", row.key.form)
        .bind(":sha256", row.sha256)
        .bind_blob(":bytes", row.bytes)
        .bind(":at", stored(row.at))
        .run();
    return db_.total_changes() != before;
}

std::vector<GivenKey> Given::keys() const {
    return all(db_.prepare("SELECT report, revision, form FROM given "
                           "ORDER BY report, revision, form"),
               [](const Statement& row) {
                   Columns c(row);
                   GivenKey out;
                   out.report = c.integer();
                   out.revision = c.small();
                   out.form = c.text();
                   return out;
               });
}

} // namespace hb::store
