#include "base/ensure.h"
#include "store/reports.h"
#include "store/rows.h"

// Lines and allocations: what a report bills, and the only link between time and bill.
namespace hb::store {

#define HB_LINE_COLUMNS                                                                            \
    "l.id, l.report, l.revision, l.position, l.people, l.kind, l.task, m.name, t.remote_id, "      \
    "l.task_title, l.task_url, l.work_type, l.project, l.project_name, l.worked_seconds, "         \
    "l.billed_seconds, l.rate, l.amount, l.gross, l.billable, l.reason"
#define HB_ALLOCATION_COLUMNS                                                                      \
    "a.id, a.entry, a.entry_revision, a.origin, a.line, a.report, a.seconds, a.live"

namespace {

LineRow line_of(const Statement& select) {
    Columns c(select);
    LineRow row;
    row.id = c.integer();
    row.report = c.integer();
    row.revision = c.small();
    row.position = c.small();
    row.people = c.text();
    domain::Line& line = row.line;
    line.kind = c.text();
    line.task = c.integer();
    line.task_ref = {c.text(), "task", c.text()};
    line.task_title = c.text();
    line.task_url = c.text();
    line.work_type = c.text();
    const std::string project = c.text();
    if (!project.empty()) line.project = domain::parse_ref(project).value();
    line.project_name = c.text();
    line.worked_seconds = c.integer();
    line.billed_seconds = c.integer();
    line.rate = c.integer();
    line.amount = c.integer();
    line.gross = c.integer();
    line.billable = c.flag();
    line.reason = c.text();
    return row;
}

AllocationRow allocation_of(const Statement& row) {
    Columns c(row);
    return AllocationRow{c.integer(), c.integer(), c.small(),   c.text(),
                         c.integer(), c.integer(), c.integer(), c.flag()};
}

std::string project_text(const domain::Line& line) {
    return line.project.id.empty() ? "" : domain::to_string(line.project);
}

std::int64_t insert_line(Database& db, std::int64_t report, int revision, std::size_t position,
                         const domain::Line& line, const std::string& people) {
    db.prepare(R"(
        INSERT INTO lines(report, revision, position, kind, task, task_title, task_url, project,
                          project_name, work_type, rate, billable, reason, worked_seconds,
                          billed_seconds, amount, gross, people)
        VALUES (:report, :revision, :position, :kind, :task, :task_title, :task_url, :project,
                :project_name, :work_type, :rate, :billable, :reason, :worked_seconds,
                :billed_seconds, :amount, :gross, :people))")
        .bind(":report", report)
        .bind(":revision", revision)
        .bind(":position", static_cast<std::int64_t>(position))
        .bind(":kind", line.kind)
        .bind(":task", line.task)
        .bind(":task_title", line.task_title)
        .bind(":task_url", line.task_url)
        .bind(":project", project_text(line))
        .bind(":project_name", line.project_name)
        .bind(":work_type", line.work_type)
        .bind(":rate", line.rate)
        .bind(":billable", flag(line.billable))
        .bind(":reason", line.reason)
        .bind(":worked_seconds", line.worked_seconds)
        .bind(":billed_seconds", line.billed_seconds)
        .bind(":amount", line.amount)
        .bind(":gross", line.gross)
        .bind(":people", people)
        .run();
    return db.last_insert_id();
}

void insert_allocation(Database& db, std::int64_t report, std::int64_t line,
                       const domain::AllocationPlan& plan) {
    db.prepare(R"(
        INSERT INTO allocations(entry, entry_revision, origin, line, report, seconds, live)
        VALUES (:entry, :revision, :origin, :line, :report, :seconds, 1))")
        .bind(":entry", plan.entry)
        .bind(":revision", plan.revision)
        .bind(":origin", plan.origin)
        .bind(":line", line)
        .bind(":report", report)
        .bind(":seconds", plan.seconds)
        .run();
}

void insert_lines(Database& db, std::int64_t report, int revision,
                  const std::vector<domain::Line>& lines, const std::vector<std::string>& people) {
    ensure(lines.size() == people.size(), "every line comes with its people");
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::int64_t id = insert_line(db, report, revision, i + 1, lines[i], people[i]);
        for (const domain::AllocationPlan& plan : lines[i].allocations)
            insert_allocation(db, report, id, plan);
    }
}

void drop_draft_lines(Database& db, std::int64_t report) {
    db.prepare(R"(
        DELETE FROM allocations
         WHERE report = :report
           AND line IN (SELECT id FROM lines WHERE report = :report AND revision = 0))")
        .bind(":report", report)
        .run();
    db.prepare("DELETE FROM lines WHERE report = :report AND revision = 0")
        .bind(":report", report)
        .run();
}

bool same_allocations(const std::vector<AllocationRow>& rows,
                      const std::vector<domain::AllocationPlan>& plans) {
    if (rows.size() != plans.size()) return false;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const AllocationRow& row = rows[i];
        const domain::AllocationPlan& plan = plans[i];
        if (!row.live || row.entry != plan.entry || row.entry_revision != plan.revision ||
            row.origin != plan.origin || row.seconds != plan.seconds)
            return false;
    }
    return true;
}

bool same_line(const domain::Line& a, const domain::Line& b) {
    return a.kind == b.kind && a.task == b.task && a.task_title == b.task_title &&
           a.task_url == b.task_url && a.work_type == b.work_type &&
           project_text(a) == project_text(b) && a.project_name == b.project_name &&
           a.worked_seconds == b.worked_seconds && a.billed_seconds == b.billed_seconds &&
           a.rate == b.rate && a.amount == b.amount && a.gross == b.gross &&
           a.billable == b.billable && a.reason == b.reason;
}

} // namespace

