#include "store/keep.h"
#include "store/marks.h"
#include "store/rows.h"

// A page of records into the books. Whatever is stored already is not written again: a re-read that
// changes nothing writes nothing (P7).
namespace hb::store {

namespace {

template <class Part, class Text> std::string lines_of(const std::vector<Part>& parts, Text text) {
    std::string out;
    for (const Part& part : parts) {
        if (!out.empty()) out += '\n';
        for (const char c : text(part)) out += c == '\n' ? ' ' : c;
    }
    return out;
}

std::string tags_text(const domain::SourceTask& task) {
    return lines_of(task.tags, [](const std::string& tag) { return tag; });
}

std::string links_text(const domain::SourceTask& task) {
    return lines_of(task.links,
                    [](const domain::CrmLink& link) { return link.kind + " " + link.id; });
}

std::optional<std::string> problem_of(const KeptRecord& kept) {
    if (kept.fact && kept.problem.empty()) return std::nullopt;
    return kept.problem;
}

} // namespace

PageKeeper::Raw PageKeeper::keep_raw(const KeptRecord& kept) {
    const domain::SourceRecord& record = kept.record;
    const auto problem = problem_of(kept);
    db_.prepare(R"(
        INSERT INTO records(remote, stream, remote_id, problem, seen_at, hash, text)
        VALUES (:remote, :stream, :id, :problem, :now, :hash, :text)
        ON CONFLICT DO NOTHING)")
        .bind(":remote", context_.remote)
        .bind_view(":stream", context_.stream)
        .bind_view(":id", record.id)
        .bind(":problem", problem)
        .bind(":now", stored(context_.now))
        .bind_view(":hash", record.hash)
        .bind_view(":text", record.text)
        .run();
    if (db_.changes() > 0) return Raw::Added;
    if (!kept.fact) put_accepted_aside(record);
    db_.prepare(R"(
        UPDATE records SET seen_at = iif(hash = :hash, seen_at, :now), hash = :hash, text = :text,
               problem = :problem, gone = 0
         WHERE remote = :remote AND stream = :stream AND remote_id = :id
           AND (hash, text, problem, gone) IS NOT (:hash, :text, :problem, 0))")
        .bind_view(":hash", record.hash)
        .bind(":now", stored(context_.now))
        .bind_view(":text", record.text)
        .bind(":problem", problem)
        .bind(":remote", context_.remote)
        .bind_view(":stream", context_.stream)
        .bind_view(":id", record.id)
        .run();
    const Raw raw = db_.changes() > 0 ? Raw::Changed : Raw::Same;
    if (kept.fact && raw == Raw::Changed) forget_accepted(record);
    return raw;
}

// The text in force becomes one that can't be read: what was read last stays beside it.
void PageKeeper::put_accepted_aside(const domain::SourceRecord& record) {
    db_.prepare(R"(
        INSERT INTO accepted_texts(remote, stream, remote_id, text)
        SELECT remote, stream, remote_id, text FROM records
         WHERE remote = :remote AND stream = :stream AND remote_id = :id AND gone = 0
           AND text <> :text
        ON CONFLICT DO NOTHING)")
        .bind(":remote", context_.remote)
        .bind_view(":stream", context_.stream)
        .bind_view(":id", record.id)
        .bind_view(":text", record.text)
        .run();
}

void PageKeeper::forget_accepted(const domain::SourceRecord& record) {
    db_.prepare(R"(
        DELETE FROM accepted_texts
         WHERE remote = :remote AND stream = :stream AND remote_id = :id)")
        .bind(":remote", context_.remote)
        .bind_view(":stream", context_.stream)
        .bind_view(":id", record.id)
        .run();
}

void PageKeeper::keep(const KeptRecord& kept) {
    const Raw raw = keep_raw(kept);
    if (problem_of(kept)) ++counts.problems;
    if (!kept.fact) return;
    new_record_ = raw == Raw::Added;
    const bool changed =
        std::visit([this](const auto& fact) { return keep_fact(fact); }, *kept.fact);
    if (raw == Raw::Added) {
        ++counts.added;
    } else if (changed || (raw == Raw::Changed && context_.stream != "entries")) {
        ++counts.revised;
    } else {
        ++counts.unchanged;
    }
}

bool PageKeeper::keep_fact(const domain::SourcePerson& person) {
    db_.prepare(R"(
        INSERT INTO persons(remote, remote_id, name, active, known)
        VALUES (:remote, :id, :name, :active, 1)
        ON CONFLICT DO UPDATE SET name = excluded.name, active = excluded.active, known = 1
         WHERE (name, active, known) IS NOT (excluded.name, excluded.active, 1))")
        .bind(":remote", context_.remote)
        .bind(":id", person.id)
        .bind(":name", person.name)
        .bind(":active", flag(person.active))
        .run();
    return db_.changes() > 0;
}

bool PageKeeper::keep_fact(const domain::SourceProject& project) {
    db_.prepare(R"(
        INSERT INTO projects(remote, remote_id, name, closed, known)
        VALUES (:remote, :id, :name, :closed, 1)
        ON CONFLICT DO UPDATE SET name = excluded.name, closed = excluded.closed, known = 1
         WHERE (name, closed, known) IS NOT (excluded.name, excluded.closed, 1))")
        .bind(":remote", context_.remote)
        .bind(":id", project.id)
        .bind(":name", project.name)
        .bind(":closed", flag(project.closed))
        .run();
    return db_.changes() > 0;
}

bool PageKeeper::keep_fact(const domain::SourceCompany& company) {
    db_.prepare(R"(
        INSERT INTO companies(remote, remote_id, name, own, known)
        VALUES (:remote, :id, :name, :own, 1)
        ON CONFLICT DO UPDATE SET name = excluded.name, own = excluded.own, known = 1
         WHERE (name, own, known) IS NOT (excluded.name, excluded.own, 1))")
        .bind(":remote", context_.remote)
        .bind(":id", company.id)
        .bind(":name", company.name)
        .bind(":own", flag(company.own))
        .run();
    return db_.changes() > 0;
}

bool PageKeeper::keep_fact(const domain::SourceDeal& deal) {
    db_.prepare(R"(
        INSERT INTO deals(remote, remote_id, title, company, stage, origin_id, known)
        VALUES (:remote, :id, :title, :company, :stage, :origin, 1)
        ON CONFLICT DO UPDATE SET title = excluded.title, company = excluded.company,
               stage = excluded.stage, origin_id = excluded.origin_id, known = 1
         WHERE (title, company, stage, origin_id, known) IS NOT
               (excluded.title, excluded.company, excluded.stage, excluded.origin_id, 1))")
        .bind(":remote", context_.remote)
        .bind(":id", deal.id)
        .bind(":title", deal.title)
        .bind(":company", deal.company)
        .bind(":stage", deal.stage)
        .bind(":origin", deal.origin_id)
        .run();
    return db_.changes() > 0;
}

// Tags and project decide whether time is billable. Where they change, the billed entries of the
// task get a revision, so that the scan for drift judges them again (G9, rule 21).
void PageKeeper::revise_judged(const domain::SourceTask& task) {
    const auto changed = first(db_.prepare(R"(
        SELECT id FROM tasks
         WHERE remote = :remote AND remote_id = :id AND (tags, project) IS NOT (:tags, :project))")
                                   .bind(":remote", context_.remote)
                                   .bind(":id", task.id)
                                   .bind(":tags", tags_text(task))
                                   .bind(":project", task.project),
                               only_integer);
    if (!changed) return;
    const auto billed = all(db_.prepare(R"(
        SELECT e.id FROM entries e JOIN reports h ON h.id = e.live_report
         WHERE e.task = :task AND h.state <> 0)")
                                .bind(":task", *changed),
                            only_integer);
    for (const auto entry : billed) add_revision(db_, entry, context_.now);
}

// The status before the first change of a pull is kept: lateness is judged by it (G1).
bool PageKeeper::keep_fact(const domain::SourceTask& task) {
    if (!new_record_) revise_judged(task);
    db_.prepare(R"(
        INSERT INTO tasks(remote, remote_id, known, title, parent, project, responsible, status,
                          status_pull, tags, links, created, closed, deadline, seconds_total,
                          paid_mark, report_mark)
        VALUES (:remote, :id, 1, :title, :parent, :project, :responsible, :status, :pull, :tags,
                :links, :created, :closed, :deadline, :seconds_total, :paid_mark, :report_mark)
        ON CONFLICT DO UPDATE SET known = 1, title = excluded.title, parent = excluded.parent,
               project = excluded.project, responsible = excluded.responsible,
               status_before = iif(status = excluded.status OR status_pull = excluded.status_pull,
                                   status_before, status),
               status_pull = iif(status = excluded.status, status_pull, excluded.status_pull),
               status = excluded.status, tags = excluded.tags, links = excluded.links,
               created = excluded.created, closed = excluded.closed, deadline = excluded.deadline,
               seconds_total = excluded.seconds_total, paid_mark = excluded.paid_mark,
               report_mark = excluded.report_mark
         WHERE (known, title, parent, project, responsible, status, tags, links, created, closed,
                deadline, seconds_total, paid_mark, report_mark) IS NOT
               (1, excluded.title, excluded.parent, excluded.project, excluded.responsible,
                excluded.status, excluded.tags, excluded.links, excluded.created, excluded.closed,
                excluded.deadline, excluded.seconds_total, excluded.paid_mark,
                excluded.report_mark))")
        .bind(":remote", context_.remote)
        .bind(":id", task.id)
        .bind(":title", task.title)
        .bind(":parent", task.parent)
        .bind(":project", task.project)
        .bind(":responsible", task.responsible)
        .bind(":status", static_cast<int>(task.status))
        .bind(":pull", context_.pull)
        .bind(":tags", tags_text(task))
        .bind(":links", links_text(task))
        .bind(":created", stored(task.created))
        .bind(":closed", stored(task.closed))
        .bind(":deadline", stored(task.deadline))
        .bind(":seconds_total", task.seconds_total)
        .bind(":paid_mark", task.paid_mark)
        .bind(":report_mark", task.report_mark)
        .run();
    return db_.changes() > 0;
}

namespace {

void mark_seen(Database& db, const Sources::Keep& context, const std::vector<KeptRecord>& changed,
               const std::vector<std::string>& unchanged) {
    std::vector<std::uint64_t> marks;
    marks.reserve(changed.size() + unchanged.size());
    for (const KeptRecord& kept : changed) marks.push_back(mark_of(kept.record.id));
    for (const std::string& id : unchanged) marks.push_back(mark_of(id));
    if (marks.empty()) return;
    db.prepare("DELETE FROM walk_marks WHERE remote = :remote AND stream = :stream AND run < :run")
        .bind(":remote", context.remote)
        .bind(":stream", context.stream)
        .bind(":run", context.run)
        .run();
    db.prepare(R"(
        INSERT INTO walk_marks(remote, stream, run, n, marks)
        SELECT :remote, :stream, :run, ifnull(max(n), 0) + 1, :marks FROM walk_marks
         WHERE remote = :remote AND stream = :stream AND run = :run)")
        .bind(":remote", context.remote)
        .bind(":stream", context.stream)
        .bind(":run", context.run)
        .bind_blob(":marks", pack_marks(std::move(marks)))
        .run();
}

} // namespace

KeepCounts Sources::keep(const Keep& context, const std::vector<KeptRecord>& changed,
                         const std::vector<std::string>& unchanged, const CalendarOf& calendar_of,
                         const FullyPaid& fully_paid) {
    PageKeeper keeper(db_, *this, context, calendar_of, fully_paid);
    for (const KeptRecord& kept : changed) keeper.keep(kept);
    keeper.note_touched();
    keeper.counts.unchanged += static_cast<std::int64_t>(unchanged.size());
    if (context.run > 0) mark_seen(db_, context, changed, unchanged);
    return keeper.counts;
}

} // namespace hb::store
