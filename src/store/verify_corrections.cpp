#include "store/verify.h"

// What changed after billing: corrections and transfers.
namespace hb::store {

namespace {

// Asked of entries whose last revision the books have answered; between a pull's page and what
// follows from it there is none yet. What repeats other time has none of its own (rule 7).
Check accounted(Database& db) {
    // Rule 1.
    return none_of(db, "bills and corrections account for every second that changed", R"(
        WITH answered AS (
          SELECT entry, report, sum(delta_seconds) AS seconds, max(to_revision) AS revision
            FROM adjustments WHERE replaced = 0 GROUP BY entry, report)
        SELECT 'entry ' || e.id || ' has ' || e.seconds || ' s; billed ' || a.seconds
               || ', corrected by ' || j.seconds
          FROM answered j JOIN entries e ON e.id = j.entry AND e.revision = j.revision
               JOIN allocations a ON a.entry = e.id AND a.report = j.report
                                 AND a.origin = 'work' AND a.live = 1
               JOIN reports h ON h.id = j.report AND h.state BETWEEN 2 AND 5
               LEFT JOIN entry_aliases x ON x.entry = e.id AND x.decision = 'same'
         WHERE a.seconds + j.seconds <> iif(x.entry IS NULL, e.seconds, 0) LIMIT 6)");
}

Check lines(Database& db) {
    // Rules 5, 22.
    return none_of(db, "a correction's line says what was decided, to its client", R"(
        SELECT 'line ' || l.id || ' of report ' || h.id || ' (' || a.origin || '): '
               || a.seconds || ' s, billed ' || l.billed_seconds || ' s, ' || l.amount
               || '; decided ' || ifnull(j.delta_seconds || ' s, billed ' || j.delta_billed
               || ' s, ' || j.delta_amount, 'nothing')
          FROM lines l CROSS JOIN allocations a ON a.line = l.id AND a.live = 1
               JOIN reports h ON h.id = l.report
               LEFT JOIN adjustments j ON j.id = CAST(substr(a.origin, 12) AS INTEGER)
                     AND j.entry = a.entry AND j.replaced = 0 AND j.decision = 'next_report'
         WHERE l.kind = 'adjustment'
           AND (a.seconds IS NOT j.delta_seconds OR l.billed_seconds IS NOT j.delta_billed
                OR l.amount IS NOT j.delta_amount
                OR h.client IS NOT ifnull(j.client,
                                          (SELECT client FROM reports WHERE id = j.report)))
         LIMIT 6)");
}

Check transfers(Database& db) {
    // Rule 21.
    return none_of(db, "what is taken out of a bill is put in somewhere, once", R"(
        SELECT 'adjustment ' || o.id || ' takes out, and ' || count(i.id) || ' put in'
          FROM adjustments o LEFT JOIN adjustments i
               ON i.pair = o.id AND i.side = 2 AND i.entry = o.entry AND i.report = o.report
                  AND i.replaced = o.replaced AND i.decision = o.decision
         WHERE o.side = 1 GROUP BY o.id HAVING count(i.id) <> 1
        UNION ALL
        SELECT 'adjustment ' || i.id || ' puts in what adjustment ' || i.pair || ' did not take out'
          FROM adjustments i LEFT JOIN adjustments o ON o.id = i.pair AND o.side = 1
         WHERE i.side = 2 AND i.pair IS NOT NULL AND o.id IS NULL
        LIMIT 6)");
}

} // namespace

std::vector<Check> verify_corrections(Database& db) {
    return {accounted(db), lines(db), transfers(db)};
}

} // namespace hb::store
