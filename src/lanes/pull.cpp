#include "lanes/pull.h"

#include <algorithm>

#include "books/books.h"
#include "books/drafting.h"
#include "books/hidden.h"
#include "books/owners.h"
#include "books/plan.h"
#include "books/planning.h"
#include "books/rule_links.h"
#include "books/settings_names.h"
#include "books/settling.h"
#include "books/subtractions.h"
#include "books/walk_proof.h"
#include "lanes/crm_lists.h"
#include "lanes/patience.h"
#include "lanes/renames.h"
#include "lanes/unlisted_people.h"
#include "lanes/value_guard.h"
#include "store/hidden.h"
#include "store/pulls.h"

namespace hb::lanes {
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
void look_at_marks(Step& step, const KnownRemote& remote,
                   const std::vector<domain::SourceRecord>& records) {
    books::Planning planning(step);
    for (const auto& record : records) {
        const auto mapped = remote.mapping->apply(record);
        if (!mapped.fact) continue; // counted as a problem where records are kept
        if (const auto* task = std::get_if<domain::SourceTask>(&*mapped.fact))
            planning.mark_seen(remote, *task);
    }
}

void count_rows(Books& books, const KnownRemote& remote, const std::string& stream,
                const char* what, std::int64_t count) {
    if (count > 0)
        books.meters.add(books::meter::kRows,
                         {{"remote", remote.row.name}, {"stream", stream}, {"what", what}}, count);
}

void count_page(Books& books, const RemoteRuntime& remote, const std::string& stream,
                std::int64_t read, const store::KeepCounts& kept) {
    count_rows(books, remote, stream, "read", read);
    count_rows(books, remote, stream, "added", kept.added);
    count_rows(books, remote, stream, "revised", kept.revised);
    count_rows(books, remote, stream, "unreadable", kept.problems);
    books.note_calls(remote);
}

void count_pull(Books& books, const RemoteRuntime& remote, const char* result) {
    books.meters.add(books::meter::kPulls, {{"remote", remote.row.name}, {"result", result}});
    books.note_calls(remote);
}

} // namespace

Pull::Pull(Books& books, RemoteRuntime& remote, PullOptions options)
    : books_(books), remote_(remote), options_(std::move(options)) {
    report_.remote = remote.row.name;
}

