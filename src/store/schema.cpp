#include "store/schema.h"

#include <map>

#include <SQLiteCpp/SQLiteCpp.h>

#include "base/ensure.h"
#include "store/connection.h"
#include "store/rows.h"

namespace hb::store {
namespace {

// "index allocations_live" -> its SQL and its table. SQLite's own tables (statistics, sequences)
// come and go.
struct Part {
    std::string sql, table;
};
using Schema = std::map<std::string, Part>;

// How it is spaced is no difference: an earlier version put one trigger back in two lines.
std::string without_space(const std::string& sql) {
    std::string out;
    for (const char c : sql)
        if (c != ' ' && c != '\n' && c != '\t' && c != '\r') out += c;
    return out;
}

Schema schema_of(Database& db) {
    Schema out;
    auto& rows = db.prepare("SELECT type || ' ' || name, sql, tbl_name FROM sqlite_master "
                            "WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_'");
    while (rows.step()) out[rows.text(0)] = {without_space(rows.text(1)), rows.text(2)};
    return out;
}

// What the migrations make of nothing.
const Schema& expected() {
    static const Schema schema = [] {
        const auto fresh = Access::connect(
            ":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX);
        const auto made = migrate(*fresh);
        ensure(made.ok(), "the migrations run on nothing");
        return schema_of(*fresh);
    }();
    return schema;
}

} // namespace

std::vector<std::string> schema_differences(Database& db) {
    std::vector<std::string> out;
    const Schema found = schema_of(db);
    for (const auto& [name, part] : expected()) {
        const auto at = found.find(name);
        if (at == found.end())
            out.push_back(name + " is missing");
        else if (at->second.sql != part.sql)
            out.push_back(name + " is not as this version makes it");
    }
    // A table of somebody's own harms nobody; a trigger or a key on one of ours changes what we
    // write.
    for (const auto& [name, part] : found)
        if (expected().count(name) == 0 && expected().count("table " + part.table) > 0)
            out.push_back(name + " is not ours");
    return out;
}

} // namespace hb::store
