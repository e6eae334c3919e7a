#include <spdlog/spdlog.h>

#include "base/clean.h"
#include "store/connection.h"
#include "store/old_links.h"
#include "store/rows.h"

namespace hb::store {

namespace {

std::int64_t version_of(Database& db) {
    return first(db.prepare("PRAGMA user_version"), only_integer).value();
}

bool has_tables(Database& db) {
    return first(db.prepare("SELECT count(*) FROM sqlite_master"), only_integer).value() > 0;
}

Error refused(Database& db, std::string detail, std::string hint) {
    return Error{Code::Machine, "the file " + Access::path(db) + " can't be used as the books",
                 std::move(detail), std::move(hint)};
}

void apply(Database& db, const Migration& migration) {
    Tx tx(db);
    execute(db, migration.sql);
    // Where a step has to look into texts, SQL is not enough.
    const std::string_view name = migration.name;
    if (name.ends_with("_parts")) links_to_parts(db);
    if (name.ends_with("_and_log")) scrub_log(db);
    execute(db, "PRAGMA application_id=" + std::to_string(kApplicationId) +
                    "; PRAGMA user_version=" + std::to_string(migration.number));
    tx.commit();
}

} // namespace

Status judge_file(Database& db, bool writer) {
    const auto application = first(db.prepare("PRAGMA application_id"), only_integer).value();
    const std::int64_t version = version_of(db);
    const std::int64_t newest = migrations().back().number;
    const bool empty = application == 0 && version == 0 && !has_tables(db);
    if (!empty && application != kApplicationId)
        return refused(db, "it is a database of another program",
                       "set data_dir to a directory of its own");
    if (version > newest)
        return refused(db,
                       "its schema is version " + std::to_string(version) +
                           ", this program knows up to " + std::to_string(newest),
                       "use the newer program, or restore the backup made before the update");
    if (!writer && version < newest)
        return refused(db, "its schema is version " + std::to_string(version) + ", not yet updated",
                       "run the service or any writing command once: it updates the file");
    return {};
}

Status migrate(Database& db, const std::vector<Migration>& steps) {
    const std::int64_t before = version_of(db);
    if (before == steps.back().number) return vacuum_when_asked(db);
    if (before > 0 && !Access::path(db).empty()) {
        const std::string copy = Access::path(db) + ".before-" + std::to_string(before + 1);
        if (auto kept = db.backup_to(copy); !kept) return kept;
        spdlog::info("store backup before migration file={}", log_value(copy));
    }
    if (before > 0) execute(db, "PRAGMA secure_delete = ON");
    for (const Migration& migration : steps) {
        if (migration.number <= before) continue;
        apply(db, migration);
        if (before > 0) spdlog::info("store migrated to={}", migration.name);
    }
    if (before == 0) return {};
    if (auto done = vacuum_when_asked(db); !done) return done;
    return db.quick_check(); // G37
}

} // namespace hb::store