std::vector<UnderWay> walks_under_way(const Reading& read, const KnownRemote& remote) {
    std::vector<UnderWay> out;
    for (const auto& stream : remote.can()->streams)
        if (const auto full = read->sources.find_cursor(remote.row.id, stream, kFull);
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

// Time that is logged, edited or deleted need not move its task's date of change (protocol
// section 9), so each night the totals of all tasks are read anew, to be compared with
// what we know of their time (G30).
bool Pull::totals_due(const std::string& stream) const {
    return options_.reconcile && stream == "tasks" && remote_.connector->capabilities().task_totals;
}

// From its first record to its last, or only what is new?
bool Pull::reads_whole(const Reading& read, const std::string& stream,
                       const std::optional<store::StreamState>& full,
                       const std::optional<store::StreamState>& changes) {
    const bool unfinished = full && full->run != 0;
    return options_.full || unfinished || !changes || totals_due(stream) ||
           whole_walk_due(read, stream, full);
}

void Pull::begin_stream() {
    const auto& stream = remote_.connector->capabilities().streams[index_];
    stream_report(stream);
    Step step = books_.begin();
    auto full = step->sources.find_cursor(remote_.row.id, stream, kFull);
    auto changes = step->sources.find_cursor(remote_.row.id, stream, kChanges);
    const bool unfinished = full && full->run != 0;
    full_ = reads_whole(step, stream, full, changes);
    const auto& able = remote_.connector->capabilities();
    known_parents_.clear();
    walk_end_.reset();
    if (able.known_parents.count(stream) > 0)
        known_parents_ = step->sources.with_time(remote_.row.id, able.parents.at(stream));
    if (full_ && unfinished && !options_.anew) {
        state_ = *full; // go on where the last process stopped
    } else if (full_) {
        state_ = {};
        state_.stream = stream;
        state_.reading = kFull;
        state_.run = step->sources.next_sequence("run");
        state_.page_at = step.now();
        if (full) state_.completed_at = full->completed_at;
        step->sources.keep_cursor(remote_.row.id, state_);
        step.put_off(remote_);
    } else {
        state_ = *changes;
    }
    begun_ = true;
}

Pull::Turn Pull::step() {
    step_began_ = books_.clock.now();
    if (const Instant earliest = remote_.connector->earliest(); earliest > step_began_) {
        if (earliest - step_began_ > kQuietFor) put_down();
        return Turn::Wait;
    }
    begin();
    if (!options_.only_entries && !reread_) read_free_time_anew();
    const Turn turn = next_step();
    ahead_.requests = remote_.connector->counters().requests;
    return turn;
}

Pull::Turn Pull::next_step() {
    if (sweeping_) return sweep_step();
    if (wants_heads())
        if (const auto turn = ask_heads()) return *turn;
    return walk_step();
}

void Pull::begin() {
    if (pull_ != 0) return;
    if (!options_.only_entries) settle_crm_lists(books_, remote_);
    Step step = books_.begin();
    // What becomes due from here on is the next pull's.
    options_.reconcile = options_.full || options_.reconcile || reconcile_due(step, remote_);
    began_ = step.now();
    pull_ = step->sources.next_sequence("pull");
    seen_ = step->sources.next_sequence("seen");
    if (!options_.only_entries && step->kept.get(remote_.row.id, books::kept::kHinted))
        step->kept.erase(remote_.row.id, books::kept::kHinted);
    step.put_off(remote_);
}

Pull::Turn Pull::walk_step() {
    const auto& streams = remote_.connector->capabilities().streams;
    while (options_.only_entries && index_ < streams.size() && streams[index_] != "entries")
        ++index_;
    if (!begun_) begin_stream();
    domain::ReadRequest request;
    request.stream = state_.stream;
    request.reading = full_ ? domain::Reading::Full : domain::Reading::Changes;
    request.cursor = state_.cursor;
    request.known_parents = known_parents_;
    const auto page = first_or_ask(request);
    if (!page) return missed(page.error());
    if (page->end) walk_end_ = page->end;

    keep_page(request, *page, full_);
    if (!page->absent.empty()) take_deletions(*page);
    auto& counts = stream_report(state_.stream);
    books_.say(remote_.row.name + " " + state_.stream + ": " + std::to_string(counts.read) +
               " read");
    if (page->complete)
        if (auto ended = finish_stream(); !ended) return fail(ended.error());
    if (index_ < remote_.connector->capabilities().streams.size()) return Turn::More;
    plan_sweeps();
    return sweeps_.empty() ? finish() : Turn::More;
}

// The planner's own list of what was deleted since the last walk. It proves what it names, unless
// it names too much.
void Pull::take_deletions(const domain::Page& page) {
    const auto told = static_cast<std::int64_t>(page.absent.size());
    const auto known = books_.view()->sources.count_known(remote_.row.id, state_.stream);
    Step step = books_.begin();
    const auto strange =
        told > 20 ? books::suspicious(state_.stream, known, known - std::min(known, told))
                  : std::nullopt;
    if (strange && !options_.accept_deletions) return stop_deletions(*strange);
    const store::Sources::Keep keep{remote_.row.id, state_.stream, full_ ? state_.run : 0,
                                    pull_,          seen_,         step.now()};
    const auto gone = forget_records(
        step, remote_, keep, books::without_kept(step, remote_.row.id, state_.stream, page.absent));
    step.put_off(remote_);
    stream_report(state_.stream).tombstoned += gone;
    if (gone > 0) facts_changed_ = true;
}

// In one transaction with the cursor of a walk.
store::KeepCounts Pull::keep_rows(Step& step, const std::string& stream, books::PagePlan plan,
                                  const std::vector<std::string>& quiet, bool walk,
                                  const std::vector<domain::SourceRecord>& records) {
    const Instant now = step.now();
    const store::Sources::Keep keep{remote_.row.id, stream, walk && full_ ? state_.run : 0,
                                    pull_,          seen_,  now};
    const auto held = ValueGuard(step, remote_).hold(stream, plan);
    hold_renames(step, remote_, stream, plan);
    plan.unchanged.insert(plan.unchanged.end(), quiet.begin(), quiet.end());
    const auto kept = keep_records(step, remote_, keep, std::move(plan.changed), plan.unchanged);
    if (auto& hidden = step->hidden; !records.empty() && hidden.any(remote_.row.id, stream))
        hidden.drop(remote_.row.id, stream, ids_of(records));
    if (held.empty())
        keep_link_values(step, remote_.row, stream, records);
    else
        keep_link_values(step, remote_.row, stream, without(records, held));
    if (stream == "tasks") look_at_marks(step, remote_, records);
    if (walk) {
        state_.page_at = now;
        step->sources.keep_cursor(remote_.row.id, state_);
    }
    if (walk) {
        quiet_.clear();
        moved_ = false;
    }
    return kept;
}

// What was read and changed nothing, and where it was read: progress over empty pages is progress.
void Pull::put_down() {
    if (!moved_ && quiet_.empty()) return;
    Step step = books_.begin();
    keep_rows(step, state_.stream, {}, quiet_, true, {});
    step.put_off(remote_);
}

bool Pull::keep_page(const domain::ReadRequest& request, const domain::Page& page, bool full) {
    Step step = books_.begin();
    auto& counts = stream_report(request.stream);
    const Instant now = step.now();
    const auto known = step->sources.known(remote_.row.id, request.stream, ids_of(page.records));
    auto plan = books::plan_page(known, page.records, *remote_.mapping);
    const bool walk =
        request.reading == domain::Reading::Full || request.reading == domain::Reading::Changes;
    const bool quiet = walk && request.stream == "entries" && plan.changed.empty() &&
                       !page.complete && quiet_.size() + plan.unchanged.size() < kQuietRows &&
                       now - state_.page_at < kQuietFor &&
                       !ValueGuard(step, remote_).concerns(request.stream, plan.unchanged) &&
                       !step->hidden.any(remote_.row.id, request.stream);
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
        kept = keep_rows(step, request.stream, std::move(plan),
                         walk ? quiet_ : std::vector<std::string>{}, walk, page.records);
        step.put_off(remote_);
    }

    counts.read += static_cast<std::int64_t>(page.records.size());
    counts.added += kept.added;
    counts.revised += kept.revised;
    counts.problems += kept.problems;
    counts.requests += page.requests;
    counts.milliseconds += (books_.clock.now() - step_began_).count();
    count_page(books_, remote_, request.stream, static_cast<std::int64_t>(page.records.size()),
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
    const View view = books_.view();
    return {view->sources.unseen(remote_.row.id, state_.stream, state_.run),
            view->sources.count_known(remote_.row.id, state_.stream)};
}

Status Pull::finish_stream() {
    const WalkEnd end = full_ ? compare_walk() : WalkEnd{};
    if (full_ && (!end.missing.empty() || state_.stream == "entries" || state_.stream == "tasks"))
        if (auto asked = ask_rights(); !asked) return asked;
    Step step = books_.begin();
    auto& counts = stream_report(state_.stream);
    counts.complete = true;
    judge_values(step, state_.stream);
    if (full_) {
        if (walk_end_) books::note_proof(step, remote_, state_.stream, *walk_end_);
        end_full_walk(step, end);
        if (state_.stream == "entries") walked_whole_ = true;
        if (rights_) walked_rights_ = true;
    }
    // Time without a task stands on tasks that come with it (G64).
    if (state_.stream == "tasks" ||
        (state_.stream == "entries" && step->sources.has_unowned_none(remote_.row.id))) {
        if (resolve_owners(step, remote_) > 0) facts_changed_ = true;
        if (&remote_ == books_.crm() && names_changed()) resolve_by_rules(step, remote_);
    }
    step.put_off(remote_);
    ++index_;
    begun_ = false;
    return {};
}

// Only a complete pass proves that something is gone (rule 51), and even then not when half of it
// is.
void Pull::end_full_walk(Step& step, const WalkEnd& end) {
    const auto& stream = state_.stream;
    auto& counts = stream_report(stream);
    const auto strange = books::suspicious(
        stream, end.known, end.known - static_cast<std::int64_t>(end.missing.size()));
    if (strange && !options_.accept_deletions) {
        stop_deletions(*strange);
    }
    not_shown_[stream] = {end.missing.begin(), end.missing.end()};
    if (!strange || options_.accept_deletions) {
        const store::Sources::Keep keep{remote_.row.id, stream, state_.run,
                                        pull_,          seen_,  step.now()};
        const auto gone = judge_missing(step, stream, end.missing);
        counts.tombstoned += forget_records(step, remote_, keep, gone);
        note_hidden(step, stream, end.missing, gone);
        if (counts.tombstoned > 0) facts_changed_ = true;
    } else {
        note_hidden(step, stream, end.missing, {});
    }
    const Instant now = step.now();
    store::StreamState done = state_;
    done.run = 0;
    done.completed_at = now;
    step->sources.keep_cursor(remote_.row.id, done);
    done.reading = kChanges;
    step->sources.keep_cursor(remote_.row.id, done);
}

// The walk or sweep has ended: what changed in it is judged together (G46).
void Pull::judge_values(Step& step, const std::string& stream) {
    if (!step->waiting.any(remote_.row.id, stream)) return;
    const store::Sources::Keep keep{remote_.row.id, stream, 0, pull_, seen_, step.now()};
    const auto judged = ValueGuard(step, remote_).judge(keep, options_.accept_values);
    const auto clients = step->waiting.clients(remote_.row.id, stream);
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
    const View view = books_.view();
    std::vector<Sweep> out;
    std::string after;
    for (;;) {
        auto ids =
            view->sources.unbilled_ids(remote_.row.id, after, static_cast<std::int64_t>(kSweepIds));
        if (ids.empty()) return out;
        after = ids.back();
        out.emplace_back().ids = std::move(ids);
    }
}

void Pull::plan_window(Day from) {
    if (!remote_.connector->capabilities().work_windows) return;
    Sweep window;
    window.reading = domain::Reading::Window;
    window.from = from;
    window.to = std::chrono::floor<std::chrono::days>(books_.clock.now()) + std::chrono::days{1};
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
        plan_window(std::chrono::floor<std::chrono::days>(books_.clock.now()) +
                    std::chrono::days{1} - std::chrono::days{remote_.window_days});
    }
    if (capabilities.task_totals) {
        Sweep unequal;
        unequal.reading = domain::Reading::OfTasks;
        const View view = books_.view();
        for (const auto& gap : view->sources.total_gaps(remote_.row.id))
            if (gap.remote_seconds) unequal.ids.push_back(gap.remote_id);
        if (!unequal.ids.empty()) sweeps_.push_back(std::move(unequal));
    }
}

Pull::Turn Pull::sweep_step() {
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
        const Read read = books_.read();
        for (const auto& record : page->records) sweep.shown.insert(record.id);
        for (const auto& id : page->covered) {
            const auto task = read->sources.find_task({remote_.row.name, "task", id});
            if (!task) continue;
            for (const auto& entry : read->sources.entries_of_task(task->id))
                if (!entry.deleted && !sweep.shown.count(entry.ref.id))
                    sweep.absent.insert(entry.ref.id);
        }
    }
    if (!page->complete) return Turn::More;

    if (!sweep.absent.empty())
        if (auto asked = ask_rights(); !asked) return fail(asked.error());
    const auto proof = remote_.connector->capabilities().proof_of(sweep.stream);
    if (!sweep.absent.empty() && proof == domain::Proof::Walk) {
        Sweep gone = std::move(sweep);
        sweeps_.erase(sweeps_.begin());
        if (look_first(gone)) return Turn::More;
        sweeps_.insert(sweeps_.begin(), std::move(gone));
    }
    return conclude();
}