// Most evaluations of a draft find nothing new: then nothing is written.
void Reports::replace_draft(std::int64_t report, const std::vector<domain::Line>& lines,
                            const std::vector<std::string>& people_json) {
    ensure(lines.size() == people_json.size(), "every line comes with its people");
    const std::vector<LineRow> before = this->lines(report, 0);
    bool same = before.size() == lines.size();
    for (std::size_t i = 0; same && i < lines.size(); ++i)
        same = before[i].people == people_json[i] && same_line(before[i].line, lines[i]) &&
               same_allocations(allocations_of_line(before[i].id), lines[i].allocations);
    if (same) return;
    drop_draft_lines(db_, report);
    insert_lines(db_, report, 0, lines, people_json);
}

void Reports::freeze(const RevisionRow& revision, const std::vector<domain::Line>& lines,
                     const std::vector<std::string>& people_json) {
    ensure(revision.n > 0, "frozen revisions count from 1");
    // What is billed now is billed by all that its planner tells about it (G65).
    db_.prepare(R"(
        UPDATE entries SET first_word = NULL
         WHERE live_report = :report AND first_word IS NOT NULL)")
        .bind(":report", revision.report)
        .run();
    drop_draft_lines(db_, revision.report);
    db_.prepare(R"(
        INSERT INTO revisions(report, n, canonical, hash, frozen_at, actor, acknowledged)
        VALUES (:report, :n, :canonical, :hash, :frozen_at, :actor, :acknowledged))")
        .bind(":report", revision.report)
        .bind(":n", revision.n)
        .bind(":canonical", revision.canonical)
        .bind(":hash", revision.hash)
        .bind(":frozen_at", stored(revision.frozen_at))
        .bind(":actor", revision.actor)
        .bind(":acknowledged", revision.acknowledged)
        .run();
    insert_lines(db_, revision.report, revision.n, lines, people_json);
}

std::int64_t Reports::release(std::int64_t report) {
    db_.prepare("UPDATE allocations SET live = 0 WHERE report = :report AND live = 1")
        .bind(":report", report)
        .run();
    return db_.changes();
}

std::vector<LineRow> Reports::lines(std::int64_t report, int revision) const {
    return all(db_.prepare("SELECT " HB_LINE_COLUMNS R"(
          FROM lines l JOIN tasks t ON t.id = l.task JOIN remotes m ON m.id = t.remote
         WHERE l.report = :report AND l.revision = :revision ORDER BY l.position)")
                   .bind(":report", report)
                   .bind(":revision", revision),
               line_of);
}

std::optional<LineRow> Reports::find_line(std::int64_t id) const {
    return first(db_.prepare("SELECT " HB_LINE_COLUMNS R"(
          FROM lines l JOIN tasks t ON t.id = l.task JOIN remotes m ON m.id = t.remote
         WHERE l.id = :id)")
                     .bind(":id", id),
                 line_of);
}

std::vector<LineRow> Reports::lines_of_task(std::int64_t task) const {
    return all(db_.prepare("SELECT " HB_LINE_COLUMNS R"(
          FROM lines l JOIN tasks t ON t.id = l.task JOIN remotes m ON m.id = t.remote
               JOIN reports h ON h.id = l.report
         WHERE l.task = :task AND h.state BETWEEN 0 AND 5
           AND l.revision = iif(h.state = 0, 0, h.revision)
         ORDER BY l.report, l.position)")
                   .bind(":task", task),
               line_of);
}

std::vector<AllocationRow> Reports::allocations(std::int64_t report, bool live_only) const {
    return all(db_.prepare("SELECT " HB_ALLOCATION_COLUMNS R"(
          FROM allocations a WHERE a.report = :report AND a.live >= :live ORDER BY a.id)")
                   .bind(":report", report)
                   .bind(":live", flag(live_only)),
               allocation_of);
}

std::vector<AllocationRow> Reports::allocations_of_entry(std::int64_t entry) const {
    return all(db_.prepare("SELECT " HB_ALLOCATION_COLUMNS R"(
          FROM allocations a WHERE a.entry = :entry ORDER BY a.id)")
                   .bind(":entry", entry),
               allocation_of);
}

std::vector<AllocationRow> Reports::allocations_of_line(std::int64_t line) const {
    return all(db_.prepare("SELECT " HB_ALLOCATION_COLUMNS R"(
          FROM allocations a WHERE a.line = :line ORDER BY a.id)")
                   .bind(":line", line),
               allocation_of);
}

// A live allocation of work whose entry has moved on, unless an adjustment up to the entry's latest
// revision stands already (rule 26) or that revision asked for none. Entries that never changed are
// not looked at.
std::vector<DriftRow> Reports::drifts() const {
    return all(db_.prepare("SELECT " HB_ALLOCATION_COLUMNS R"(, h.state, e.revision
          FROM entries e INDEXED BY entries_revised
               JOIN allocations a ON a.entry = e.id AND a.origin = 'work' AND a.live = 1
               JOIN reports h ON h.id = a.report
         WHERE e.live_report IS NOT NULL AND e.revision > 1 AND e.revision > a.entry_revision
           AND NOT EXISTS (SELECT 1 FROM adjustments j
                            WHERE j.entry = a.entry AND j.report = a.report
                              AND j.to_revision = e.revision AND j.replaced = 0)
           AND NOT EXISTS (SELECT 1 FROM answered n
                            WHERE n.entry = a.entry AND n.report = a.report
                              AND n.revision = e.revision)
         ORDER BY a.report, a.id)"),
               [](const Statement& row) {
                   return DriftRow{allocation_of(row), static_cast<domain::State>(row.integer(8)),
                                   static_cast<int>(row.integer(9))};
               });
}

} // namespace hb::store
