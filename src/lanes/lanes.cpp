#include "lanes/lanes.h"

#include "base/clean.h"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "lanes/outages.h"

namespace hb::lanes {
namespace {

// A walk hands the lane on after so long, or so many pages when time stands still.
constexpr std::chrono::milliseconds kSlice{1000};
constexpr int kSliceSteps = 50;
// No pause after a failure is longer than this (lanes/pull.cpp); a due time beyond it was written
// by a clock that was wrong.
constexpr std::chrono::minutes kPauseMost{31};
// After what nobody foresaw: a full disk, a defect.
constexpr std::chrono::seconds kAfterTrouble{10};
// A trouble that was not met for so long is over; one that lasts is told again once a day.
constexpr std::chrono::minutes kOverAfter{35}; // longer than the longest pause of a pull
constexpr std::chrono::hours kToldAgain{24};

} // namespace

bool Walk::due() {
    const Read read = books_.read();
    const auto job = read->jobs.find(remote_.row.id, "pull", "");
    if (!job) return true;
    const Instant now = read.now();
    const auto most = std::max<std::chrono::milliseconds>(remote_.poll, kPauseMost);
    const bool wrong_clock = job->due_at - now > most && remote_.earliest() < job->due_at;
    return job->due_at <= now || wrong_clock;
}

bool Walk::ready(Outages& outages) {
    if (remote_.pulled_by_hand > 0) return false;
    const Way way = outages.way(remote_);
    if (way == Way::Shut) return false;
    if (pull_ && number_ != remote_.pulls) pull_.reset();
    if (pull_) return true;
    if (way != Way::Probe && !due()) return false; // a page is the probe
    pull_.emplace(books_, remote_, PullOptions{});
    number_ = ++remote_.pulls;
    return true;
}

std::vector<domain::ReadRequest> Walk::begin() {
    const std::lock_guard<std::recursive_mutex> busy(*remote_.busy);
    Outages outages(books_);
    if (!outages.open(remote_)) return {};
    if (pull_ && number_ == remote_.pulls) return {};
    return ready(outages) ? pull_->heads() : std::vector<domain::ReadRequest>();
}

void Walk::use_heads(const std::vector<domain::ReadRequest>& asked, const connector::Heads& heads) {
    const std::lock_guard<std::recursive_mutex> busy(*remote_.busy);
    if (pull_ && number_ == remote_.pulls) pull_->use_heads(asked, heads);
}

Walk::Turn Walk::step() {
    const std::lock_guard<std::recursive_mutex> busy(*remote_.busy);
    Outages outages(books_);
    if (!ready(outages)) return Turn::Idle;
    const auto step = pull_->step();
    outages.note(remote_);
    if (step == Pull::Turn::More) return Turn::More;
    if (step == Pull::Turn::Wait) return Turn::Wait;
    pull_.reset();
    return Turn::Ended;
}

Walk::Turn Walk::slice(const std::function<bool()>& stop) {
    const Instant end = books_.clock.now() + kSlice;
    for (int steps = 1;; ++steps) {
        const Turn turn = step();
        if (turn != Turn::More || steps >= kSliceSteps || books_.clock.now() >= end || stop())
            return turn;
    }
}

void TroubleLog::note(const Troubles& errors, bool called, Instant now) {
    for (const auto& [key, error] : errors) {
        auto [known, fresh] = known_.try_emplace(key, Seen{now, now, now, 0, ""});
        Seen& seen = known->second;
        seen.text = error;
        seen.last = now;
        ++seen.times;
        if (fresh)
            spdlog::warn("remote error={}", log_value(error));
        else if (now - seen.told >= kToldAgain)
            spdlog::warn("remote error={} since={} times={}", log_value(error),
                         format_instant(seen.first), seen.times);
        if (fresh || now - seen.told >= kToldAgain) seen.told = now;
    }
    if (!called) return;
    // Each ends by itself: one that stands hides neither the end nor the return of another.
    std::erase_if(known_, [now](const auto& each) {
        const Seen& seen = each.second;
        if (now >= seen.last && now - seen.last < kOverAfter) return false;
        spdlog::info("remote recovered=yes error={} since={} until={} times={}",
                     log_value(seen.text), format_instant(seen.first), format_instant(seen.last),
                     seen.times);
        return true;
    });
}

Lanes::~Lanes() {
    closing_ = true;
    books_.clock.wake();
    for (auto& lane : lanes_)
        if (lane.thread.joinable()) lane.thread.join();
}

void Lanes::open(const std::string& name, const std::shared_ptr<RemoteRuntime>& remote,
                 TurnOf turn) {
    lanes_.emplace_back();
    Lane& lane = lanes_.back();
    lane.name = name;
    lane.remote = remote;
    lane.thread = std::thread([this, &lane, turn = std::move(turn)] { work(lane, turn); });
}

void Lanes::work(Lane& lane, const TurnOf& turn) {
    const Stop over = [this, &lane] { return closing_ || lane.over || stop_(); };
    while (!over()) {
        Instant until;
        try {
            until = turn(over);
        } catch (const std::exception& trouble) {
            spdlog::error("lane remote={} error={} next=\"trying again soon\"",
                          log_value(lane.name), log_value(trouble.what()));
            until = books_.clock.now() + kAfterTrouble;
        }
        if (!over()) books_.clock.wait_until(until);
    }
    lane.ended = true;
}

std::vector<std::shared_ptr<RemoteRuntime>> Lanes::missing() {
    std::vector<std::shared_ptr<RemoteRuntime>> out = books_.senders;
    for (auto& lane : lanes_) {
        if (!lane.remote) continue;
        const auto found = std::find(out.begin(), out.end(), lane.remote);
        if (found != out.end())
            out.erase(found);
        else
            lane.over = true;
    }
    lanes_.remove_if([](Lane& lane) {
        if (!lane.ended || !lane.over) return false;
        lane.thread.join();
        return true;
    });
    return out;
}

} // namespace hb::lanes
