#include <algorithm>

#include "base/wall_clock.h"
#include "books/hidden.h"
#include "books/plan.h"
#include "books/settings_names.h"
#include "books/subtractions.h"
#include "books/walk_proof.h"
#include "domain/losses.h"
#include "lanes/patience.h"
#include "lanes/pull.h"
#include "store/hidden.h"

// What a reading did not show: gone, hidden, or not proven either way (G48, G49). And what a new
// version of the program reads in records that it knows.
namespace hb::lanes {
namespace {

constexpr std::chrono::seconds kRightsWait{10};
constexpr std::int64_t kRereadBatch = 2500; // records a transaction

// What planners said of their time when nobody asked them yet stands in the records that were kept:
// that is what was told first, also where the record is not told anew for years (G65).
void find_first_words(Books& books, const KnownRemote& remote) {
    std::string after;
    for (;;) {
        Step step = books.begin();
        const auto ids = step->sources.billed_unasked_ids(remote.row.id, after, kRereadBatch);
        if (ids.empty()) return;
        for (const auto& id : ids)
            if (const auto text = step->sources.record_text(remote.row.id, "entries", id)) {
                const auto fact = remote.mapping->apply({"entries", id, *text, ""}).fact;
                if (fact && std::holds_alternative<domain::SourceEntry>(*fact))
                    step->sources.put_first_word(remote.row.id,
                                                 std::get<domain::SourceEntry>(*fact));
            }
        after = ids.back();
        step.put_off(remote);
    }
}

} // namespace

// What a mapping that came with a new version reads for the first time is no change: free time
// takes it, what is on a sent report keeps what was frozen (G65).
void Pull::read_free_time_anew() {
    const std::string& digest = remote_.mapping->digest();
    if (books_.read()->kept.get(remote_.row.id, books::kept::kMappingRead) != digest)
        find_first_words(books_, remote_);
    std::string after;
    for (;;) {
        Step step = books_.begin();
        if (step->kept.get(remote_.row.id, books::kept::kMappingRead) == digest) break;
        const auto ids = step->sources.unbilled_ids(remote_.row.id, after, kRereadBatch);
        const auto known = step->sources.known(remote_.row.id, "entries", ids);
        std::vector<store::KeptRecord> records;
        for (const auto& id : ids) {
            const auto stands = known.find(id);
            const auto text = step->sources.record_text(remote_.row.id, "entries", id);
            if (stands == known.end() || stands->second.gone || !text) continue;
            const domain::SourceRecord record{"entries", id, *text, stands->second.hash};
            records.push_back(books::kept_record(record, remote_.mapping->apply(record)));
        }
        const store::Sources::Keep keep{remote_.row.id, "entries", 0, pull_, seen_, step.now()};
        const auto kept = keep_records(step, remote_, keep, std::move(records), {});
        if (kept.revised > 0) facts_changed_ = recounted_ = true;
        if (ids.empty())
            step->kept.put(remote_.row.id, books::kept::kMappingRead, digest, step.now());
        else
            after = ids.back();
        step.put_off(remote_);
    }
    reread_ = true;
}

// Where an hour allows little, the nightly comparison is a whole walk of the time records that goes
// on where the last pull had to stop.
bool Pull::whole_walk_due(const Reading& read, const std::string& stream,
                          const std::optional<store::StreamState>& full) {
    if (!options_.reconcile || stream != "entries" ||
        !remote_.connector->capabilities().reconcile_by_walk)
        return false;
    const auto job = read->jobs.find(remote_.row.id, "reconcile", "");
    return !job || !full || !full->completed_at || *full->completed_at < job->due_at;
}

// Does it belong to somebody or something that is not shown, or was not asked for (G48)?
bool Pull::is_hidden(const Reading& read, const std::string& stream, const std::string& id) const {
    const auto lacks = [&](const char* of, const std::string& parent) {
        const auto shown = not_shown_.find(of);
        if (shown != not_shown_.end() && shown->second.count(parent) > 0) return true;
        const auto& parents = remote_.connector->capabilities().parents;
        const auto by = parents.find(stream);
        if (!walk_end_ || !walk_end_->by_parents || by == parents.end() || by->second != of)
            return false;
        const auto& asked = walk_end_->parents;
        return std::find(asked.begin(), asked.end(), parent) == asked.end();
    };
    const auto of_task = [&](const std::optional<store::TaskRow>& task) {
        return task && lacks("groups", task->facts.project);
    };
    if (stream == "tasks") return of_task(read->sources.find_task({remote_.row.name, "task", id}));
    if (stream != "entries") return false;
    const auto entry = read->sources.find_entry({remote_.row.name, "entry", id});
    if (!entry) return false;
    const auto task = read->sources.find_task(entry->task);
    const auto person = read->sources.find_person(entry->person);
    return (task && lacks("tasks", task->ref.id)) || of_task(task) ||
           (person && lacks("users", person->ref.id));
}

// Which of those that a whole walk did not show are gone for that. Others are asked for by their
// ids, or kept: absence alone says nothing (G48, G49).
std::vector<std::string> Pull::judge_missing(Step& step, const std::string& stream,
                                             std::vector<std::string> missing) {
    missing = books::without_kept(step, remote_.row.id, stream, std::move(missing));
    if (options_.accept_deletions || missing.empty()) return missing;
    if (!may_conclude()) return {};
    const auto proof = remote_.connector->capabilities().proof_of(stream);
    if (proof == domain::Proof::Id) {
        Sweep asked;
        asked.stream = stream;
        asked.missing = true;
        asked.ids = std::move(missing);
        sweeps_.push_back(std::move(asked));
        return {};
    }
    if (proof != domain::Proof::Walk || (walk_end_ && !walk_end_->proven)) return {};
    Sweep gone;
    gone.stream = stream;
    gone.missing = true;
    gone.absent = {missing.begin(), missing.end()};
    return look_first(std::move(gone)) ? std::vector<std::string>()
                                       : within_bounds(step, stream, std::move(missing));
}

// A walk proves only that what belongs to people, projects and tasks that are still shown is gone
// (G48): those are walked before anything is concluded. False: there is nothing to look at.
bool Pull::look_first(Sweep sweep) {
    const auto& able = remote_.connector->capabilities();
    if (sweep.stream != "tasks" && sweep.stream != "entries") return false;
    std::vector<Sweep> looks;
    for (const char* of : {"users", "groups", "tasks"}) {
        if (of == sweep.stream) break;
        if (sweep.stream == "tasks" && std::string_view(of) == "users") continue;
        if (not_shown_.count(of) > 0 || able.derived.count(of) > 0) continue;
        Sweep look;
        look.stream = of;
        look.reading = domain::Reading::Full;
        look.shown_ones = true;
        looks.push_back(std::move(look));
    }
    sweep.judged = true;
    looks.push_back(std::move(sweep));
    sweeps_.insert(sweeps_.begin(), std::make_move_iterator(looks.begin()),
                   std::make_move_iterator(looks.end()));
    return true;
}

Pull::Turn Pull::look_step() {
    Sweep& sweep = sweeps_.front();
    domain::ReadRequest request;
    request.stream = sweep.stream;
    request.reading = sweep.reading;
    request.cursor = sweep.cursor;
    const auto page = ask(request);
    if (!page) return missed(page.error());
    sweep.cursor = page->cursor;
    stream_report(sweep.stream).requests += page->requests;
    for (const auto& record : page->records) sweep.shown.insert(record.id);
    if (!page->complete) return Turn::More;
    const bool whole = !page->end || page->end->doubt.empty();
    auto& hidden = not_shown_[sweep.stream];
    for (auto& id : books_.read()->sources.known_ids(remote_.row.id, sweep.stream))
        if (sweep.shown.count(id) == 0) hidden.insert(std::move(id));
    if (page->end) {
        Step step = books_.begin();
        books::note_proof(step, remote_, sweep.stream, *page->end);
        step.put_off(remote_);
    }
    sweeps_.erase(sweeps_.begin());
    // What is shown can't be told: nothing is concluded.
    if (!whole)
        while (sweeps_.front().shown_ones || sweeps_.front().judged) {
            const bool last = sweeps_.front().judged;
            sweeps_.erase(sweeps_.begin());
            if (last) break;
        }
    return sweeps_.empty() ? finish() : Turn::More;
}

// What a sweep found to be gone, unless it is too much of it or only hidden.
Pull::Turn Pull::conclude() {
    Sweep& sweep = sweeps_.front();
    // What a window did not show is asked for by id before anybody calls it deleted: its date may
    // have moved.
    Sweep missing;
    if (sweep.reading == domain::Reading::Window && remote_.connector->capabilities().read_by_ids) {
        const View view = books_.view();
        for (auto& id : view->sources.ids_in_window(remote_.row.id, sweep.from, sweep.to))
            if (!sweep.shown.count(id)) missing.ids.push_back(std::move(id));
    }
    judge_sweep(sweep, missing.ids);
    sweeps_.erase(sweeps_.begin());
    if (!missing.ids.empty()) sweeps_.insert(sweeps_.begin(), std::move(missing));
    return sweeps_.empty() ? finish() : Turn::More;
}

// `ask_for`: gets ids that have to be asked for one by one.
void Pull::judge_sweep(const Sweep& sweep, std::vector<std::string>& ask_for) {
    Step step = books_.begin();
    if (!sweep.absent.empty()) {
        const std::vector<std::string> absent(sweep.absent.begin(), sweep.absent.end());
        const auto may_go = books::without_kept(step, remote_.row.id, sweep.stream, absent);
        const auto gone = options_.accept_deletions ? may_go : proven_of(step, sweep, may_go);
        // What its task's whole reading lacks is asked for by its id.
        if (sweep.reading == domain::Reading::OfTasks && gone.empty() && asks_by_id(sweep))
            ask_for = absent;
        else
            take_absent(step, sweep, absent, gone);
    }
    judge_values(step, sweep.stream);
    step.put_off(remote_);
}

std::vector<std::string> Pull::proven_of(Step& step, const Sweep& sweep,
                                         const std::vector<std::string>& absent) {
    std::vector<std::string> gone;
    for (const auto& id : absent)
        if (is_proven(step, sweep, id)) gone.push_back(id);
    return remote_.connector->capabilities().proof_of(sweep.stream) == domain::Proof::Walk
               ? within_bounds(step, sweep.stream, std::move(gone))
               : gone;
}

bool Pull::asks_by_id(const Sweep& sweep) const {
    const auto& able = remote_.connector->capabilities();
    return able.read_by_ids && able.proof_of(sweep.stream) == domain::Proof::Id && may_conclude();
}

// Does the sweep that did not show it prove that it is gone (G48)?
bool Pull::is_proven(const Reading& read, const Sweep& sweep, const std::string& id) const {
    if (!may_conclude()) return false;
    switch (remote_.connector->capabilities().proof_of(sweep.stream)) {
    case domain::Proof::Id:
        return sweep.reading == domain::Reading::ByIds;
    case domain::Proof::Walk:
        // By ids a planner of this kind calls gone only what a proven walk did not show.
        return sweep.judged &&
               (sweep.missing || sweep.reading == domain::Reading::OfTasks ||
                sweep.reading == domain::Reading::ByIds) &&
               !is_hidden(read, sweep.stream, id);
    case domain::Proof::Feed:
    case domain::Proof::None:
        break;
    }
    return false;
}

void Pull::take_absent(Step& step, const Sweep& sweep, const std::vector<std::string>& absent,
                       const std::vector<std::string>& gone) {
    const auto asked = sweep.missing ? step->sources.count_known(remote_.row.id, sweep.stream)
                       : sweep.reading == domain::Reading::ByIds
                           ? static_cast<std::int64_t>(sweep.ids.size())
                           : 0;
    const auto strange =
        asked > 20
            ? books::suspicious(sweep.stream, asked, asked - static_cast<std::int64_t>(gone.size()))
            : std::nullopt;
    const bool stopped = strange && !options_.accept_deletions;
    if (stopped) stop_deletions(*strange);
    const store::Sources::Keep keep{remote_.row.id, sweep.stream, 0, pull_, seen_, step.now()};
    const auto forgotten = stopped ? 0 : forget_records(step, remote_, keep, gone);
    note_hidden(step, sweep.stream, absent, stopped ? std::vector<std::string>{} : gone);
    stream_report(sweep.stream).tombstoned += forgotten;
    if (forgotten > 0) facts_changed_ = true;
}

// Whose rights this reading has, and whether they are those of the last whole one (G48).
Status Pull::ask_rights() {
    if (rights_) return {};
    rights_changed_ = false;
    const Instant earliest = remote_.connector->earliest();
    if (earliest - books_.clock.now() >
        kRightsWait) { // not worth an hour: then nothing is concluded
        rights_ = connector::Connector::Rights{"", false};
        return {};
    }
    if (earliest > books_.clock.now()) books_.clock.wait_until(earliest);
    books_.at("before read");
    const auto rights = called(books_, remote_, [&] { return remote_.connector->rights(); });
    books_.at("after read");
    if (!rights) return rights.error();
    const Read read = books_.read();
    const auto before = read->kept.get(remote_.row.id, books::kept::kRights);
    rights_changed_ = before && *before != rights->who;
    rights_ = *rights;
    return {};
}

bool Pull::may_conclude() const {
    return !rights_ || (rights_->sees_all && !rights_changed_);
}

domain::NotShown Pull::cause_now() const {
    return may_conclude() ? domain::NotShown::Unproven : domain::NotShown::Rights;
}

// What was not shown and is not gone stays, and is named.
void Pull::note_hidden(Step& step, const std::string& stream,
                       const std::vector<std::string>& missing,
                       const std::vector<std::string>& gone) {
    if (missing.empty()) return;
    auto& hidden = step->hidden;
    const std::set<std::string> away(gone.begin(), gone.end());
    std::vector<std::string> plain, owned;
    for (const auto& id : missing)
        if (away.count(id) == 0 && large_.count({stream, id}) == 0)
            (is_hidden(step, stream, id) ? owned : plain).push_back(id);
    const Instant now = step.now();
    hidden.add(remote_.row.id, stream, plain, cause_now(), now);
    hidden.add(remote_.row.id, stream, owned,
               may_conclude() ? domain::NotShown::Owner : cause_now(), now);
}

// Deletions that absence alone proves and that would take much of one client's time wait for a
// person (G48); what was hidden when permissions changed is not concluded later either.
std::vector<std::string> Pull::within_bounds(Step& step, const std::string& stream,
                                             std::vector<std::string> gone) {
    auto& hidden = step->hidden;
    const auto known = hidden.of_stream(remote_.row.id, stream);
    std::erase_if(gone, [&](const std::string& id) {
        const auto row = known.find(id);
        return row != known.end() && row->second.cause == domain::NotShown::Rights;
    });
    if (stream != "entries" || gone.empty()) return gone;
    const auto& limits = books_.settings.guards;
    std::set<std::int64_t> clients;
    for (const auto& loss : hidden.loss_by_client(remote_.row.id, gone))
        if (domain::exceeds({loss.lost, 0}, {}, {loss.open - loss.lost, 0}, limits))
            clients.insert(loss.client);
    if (clients.empty()) return gone;
    std::vector<std::string> small, large;
    for (auto& id : gone) {
        const auto entry = step->sources.find_entry({remote_.row.name, "entry", id});
        const bool waits = entry && entry->client && clients.count(*entry->client) > 0;
        (waits ? large : small).push_back(std::move(id));
    }
    hidden.add(remote_.row.id, stream, large, domain::NotShown::Large, step.now());
    for (auto& id : large) large_.insert({stream, std::move(id)});
    return small;
}

// As long as such deletions wait each pull says so.
void Pull::stop_for_large(const Reading& read) {
    const auto& hidden = read->hidden;
    for (const auto& count : hidden.counts())
        if (count.remote == remote_.row.id && count.cause == domain::NotShown::Large)
            stop(std::to_string(count.records) + " " + count.stream + " are not shown since " +
                     wall_clock_text(count.since, books_.settings.zone) +
                     ", and that is more of a client's time than is taken for deleted unasked",
                 "check in the planner whether they were deleted; if they were: hourbridge sync " +
                     remote_.row.name + " --full --accept-deletions; if not: hourbridge sync " +
                     remote_.row.name + " --keep REF --reason TEXT");
}

// Whose rights a whole reading had, for the next one.
void Pull::remember_rights(Step& step) {
    if (!walked_rights_ || !rights_ || (rights_->who.empty() && !rights_->sees_all)) return;
    if (step->kept.get(remote_.row.id, books::kept::kRights) != rights_->who)
        step->kept.put(remote_.row.id, books::kept::kRights, rights_->who, step.now());
}

} // namespace hb::lanes
