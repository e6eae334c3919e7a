#include "engine/watch.h"

#include <algorithm>
#include <filesystem>

#include "base/count.h"
#include "base/text.h"
#include "engine/outages.h"
#include "engine/settings_names.h"
#include "engine/standby_age.h"

namespace hb::engine {
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
                   std::chrono::minutes poll, int failures) {
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
                              still > limit && since(last_of(row), out.at) > limit};
        if (fresh.late)
            out.unread.push_back(name + " " + row.stream + ": last read " + in_words(fresh.age) +
                                 " ago, expected every " + std::to_string(poll.count()) + " min");
        out.streams.push_back(fresh);
    }
    if (!still) out.unread.push_back(name + ": has never been read");
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
    if (remote.breaker.outage && remote.breaker.shut())
        (remote.tells_only ? out.notes : out.away)
            .push_back(outage_text(remote.name, remote.breaker, remote.waiting, remote.next_try,
                                   zone, out.at));
    else if (remote.oldest_due && *remote.oldest_due > kOpLate)
        out.unread.push_back(remote.name + ": a write has been due for " +
                             in_words(*remote.oldest_due));
    if (remote.parked > 0)
        out.asks.push_back(remote.name + ": " + count(remote.parked, "write waits", "writes wait") +
                           " for a person: hourbridge outbox list --state parked");
    if (remote.stuck > 0)
        out.asks.push_back(remote.name + ": " + count(remote.stuck, "write fails", "writes fail") +
                           " again and again while others pass, and " +
                           (remote.stuck == 1 ? "is" : "are") +
                           " tried every hour: hourbridge outbox list --state pending");
    if (!remote.stopped.empty())
        out.asks.push_back(remote.name + ": " + remote.stopped + ". " + remote.what_to_do);
}

void judge_books(Condition& out, bool books_good) {
    if (out.inbox_age && *out.inbox_age > kLetterLate)
        out.unread.push_back("an event has waited for " + in_words(*out.inbox_age));
    if (out.free_bytes >= 0 && out.free_bytes < kFreeBytesLeast)
        out.machine.push_back("the disk is nearly full: " + std::to_string(out.free_bytes >> 20) +
                              " MB are free");
    if (!books_good)
        out.machine.push_back("the books are damaged: stop the service, restore the last backup");
    if (out.rows.asking > 0)
        out.asks.push_back(count(out.rows.asking, "report asks", "reports ask") +
                           " a person something: hourbridge report list");
    if (out.rows.restored)
        out.asks.push_back("the books were restored: nothing is created before hourbridge verify "
                           "--remote knows every object of ours");
}

} // namespace

std::int64_t free_bytes_of(const std::string& database) {
    if (database.empty()) return -1;
    std::error_code trouble;
    const auto space =
        std::filesystem::space(std::filesystem::path(database).parent_path(), trouble);
    return trouble ? -1 : static_cast<std::int64_t>(space.available);
}

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

Condition judge_condition(store::HealthRows rows, const Polls& polls, std::int64_t free_bytes,
                          bool books_good, Instant now, const Zone& zone) {
    Condition out;
    out.at = now;
    out.rows = std::move(rows);
    out.free_bytes = free_bytes;
    for (const auto& [name, poll] : polls) {
        std::int64_t id = 0;
        for (const auto& remote : out.rows.remotes)
            if (remote.name == name) id = remote.id;
        int failures = 0;
        for (const auto& job : out.rows.jobs)
            if (job.remote == id && job.kind == "pull") failures = job.failures;
        judge_streams(out, name, id, poll, failures);
    }
    for (const auto& remote : out.rows.remotes) {
        out.remotes.push_back(condition_of(out.rows, remote, now));
        out.parked += out.remotes.back().parked;
        judge_remote(out, out.remotes.back(), zone);
        for (const auto& lack : out.rows.lacks[remote.id])
            out.lacks.push_back(remote.name + ": " + lack.what);
    }
    const auto waiting = out.rows.inbox.find("new");
    out.inbox_waiting = waiting == out.rows.inbox.end() ? 0 : waiting->second;
    if (out.rows.oldest_letter) out.inbox_age = since(*out.rows.oldest_letter, now);
    judge_books(out, books_good);
    for (const auto* reasons : {&out.unread, &out.away, &out.machine})
        out.late.insert(out.late.end(), reasons->begin(), reasons->end());
    return out;
}

Polls polls_of(const Core& core) {
    Polls polls;
    for (const auto& remote : core.remotes) polls[remote->row.name] = remote->poll;
    return polls;
}

Watch::Watch(Core& core, std::string database)
    : core_(core), database_(std::move(database)), polls_(polls_of(core)) {}

void Watch::expect(Polls polls) {
    const std::lock_guard guard(mutex_);
    polls_ = std::move(polls);
}

Result<store::HealthRows> Watch::read(Instant now) {
    try {
        if (database_.empty()) {
            const auto lock = core_.lock();
            return store::read_health(core_.db, now, kept::kRestored);
        }
        if (!reader_) {
            auto opened = store::Database::open_reader(database_);
            if (!opened) return opened.error();
            reader_ = std::move(*opened);
        }
        return store::read_health(*reader_, now, kept::kRestored);
    } catch (const store::StoreError& trouble) {
        reader_.reset();
        return Error{Code::Machine, "the books can't be read", trouble.what(),
                     "is the disk there? hourbridge verify"};
    }
}

Result<Condition> Watch::look() {
    const std::lock_guard guard(mutex_);
    const Instant now = core_.clock.now();
    auto rows = read(now);
    if (!rows) return rows.error();
    const auto checked = core_.meters.of(meter::kBooksGood);
    const bool good = checked.empty() || checked.begin()->second != 0;
    auto out = judge_condition(std::move(*rows), polls_, free_bytes_of(database_), good, now,
                               core_.settings.zone);
    if (const auto copy = standby_age(core_.meters, now); copy && copy->age > copy->limit)
        out.asks.push_back("the standby copy is " + in_words(copy->age) +
                           " behind the books: the log says why");
    return out;
}

} // namespace hb::engine
