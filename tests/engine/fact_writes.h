#pragma once

#include <string>
#include <vector>

#include "store/connection.h"

namespace hb::test {

// Counts the rows that are written to tables of facts, bills and questions, also where a row is
// written as it stood; cursors, marks of walks and due times are bookkeeping. Triggers of this
// connection alone, which go away with it.
class FactWrites {
public:
    explicit FactWrites(store::Database& db) : db_(db) {
        static const std::vector<std::string> kBooks{
            "records",     "persons",        "projects",        "companies",   "deals",
            "tasks",       "entries",        "entry_revisions", "waiting",     "waiting_values",
            "not_shown",   "accepted_texts", "reports",         "revisions",   "lines",
            "allocations", "adjustments",    "late_decisions",  "draft_moves", "draft_recounts",
            "free_moves",  "questions",      "outbox",          "rollup"};
        store::execute(db, "CREATE TEMP TABLE IF NOT EXISTS fact_writes (what TEXT)");
        for (const auto& table : kBooks)
            for (const std::string change : {"INSERT", "UPDATE", "DELETE"})
                store::execute(db, "CREATE TEMP TRIGGER IF NOT EXISTS count_" + table + "_" +
                                       change + " AFTER " + change + " ON main." + table +
                                       " BEGIN INSERT INTO fact_writes VALUES ('" + change + " " +
                                       table + "'); END");
        store::execute(db, "DELETE FROM temp.fact_writes");
    }
    // "UPDATE records: 3\n…", "" nothing.
    std::string told() const {
        std::string out;
        const auto row = store::prepare_once(
            db_, "SELECT what || ': ' || count(*) FROM temp.fact_writes GROUP BY what ORDER BY 1");
        while (row->step()) out += row->text(0) + "\n";
        return out;
    }

private:
    store::Database& db_;
};

} // namespace hb::test
