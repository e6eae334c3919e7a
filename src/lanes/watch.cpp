#include "lanes/watch.h"

#include <algorithm>
#include <filesystem>

#include "base/count.h"
#include "base/text.h"
#include "base/wall_clock.h"
#include "books/settings_names.h"
#include "lanes/lacks.h"
#include "lanes/outages.h"
#include "lanes/standby_age.h"

namespace hb::lanes {
namespace {

using std::chrono::seconds;

// Three polls missed, and a little for a pull that is under way.
constexpr int kPollsMissed = 3;
constexpr seconds kPullTakes{300};
constexpr seconds kOpLate{900};
constexpr seconds kLetterLate{600};
// Below this SQLite's log may not find room any more.
constexpr std::int64_t kFreeBytesLeast = 64 << 20;

std::string in_words(seconds age) {
    const auto minutes = age.count() / 60;
    if (minutes < 2) return std::to_string(age.count()) + " s";
    if (minutes < 120) return std::to_string(minutes) + " min";
    return std::to_string(minutes / 60) + " h";
}

seconds since(Instant then, Instant now) {
    return std::max(seconds{0}, std::chrono::duration_cast<seconds>(now - then));
}

Instant last_of(const store::StreamHealth& stream) {
    return std::max(stream.page_at, stream.completed_at.value_or(stream.page_at));
}

void judge_streams(Condition& out, const std::string& name, std::int64_t id,
                   std::chrono::minutes poll, int failures, bool rests) {
    const seconds limit = freshness_limit(poll);
    const auto still = standstill(out.rows.streams, id, failures, out.at);
    for (const auto& row : out.rows.streams) {
        if (row.remote != id) continue;
        const Freshness fresh{name,
                              row.stream,
                              since(last_of(row), out.at),
                              limit,
                              row.completed_at,
                              row.problems,
                              !rests && still > limit && since(last_of(row), out.at) > limit};
        if (fresh.late)
            out.unread.push_back(name + " " + row.stream + ": last read " + in_words(fresh.age) +
                                 " ago, expected every " + std::to_string(poll.count()) + " min");
        out.streams.push_back(fresh);
    }
    if (!still && !rests) out.unread.push_back(name + ": has never been read");
}

RemoteCondition condition_of(const store::HealthRows& rows, const store::Remote& remote,
                             Instant now) {
    RemoteCondition out;
    out.name = remote.name;
    out.tells_only = remote.connector == "telegram" || remote.connector == "webhook";
    for (const auto& ops : rows.ops) {
        if (ops.remote != remote.id || ops.state == "done") continue;
        (ops.state == "parked" ? out.parked : out.waiting) += ops.count;
    }
    if (const auto lacking = rows.lacking.find(remote.id); lacking != rows.lacking.end()) {
        out.lacking = lacking->second;
        out.parked -= out.lacking;
    }
    if (const auto stuck = rows.stuck.find(remote.id); stuck != rows.stuck.end())
        out.stuck = stuck->second;
    if (const auto breaker = rows.breakers.find(remote.id); breaker != rows.breakers.end())
        out.breaker = breaker->second;
    out.next_try = out.breaker.probe_at;
    if (const auto due = rows.oldest_due.find(remote.id); due != rows.oldest_due.end())
        out.oldest_due = since(due->second, now);
    for (const auto& job : rows.jobs) {
        if (job.remote != remote.id || job.kind != "pull") continue;
        out.failures = job.failures;
        out.last_error = job.last_error;
        out.stopped = job.stopped.value_or("");
        out.what_to_do = job.what_to_do.value_or("");
    }
    return out;
}

void judge_remote(Condition& out, const RemoteCondition& remote, const Zone& zone) {
    if (remote.pause)
        out.notes.push_back(remote.name + " " + pause_text(remote.name, *remote.pause, zone));
    else if (remote.breaker.outage && remote.breaker.shut())
        (remote.tells_only ? out.notes : out.away)
            .push_back(outage_text(remote.name, remote.breaker, remote.waiting, remote.next_try,
                                   zone, out.at));
    else if (remote.oldest_due && *remote.oldest_due > kOpLate)
        out.unread.push_back(remote.name + ": a write has been due for " +
                             in_words(*remote.oldest_due));
    if (remote.parked > 0)
        out.asks.push_back(remote.name + ": " + count(remote.parked, "write waits", "writes wait") +
                           " for a person: hourbridge outbox list --state parked");
    if (remote.lacking > 0) out.notes.push_back(remote.name + ": " + lacking_text(remote.lacking));
    if (remote.stuck > 0)
        out.asks.push_back(remote.name + ": " + count(remote.stuck, "write fails", "writes fail") +
                           " again and again while others pass, and " +
                           (remote.stuck == 1 ? "is" : "are") +
                           " tried every hour: hourbridge outbox list --state pending");
    if (!remote.stopped.empty())
        out.asks.push_back(remote.name + ": " + remote.stopped + ". " + remote.what_to_do);
}

// Anybody may knock, so it is told only where the configuration is at fault.
void judge_refused(Condition& out, const store::Remote& remote, const Expected& expected,
                   const Zone& zone) {
    const auto refused = out.rows.refused.find(remote.id);
    if (refused == out.rows.refused.end() || expected.proven.count(remote.name) > 0) return;
    const bool secret = refused->second.missing == "hook_secret";
    out.asks.push_back(remote.name + ": events are refused: no " +
                       (secret ? "hook_secret is configured" : "application_token is configured") +
                       "; the last one at " + wall_clock_text(refused->second.at, zone) +
                       (secret ? ". Set hook_secret of "
                               : ". Put the token of the outgoing webhook into "
                                 "application_token of ") +
                       remote.name);
}

// An edited file of the configuration that is not in force before a person says so (G62).
void judge_mapping_file(Condition& out, const store::Remote& remote, store::Settings settings) {
    const auto refused = settings.get(remote.id, books::kept::kMappingRefused);
    if (refused)
        out.asks.push_back(remote.name +
                           ": the mapping file was edited and is not in force, the mapping before "
                           "it is: " +
                           *refused + "; hourbridge mapping preview " + remote.name +
                           " FILE shows it, mapping apply puts it in force");
}

void say_damaged(Condition& out) {
    out.machine.emplace_back("the books are damaged: stop the service, restore the last backup");
}

void judge_books(Condition& out) {
    if (out.inbox_age && *out.inbox_age > kLetterLate)
        out.unread.push_back("an event has waited for " + in_words(*out.inbox_age));
    if (out.free_bytes >= 0 && out.free_bytes < kFreeBytesLeast)
        out.machine.push_back("the disk is nearly full: " + std::to_string(out.free_bytes >> 20) +
                              " MB are free");
    if (out.rows.damaged) say_damaged(out);
    if (out.rows.asking > 0)
        out.asks.push_back(count(out.rows.asking, "report asks", "reports ask") +
                           " a person something: hourbridge report list");
    if (out.rows.restored)
        out.asks.push_back("the books were restored: nothing is created before hourbridge verify "
                           "--remote knows every object of ours");
}

// -1: not known.
std::int64_t free_bytes_of(const std::string& database) {
    if (database.empty()) return -1;
    std::error_code trouble;
    const auto space =
        std::filesystem::space(std::filesystem::path(database).parent_path(), trouble);
    return trouble ? -1 : static_cast<std::int64_t>(space.available);
}

void sum_up(Condition& out) {
    out.late.clear();
    for (const auto* reasons : {&out.unread, &out.away, &out.machine})
        out.late.insert(out.late.end(), reasons->begin(), reasons->end());
}

constexpr store::HealthNames kNames{books::kept::kRestored, books::kept::kEventRefused,
                                    books::kept::kBooksDamaged};

} // namespace

std::chrono::seconds freshness_limit(std::chrono::minutes poll) {
    return poll * kPollsMissed + kPullTakes;
}

std::optional<seconds> standstill(const std::vector<store::StreamHealth>& streams,
                                  std::int64_t remote, int failures, Instant now) {
    std::optional<Instant> oldest, newest;
    for (const auto& stream : streams) {
        if (stream.remote != remote) continue;
        const Instant last = last_of(stream);
        oldest = std::min(last, oldest.value_or(last));
        newest = std::max(last, newest.value_or(last));
    }
    if (!oldest) return std::nullopt;
    return since(failures > 0 ? *oldest : *newest, now);
}

Condition look_at_books(const store::Tables& tables, const std::string& database,
                        const Expected& expected, Instant now, const Zone& zone) {
    Condition out;
    out.at = now;
    out.rows = tables.overview.read_health(now, kNames);
    out.free_bytes = free_bytes_of(database);
    for (const auto& [name, poll] : expected.polls) {
        std::int64_t id = 0;
        for (const auto& remote : out.rows.remotes)
            if (remote.name == name) id = remote.id;
        int failures = 0;
        for (const auto& job : out.rows.jobs)
            if (job.remote == id && job.kind == "pull") failures = job.failures;
        judge_streams(out, name, id, poll, failures,
                      books::pause_of(tables.kept, id, now).has_value());
    }
    for (const auto& remote : out.rows.remotes) {
        out.remotes.push_back(condition_of(out.rows, remote, now));
        out.remotes.back().pause = books::pause_of(tables.kept, remote.id, now);
        out.parked += out.remotes.back().parked;
        out.lacking += out.remotes.back().lacking;
        judge_remote(out, out.remotes.back(), zone);
        judge_refused(out, remote, expected, zone);
        judge_mapping_file(out, remote, tables.kept);
        for (const auto& lack : out.rows.lacks[remote.id])
            out.lacks.push_back(remote.name + ": " + lack.what);
    }
    const auto waiting = out.rows.inbox.find("new");
    out.inbox_waiting = waiting == out.rows.inbox.end() ? 0 : waiting->second;
    if (out.rows.oldest_letter) out.inbox_age = since(*out.rows.oldest_letter, now);
    judge_books(out);
    sum_up(out);
    return out;
}

Polls polls_of(Books& books) {
    Polls polls;
    for (const auto& remote : books.remotes) polls[remote->row.name] = remote->poll;
    return polls;
}

Watch::Watch(Books& books, std::string database)
    : books_(books), database_(std::move(database)), expected_{polls_of(books), {}} {}

void Watch::expect(Expected expected) {
    const MutexLock guard(mutex_);
    expected_ = std::move(expected);
}

Result<Condition> Watch::read(Instant now) {
    const Zone& zone = books_.settings.zone;
    try {
        if (database_.empty()) {
            const Read read = books_.read();
            return look_at_books(*read.operator->(), database_, expected_, now, zone);
        }
        if (!reader_) {
            auto opened = store::Database::open_reader(database_);
            if (!opened) return opened.error();
            reader_ = std::move(*opened);
        }
        return look_at_books(store::Tables(*reader_), database_, expected_, now, zone);
    } catch (const store::StoreError& trouble) {
        reader_.reset();
        return Error{Code::Machine, "the books can't be read", trouble.what(),
                     "is the disk there? hourbridge verify"};
    }
}

// Besides, what this process alone knows: damage that can't be written down, the standby copy.
Result<Condition> Watch::look() {
    const MutexLock guard(mutex_);
    const Instant now = books_.clock.now();
    auto out = read(now);
    if (!out) return out;
    const auto checked = books_.meters.of(books::meter::kBooksGood);
    if (!out->rows.damaged && !checked.empty() && checked.begin()->second == 0) {
        say_damaged(*out);
        sum_up(*out);
    }
    if (const auto copy = standby_age(books_.meters, now); copy && copy->age > copy->limit)
        out->asks.push_back("the standby copy is " + in_words(copy->age) +
                            " behind the books: the log says why");
    return out;
}

} // namespace hb::lanes
