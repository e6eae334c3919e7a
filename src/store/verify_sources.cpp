#include "store/rows.h"
#include "store/verify.h"

// Facts, who holds them, and the derived columns over them.
namespace hb::store {

namespace {

Check live_report(Database& db) {
    // G31.
    return none_of(db, "entries.live_report equals the live allocations", R"(
        SELECT 'entry ' || e.id || ': says ' || ifnull('report ' || e.live_report, 'free')
               || ', allocated to ' || ifnull('report ' || a.report, 'none')
          FROM allocations a CROSS JOIN entries e ON e.id = a.entry
         WHERE a.origin = 'work' AND a.live = 1 AND e.live_report IS NOT a.report
        UNION ALL
        SELECT 'entry ' || e.id || ': says report ' || e.live_report || ', allocated to none'
          FROM entries e
         WHERE e.live_report IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM allocations a
                            WHERE a.entry = e.id AND a.origin = 'work' AND a.live = 1)
         LIMIT 6)");
}

Check billed_once(Database& db) {
    // Rule 2.
    return none_of(db, "no entry is billed twice", R"(
        SELECT 'entry ' || entry || ' (' || origin || '): ' || count(*) || ' live allocations'
          FROM allocations NOT INDEXED WHERE live = 1
         GROUP BY entry, origin HAVING count(*) > 1 LIMIT 6)");
}

// Both ways at once: the sums of the allocations minus the stored ones leave nothing. Added up by
// line first, in the order of an index: a tenth of the time.
Check rollup(Database& db) {
    // P11.
    return none_of(db, "sums of held seconds equal the allocations", R"(
        SELECT 'client ' || client || ', task ' || task || ': off by ' || sum(seconds) || ' s'
          FROM (SELECT h.client, l.task, a.seconds
                  FROM (SELECT line, report, sum(seconds) AS seconds FROM allocations
                         WHERE live = 1 GROUP BY line) a
                       CROSS JOIN lines l ON l.id = a.line JOIN reports h ON h.id = a.report
                UNION ALL
                SELECT client, task, -held_seconds FROM rollup)
         GROUP BY client, task HAVING sum(seconds) <> 0 LIMIT 6)");
}

Check repeated(Database& db) {
    // Rule 7.
    return none_of(db, "what repeats other time is not billed, and is repeated by none",
                   R"(
        SELECT 'entry ' || x.entry || ': repeats entry ' || x.same_as || ' and is on report '
               || e.live_report
          FROM entry_aliases x JOIN entries e ON e.id = x.entry JOIN reports h ON h.id = e.live_report
         WHERE x.decision = 'same' AND e.seconds > 0
           AND NOT (h.state = 1 AND h.drifted = 1) -- billed before somebody said so, and corrected
           AND NOT EXISTS (SELECT 1 FROM adjustments j
                            WHERE j.entry = e.id AND j.report = h.id AND j.replaced = 0)
        UNION ALL
        SELECT 'entry ' || x.entry || ': repeats entry ' || x.same_as || ', which repeats entry '
               || y.same_as
          FROM entry_aliases x JOIN entry_aliases y ON y.entry = x.same_as
         WHERE x.decision <> 'different' AND y.decision <> 'different'
         LIMIT 6)");
}

Check owners(Database& db) {
    // G13.
    return none_of(db, "free entries have the client of their task", R"(
        SELECT 'entry ' || e.id || ': client ' || ifnull(e.client, 'none') || ', its task ' || t.id
               || ' has ' || ifnull(t.client, 'none')
          FROM entries e JOIN tasks t ON t.id = e.task
         WHERE e.live_report IS NULL AND e.client IS NOT t.client LIMIT 6)");
}

Check dates(Database& db) {
    // G11.
    return none_of(db, "an entry dated by its source keeps that date", R"(
        SELECT 'entry ' || id || ': work date ' || work_date || ', source says day ' || day
          FROM entries WHERE day IS NOT NULL AND live_report IS NULL AND work_date <> day LIMIT 6)");
}

Check tombstones(Database& db) {
    // Rule 20.
    return none_of(db, "a deleted entry has no seconds", R"(
        SELECT 'entry ' || id || ': deleted, but ' || seconds || ' s'
          FROM entries WHERE deleted = 1 AND seconds <> 0 LIMIT 6)");
}

Check revisions(Database& db) {
    return none_of(db, "every change of an entry has its old revision", R"(
        SELECT 'entry ' || e.id || ': revision ' || e.revision || ', but '
               || ifnull(v.count, 0) || ' older ones'
          FROM entries e LEFT JOIN (SELECT entry, count(*) AS count, max(n) AS newest
                                      FROM entry_revisions GROUP BY entry) v ON v.entry = e.id
         WHERE ifnull(v.count, 0) <> e.revision - 1 OR ifnull(v.newest, 0) <> e.revision - 1
         LIMIT 6)");
}

Check allocated_revisions(Database& db) {
    // Rule 1.
    return none_of(db, "allocations carry the seconds of the revision they name", R"(
        SELECT 'allocation ' || a.id || ' of entry ' || e.id || ' at revision ' || a.entry_revision
               || ': ' || a.seconds || ' s, the revision had '
               || ifnull(iif(a.entry_revision = e.revision, e.seconds, v.seconds), 'no such')
          FROM allocations a JOIN entries e ON e.id = a.entry
               LEFT JOIN entry_revisions v ON v.entry = a.entry AND v.n = a.entry_revision
         WHERE a.origin = 'work' AND a.live = 1
           AND a.seconds IS NOT iif(a.entry_revision = e.revision, e.seconds, v.seconds)
         LIMIT 6)");
}

} // namespace

std::vector<Check> verify_entries(Database& db) {
    return {live_report(db), billed_once(db), repeated(db),
            rollup(db),      owners(db),      dates(db),
            tombstones(db),  revisions(db),   allocated_revisions(db)};
}

} // namespace hb::store
