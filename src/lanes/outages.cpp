#include "lanes/outages.h"

#include <spdlog/spdlog.h>

#include "base/clean.h"
#include "base/wall_clock.h"
#include "books/drafting.h"
#include "books/pauses.h"
#include "lanes/lacks.h"

namespace hb::lanes {
namespace {

using domain::Breaker;
using domain::Turn;

std::string writes_wait(std::int64_t count) {
    return std::to_string(count) + (count == 1 ? " write waits" : " writes wait");
}

} // namespace

std::string clock_text(const Zone& zone, Instant at, Instant now) {
    const std::string shown = wall_clock_text(at, zone); // "2026-11-30 08:32:10 +03:00"
    return zone.day_of(at) == zone.day_of(now) ? shown.substr(11, 5) : shown.substr(0, 16);
}

std::string outage_text(const std::string& remote, const Breaker& breaker, std::int64_t waiting,
                        const std::optional<Instant>& next, const Zone& zone, Instant now) {
    std::string out = remote + " is not available";
    if (!breaker.why.empty()) out += " (" + breaker.why + ")";
    if (next) out += "; next try " + clock_text(zone, std::max(*next, now), now);
    const std::string since =
        breaker.since ? " since " + clock_text(zone, *breaker.since, now) : "";
    out += waiting > 0     ? "; " + writes_wait(waiting) + since
           : since.empty() ? ""
                           : "; it is so" + since;
    return out + "; nothing is lost";
}

std::vector<std::string> outage_texts(const Reading& read) {
    std::vector<std::string> out;
    const auto breakers = read->breakers.all();
    for (const auto& remote : read->sources.remotes()) {
        const auto found = breakers.find(remote.id);
        if (found == breakers.end() || !found->second.outage || !found->second.shut()) continue;
        out.push_back(outage_text(remote.name, found->second,
                                  read->overview.count_waiting(remote.id), found->second.probe_at,
                                  read.settings.zone, read.now()));
    }
    return out;
}

void Outages::note(RemoteRuntime& remote) {
    const std::lock_guard<std::recursive_mutex> busy(*remote.busy);
    keep_lacks(books_, remote);
    end_pause_in_time(books_, remote.row);
    const auto contact = remote.connector->contact();
    const bool answered = contact.answered > remote.answered;
    const auto failed = contact.failed - remote.failed;
    remote.answered = contact.answered;
    remote.failed = contact.failed;
    Step step = books_.begin();
    const Breaker before = step->breakers.find(remote.row.id);
    if (!before.troubled() && failed == 0) return;
    const Instant now = step.now();
    Breaker after = before;
    auto in_a_row = answered ? std::min(failed, contact.failed_in_a_row) : failed;
    if (answered) {
        // Failures before the answer count for when it was quiet.
        if (failed > in_a_row) after.last_failure = now;
        domain::note_answer(after, now);
    }
    const auto began = domain::note_failures(after, static_cast<int>(in_a_row), contact.why, now);
    const auto ended = domain::note_time(after, now);
    if (after == before) return;
    step->breakers.put(remote.row.id, after);
    // A shut breaker whose first probe is answered was no outage: one write that fails alone, and
    // its failures count.
    if (began == Turn::Began || (before.outage && before.shut() && !after.shut()))
        step->troubles.forgive(remote.row.id);
    if (began == Turn::Began) begin(step, remote.row, after);
    if (ended == Turn::Ended) end(step, remote.row, before);
    step.done();
}

void Outages::begin(Step& step, const store::Remote& remote, const Breaker& breaker) {
    const auto waiting = step->overview.count_waiting(remote.id);
    const std::string since = format_instant(breaker.since.value_or(step.now()));
    spdlog::warn("outage remote={} state=began why={} since={} writes_waiting={} "
                 "next=\"tried again by itself; nothing is lost\"",
                 remote.name, log_value(breaker.why), since, waiting);
    step->events.add(step.now(), "service", "outage.began", std::nullopt, remote.name,
                     books::EventData()
                         .add("why", breaker.why)
                         .add("since", since)
                         .add("waiting", std::to_string(waiting))
                         .text());
}

void Outages::end(Step& step, const store::Remote& remote, const Breaker& before) {
    const auto waiting = step->overview.count_waiting(remote.id);
    const std::string since = format_instant(before.since.value_or(step.now()));
    const std::string until = format_instant(before.last_failure.value_or(step.now()));
    spdlog::info("outage remote={} state=ended since={} until={} writes_waiting={}", remote.name,
                 since, until, waiting);
    step->events.add(step.now(), "service", "outage.ended", std::nullopt, remote.name,
                     books::EventData()
                         .add("why", before.why)
                         .add("since", since)
                         .add("until", until)
                         .add("waiting", std::to_string(waiting))
                         .text());
}

Way Outages::way(const KnownRemote& remote) {
    const Read read = books_.read();
    const Instant now = read.now();
    if (books::pause_of(read->kept, remote.row.id, now)) return Way::Shut;
    const Breaker breaker = read->breakers.find(remote.row.id);
    if (!breaker.shut()) return Way::Open;
    // One that was put off by a clock that was wrong waits no longer than the longest pause.
    const bool wrong_clock = *breaker.probe_at - now > domain::probe_pause(100);
    return *breaker.probe_at <= now || wrong_clock ? Way::Probe : Way::Shut;
}

std::optional<books::Pause> Outages::paused(const KnownRemote& remote) {
    const Read read = books_.read();
    return books::pause_of(read->kept, remote.row.id, read.now());
}

bool Outages::troubled(const KnownRemote& remote) {
    const Read read = books_.read();
    const auto breaker = read->breakers.find(remote.row.id);
    return breaker.shut() || breaker.failures > 0;
}

void Outages::forget_if_idle(const KnownRemote& remote) {
    Step step = books_.begin();
    if (step->overview.count_waiting(remote.row.id) > 0) return;
    const auto before = step->breakers.find(remote.row.id);
    step->breakers.put(remote.row.id, {});
    if (before.outage) end(step, remote.row, before);
    step.done();
}

Error Outages::told(const KnownRemote& remote, const Error& error) {
    const Read read = books_.read();
    const auto breaker = read->breakers.find(remote.row.id);
    if (!breaker.shut() && breaker.failures == 0) return error;
    std::optional<Instant> next = breaker.probe_at;
    const auto pull = read->jobs.find(remote.row.id, "pull", "");
    if (!next && pull && pull->failures > 0) next = pull->due_at;
    return Error{Code::Remote,
                 outage_text(remote.row.name, breaker, read->overview.count_waiting(remote.row.id),
                             next, books_.settings.zone, read.now()),
                 "", ""};
}

} // namespace hb::lanes
