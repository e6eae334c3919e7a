#include "store/keep.h"
#include "store/rows.h"
#include "store/waiting.h"

// Time entries into the books. Facts come only from sources: a change is a new revision, a deletion
// is a revision of zero seconds (rule 20).
namespace hb::store {

struct PageKeeper::Standing {
    std::int64_t id;
    std::int64_t task;
    std::int64_t person;
    std::int64_t seconds;
    std::optional<Instant> at;
    std::optional<Day> day;
    std::string text;
    bool deleted;
    std::optional<std::int64_t> client;
    Day work_date;
    std::optional<std::int64_t> state_of_holder;
};

Day work_date(const std::optional<Day>& day, const std::optional<Instant>& at,
              const domain::Calendar& calendar) {
    if (day) return *day;
    return calendar.day_of(at.value());
}

void keep_revision(Database& db, std::int64_t entry, Instant now) {
    db.prepare(R"(
        INSERT INTO entry_revisions(entry, n, task, person, seconds, at, day, text, work_date,
                                    client, deleted, replaced_at)
        SELECT id, revision, task, person, seconds, at, day, text, work_date, client, deleted, :now
          FROM entries WHERE id = :entry)")
        .bind(":now", stored(now))
        .bind(":entry", entry)
        .run();
}

void add_revision(Database& db, std::int64_t entry, Instant now) {
    keep_revision(db, entry, now);
    db.prepare("UPDATE entries SET revision = revision + 1 WHERE id = :id")
        .bind(":id", entry)
        .run();
}

PageKeeper::Task PageKeeper::find_or_add_task(const std::string& remote_id) {
    const auto known = first(db_.prepare(R"(
        SELECT id, client, EXISTS (SELECT 1 FROM lines WHERE task = tasks.id) FROM tasks
         WHERE remote = :remote AND remote_id = :id)")
                                 .bind(":remote", context_.remote)
                                 .bind(":id", remote_id),
                             [](const Statement& row) {
                                 Columns c(row);
                                 return Task{c.integer(), c.integer_or_null(), c.flag(), {}};
                             });
    if (known) return *known;
    db_.prepare("INSERT INTO tasks(remote, remote_id, known) VALUES (:remote, :id, 0)")
        .bind(":remote", context_.remote)
        .bind(":id", remote_id)
        .run();
    return Task{db_.last_insert_id(), {}, false, {}};
}

PageKeeper::Task& PageKeeper::task(const std::string& remote_id) {
    const auto cached = tasks_.find(remote_id);
    if (cached != tasks_.end()) return cached->second;
    return tasks_.emplace(remote_id, find_or_add_task(remote_id)).first->second;
}

std::int64_t PageKeeper::person(const std::string& remote_id) {
    const auto cached = persons_.find(remote_id);
    if (cached != persons_.end()) return cached->second;
    auto id = first(db_.prepare(R"(
        SELECT id FROM persons WHERE remote = :remote AND remote_id = :id)")
                        .bind(":remote", context_.remote)
                        .bind(":id", remote_id),
                    only_integer);
    if (!id) {
        db_.prepare(R"(
            INSERT INTO persons(remote, remote_id, name, known) VALUES (:remote, :id, '', 0))")
            .bind(":remote", context_.remote)
            .bind(":id", remote_id)
            .run();
        id = db_.last_insert_id();
    }
    persons_.emplace(remote_id, *id);
    return *id;
}

bool PageKeeper::fully_paid(Task& of) {
    if (!of.paid) of.paid = of.billed && fully_paid_(sources_.find_task(of.id).value());
    return *of.paid;
}

const domain::Calendar& PageKeeper::calendar(std::optional<std::int64_t> client) {
    const domain::Calendar*& cached = calendars_[client.value_or(0)];
    if (cached == nullptr) cached = &calendar_of_(client);
    return *cached;
}

void PageKeeper::add_entry(const domain::SourceEntry& entry) {
    Task& of = task(entry.task);
    db_.prepare(R"(
        INSERT INTO entries(remote, remote_id, task, person, seconds, at, day, text, seen, seen_at,
                            paid_task, client, work_date)
        VALUES (:remote, :id, :task, :person, :seconds, :at, :day, :text, :seen, :now,
                :paid_task, :client, :work_date))")
        .bind(":remote", context_.remote)
        .bind_view(":id", entry.id)
        .bind(":task", of.id)
        .bind(":person", person(entry.person))
        .bind(":seconds", entry.seconds)
        .bind(":at", stored(entry.at))
        .bind(":day", stored(entry.day))
        .bind_view(":text", entry.text)
        .bind(":seen", context_.seen)
        .bind(":now", stored(context_.now))
        .bind(":paid_task", flag(fully_paid(of)))
        .bind(":client", of.client)
        .bind(":work_date", stored(work_date(entry.day, entry.at, calendar(of.client))))
        .run();
}

void PageKeeper::revise_entry(const domain::SourceEntry& entry, const Standing& old) {
    keep_revision(db_, old.id, context_.now);
    const Task& of = task(entry.task);
    const bool as_billed = held_for_good(old.state_of_holder);
    const auto client = as_billed ? old.client : of.client;
    const Day date = as_billed ? old.work_date : work_date(entry.day, entry.at, calendar(client));
    db_.prepare(R"(
        UPDATE entries SET task = :task, person = :person, seconds = :seconds, at = :at, day = :day,
               text = :text, revision = revision + 1, deleted = 0, client = :client,
               work_date = :work_date
         WHERE id = :id)")
        .bind(":task", of.id)
        .bind(":person", person(entry.person))
        .bind(":seconds", entry.seconds)
        .bind(":at", stored(entry.at))
        .bind(":day", stored(entry.day))
        .bind(":text", entry.text)
        .bind(":client", client)
        .bind(":work_date", stored(date))
        .bind(":id", old.id)
        .run();
}

bool PageKeeper::keep_fact(const domain::SourceEntry& entry) {
    if (new_record_) {
        add_entry(entry);
        return true;
    }
    const auto old = first(
        db_.prepare(R"(
        SELECT e.id, e.task, e.person, e.seconds, e.at, e.day, e.text, e.deleted, e.client,
               e.work_date, h.state
          FROM entries e LEFT JOIN reports h ON h.id = e.live_report
         WHERE e.remote = :remote AND e.remote_id = :id)")
            .bind(":remote", context_.remote)
            .bind(":id", entry.id),
        [](const Statement& row) {
            Columns c(row);
            return Standing{c.integer(),         c.integer(),     c.integer(),        c.integer(),
                            c.instant_or_null(), c.day_or_null(), c.text(),           c.flag(),
                            c.integer_or_null(), c.day(),         c.integer_or_null()};
        });
    if (!old) { // its record could not be mapped until now
        add_entry(entry);
        return true;
    }
    const bool same = !old->deleted && old->task == task(entry.task).id &&
                      old->person == person(entry.person) && old->seconds == entry.seconds &&
                      old->at == entry.at && old->day == entry.day && old->text == entry.text;
    if (!same) revise_entry(entry, *old);
    return !same;
}

namespace {

void tombstone_entry(Database& db, const Sources::Keep& context, const std::string& id) {
    const auto entry = first(db.prepare(R"(
        SELECT id FROM entries WHERE remote = :remote AND remote_id = :id AND deleted = 0)")
                                 .bind(":remote", context.remote)
                                 .bind(":id", id),
                             only_integer);
    if (!entry) return;
    keep_revision(db, *entry, context.now);
    db.prepare(R"(
        UPDATE entries SET revision = revision + 1, seconds = 0, deleted = 1 WHERE id = :entry)")
        .bind(":entry", *entry)
        .run();
}

// Null for a stream whose rows are not simply marked as not known any more.
const char* forget_sql(std::string_view stream) {
    if (stream == "users")
        return "UPDATE persons SET known = 0 WHERE remote = :remote AND remote_id = :id";
    if (stream == "groups")
        return "UPDATE projects SET known = 0 WHERE remote = :remote AND remote_id = :id";
    if (stream == "companies")
        return "UPDATE companies SET known = 0 WHERE remote = :remote AND remote_id = :id";
    if (stream == "deals")
        return "UPDATE deals SET known = 0 WHERE remote = :remote AND remote_id = :id";
    if (stream == "tasks")
        return "UPDATE tasks SET known = 0 WHERE remote = :remote AND remote_id = :id";
    return nullptr;
}

} // namespace

std::int64_t Sources::tombstone(const Keep& context, const std::vector<std::string>& ids) {
    std::int64_t count = 0;
    Waiting waiting(db_);
    for (const std::string& id : ids) {
        db_.prepare(R"(
            UPDATE records SET gone = 1
             WHERE remote = :remote AND stream = :stream AND remote_id = :id AND gone = 0)")
            .bind(":remote", context.remote)
            .bind(":stream", context.stream)
            .bind(":id", id)
            .run();
        if (db_.changes() == 0) continue;
        ++count;
        waiting.drop(context.remote, context.stream, {id});
        if (const char* forget = forget_sql(context.stream))
            db_.prepare(forget).bind(":remote", context.remote).bind(":id", id).run();
        else if (context.stream == "entries")
            tombstone_entry(db_, context, id);
    }
    return count;
}

} // namespace hb::store
