#include "store/keep.h"
#include "store/source_rows.h"

// The derived columns of entries: client (G13) and work date (G11). What a sent report holds keeps
// both as billed; what is free or only reserved by a draft follows.
namespace hb::store {

namespace {

struct Dated {
    std::int64_t id;
    std::optional<Instant> at;
    std::optional<Day> day;
    Day work_date;
    std::optional<std::int64_t> client;
    std::optional<std::int64_t> state_of_holder;
    std::int64_t seconds;
};

Dated dated_of(const Statement& row) {
    Columns c(row);
    return Dated{c.integer(),         c.instant_or_null(), c.day_or_null(), c.day(),
                 c.integer_or_null(), c.integer_or_null(), c.integer()};
}

void move_entry(Database& db, const Dated& entry, std::optional<std::int64_t> client, Day date) {
    db.prepare("UPDATE entries SET client = :client, work_date = :work_date WHERE id = :id")
        .bind(":client", client)
        .bind(":work_date", stored(date))
        .bind(":id", entry.id)
        .run();
}

// There is no clock here; the newest thing that the books know of is time enough for a note of when
// a revision was replaced.
Instant last_known_moment(Database& db) {
    return first(db.prepare("SELECT ifnull(max(page_at), 0) FROM cursors"),
                 [](const Statement& row) { return Columns(row).instant(); })
        .value();
}

} // namespace

void Sources::set_client(std::int64_t task, std::optional<std::int64_t> client, bool two_clients,
                         const CalendarOf& calendar_of) {
    const auto before = find_task(task);
    ensure(before.has_value(), "set_client of a task that is not there");
    if (before->client == client && before->two_clients == two_clients) return;
    db_.prepare("UPDATE tasks SET client = :client, two_clients = :two WHERE id = :id")
        .bind(":client", client)
        .bind(":two", flag(two_clients))
        .bind(":id", task)
        .run();
    if (before->client == client) return;

    const auto entries = all(db_.prepare(R"(
        SELECT e.id, e.at, e.day, e.work_date, e.client, h.state, e.seconds
          FROM entries e LEFT JOIN reports h ON h.id = e.live_report
         WHERE e.task = :task)")
                                 .bind(":task", task),
                             dated_of);
    const domain::Calendar& calendar = calendar_of(client);
    const Instant now = last_known_moment(db_);
    for (const Dated& entry : entries) {
        // Also when the task comes back to whom the time was billed: what was found before is
        // looked at again.
        if (held_for_good(entry.state_of_holder))
            add_revision(db_, entry.id, now); // the scan for drift sees it (rules 19 and 21)
        else
            move_entry(db_, entry, client, work_date(entry.day, entry.at, calendar));
    }
}

void Sources::realign(std::int64_t entry, const CalendarOf& calendar_of) {
    const auto row = find_entry(entry);
    ensure(row.has_value() && !row->live_report, "only a free entry follows its task");
    const auto client = find_task(row->task)->client;
    const Day date = work_date(row->day, row->at, calendar_of(client));
    if (client == row->client && date == row->work_date) return;
    move_entry(
        db_,
        Dated{entry, row->at, row->day, row->work_date, row->client, std::nullopt, row->seconds},
        client, date);
}

Sources::DaysMoved Sources::recompute_work_dates(std::optional<std::int64_t> client,
                                                 const domain::Calendar& calendar) {
    const auto entries = all(db_.prepare(R"(
        SELECT e.id, e.at, e.day, e.work_date, e.client, NULL, e.seconds FROM entries e
         WHERE e.client IS :client AND e.live_report IS NULL
        UNION ALL
        SELECT e.id, e.at, e.day, e.work_date, e.client, h.state, e.seconds
          FROM reports h JOIN entries e ON e.live_report = h.id
         WHERE h.client IS :client AND h.state = 0 AND e.client IS :client)")
                                 .bind(":client", client),
                             dated_of);
    DaysMoved moved;
    for (const Dated& entry : entries) {
        const Day date = work_date(entry.day, entry.at, calendar);
        if (date == entry.work_date) continue;
        move_entry(db_, entry, entry.client, date);
        moved.entries += entry.seconds > 0 ? 1 : 0;
        moved.seconds += entry.seconds;
    }
    return moved;
}

} // namespace hb::store
