#include <algorithm>

#include "store/hidden.h"
#include "store/keep.h"
#include "store/rows.h"
#include "store/source_rows.h"
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
    std::optional<std::string> word;
};

namespace {

// Time without a task is on a task of its own for each project (G64).
constexpr std::string_view kNoTask = "none";

std::string task_key(const domain::SourceEntry& entry) {
    if (!entry.task.empty()) return entry.task;
    return entry.project.empty() ? std::string(kNoTask)
                                 : std::string(kNoTask) + "-" + entry.project;
}

bool names_no_task(std::string_view remote_id) {
    return remote_id == kNoTask || remote_id.rfind("none-", 0) == 0;
}

} // namespace

std::string word_text(const domain::SourceEntry& entry) {
    std::string out;
    if (entry.billable == false) out += 'n';
    if (entry.billed_elsewhere == true) out += 'e';
    for (const std::string& tag : entry.tags) {
        out += '\n';
        for (const char c : tag) out += c == '\n' ? ' ' : c;
    }
    return out;
}

domain::PlannerWord parse_word(std::string_view text) {
    domain::PlannerWord word;
    const std::size_t cut = std::min(text.find('\n'), text.size());
    const std::string_view letters = text.substr(0, cut);
    if (letters.find('n') != std::string_view::npos) word.billable = false;
    word.billed_elsewhere = letters.find('e') != std::string_view::npos;
    for (std::size_t at = cut; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at + 1), text.size());
        word.tags.emplace_back(text.substr(at + 1, end - at - 1));
        at = end;
    }
    return word;
}

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
    const bool none = names_no_task(remote_id);
    db_.prepare(R"(
        INSERT INTO tasks(remote, remote_id, known, project)
        VALUES (:remote, :id, :known, :project))")
        .bind(":remote", context_.remote)
        .bind(":id", remote_id)
        .bind(":known", flag(none))
        .bind(":project", none && remote_id.size() > kNoTask.size()
                              ? remote_id.substr(kNoTask.size() + 1)
                              : std::string())
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
    Task& of = task(task_key(entry));
    db_.prepare(R"(
        INSERT INTO entries(remote, remote_id, task, person, seconds, at, day, text, seen, seen_at,
                            paid_task, client, work_date, word)
        VALUES (:remote, :id, :task, :person, :seconds, :at, :day, :text, :seen, :now,
                :paid_task, :client, :work_date, :word))")
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
        .bind(":word", word_text(entry))
        .run();
    if (of.client) new_time_of_.insert(*of.client);
}

void PageKeeper::note_touched() {
    for (const auto client : new_time_of_)
        db_.prepare(
               "INSERT INTO touched(client, remote) VALUES (:client, 0) ON CONFLICT DO NOTHING")
            .bind(":client", client)
            .run();
}

void PageKeeper::revise_entry(const domain::SourceEntry& entry, const Standing& old) {
    keep_revision(db_, old.id, context_.now);
    const Task& of = task(task_key(entry));
    const bool as_billed = held_for_good(old.state_of_holder);
    const auto client = as_billed ? old.client : of.client;
    const Day date = as_billed ? old.work_date : work_date(entry.day, entry.at, calendar(client));
    db_.prepare(R"(
        UPDATE entries SET task = :task, person = :person, seconds = :seconds, at = :at, day = :day,
               text = :text, revision = revision + 1, deleted = 0, client = :client,
               work_date = :work_date, word = :word
         WHERE id = :id)")
        .bind(":word", word_text(entry))
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
    const auto old = first(db_.prepare(R"(
        SELECT e.id, e.task, e.person, e.seconds, e.at, e.day, e.text, e.deleted, e.client,
               e.work_date, h.state, e.word
          FROM entries e LEFT JOIN reports h ON h.id = e.live_report
         WHERE e.remote = :remote AND e.remote_id = :id)")
                               .bind(":remote", context_.remote)
                               .bind(":id", entry.id),
                           [](const Statement& row) {
                               Columns c(row);
                               return Standing{c.integer(),
                                               c.integer(),
                                               c.integer(),
                                               c.integer(),
                                               c.instant_or_null(),
                                               c.day_or_null(),
                                               c.text(),
                                               c.flag(),
                                               c.integer_or_null(),
                                               c.day(),
                                               c.integer_or_null(),
                                               c.text_or_null()};
                           });
    if (!old) { // its record could not be mapped until now
        add_entry(entry);
        return true;
    }
    const bool same = !old->deleted && old->task == task(task_key(entry)).id &&
                      old->person == person(entry.person) && old->seconds == entry.seconds &&
                      old->at == entry.at && old->day == entry.day && old->text == entry.text;
    if (keep_word(entry, *old, same)) return !same;
    revise_entry(entry, *old);
    return true;
}

// True: the planner's word asks for no revision beside what else changed. What a planner is asked
// for the first time is no change of a billed entry (G65), nor is that it calls it billed.
bool PageKeeper::keep_word(const domain::SourceEntry& entry, const Standing& old, bool same) {
    const std::string word = word_text(entry);
    const bool first = !old.word && !context_.words_known;
    if (old.word.value_or("") == word) {
        if (!same) revise_entry(entry, old);
        return true;
    }
    if (!held_for_good(old.state_of_holder)) return false;
    auto was = parse_word(old.word.value_or(""));
    was.billed_elsewhere = entry.billed_elsewhere.value_or(false);
    if (!first && was != parse_word(word)) return false;
    if (!same) revise_entry(entry, old);
    db_.prepare(R"(
        UPDATE entries SET word = :word, first_word = iif(:first, :word, first_word)
         WHERE id = :id)")
        .bind(":word", word)
        .bind(":first", flag(first))
        .bind(":id", old.id)
        .run();
    return true;
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

// Null for a stream whose rows are not simply marked as no longer known.
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
    Hidden hidden(db_);
    for (const std::string& id : ids) {
        hidden.drop(context.remote, context.stream, {id});
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
        db_.prepare(R"(
            DELETE FROM accepted_texts
             WHERE remote = :remote AND stream = :stream AND remote_id = :id)")
            .bind(":remote", context.remote)
            .bind(":stream", context.stream)
            .bind(":id", id)
            .run();
        if (const char* forget = forget_sql(context.stream))
            db_.prepare(forget).bind(":remote", context.remote).bind(":id", id).run();
        else if (context.stream == "entries")
            tombstone_entry(db_, context, id);
    }
    return count;
}

} // namespace hb::store
