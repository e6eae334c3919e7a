#include "store/verify.h"

#include "base/digest.h"
#include "base/text.h"
#include "domain/money.h"
#include "store/chain.h"
#include "store/rows.h"
#include "store/schema.h"

// Recomputes from the raw rows what the books say in sums and derived columns.
namespace hb::store {

Check from_findings(const char* name, const std::vector<std::string>& findings) {
    Check check{name, findings.empty(), ""};
    for (std::size_t i = 0; i < findings.size(); ++i) {
        if (i > 0) check.detail += "; ";
        if (i == kWrongShown) {
            check.detail += "and more";
            break;
        }
        check.detail += findings[i];
    }
    return check;
}

Check none_of(Database& db, const char* name, const char* sql) {
    return from_findings(name, all(db.prepare(sql), only_text));
}

namespace {

// The revision that counts now: the draft's own lines (also of one that was cancelled as a draft),
// or the last frozen one.
Check totals(Database& db) {
    // Rule 33.
    return none_of(db, "report totals equal their lines", R"(
        WITH current AS (
          SELECT h.id, h.worked_seconds, h.billed_seconds, h.nonbillable_seconds,
                 h.subtotal, h.vat, h.total,
                 ifnull(sum(l.worked_seconds), 0) AS worked,
                 ifnull(sum(l.billed_seconds), 0) AS billed,
                 ifnull(sum(iif(l.billable, 0, l.worked_seconds)), 0) AS nonbillable,
                 ifnull(sum(l.amount), 0) AS amount, ifnull(sum(l.gross), 0) AS gross
            FROM reports h LEFT JOIN lines l
                 ON l.report = h.id AND l.revision = iif(h.state = 0 OR h.state = 6 AND h.sent_at IS NULL, 0, h.revision)
           WHERE h.state BETWEEN 0 AND 5 GROUP BY h.id)
        SELECT 'report ' || id || ': worked ' || worked_seconds || ' s, lines ' || worked
               || '; billed ' || billed_seconds || ' s, lines ' || billed
               || '; non-billable ' || nonbillable_seconds || ' s, lines ' || nonbillable
               || '; total ' || total || ' of ' || subtotal || ' + ' || vat
               || ', lines ' || amount || ' gross ' || gross
          FROM current
         WHERE worked_seconds <> worked OR billed_seconds <> billed
            OR nonbillable_seconds <> nonbillable OR total <> gross OR total <> subtotal + vat
            OR amount NOT IN (subtotal, total)
         LIMIT 6)");
}

Check line_seconds(Database& db) {
    // Rule 4.
    return none_of(db, "allocations of a line add up to its seconds", R"(
        SELECT 'line ' || l.id || ' of report ' || l.report || ': ' || l.worked_seconds
               || ' s, allocations ' || ifnull(a.seconds, 0)
          FROM lines l LEFT JOIN (SELECT line, sum(seconds) AS seconds FROM allocations
                                   GROUP BY line) a ON a.line = l.id
         WHERE l.worked_seconds <> ifnull(a.seconds, 0) LIMIT 6)");
}

// Adjustment lines are differences of two prices and are recomputed by the rules, not here.
Check line_amounts(Database& db) {
    std::vector<std::string> wrong;
    Statement& select = db.prepare(R"(
        SELECT id, report, rate, billed_seconds, amount, billable FROM lines WHERE kind = 'work')");
    const Finally end(select);
    while (wrong.size() <= kWrongShown && select.step()) {
        Columns c(select);
        const std::int64_t id = c.integer(), report = c.integer(), rate = c.integer();
        const std::int64_t billed = c.integer(), amount = c.integer();
        const std::int64_t expected = c.flag() ? domain::price(rate, billed) : 0;
        if (amount != expected)
            wrong.push_back("line " + std::to_string(id) + " of report " + std::to_string(report) +
                            ": amount " + std::to_string(amount) + ", rate by time " +
                            std::to_string(expected));
    }
    // Rule 32.
    return from_findings("line amounts equal rate by billed time", wrong);
}

// One allocation of each line stands for all; that they name its report is asked of every one below
// (orphans).
Check visible(Database& db) {
    // Rule 3.
    return none_of(db, "live allocations and visible lines belong together", R"(
        SELECT 'allocation ' || a.id || ' of entry ' || a.entry || ': live, but its line ' || l.id
               || ' is not what report ' || h.id || ' shows'
          FROM (SELECT min(id) AS id, entry, line, report FROM allocations
                 WHERE live = 1 GROUP BY line) a
               CROSS JOIN lines l ON l.id = a.line JOIN reports h ON h.id = a.report
         WHERE (h.state > 5 OR l.report <> h.id OR l.revision <> iif(h.state = 0 OR h.state = 6 AND h.sent_at IS NULL, 0, h.revision))
        UNION ALL
        SELECT 'line ' || l.id || ' of report ' || h.id || ': shown, but without a live allocation'
          FROM reports h JOIN lines l
               ON l.report = h.id AND l.revision = iif(h.state = 0 OR h.state = 6 AND h.sent_at IS NULL, 0, h.revision)
         WHERE h.state BETWEEN 0 AND 5
           AND l.kind = 'work'
           AND NOT EXISTS (SELECT 1 FROM allocations a WHERE a.line = l.id AND a.live = 1)
        LIMIT 6)");
}

Check clients(Database& db) {
    // Rule 5.
    return none_of(db, "a sent report holds entries of its client only", R"(
        SELECT 'entry ' || e.id || ' of client ' || ifnull(e.client, 'none') || ' on report ' || h.id
               || ' of client ' || h.client
          FROM reports h JOIN entries e ON e.live_report = h.id
         WHERE h.state BETWEEN 1 AND 5 AND e.client IS NOT h.client LIMIT 6)");
}

Check hashes(Database& db) {
    std::vector<std::string> wrong;
    Statement& select = db.prepare("SELECT report, n, canonical, hash FROM revisions");
    const Finally end(select);
    while (wrong.size() <= kWrongShown && select.step())
        if (sha256_hex(select.text_view(2)) != select.text_view(3))
            wrong.push_back("revision " + std::to_string(select.integer(1)) + " of report " +
                            std::to_string(select.integer(0)) + ": its text has another hash");
    // G22.
    return from_findings("sent revisions have the hash that was shown", wrong);
}

Check agreed(Database& db) {
    // Rule 57.
    return none_of(db, "the client agreed to the revision in force", R"(
        SELECT 'report ' || h.id || ': agreed to another hash than that of revision ' || h.revision
          FROM reports h LEFT JOIN revisions v ON v.report = h.id AND v.n = h.revision
         WHERE (h.state BETWEEN 2 AND 5 AND h.agreed_hash IS NOT NULL
                AND h.agreed_hash IS NOT v.hash)
            OR (h.state BETWEEN 1 AND 5 AND v.hash IS NULL)
         LIMIT 6)");
}

// Money in the frozen text has exactly the currency's decimals: without its point it is minor
// units. What a text does not state is not compared.
Check frozen_totals(Database& db) {
    // Rule 33.
    return none_of(db, "sent revisions say what their lines add up to", R"(
        WITH sums AS (
          SELECT report, revision AS n, count(*) AS lines, sum(worked_seconds) AS worked,
                 sum(billed_seconds) AS billed, sum(gross) AS gross
            FROM lines WHERE revision > 0 GROUP BY report, revision),
        told AS (
          SELECT report, n, json_array_length(canonical, '$.lines') AS lines,
                 json_extract(canonical, '$.worked_seconds') AS worked,
                 json_extract(canonical, '$.billed_seconds') AS billed,
                 CAST(replace(json_extract(canonical, '$.total'), '.', '') AS INTEGER) AS total
            FROM revisions WHERE json_valid(canonical))
        SELECT 'revision ' || t.n || ' of report ' || t.report || ': text says '
               || ifnull(t.lines, '?') || ' lines, ' || ifnull(t.worked, '?') || ' s, '
               || ifnull(t.billed, '?') || ' s, ' || ifnull(t.total, '?')
               || '; its lines ' || ifnull(s.lines, 0) || ', ' || ifnull(s.worked, 0) || ' s, '
               || ifnull(s.billed, 0) || ' s, ' || ifnull(s.gross, 0)
          FROM told t LEFT JOIN sums s ON s.report = t.report AND s.n = t.n
         WHERE t.lines <> ifnull(s.lines, 0) OR t.worked <> ifnull(s.worked, 0)
            OR t.billed <> ifnull(s.billed, 0) OR t.total <> ifnull(s.gross, 0)
        UNION ALL
        SELECT 'revision ' || n || ' of report ' || report || ': its text is not JSON'
          FROM revisions WHERE NOT json_valid(canonical)
        LIMIT 6)");
}

Check numbers(Database& db) {
    // Rule 15.
    return none_of(db, "numbers were given out by their series, once", R"(
        SELECT 'report ' || min(id) || ' and ' || max(id) || ' share number ' || number
          FROM reports NOT INDEXED WHERE number IS NOT NULL GROUP BY number HAVING count(*) > 1
        UNION ALL
        SELECT 'report ' || id || ': sent without a number' FROM reports
         WHERE number IS NULL AND state BETWEEN 1 AND 5
        UNION ALL
        SELECT 'report ' || h.id || ': number ' || h.number || ', but series ' || s.series
               || ' stands at ' || s.last
          FROM reports h JOIN numbers s
               ON substr(h.number, 1, length(s.series) + 1) = s.series || '-'
              AND substr(h.number, length(s.series) + 2) NOT GLOB '*[^0-9]*'
         WHERE CAST(substr(h.number, length(s.series) + 2) AS INTEGER) > s.last
        LIMIT 6)");
}

Check payments(Database& db) {
    // Rules 40-43.
    return none_of(db, "payments stay within their reports", R"(
        SELECT 'payment ' || p.id || ' of report ' || h.id || ': ' || p.amount || ' ' || p.currency
               || ' on a report in ' || h.currency
          FROM payments p JOIN reports h ON h.id = p.report
         WHERE p.amount <= 0
            OR (p.reversed_at IS NULL AND p.currency <> h.currency
                AND NOT EXISTS (SELECT 1 FROM questions q WHERE q.report = h.id
                                   AND q.kind IN (0, 8) AND q.ended_at IS NULL))
        UNION ALL
        SELECT 'report ' || id || ': settled ' || settled || ', surplus ' || surplus
               || ', written off ' || written_off || ' of ' || total || ' in state ' || state
          FROM reports
         WHERE settled < 0 OR surplus < 0 OR written_off < 0
            OR (total >= 0 AND settled + written_off > total)
            OR (state = 5 AND settled + written_off < total)
            OR (state = 4 AND (settled <= 0 OR settled >= total))
            OR (state < 2 AND settled <> 0)
        LIMIT 6)");
}

Check questions(Database& db) {
    // G56.
    return none_of(db, "questions belong to reports that still count", R"(
        SELECT 'question ' || q.id || ' is open on report ' || h.id || ', which ended'
          FROM questions q JOIN reports h ON h.id = q.report
         WHERE q.ended_at IS NULL AND q.kind > 2 AND h.state IN (6, 7)
        UNION ALL
        SELECT 'question ' || q.id || ' of report ' || q.report || ' has no ' || needs.name
          FROM questions q
          JOIN (SELECT 0 AS kind, 'text' AS name UNION ALL SELECT 1, 'op' UNION ALL SELECT 1, 'message'
                UNION ALL SELECT 2, 'key' UNION ALL SELECT 3, 'id' UNION ALL SELECT 4, 'now'
                UNION ALL SELECT 5, 'now' UNION ALL SELECT 6, 'row' UNION ALL SELECT 8, 'now'
                UNION ALL SELECT 9, 'now' UNION ALL SELECT 10, 'now' UNION ALL SELECT 11, 'now'
                UNION ALL SELECT 12, 'now' UNION ALL SELECT 13, 'now') needs
               ON needs.kind = q.kind
         WHERE NOT EXISTS (SELECT 1 FROM question_args a
                            WHERE a.question = q.id AND a.name = needs.name)
        LIMIT 6)");
}

Check creates(Database& db) {
    // Rule 48.
    return none_of(db, "one deal and one invoice a report", R"(
        SELECT 'outgoing operations ' || min(id) || ' and ' || max(id) || ' both create "'
               || purpose || '"'
          FROM outbox WHERE repeat = 1 AND superseded = 0 GROUP BY purpose HAVING count(*) > 1
        UNION ALL
        SELECT 'outgoing operation ' || id || ': done without the id of what it created'
          FROM outbox WHERE repeat = 1 AND superseded = 0 AND state = 'done' AND remote_id = ''
         LIMIT 6)");
}

Check orphans(Database& db) {
    return none_of(db, "every row's owner is there", R"(
        SELECT "table" || ' row ' || ifnull(rowid, '') || ': its ' || parent || ' is missing'
          FROM pragma_foreign_key_check
        UNION ALL
        SELECT 'allocation ' || a.id || ': on report ' || a.report || ', its line on ' || l.report
          FROM allocations a JOIN lines l ON l.id = a.line WHERE a.report <> l.report
        LIMIT 6)");
}

// What is written into texts, and what a token is looked up by, are one link (G23, G59).
Check links(Database& db) {
    return none_of(db, "a report's link is the one that opens it", R"(
        SELECT 'report ' || h.id || ': its link ' || h.link || ' is '
               || iif(h.link_digest IS NULL, 'none', 'live') || ', the table of links says '
               || ifnull('link ' || l.n, 'none')
          FROM reports h LEFT JOIN client_links l
               ON l.report = h.id AND l.kind = 'report' AND l.revoked_at IS NULL
         WHERE h.link_digest IS NOT l.digest LIMIT 6)");
}

Check chain(Database& db) {
    const auto look = look_at_chain(db);
    const bool whole = look.broken.empty();
    // Rule 55.
    return Check{"the log's chain of hashes is whole", whole,
                 whole ? how_far(look, !db.chain_key().empty()) : look.broken};
}

} // namespace

std::vector<Check> verify_bills(Database& db) {
    return {totals(db),    line_seconds(db), line_amounts(db),  visible(db), clients(db),
            hashes(db),    agreed(db),       frozen_totals(db), numbers(db), payments(db),
            questions(db), creates(db),      orphans(db),       links(db),   chain(db)};
}

std::vector<Check> verify_books(Database& db, const AboutTo& about_to) {
    about_to("entries and who holds them");
    std::vector<Check> checks = verify_entries(db);
    const auto differences = schema_differences(db);
    checks.push_back({"schema", differences.empty(), join(differences, "; ")});
    about_to("reports, lines and payments");
    for (Check& check : verify_bills(db)) checks.push_back(std::move(check));
    about_to("corrections");
    for (Check& check : verify_corrections(db)) checks.push_back(std::move(check));
    return checks;
}

std::vector<Check> verify_books(Database& db) {
    return verify_books(db, [](const char*) {});
}

} // namespace hb::store