Result<domain::Page> Pull::ask(const domain::ReadRequest& request) {
    failed_before_ = remote_.connector->contact().failed;
    books_.at("before read");
    auto page = remote_.connector->read(request);
    books_.at("after read");
    if (page) pauses_ = 0;
    return page;
}

// The last request was not answered. Where that is a pause that the remote asks for, it is no
// failure (G63): the pull stays where it is, and asks the same again.
Pull::Turn Pull::missed(const Error& error) {
    if (!asks_for_pause(books_, *remote_.connector, error, failed_before_, kPauseOfPull) ||
        ++pauses_ > kPausesInARow)
        return fail(error);
    return Turn::Wait;
}

void Pull::settle_one_by_one(bool everybody) {
    books::settle_one_by_one(books_, remote_, cause(), everybody);
}

Step::Cause Pull::cause() const {
    return recounted_ ? Step::Cause::Recount : Step::Cause::Facts;
}

void Pull::ends_reading(Step& step) const {
    step.ends_reading(remote_);
    step.cause = cause();
}

Pull::Turn Pull::fail(const Error& error) {
    report_.error = error;
    count_pull(books_, remote_, "failed");
    // What came before the failure counts already, and a walk goes on behind it.
    put_down();
    settle_one_by_one(false);
    Step step = books_.begin();
    ends_reading(step);
    auto job = step->jobs.find(remote_.row.id, "pull", "")
                   .value_or(store::JobRow{remote_.row.id, "pull", "", {}, 0, "", {}, {}});
    ++job.failures;
    job.last_error = to_string(error);
    const auto pause =
        books::with_jitter(std::chrono::minutes{std::min(1 << std::min(job.failures, 5), 30)},
                           books_.settings.public_url + remote_.row.account, job.failures);
    job.due_at = std::max(step.now() + pause, remote_.connector->earliest());
    step->jobs.put(job);
    note_history(step, "failed: " + to_string(error));
    step.done();
    return Turn::Failed;
}

