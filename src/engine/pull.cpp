#include "engine/pull.h"

#include <algorithm>

#include "engine/books.h"
#include "engine/crm_lists.h"
#include "engine/drafting.h"
#include "engine/owners.h"
#include "engine/patience.h"
#include "engine/plan.h"
#include "engine/planning.h"
#include "engine/renames.h"
#include "engine/rule_links.h"
#include "engine/settings_names.h"
#include "engine/subtractions.h"
#include "engine/unlisted_people.h"
#include "engine/value_guard.h"
#include "store/hidden.h"
#include "store/pulls.h"

namespace hb::engine {
namespace {

constexpr const char* kFull = "full";
constexpr const char* kChanges = "changes";

// Entries that are judged together, gone or not: two batches of Bitrix24 in flight (G32), each 50
// commands of 50 ids (protocol section 5).
constexpr std::size_t kSweepIds = 5000;

// Pages of a walk in which nothing is new are put down together: each commit costs the disk and the
// log. What a process that dies has not put down is read again.
constexpr std::size_t kQuietRows = 40'000;
constexpr std::chrono::seconds kQuietFor{10};

std::vector<std::string> ids_of(const std::vector<domain::SourceRecord>& records) {
    std::vector<std::string> ids;
    ids.reserve(records.size());
    for (const auto& record : records) ids.push_back(record.id);
    return ids;
}

// What rules look at in a record that waits stays as it was, too (G46 c).
std::vector<domain::SourceRecord> without(const std::vector<domain::SourceRecord>& records,
                                          const std::set<std::string>& held) {
    std::vector<domain::SourceRecord> out;
    for (const auto& record : records)
        if (held.count(record.id) == 0) out.push_back(record);
    return out;
}

// Marks are no part of a record's content (G26), so they are looked at in every task that comes by.
void look_at_marks(Core& core, const RemoteRuntime& remote,
                   const std::vector<domain::SourceRecord>& records) {
    Planning planning(core);
    for (const auto& record : records) {
        const auto mapped = remote.mapping->apply(record);
        if (!mapped.fact) continue; // counted as a problem where records are kept
        if (const auto* task = std::get_if<domain::SourceTask>(&*mapped.fact))
            planning.mark_seen(remote, *task);
    }
}

void count_rows(Core& core, const RemoteRuntime& remote, const std::string& stream,
                const char* what, std::int64_t count) {
    if (count > 0)
        core.meters.add(meter::kRows,
                        {{"remote", remote.row.name}, {"stream", stream}, {"what", what}}, count);
}

void count_page(Core& core, const RemoteRuntime& remote, const std::string& stream,
                std::int64_t read, const store::KeepCounts& kept) {
    count_rows(core, remote, stream, "read", read);
    count_rows(core, remote, stream, "added", kept.added);
    count_rows(core, remote, stream, "revised", kept.revised);
    count_rows(core, remote, stream, "unreadable", kept.problems);
    core.meters.note_calls(remote.row.name, remote.connector->counters());
}

void count_pull(Core& core, const RemoteRuntime& remote, const char* result) {
    core.meters.add(meter::kPulls, {{"remote", remote.row.name}, {"result", result}});
    core.meters.note_calls(remote.row.name, remote.connector->counters());
}

} // namespace

Pull::Pull(Core& core, RemoteRuntime& remote, PullOptions options)
    : core_(core), remote_(remote), options_(std::move(options)) {
    report_.remote = remote.row.name;
}

std::vector<UnderWay> walks_under_way(Core& core, const RemoteRuntime& remote) {
    std::vector<UnderWay> out;
    for (const auto& stream : remote.connector->capabilities().streams)
        if (const auto full = core.sources.find_cursor(remote.row.id, stream, kFull);
            full && full->run != 0)
            out.push_back({stream, full->page_at});
    return out;
}

StreamReport& Pull::stream_report(const std::string& stream) {
    for (auto& known : report_.streams)
        if (known.stream == stream) return known;
    report_.streams.push_back({});
    report_.streams.back().stream = stream;
    return report_.streams.back();
}

// Time that is logged, edited or deleted need not move its task's date of change (bitrix24.md
// section 9 is silent), so each night the totals of all tasks are read anew, to be compared with
// what we know of their time (G30).
bool Pull::totals_due(const std::string& stream) const {
    return options_.reconcile && stream == "tasks" && remote_.connector->capabilities().task_totals;
}

void Pull::begin_stream() {
    const auto& stream = remote_.connector->capabilities().streams[index_];
    stream_report(stream);
    const auto lock = core_.lock();
    auto full = core_.sources.find_cursor(remote_.row.id, stream, kFull);
    auto changes = core_.sources.find_cursor(remote_.row.id, stream, kChanges);
    const bool unfinished = full && full->run != 0;
    full_ = options_.full || unfinished || !changes || totals_due(stream) ||
            whole_walk_due(stream, full);
    const auto& able = remote_.connector->capabilities();
    known_parents_.clear();
    walk_end_.reset();
    if (able.known_parents.count(stream) > 0)
        known_parents_ = core_.sources.with_time(remote_.row.id, able.parents.at(stream));
    if (full_ && unfinished && !options_.anew) {
        state_ = *full; // go on where the last process stopped
    } else if (full_) {
        store::Tx tx(core_.db);
        state_ = {};
        state_.stream = stream;
        state_.reading = kFull;
        state_.run = core_.sources.next_sequence("run");
        state_.page_at = core_.clock.now();
        if (full) state_.completed_at = full->completed_at;
        core_.sources.keep_cursor(remote_.row.id, state_);
        tx.commit();
    } else {
        state_ = *changes;
    }
    begun_ = true;
}

Pull::Step Pull::step() {
    step_began_ = core_.clock.now();
    if (const Instant earliest = remote_.connector->earliest(); earliest > step_began_) {
        if (earliest - step_began_ > kQuietFor) put_down();
        return Step::Wait;
    }
    if (pull_ == 0 && !options_.only_entries) settle_crm_lists(core_, remote_);
    if (pull_ == 0) {
        const auto lock = core_.lock();
        store::Tx tx(core_.db);
        // What becomes due from here on is the next pull's.
        options_.reconcile = options_.full || options_.reconcile || reconcile_due(core_, remote_);
        began_ = core_.clock.now();
        pull_ = core_.sources.next_sequence("pull");
        seen_ = core_.sources.next_sequence("seen");
        if (!options_.only_entries && core_.kept.get(remote_.row.id, kept::kHinted))
            core_.kept.erase(remote_.row.id, kept::kHinted);
        tx.commit();
    }
    if (!options_.only_entries && !reread_) read_free_time_anew();
    return sweeping_ ? sweep_step() : walk_step();
}

Pull::Step Pull::walk_step() {
    const auto& streams = remote_.connector->capabilities().streams;
    while (options_.only_entries && index_ < streams.size() && streams[index_] != "entries")
        ++index_;
    if (!begun_) begin_stream();
    domain::ReadRequest request;
    request.stream = state_.stream;
    request.reading = full_ ? domain::Reading::Full : domain::Reading::Changes;
    request.cursor = state_.cursor;
    request.known_parents = known_parents_;
    const auto page = ask(request);
    if (!page) return missed(page.error());
    if (page->end) walk_end_ = page->end;

    keep_page(request, *page, full_);
    if (!page->absent.empty()) take_deletions(*page);
    auto& counts = stream_report(state_.stream);
    core_.say(remote_.row.name + " " + state_.stream + ": " + std::to_string(counts.read) +
              " read");
    if (page->complete)
        if (auto ended = finish_stream(); !ended) return fail(ended.error());
    if (index_ < remote_.connector->capabilities().streams.size()) return Step::More;
    plan_sweeps();
    return sweeps_.empty() ? finish() : Step::More;
}

// The planner's own list of what was deleted since the last walk. It proves what it names, unless
// it names too much.
void Pull::take_deletions(const domain::Page& page) {
    const auto told = static_cast<std::int64_t>(page.absent.size());
    const auto known = core_.read_apart([this](store::Sources& sources) {
        return sources.count_known(remote_.row.id, state_.stream);
    });
    const auto lock = core_.lock();
    const auto strange =
        told > 20 ? suspicious(state_.stream, known, known - std::min(known, told)) : std::nullopt;
    if (strange && !options_.accept_deletions) return stop_deletions(*strange);
    store::Tx tx(core_.db);
    const store::Sources::Keep keep{remote_.row.id, state_.stream, full_ ? state_.run : 0,
                                    pull_,          seen_,         core_.clock.now()};
    const auto gone = forget_records(core_, remote_, keep, page.absent);
    tx.commit();
    stream_report(state_.stream).tombstoned += gone;
    if (gone > 0) facts_changed_ = true;
}

// In one transaction with the cursor of a walk.
store::KeepCounts Pull::keep_rows(const std::string& stream, PagePlan plan,
                                  const std::vector<std::string>& quiet, bool walk,
                                  const std::vector<domain::SourceRecord>& records) {
    const Instant now = core_.clock.now();
    const store::Sources::Keep keep{remote_.row.id, stream, walk && full_ ? state_.run : 0,
                                    pull_,          seen_,  now};
    store::Tx tx(core_.db);
    const auto held = ValueGuard(core_, remote_).hold(stream, plan);
    hold_renames(core_, remote_, stream, plan);
    plan.unchanged.insert(plan.unchanged.end(), quiet.begin(), quiet.end());
    const auto kept = keep_records(core_, remote_, keep, std::move(plan.changed), plan.unchanged);
    if (store::Hidden hidden(core_.db); !records.empty() && hidden.any(remote_.row.id, stream))
        hidden.drop(remote_.row.id, stream, ids_of(records));
    if (held.empty())
        keep_link_values(core_, remote_.row, stream, records);
    else
        keep_link_values(core_, remote_.row, stream, without(records, held));
    if (stream == "tasks") look_at_marks(core_, remote_, records);
    if (walk) {
        state_.page_at = now;
        core_.sources.keep_cursor(remote_.row.id, state_);
    }
    tx.commit();
    if (walk) {
        quiet_.clear();
        moved_ = false;
    }
    return kept;
}

// What was read and changed nothing, and where it was read: progress over empty pages is progress.
void Pull::put_down() {
    if (!moved_ && quiet_.empty()) return;
    const auto lock = core_.lock();
    keep_rows(state_.stream, {}, quiet_, true, {});
}

bool Pull::keep_page(const domain::ReadRequest& request, const domain::Page& page, bool full) {
    const auto lock = core_.lock();
    auto& counts = stream_report(request.stream);
    const Instant now = core_.clock.now();
    const auto known = core_.sources.known(remote_.row.id, request.stream, ids_of(page.records));
    auto plan = plan_page(known, page.records, *remote_.mapping);
    const bool walk =
        request.reading == domain::Reading::Full || request.reading == domain::Reading::Changes;
    const bool quiet = walk && request.stream == "entries" && plan.changed.empty() &&
                       !page.complete && quiet_.size() + plan.unchanged.size() < kQuietRows &&
                       now - state_.page_at < kQuietFor &&
                       !ValueGuard(core_, remote_).concerns(request.stream, plan.unchanged) &&
                       !store::Hidden(core_.db).any(remote_.row.id, request.stream);
    store::KeepCounts kept;
    if (quiet) {
        quiet_.insert(quiet_.end(), plan.unchanged.begin(), plan.unchanged.end());
        state_.cursor = page.cursor;
        moved_ = true;
    } else {
        if (walk) {
            state_.cursor = page.cursor;
            if (page.complete && !full) state_.completed_at = now;
        }
        kept = keep_rows(request.stream, std::move(plan),
                         walk ? quiet_ : std::vector<std::string>{}, walk, page.records);
    }

    counts.read += static_cast<std::int64_t>(page.records.size());
    counts.added += kept.added;
    counts.revised += kept.revised;
    counts.problems += kept.problems;
    counts.requests += page.requests;
    counts.milliseconds += (core_.clock.now() - step_began_).count();
    count_page(core_, remote_, request.stream, static_cast<std::int64_t>(page.records.size()),
               kept);
    const bool changed = kept.added + kept.revised + kept.problems > 0;
    facts_changed_ = facts_changed_ || changed;
    return changed;
}

// Of those that other planners' rules look for. A process that dies here leaves it to their pulls.
bool Pull::names_changed() const {
    return std::any_of(report_.streams.begin(), report_.streams.end(),
                       [](const StreamReport& stream) {
                           return (stream.stream == "companies" || stream.stream == "users") &&
                                  stream.added + stream.revised + stream.tombstoned > 0;
                       });
}

// Under `busy`: nobody else keeps records of this remote before the end of the walk is judged.
Pull::WalkEnd Pull::compare_walk() {
    return core_.read_apart([this](store::Sources& sources) {
        return WalkEnd{sources.unseen(remote_.row.id, state_.stream, state_.run),
                       sources.count_known(remote_.row.id, state_.stream)};
    });
}

Status Pull::finish_stream() {
    const WalkEnd end = full_ ? compare_walk() : WalkEnd{};
    if (full_ && (!end.missing.empty() || state_.stream == "entries" || state_.stream == "tasks"))
        if (auto asked = ask_rights(); !asked) return asked;
    const auto lock = core_.lock();
    auto& counts = stream_report(state_.stream);
    counts.complete = true;
    judge_values(state_.stream);
    if (full_) {
        end_full_walk(end);
        if (state_.stream == "entries") walked_whole_ = true;
        if (rights_) walked_rights_ = true;
    }
    // Time without a task stands on tasks that come with it (G64).
    if (state_.stream == "tasks" ||
        (state_.stream == "entries" && core_.sources.has_unowned_none(remote_.row.id))) {
        store::Tx tx(core_.db);
        if (resolve_owners(core_, remote_) > 0) facts_changed_ = true;
        if (&remote_ == core_.crm() && names_changed()) resolve_by_rules(core_, remote_);
        tx.commit();
    }
    ++index_;
    begun_ = false;
    return {};
}

// Only a complete pass proves that something is gone (rule 51), and even then not when half of it
// is.
void Pull::end_full_walk(const WalkEnd& end) {
    const auto& stream = state_.stream;
    auto& counts = stream_report(stream);
    const auto strange =
        suspicious(stream, end.known, end.known - static_cast<std::int64_t>(end.missing.size()));
    if (strange && !options_.accept_deletions) {
        stop_deletions(*strange);
    }
    not_shown_[stream] = {end.missing.begin(), end.missing.end()};
    store::Tx tx(core_.db);
    if (!strange || options_.accept_deletions) {
        const store::Sources::Keep keep{remote_.row.id, stream, state_.run,
                                        pull_,          seen_,  core_.clock.now()};
        const auto gone = judge_missing(stream, end.missing);
        counts.tombstoned += forget_records(core_, remote_, keep, gone);
        note_hidden(stream, end.missing, gone);
        if (counts.tombstoned > 0) facts_changed_ = true;
    } else {
        note_hidden(stream, end.missing, {});
    }
    const Instant now = core_.clock.now();
    store::StreamState done = state_;
    done.run = 0;
    done.completed_at = now;
    core_.sources.keep_cursor(remote_.row.id, done);
    done.reading = kChanges;
    core_.sources.keep_cursor(remote_.row.id, done);
    tx.commit();
}

// The walk or sweep has ended: what changed in it is judged together (G46).
void Pull::judge_values(const std::string& stream) {
    const auto lock = core_.lock();
    if (!store::Waiting(core_.db).any(remote_.row.id, stream)) return;
    store::Tx tx(core_.db);
    const store::Sources::Keep keep{remote_.row.id, stream, 0, pull_, seen_, core_.clock.now()};
    const auto judged = ValueGuard(core_, remote_).judge(keep, options_.accept_values);
    const auto clients = store::Waiting(core_.db).clients(remote_.row.id, stream);
    tx.commit();
    auto& counts = stream_report(stream);
    counts.revised += judged.kept.revised;
    counts.problems += judged.kept.problems;
    if (judged.kept.revised + judged.kept.problems > 0) facts_changed_ = true;
    for (const auto& suspect : judged.asked)
        stop(suspect_words(suspect, clients) + "; the known values stay in force",
             "check in the planner whether that is true; if it is: hourbridge sync " +
                 remote_.row.name + " --accept-values " + std::string(to_string(suspect.field)));
}

void Pull::stop_deletions(const std::string& reason) {
    stop(reason + "; nothing was taken for deleted",
         "check whether the account of \"" + remote_.row.name +
             "\" lost permissions; if the records were really deleted: hourbridge sync " +
             remote_.row.name + " --full --accept-deletions");
}

// Several guards may stop one pull; each names its own way out.
void Pull::stop(const std::string& reason, const std::string& what_to_do) {
    if (!report_.stopped) {
        report_.stopped = Stopped{reason, what_to_do};
        return;
    }
    report_.stopped->reason += ". " + reason;
    report_.stopped->what_to_do += "; " + what_to_do;
}

// Of one moment of the books: no entry is asked for twice or left out by what happens meanwhile.
std::vector<Pull::Sweep> Pull::sweeps_by_ids() {
    return core_.read_apart([this](store::Sources& sources) {
        std::vector<Sweep> out;
        std::string after;
        for (;;) {
            auto ids =
                sources.unbilled_ids(remote_.row.id, after, static_cast<std::int64_t>(kSweepIds));
            if (ids.empty()) return out;
            after = ids.back();
            out.emplace_back().ids = std::move(ids);
        }
    });
}

void Pull::plan_window(Day from) {
    if (!remote_.connector->capabilities().work_windows) return;
    Sweep window;
    window.reading = domain::Reading::Window;
    window.from = from;
    window.to = std::chrono::floor<std::chrono::days>(core_.clock.now()) + std::chrono::days{1};
    sweeps_.push_back(std::move(window));
}

void Pull::plan_sweeps() {
    if (sweeping_) return;
    sweeping_ = true;
    if (options_.only_entries) {
        Sweep sweep;
        sweep.ids = *options_.only_entries;
        if (!sweep.ids.empty()) sweeps_.push_back(std::move(sweep));
        return;
    }
    if (options_.since) plan_window(*options_.since);
    if (!options_.reconcile && !walked_whole_) return;
    const auto& capabilities = remote_.connector->capabilities();
    if (capabilities.read_by_ids && !walked_whole_ && !capabilities.reconcile_by_walk) {
        for (auto& sweep : sweeps_by_ids()) sweeps_.push_back(std::move(sweep));
        plan_window(std::chrono::floor<std::chrono::days>(core_.clock.now()) +
                    std::chrono::days{1} - std::chrono::days{remote_.window_days});
    }
    if (capabilities.task_totals) {
        Sweep unequal;
        unequal.reading = domain::Reading::OfTasks;
        const auto gaps = core_.read_apart(
            [this](store::Sources& sources) { return sources.total_gaps(remote_.row.id); });
        for (const auto& gap : gaps)
            if (gap.remote_seconds) unequal.ids.push_back(gap.remote_id);
        if (!unequal.ids.empty()) sweeps_.push_back(std::move(unequal));
    }
}

Pull::Step Pull::sweep_step() {
    if (sweeps_.empty()) return finish();
    if (sweeps_.front().shown_ones) return look_step();
    if (sweeps_.front().judged) return conclude();
    Sweep& sweep = sweeps_.front();
    domain::ReadRequest request;
    request.stream = sweep.stream;
    request.reading = sweep.reading;
    request.cursor = sweep.cursor;
    request.ids = sweep.ids;
    request.from = sweep.from;
    request.to = sweep.to;
    const auto page = ask(request);
    if (!page) return missed(page.error());
    keep_page(request, *page, false);
    sweep.cursor = page->cursor;
    for (const auto& id : page->absent) sweep.absent.insert(id);
    if (sweep.reading == domain::Reading::Window)
        for (const auto& record : page->records) sweep.shown.insert(record.id);
    // Time records that a whole reading of their task did not show may be gone, too.
    if (sweep.reading == domain::Reading::OfTasks) {
        const auto lock = core_.lock();
        for (const auto& record : page->records) sweep.shown.insert(record.id);
        for (const auto& id : page->covered) {
            const auto task = core_.sources.find_task({remote_.row.name, "task", id});
            if (!task) continue;
            for (const auto& entry : core_.sources.entries_of_task(task->id))
                if (!entry.deleted && !sweep.shown.count(entry.ref.id))
                    sweep.absent.insert(entry.ref.id);
        }
    }
    if (!page->complete) return Step::More;

    if (!sweep.absent.empty())
        if (auto asked = ask_rights(); !asked) return fail(asked.error());
    const auto proof = remote_.connector->capabilities().proof_of(sweep.stream);
    if (!sweep.absent.empty() && proof == domain::Proof::Walk) {
        Sweep gone = std::move(sweep);
        sweeps_.erase(sweeps_.begin());
        if (look_first(gone)) return Step::More;
        sweeps_.insert(sweeps_.begin(), std::move(gone));
    }
    return conclude();
}

Result<domain::Page> Pull::ask(const domain::ReadRequest& request) {
    failed_before_ = remote_.connector->contact().failed;
    core_.at("before read");
    auto page = remote_.connector->read(request);
    core_.at("after read");
    if (page) pauses_ = 0;
    return page;
}

// The last request was not answered. Where that is a pause that the remote asks for, it is no
// failure (G63): the pull stays where it is, and asks the same again.
Pull::Step Pull::missed(const Error& error) {
    if (!asks_for_pause(core_, *remote_.connector, error, failed_before_, kPauseOfPull) ||
        ++pauses_ > kPausesInARow)
        return fail(error);
    return Step::Wait;
}

Pull::Step Pull::fail(const Error& error) {
    report_.error = error;
    count_pull(core_, remote_, "failed");
    const auto lock = core_.lock();
    // What came before the failure counts already, and a walk goes on behind it.
    put_down();
    if (facts_changed_)
        Books(core_).settle_facts(pull_, recounted_ ? Books::Cause::Recount : Books::Cause::Facts);
    store::Tx tx(core_.db);
    auto job = core_.jobs.find(remote_.row.id, "pull", "")
                   .value_or(store::JobRow{remote_.row.id, "pull", "", {}, 0, "", {}, {}});
    ++job.failures;
    job.last_error = to_string(error);
    const auto pause =
        with_jitter(std::chrono::minutes{std::min(1 << std::min(job.failures, 5), 30)},
                    core_.settings.public_url + remote_.row.account, job.failures);
    job.due_at = std::max(core_.clock.now() + pause, remote_.connector->earliest());
    core_.jobs.put(job);
    note_history("failed: " + to_string(error));
    tx.commit();
    return Step::Failed;
}

// In a transaction.
void Pull::note_history(const std::string& outcome) {
    store::PullRow row{0, remote_.row.id, began_, core_.clock.now(), "schedule", "", 0, outcome};
    if (options_.asked) row.cause = "asked";
    if (options_.only_entries) row.cause = "sending";
    domain::JsonObject streams;
    for (const auto& stream : report_.streams) {
        row.requests += stream.requests;
        streams.add(stream.stream, domain::JsonObject()
                                       .add("read", domain::json_number(stream.read))
                                       .add("added", domain::json_number(stream.added))
                                       .add("revised", domain::json_number(stream.revised))
                                       .add("gone", domain::json_number(stream.tombstoned))
                                       .add("unreadable", domain::json_number(stream.problems))
                                       .text());
    }
    row.streams = streams.text();
    store::Pulls(core_.db).add(row);
}

// Names that came late: rules by name may mean them.
void Pull::add_unlisted_people() {
    if (ask_for_unlisted_people(core_, remote_, pull_, seen_) == 0) return;
    const auto lock = core_.lock();
    store::Tx tx(core_.db);
    resolve_owners(core_, remote_);
    if (&remote_ == core_.crm()) resolve_by_rules(core_, remote_);
    tx.commit();
    facts_changed_ = true;
}

Pull::Step Pull::finish() {
    if (!options_.only_entries) add_unlisted_people();
    const auto lock = core_.lock();
    if (options_.only_entries) return Step::Finished; // sending judges the difference itself
    stop_for_large();
    remember_rights();
    count_pull(core_, remote_, report_.stopped ? "stopped" : "done");
    if (walked_whole_ && !core_.kept.get(remote_.row.id, kept::kWordsRead)) {
        store::Tx words(core_.db);
        core_.kept.put(remote_.row.id, kept::kWordsRead, "1", core_.clock.now());
        words.commit();
    }
    for (const auto& stream : report_.streams)
        count_rows(core_, remote_, stream.stream, "gone", stream.tombstoned);
    Books(core_).settle_facts(pull_, recounted_ ? Books::Cause::Recount : Books::Cause::Facts);
    store::Tx tx(core_.db);
    // What an event told meanwhile may stand where this pull had been already (R10).
    const bool hinted = core_.kept.get(remote_.row.id, kept::kHinted).has_value();
    const Instant next = core_.clock.now() + (hinted ? std::chrono::minutes{0} : remote_.poll);
    store::JobRow job{remote_.row.id, "pull", "", next, 0, "", {}, {}};
    if (report_.stopped) {
        job.stopped = report_.stopped->reason;
        job.what_to_do = report_.stopped->what_to_do;
    }
    core_.jobs.put(job);
    note_history(report_.stopped ? "stopped: " + report_.stopped->reason : "done");
    const bool planned = core_.jobs.find(remote_.row.id, "reconcile", "").has_value();
    if (!planned || options_.reconcile)
        core_.jobs.put(
            {remote_.row.id, "reconcile", "", next_night(core_, remote_), 0, "", {}, {}});
    tx.commit();
    return Step::Finished;
}

bool reconcile_due(Core& core, const RemoteRuntime& remote) {
    const auto job = core.jobs.find(remote.row.id, "reconcile", "");
    return job && job->due_at <= core.clock.now();
}

Instant next_night(Core& core, const RemoteRuntime& remote) {
    const Zone& zone = core.settings.zone;
    const Instant now = core.clock.now();
    const Instant tonight = zone.start_of(zone.day_of(now)) + remote.reconcile_at;
    if (tonight > now) return tonight;
    return zone.start_of(zone.day_of(now) + std::chrono::days{1}) + remote.reconcile_at;
}

} // namespace hb::engine
