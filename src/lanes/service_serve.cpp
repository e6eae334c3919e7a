#include <algorithm>

#include <spdlog/spdlog.h>

#include "base/clean.h"
#include "base/memory.h"
#include "lanes/business_log.h"
#include "lanes/lanes.h"
#include "lanes/notices.h"
#include "lanes/outbox_job.h"
#include "lanes/patience.h"
#include "lanes/service.h"
#include "store/health.h"

// The running service. The CRM's lane is the caller's thread: reports, cards, events and commands
// are worked there. Every other remote, and every place where only notices go, has a lane of its
// own.
namespace hb::lanes {
namespace {

constexpr std::chrono::minutes kPaymentsEvery{15};
// A manager who moved a card waits no longer than this when no event says so.
constexpr std::chrono::seconds kCardsEvery{60};
// The portal's own queue of events is asked this often, also when nothing said that it has news.
constexpr std::chrono::minutes kOfflineEvery{5};
// An application whose portal is never called loses its tokens (G34).
constexpr std::chrono::hours kIdleEvery{24};
constexpr std::chrono::seconds kLookEvery{5};
constexpr std::chrono::milliseconds kShortPause{200};
constexpr std::chrono::milliseconds kSlice{1000}; // of the payment watch
constexpr std::chrono::seconds kAfterTrouble{10};
// The payment watch leaves room for so many requests: an agreement that comes in the middle of it
// makes a deal, its rows and what follows without waiting for each request's turn.
constexpr int kUrgent = 12;
// The longest back-off of a write (lanes/outbox_job.cpp); the settle delay of a create is shorter.
constexpr std::chrono::minutes kBackOffMost{5};
constexpr std::chrono::minutes kSetBack{1}; // less is how clocks are kept right

// Writes that were put off by a clock that was wrong would wait for as long as it was; they wait
// the longest back-off once more, so nothing is repeated sooner than the remote may be done.
void wait_no_longer(Books& books) {
    Step step = books.begin();
    const Instant latest = step.now() + kBackOffMost;
    for (const auto state : {store::OpState::Pending, store::OpState::Uncertain})
        for (auto& op : step->outbox.list(state, 1'000'000)) {
            if (op.due_at <= latest) continue;
            op.due_at = latest;
            step->outbox.update(op);
        }
    step.done();
}

std::int64_t requests_of(const RemoteRuntime& remote) {
    const std::lock_guard<std::recursive_mutex> busy(*remote.busy);
    return remote.connector->counters().requests;
}

// After an error: was it no answer, or none for now?
bool pauses(const RemoteRuntime& remote, Instant now) {
    const std::lock_guard<std::recursive_mutex> busy(*remote.busy);
    return remote.connector->contact().failed_in_a_row > 0 || remote.connector->earliest() > now;
}

// What a pull that has just ended said of its remote; an outage has its own line.
void add_trouble(Books& books, const RemoteRuntime& remote, Troubles& errors) {
    if (Outages(books).troubled(remote)) return;
    const Read read = books.read();
    const auto job = read->jobs.find(remote.row.id, "pull", "");
    if (job && job->failures > 0)
        errors.add({{Doing::Pull, Code::Remote, remote.row.name},
                    remote.row.name + ": " + job->last_error});
}

} // namespace

// What the lane of the CRM has in hand between two turns.
struct Service::MainLane {
    MainLane(Books& books, Instant now)
        : payments(kPaymentsEvery, now), cards(kCardsEvery, now), offline(kOfflineEvery, now),
          idle(kIdleEvery, now), last(now), business(books) {}
    Every payments, cards, offline, idle;
    Instant last; // turn
    struct Watching {
        CrmLooks looks;
        bool paid_too = false;
    };
    std::optional<Watching> watching; // the payment watch, between two slices
    std::optional<Walk> walk;
    TroubleLog log;
    BusinessLog business;
};

void Service::refresh_if_idle(RemoteRuntime& remote, Troubles& errors) {
    // Also of a remote that rests: without it the application would have to be installed anew.
    if (!available(remote) && !Outages(books_).paused(remote)) return;
    const std::lock_guard<std::recursive_mutex> busy(*remote.busy);
    if (const auto done = remote.connector->refresh_if_idle(); !done)
        failed(remote, Doing::Tokens, done.error(), errors);
}

std::optional<Instant> Service::next_due(const RemoteRuntime& remote) const {
    const Read read = books_.read();
    std::optional<Instant> due = read->outbox.next_due(remote.row.id);
    const auto take = [&due](std::optional<Instant> at) {
        if (at && (!due || *at < *due)) due = at;
    };
    take(read->documents.next_due(remote.row.id));
    if (const auto pull = read->jobs.find(remote.row.id, "pull", "")) take(pull->due_at);
    return due;
}

// Until when a lane has nothing to do; never longer than a few seconds, since others make work
// for it too.
Instant Service::rest_until(const RemoteRuntime& remote, Walk::Turn turn) const {
    const Instant now = books_.clock.now();
    if (turn == Walk::Turn::More || turn == Walk::Turn::Ended) return now;
    Instant until = now + kLookEvery;
    if (turn == Walk::Turn::Wait)
        until = std::min(until, std::max(remote.earliest(), now + kShortPause));
    if (const auto pause = Outages(books_).paused(remote))
        return pause->until ? std::min(until, *pause->until) : until;
    if (const auto probe =
            next_probe(remote)) // one that is due and can't be made waits for a while
        return *probe > now ? std::min(until, *probe) : until;
    if (const auto due = next_due(remote))
        until = std::min(until, std::max(*due, now + kShortPause));
    return until;
}

void Service::open_lane(Lanes& lanes, RemoteRuntime& remote) {
    struct State {
        State(Books& books, RemoteRuntime& at, Instant now)
            : walk(books, at), offline(kOfflineEvery, now), idle(kIdleEvery, now) {}
        Walk walk;
        Every offline, idle;
        TroubleLog log;
    };
    const auto state = std::make_shared<State>(books_, remote, books_.clock.now());
    lanes.open(remote.row.name, nullptr, [this, &remote, state](const Lanes::Stop& stop) {
        Troubles errors;
        const Instant now = books_.clock.now();
        const auto before = requests_of(remote);
        work_outbox(remote, errors, std::nullopt);
        if (remote.news.exchange(false) || state->offline.due(now)) {
            if (!stop()) follow_offline(remote, errors);
            state->offline.done(now);
        }
        if (state->idle.due(now)) {
            if (!stop()) refresh_if_idle(remote, errors);
            state->idle.done(now);
        }
        if (stop()) return now;
        const auto turn = state->walk.slice(stop);
        if (turn == Walk::Turn::Ended) {
            facts_changed_ = true;
            read_ = true;
            add_trouble(books_, remote, errors);
        }
        books_.note_calls(remote);
        Outages(books_).note(remote);
        state->log.note(errors, requests_of(remote) != before, books_.clock.now());
        return rest_until(remote, turn);
    });
}

void Service::open_sender_lanes(Lanes& lanes) {
    for (const auto& sender : lanes.missing()) {
        const auto log = std::make_shared<TroubleLog>();
        lanes.open(sender->row.name, sender, [this, sender, log](const Lanes::Stop&) {
            Troubles errors;
            const bool called = work_sender(*sender, errors, std::nullopt) > 0;
            Outages(books_).note(*sender);
            log->note(errors, called, books_.clock.now());
            return std::max(rest_until(*sender, Walk::Turn::Idle),
                            std::min(sender->earliest(), books_.clock.now() + kLookEvery));
        });
    }
}

// The payment watch, for a slice of time: what was agreed or asked meanwhile goes before the rest.
// A request that fails on its way is made again after a while; anything else ends this watch.
Walk::Turn Service::watch_slice(MainLane& lane, const std::function<bool()>& stop,
                                Troubles& errors) {
    RemoteRuntime& crm = *books_.crm();
    const Instant end = books_.clock.now() + kSlice;
    while (lane.watching) {
        auto& looks = lane.watching->looks;
        if (looks.ended()) {
            if (lane.watching->paid_too) watched_paid(books_, crm);
            lane.watching.reset();
            return Walk::Turn::Ended;
        }
        if (!available(crm)) return Walk::Turn::Idle;
        if (crm.earliest_leaving(kUrgent) > books_.clock.now()) return Walk::Turn::Wait;
        if (const auto done = look_on(looks, errors); !done) {
            failed(crm, Doing::Deal, done.error(), errors);
            const std::lock_guard<std::recursive_mutex> busy(*crm.busy);
            const bool on_its_way = crm.connector->contact().failed_in_a_row > 0;
            if (!on_its_way && crm.connector->earliest() <= books_.clock.now())
                lane.watching.reset();
            return Walk::Turn::Idle;
        }
        if (books_.clock.now() >= end || stop()) return Walk::Turn::More;
    }
    return Walk::Turn::Idle;
}

// One request for the cards, for the stages that moved, and for the first steps of a pull that is
// due (P21). What it shows of cards and moves is dealt with at once, as it was asked for first.
void Service::look_around(MainLane& lane, Troubles& errors) {
    const Instant now = books_.clock.now();
    RemoteRuntime* const crm = books_.crm();
    connector::HeadsWish wish;
    const bool able = crm != nullptr && available(*crm) && crm->connector->capabilities().heads;
    if (able && !lane.watching) wish.streams = lane.walk->begin();
    if (wish.streams.empty() && !lane.cards.due(now)) return;
    lane.cards.done(now);
    if (crm == nullptr || !available(*crm)) return;
    connector::Heads heads;
    if (able) {
        wish.cards = cards().cursor();
        wish.moves = moves_cursor(*crm);
        if (!wait_for(*crm, std::nullopt)) return;
        books_.at("before read heads");
        auto got = called(books_, *crm, [&] { return crm->connector->read_heads(wish); });
        books_.at("after read heads");
        if (!got && pauses(*crm, books_.clock.now()))
            return failed(*crm, Doing::Cards, got.error(), errors);
        if (got) heads = std::move(*got); // else each is asked for by itself, and says why
    }
    if (!wish.streams.empty()) lane.walk->use_heads(wish.streams, heads);
    follow_moves(errors, std::move(heads.moves));
    work_cards(errors, facts_changed_.exchange(false), std::move(heads.cards));
}

// What was told and asked first, then what waits to be written, then money, then what is new.
Instant Service::main_turn(MainLane& lane, const std::function<bool()>& stop) {
    Troubles errors;
    const Instant now = books_.clock.now();
    RemoteRuntime* const crm = books_.crm();
    const auto before = crm != nullptr ? requests_of(*crm) : 0;
    if (now + kSetBack < lane.last) {
        spdlog::warn("clock set_back_seconds={}",
                     std::chrono::floor<std::chrono::seconds>(lane.last - now).count());
        wait_no_longer(books_);
    }
    lane.last = now;
    if (lane.payments.due(now)) {
        if (crm != nullptr && !lane.watching) {
            look_for_twins(errors);
            auto watched = reports_to_watch(books_.read(), *crm);
            lane.watching.emplace(CrmLooks(books_, *crm, std::move(watched.reports)),
                                  watched.paid_too);
        }
        lane.payments.done(now);
    }
    work_inbox(errors, lane.offline.due(now));
    if (lane.offline.due(now)) lane.offline.done(now);
    look_around(lane, errors);
    if (between_jobs) between_jobs();
    if (stop()) return now;
    auto turn = Walk::Turn::Idle;
    if (crm != nullptr) {
        if (lane.idle.due(now)) refresh_if_idle(*crm, errors);
        work_outbox(*crm, errors, std::nullopt);
        if (between_jobs) between_jobs();
        if (stop()) return now;
        turn = watch_slice(lane, stop, errors);
        // A backfill waits until the money has been looked at.
        if (!lane.watching || !available(*crm)) turn = lane.walk->slice(stop);
        if (turn == Walk::Turn::Ended) {
            facts_changed_ = true;
            read_ = true;
            add_trouble(books_, *crm, errors);
        }
        books_.note_calls(*crm);
    }
    if (lane.idle.due(now)) lane.idle.done(now);
    if (plan_notices() > 0) books_.clock.wake(); // the lanes of the senders
    if (crm != nullptr) Outages(books_).note(*crm);
    lane.log.note(errors, crm != nullptr && requests_of(*crm) != before, books_.clock.now());
    lane.business.log();
    Instant until =
        std::min({lane.payments.at(), lane.cards.at(), books_.clock.now() + kLookEvery});
    if (crm != nullptr) until = std::min(until, rest_until(*crm, turn));
    return until;
}

void Service::rest() {
    if (!read_.exchange(false)) return;
    books_.shrink();
    give_back_memory();
}

void Service::serve(const std::function<bool()>& stop) {
    ready();
    recover();
    wait_no_longer(books_);
    MainLane lane(books_, books_.clock.now());
    Lanes lanes(books_, stop);
    lanes_run_ = true;
    for (auto& remote : books_.remotes) {
        if (remote.get() == books_.crm())
            lane.walk.emplace(books_, *remote);
        else
            open_lane(lanes, *remote);
    }
    while (!stop()) {
        Instant until = books_.clock.now() + kAfterTrouble;
        const auto guarded = [](const std::function<void()>& work) {
            try {
                work();
            } catch (const std::exception& trouble) {
                spdlog::error("service error={} next=\"trying again soon\"",
                              log_value(trouble.what()));
            }
        };
        guarded([&] {
            open_sender_lanes(lanes);
            until = main_turn(lane, stop);
        });
        // Also when every turn fails: whoever waits for a command is told why.
        if (between_jobs) guarded(between_jobs);
        if (stop()) break;
        if (until > books_.clock.now() + kShortPause) guarded([this] { rest(); });
        books_.clock.wait_until(until);
    }
    lanes_run_ = false;
}

} // namespace hb::lanes