void Pull::note_history(Step& step, const std::string& outcome) {
    store::PullRow row{0, remote_.row.id, began_, step.now(), "schedule", "", 0, outcome};
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
    step->pulls.add(row);
}

// Names that came late: rules by name may mean them.
void Pull::add_unlisted_people() {
    if (ask_for_unlisted_people(books_, remote_, pull_, seen_) == 0) return;
    Step step = books_.begin();
    resolve_owners(step, remote_);
    if (&remote_ == books_.crm()) resolve_by_rules(step, remote_);
    step.put_off(remote_);
    facts_changed_ = true;
}

Pull::Turn Pull::finish() {
    if (!options_.only_entries) add_unlisted_people();
    if (options_.only_entries) return Turn::Finished; // sending judges the difference itself
    settle_one_by_one(options_.reconcile);            // each night of all
    Step step = books_.begin();
    ends_reading(step);
    stop_for_large(step);
    remember_rights(step);
    count_pull(books_, remote_, report_.stopped ? "stopped" : "done");
    if (walked_whole_ && !step->kept.get(remote_.row.id, books::kept::kWordsRead))
        step->kept.put(remote_.row.id, books::kept::kWordsRead, "1", step.now());
    for (const auto& stream : report_.streams)
        count_rows(books_, remote_, stream.stream, "gone", stream.tombstoned);
    // What an event told meanwhile may stand where this pull had been already (R10).
    const bool hinted = step->kept.get(remote_.row.id, books::kept::kHinted).has_value();
    const Instant next = step.now() + (hinted ? std::chrono::minutes{0} : remote_.poll);
    store::JobRow job{remote_.row.id, "pull", "", next, 0, "", {}, {}};
    if (report_.stopped) {
        job.stopped = report_.stopped->reason;
        job.what_to_do = report_.stopped->what_to_do;
    }
    step->jobs.put(job);
    note_history(step, report_.stopped ? "stopped: " + report_.stopped->reason : "done");
    const bool planned = step->jobs.find(remote_.row.id, "reconcile", "").has_value();
    if (!planned || options_.reconcile)
        step->jobs.put({remote_.row.id, "reconcile", "", next_night(step, remote_), 0, "", {}, {}});
    step.done();
    return Turn::Finished;
}

bool reconcile_due(const Reading& read, const KnownRemote& remote) {
    const auto job = read->jobs.find(remote.row.id, "reconcile", "");
    return job && job->due_at <= read.now();
}

Instant next_night(const Reading& read, const KnownRemote& remote) {
    const Zone& zone = read.settings.zone;
    const Instant now = read.now();
    const Instant tonight = zone.start_of(zone.day_of(now)) + remote.reconcile_at;
    if (tonight > now) return tonight;
    return zone.start_of(zone.day_of(now) + std::chrono::days{1}) + remote.reconcile_at;
}

} // namespace hb::lanes
