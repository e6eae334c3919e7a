#include "lanes/service.h"

#include <algorithm>
#include <set>

#include "base/ensure.h"
#include "books/evidence.h"
#include "books/planning.h"
#include "books/questions.h"
#include "books/settings_names.h"
#include "lanes/documents_job.h"
#include "lanes/outbox_job.h"
#include "lanes/patience.h"
#include "lanes/since_sent.h"
#include "store/numbers.h"
#include "voices/drafts.h"

namespace hb::lanes {
namespace {

namespace say = voices::drafts;

// A request that fails is made so often; the connection's failures shut the breaker by then.
constexpr int kLookTries = 3;

// A pull that somebody asked for goes step by step beside the lane's other work, and alone.
class ByHand {
public:
    explicit ByHand(RemoteRuntime& remote) : turn_(remote.by_hand), remote_(remote) {
        ++remote_.pulled_by_hand;
    }
    ~ByHand() { --remote_.pulled_by_hand; }
    ByHand(const ByHand&) = delete;
    ByHand& operator=(const ByHand&) = delete;

private:
    std::lock_guard<std::mutex> turn_;
    RemoteRuntime& remote_;
};

} // namespace

void Service::recover() {
    Step step = books_.begin();
    remember_interrupted(step);
    step->outbox.recover(step.now());
    step->touched.gather(); // by pages of a reading that died, perhaps of a remote that is gone
    step.done();
}

void Service::failed(RemoteRuntime& remote, Doing doing, const Error& error, Troubles& errors) {
    Outages outages(books_);
    outages.note(remote);
    if (outages.troubled(remote)) return;
    errors.add({{doing, error.code, remote.row.name}, remote.row.name + ": " + to_string(error)});
}

std::optional<Instant> Service::next_probe(const RemoteRuntime& remote) const {
    const Read read = books_.read();
    return read->breakers.find(remote.row.id).probe_at;
}

bool Service::probe(RemoteRuntime& remote) {
    Outages outages(books_);
    const std::lock_guard<std::recursive_mutex> busy(*remote.busy);
    if (outages.way(remote) != Way::Probe) return outages.open(remote);
    if (remote.mapping) {
        Pull(books_, remote, {}).step();
    } else {
        const auto before = remote.connector->counters().requests;
        (void)remote.connector->check(); // what it says is asked of contact()
        // A webhook has no call but the notice itself.
        if (remote.connector->counters().requests == before && !OutboxJob(books_, remote).probe())
            outages.forget_if_idle(remote);
    }
    outages.note(remote);
    return outages.open(remote);
}

bool Service::wait_for(RemoteRuntime& remote, std::optional<Instant> until) {
    for (;;) {
        const Instant earliest = remote.earliest();
        if (earliest <= books_.clock.now()) return true;
        if (until && earliest > *until) return false;
        books_.clock.wait_until(earliest);
    }
}

PullReport Service::pull(RemoteRuntime& remote, const PullOptions& options) {
    if (const auto pause = Outages(books_).paused(remote)) {
        PullReport rests;
        rests.remote = remote.row.name;
        rests.error =
            Error{Code::Conflict,
                  remote.row.name + " " + pause_text(remote.row.name, *pause, books_.settings.zone),
                  "", ""};
        return rests;
    }
    const ByHand alone(remote);
    {
        const std::lock_guard<std::recursive_mutex> busy(*remote.busy);
        ++remote.pulls;
    }
    Pull pull(books_, remote, options);
    for (;;) {
        const auto step = [&] {
            const std::lock_guard<std::recursive_mutex> busy(*remote.busy);
            return pull.step();
        }();
        Outages(books_).note(remote);
        if (step == Pull::Turn::Wait)
            wait_for(remote, std::nullopt);
        else if (step != Pull::Turn::More)
            break;
    }
    facts_changed_ = true;
    read_ = true;
    auto report = pull.report();
    if (report.error) report.error = Outages(books_).told(remote, *report.error);
    return report;
}

Status Service::read_before_freezing(std::int64_t report, Patience patience) {
    const auto to_read = [&] {
        const View view = books_.view();
        return books::Lookup(view).entries_to_read(report);
    }();
    for (const auto& [name, ids] : to_read) {
        RemoteRuntime* remote = books_.find_remote(name);
        if (remote == nullptr) return voices::refuse<say::kRemoteGone>(Code::Remote, name);
        if (patience == Patience::GivesUp && remote->pulled_by_hand > 0)
            return voices::refuse<say::kRemoteBusy>(Code::Conflict, name);
        PullOptions options;
        options.only_entries = ids;
        const auto done = pull(*remote, options);
        if (done.error) return *done.error;
        // Most of the report's time is not there: rights that were lost, or it is really gone.
        if (done.stopped)
            return Error{Code::Conflict, name + ": " + done.stopped->reason, "",
                         done.stopped->what_to_do};
    }
    return {};
}

// While several objects with one key are known, their key is looked up again: the question ends
// when a person has removed the others.
void Service::look_for_twins(Troubles& errors) {
    RemoteRuntime* crm = books_.crm();
    if (crm == nullptr) return;
    std::vector<store::OpRow> ops;
    {
        const Read read = books_.read();
        for (const auto& question : read->reports.open_questions()) {
            if (question.asked.kind != domain::QuestionKind::FoundTwice) continue;
            const auto op = read->outbox.of_purpose(domain::Purpose::stored(question.asked.about));
            if (op && op->remote == crm->row.id && op->report == question.report)
                ops.push_back(*op);
        }
    }
    for (const auto& op : ops) {
        if (!available(*crm) || !wait_for(*crm, std::nullopt)) return;
        const auto found = called(books_, *crm, [&] { return crm->connector->find(op.op); });
        if (!found) {
            failed(*crm, Doing::Twins, found.error(), errors);
            return;
        }
        if (found->size() > 1) continue;
        Step step = books_.begin();
        end_question(step, *op.report, domain::QuestionKind::FoundTwice, op.purpose.text());
        step.done();
    }
}

std::int64_t Service::check_payments(Troubles& errors) {
    look_for_twins(errors);
    RemoteRuntime* crm = books_.crm();
    if (crm == nullptr) return 0;
    const auto watched = reports_to_watch(books_.read(), *crm);
    CrmLooks looks(books_, *crm, watched.reports);
    look_whole(looks, errors);
    if (looks.ended() && watched.paid_too) watched_paid(books_, *crm);
    return static_cast<std::int64_t>(watched.reports.size());
}

std::int64_t Service::look_at(const std::vector<std::int64_t>& reports, Troubles& errors) {
    RemoteRuntime* crm = books_.crm();
    if (crm == nullptr) return 0;
    CrmLooks looks(books_, *crm, reports);
    return look_whole(looks, errors);
}

std::int64_t Service::look_whole(CrmLooks& looks, Troubles& errors) {
    RemoteRuntime& crm = *books_.crm();
    std::int64_t moved = 0;
    int failures = 0;
    while (!looks.ended() && available(crm) && wait_for(crm, std::nullopt)) {
        const auto done = look_on(looks, errors);
        if (done) {
            failures = 0;
            moved += *done;
        } else if (++failures == kLookTries) {
            failed(crm, Doing::Deal, done.error(), errors);
            break;
        }
    }
    return moved;
}

Result<std::int64_t> Service::look_on(CrmLooks& looks, Troubles& errors) {
    RemoteRuntime& crm = *books_.crm();
    const auto seen = looks.step(news_);
    Outages(books_).note(crm);
    if (!seen) return seen.error();
    for (const auto& trouble : looks.take_troubles()) failed(crm, Doing::Deal, trouble, errors);
    std::int64_t moved = 0;
    for (const auto& look : *seen)
        if (judge(look, errors)) ++moved;
    return moved;
}

// What is wrong with one report's books is no trouble of the others.
bool Service::judge(const Look& look, Troubles& errors) {
    std::int64_t& last = last_news_[look.report];
    if (last > look.stamp) return false; // written to, or seen by somebody later
    last = ++news_;
    try {
        const bool confirmed = confirm_invoiced(books_, look.report, look.deal, look.invoice);
        return apply_evidence(books_, look.report, look.deal, look.invoice) || confirmed;
    } catch (const BrokenInvariant& broken) {
        const std::string which = "report " + std::to_string(look.report);
        errors.add({{Doing::Judging, Code::NeedsPerson, which},
                    which + " can't be judged: " + broken.what()});
        return false;
    }
}

// Those that could not be read stay for the next time.
std::int64_t Service::read_back(Troubles& errors) {
    if (written_.empty()) return 0;
    const std::vector<std::int64_t> reports(written_.begin(), written_.end());
    CrmLooks looks(books_, *books_.crm(), reports);
    const auto moved = look_whole(looks, errors);
    if (looks.ended()) written_.clear();
    return moved;
}

std::int64_t Service::work_outbox(RemoteRuntime& remote, Troubles& errors,
                                  std::optional<Instant> until) {
    ready();
    OutboxJob job(books_, remote);
    std::int64_t steps = 0;
    for (;;) {
        if (!available(remote)) {
            const auto next = next_probe(remote);
            if (!until || !next || *next > *until) break; // in a lane its walk probes
            books_.clock.wait_until(*next);
            if (!probe(remote)) {
                if (next_probe(remote) == next) break; // the remote may not be called yet
                continue;
            }
        }
        const auto step = [&] {
            const std::lock_guard<std::recursive_mutex> busy(*remote.busy);
            return job.step();
        }();
        if (step == OutboxJob::Turn::Worked) {
            ++steps;
            for (const auto report : job.take_written()) {
                written_.insert(report);
                last_news_[report] = ++news_;
            }
            if (job.trouble()) failed(remote, Doing::Write, *job.trouble(), errors);
            continue;
        }
        if (!available(remote)) continue;
        if (step == OutboxJob::Turn::Wait) {
            // The request bucket is no reason to leave work behind; a method blocked for minutes
            // is.
            const Instant patience = books_.clock.now() + std::chrono::seconds{65};
            if (!wait_for(remote, std::max(until.value_or(patience), patience))) break;
            continue;
        }
        // Idle now. Deals and rows that were just written are read back and compared (G19).
        std::int64_t progress = books_.crm() == &remote ? read_back(errors) : 0;
        progress += follow_up(remote);
        steps += progress;
        if (progress > 0) continue;
        if (!until) break;
        std::optional<Instant> due;
        {
            const Read read = books_.read();
            due = read->outbox.next_due(remote.row.id);
            const auto document = read->documents.next_due(remote.row.id);
            if (document && (!due || *document < *due)) due = document;
        }
        if (!due || *due > *until) break;
        books_.clock.wait_until(*due);
    }
    return steps;
}

void Service::ready() {
    if (ready_) return;
    ready_ = true;
    books_.keep_numbers();
    const Read read = books_.read();
    for (auto& remote : books_.remotes) {
        if (const auto layout = read->kept.get(remote->row.id, books::kept::kCardLayout))
            remote->connector->use_cards(*layout);
        remote->connector->use_lacks(read->lacks.of(remote->row.id));
    }
}

CardsJob Service::cards() {
    ready();
    return CardsJob(books_, [this](std::int64_t report) {
        return read_before_freezing(report, lanes_run_ ? Patience::GivesUp : Patience::Waits);
    });
}

std::int64_t Service::work_cards(Troubles& errors, bool facts_changed,
                                 std::optional<domain::CardPage> first) {
    RemoteRuntime* crm = books_.crm();
    if (crm == nullptr || !available(*crm)) return 0;
    auto job = cards();
    if (const auto read = job.read(std::move(first)); !read) {
        failed(*crm, Doing::Cards, read.error(), errors);
        return 1;
    }
    return 1 + job.show(facts_changed);
}

std::int64_t Service::follow_up(RemoteRuntime& remote) {
    std::int64_t steps = 0;
    DocumentsJob documents(books_, remote);
    while (available(remote) && documents.step()) {
        Outages(books_).note(remote);
        ++steps;
        if (!documents.trouble().empty()) break; // the others would hear the same
    }
    if (books_.crm() == &remote) {
        auto job = cards();
        job.make_drafts();
        steps += job.show(false);
    }
    return steps;
}

std::int64_t Service::work_inbox(Troubles& errors, bool offline) {
    ready();
    InboxJob job(books_);
    std::int64_t taken = 0;
    bool pull = false;
    for (;;) {
        auto looked = job.step();
        taken += looked.taken;
        offline = offline || looked.offline;
        pull = pull || looked.pull;
        follow(looked, errors);
        if (looked.taken == 0) break;
    }
    if (offline) {
        for (auto& remote : books_.remotes) {
            if (lanes_run_ && remote.get() != books_.crm())
                remote->news = true;
            else
                follow_offline(*remote, errors);
        }
    }
    // The lane of the remote may have looked before its pull was due.
    if (lanes_run_ && (pull || offline)) books_.clock.wake();
    return taken;
}

void Service::follow(const Looked& looked, Troubles& errors) {
    look_at({looked.reports.begin(), looked.reports.end()}, errors);
    if (!looked.documents.empty()) {
        Step step = books_.begin();
        step->documents.look_now(looked.documents, step.now());
        step.done();
    }
    if (looked.cards.empty()) return;
    RemoteRuntime* crm = books_.crm();
    if (crm == nullptr || !available(*crm)) return; // the next reading of the cards finds them
    if (const auto done = cards().look_at(looked.cards); !done)
        failed(*crm, Doing::Cards, done.error(), errors);
}

// The portal forgets an event only when we say that it was dealt with (protocol section 22).
void Service::follow_offline(RemoteRuntime& remote, Troubles& errors) {
    for (;;) {
        if (!available(remote) || !wait_for(remote, std::nullopt)) return;
        const auto events = called(books_, remote, [&] { return remote.connector->take_events(); });
        if (!events) {
            failed(remote, Doing::Events, events.error(), errors);
            return;
        }
        if (events->events.empty()) return;
        InboxJob job(books_);
        Looked looked;
        std::vector<std::string> done;
        for (const auto& [id, hint] : events->events) {
            job.look(remote, hint, looked);
            done.push_back(id);
        }
        const auto before = errors.size();
        follow(looked, errors);
        const bool missed = errors.size() != before || Outages(books_).troubled(remote);
        const std::vector<std::string> none;
        const auto told = called(books_, remote, [&] {
            return remote.connector->finish_events(events->process_id, missed ? none : done,
                                                   missed ? done : none);
        });
        if (!told) failed(remote, Doing::Events, told.error(), errors);
        if (missed || !told) return;
    }
}

std::string Service::moves_cursor(const RemoteRuntime& crm) const {
    const Read read = books_.read();
    return read->kept.get(crm.row.id, books::kept::kMovesCursor).value_or("");
}

std::int64_t Service::follow_moves(Troubles& errors, std::optional<domain::MovePage> first) {
    RemoteRuntime* crm = books_.crm();
    if (crm == nullptr || !available(*crm)) return 0;
    ready();
    std::set<std::int64_t> reports;
    std::set<std::string> moved;
    for (;;) {
        const std::string cursor = moves_cursor(*crm);
        Result<domain::MovePage> page = domain::MovePage{};
        if (first) {
            page = *std::exchange(first, std::nullopt);
        } else {
            if (!wait_for(*crm, std::nullopt)) return 0;
            page = called(books_, *crm, [&] { return crm->connector->read_moves(cursor); });
        }
        if (!page) {
            failed(*crm, Doing::Moves, page.error(), errors);
            return 0;
        }
        const Read read = books_.read();
        for (const auto& move : page->moves) {
            if (move.what.kind == "card") moved.insert(move.what.id);
            if (const auto report = report_of(read, move.what)) reports.insert(*report);
        }
        if (page->cursor != cursor) {
            Step step = books_.begin();
            step->kept.put(crm->row.id, books::kept::kMovesCursor, page->cursor, step.now());
            step.done();
        }
        if (page->complete) break;
    }
    look_at({reports.begin(), reports.end()}, errors);
    if (!moved.empty())
        if (const auto looked = cards().look_at(moved); !looked)
            failed(*crm, Doing::Cards, looked.error(), errors);
    return static_cast<std::int64_t>(reports.size() + moved.size());
}

Result<domain::SetupReport> Service::setup_portal(RemoteRuntime& remote, bool dry_run,
                                                  std::string_view handler) {
    const std::lock_guard<std::recursive_mutex> busy(*remote.busy);
    std::string layout;
    {
        const Read read = books_.read();
        layout = read->kept.get(remote.row.id, books::kept::kCardLayout).value_or("");
    }
    auto report = remote.connector->setup(dry_run, layout, handler);
    if (!report || dry_run) return report;
    Step step = books_.begin();
    if (report->cards) {
        const Instant now = step.now();
        step->kept.put(remote.row.id, books::kept::kCardLayout, report->cards->text, now);
        step->kept.put(remote.row.id, books::kept::kCardType,
                       std::to_string(report->cards->entity_type_id), now);
    }
    step.done();
    remote.connector->use_cards(report->cards ? report->cards->text : "");
    return report;
}

// The marks as the planner shows them now against what they should be (rule 46): a mark that
// somebody removed is set again.
void Service::compare_marks() {
    Step step = books_.begin();
    books::Planning planning(step);
    for (const auto& row : step->reports.list(std::nullopt, std::nullopt))
        if (domain::was_sent(row.state) && row.state != domain::State::Sent)
            planning.plan_marks(row);
    step.done();
}

std::optional<Instant> Service::next_due() const {
    const Read read = books_.read();
    std::optional<Instant> due;
    const auto take = [&due](std::optional<Instant> at) {
        if (at && (!due || *at < *due)) due = at;
    };
    for (const auto& remote : books_.remotes) {
        if (const auto pause = books::pause_of(read->kept, remote->row.id, read.now())) {
            if (pause->until) take(pause->until);
            continue;
        }
        if (const auto probe = next_probe(*remote)) {
            take(probe);
            continue;
        }
        take(read->outbox.next_due(remote->row.id));
        take(read->documents.next_due(remote->row.id));
        for (const auto& job : read->jobs.list(remote->row.id)) take(job.due_at);
    }
    for (const auto& sender : books_.senders) {
        if (books::pause_of(read->kept, sender->row.id, read.now())) continue;
        const auto probe = next_probe(*sender);
        take(probe ? probe : read->outbox.next_due(sender->row.id));
    }
    return due;
}

std::vector<PullReport> Service::pull_all() {
    std::vector<PullReport> pulls;
    Outages outages(books_);
    for (auto& remote : books_.remotes) {
        outages.note(*remote); // a minute may have passed well since the last run
        if (outages.paused(*remote)) continue;
        if (outages.way(*remote) != Way::Shut) {
            pulls.push_back(pull(*remote, {}));
            continue;
        }
        pulls.emplace_back();
        pulls.back().remote = remote->row.name;
        pulls.back().error = outages.told(*remote, {});
    }
    return pulls;
}

void Service::add_outages(RunReport& report) {
    Outages outages(books_);
    for (const auto& done : report.pulls) {
        RemoteRuntime* remote = books_.find_remote(done.remote);
        if (done.error && (remote == nullptr || !outages.troubled(*remote)))
            report.errors.push_back(done.remote + ": " + to_string(*done.error));
    }
    const auto add = [&](const RemoteRuntime& remote) {
        if (outages.troubled(remote)) report.errors.push_back(outages.told(remote, {}).message);
    };
    for (const auto& remote : books_.remotes) add(*remote);
    for (const auto& sender : books_.senders) add(*sender);
}

RunReport Service::run(std::chrono::seconds wait, std::vector<PullReport> before) {
    RunReport report;
    // In a service the other remotes have lanes of their own, which have ops in flight.
    const bool alone = !lanes_run_;
    if (alone) recover();
    const Instant until = books_.clock.now() + wait;
    Troubles of_hints; // what follows reads everything anyway
    report.steps += work_inbox(of_hints, false);
    Troubles errors;
    report.pulls = alone ? pull_all() : std::move(before);
    report.steps += static_cast<std::int64_t>(report.pulls.size());
    report.steps += work_cards(errors, true);
    report.steps += check_payments(errors);
    compare_marks();
    for (auto& remote : books_.remotes)
        if (alone || remote.get() == books_.crm())
            report.steps += work_outbox(*remote, errors, until);
    report.steps += alone ? tell(errors, until) : plan_notices();
    report.errors = errors.texts();
    for (auto& remote : books_.remotes) Outages(books_).note(*remote);
    add_outages(report);
    const Read read = books_.read();
    for (const auto& [remote, ops] : read->op_lacks.waiting()) report.lacking += ops;
    report.parked = read->outbox.count(store::OpState::Parked) - report.lacking;
    std::set<std::int64_t> asking;
    for (const auto& question : read->reports.open_questions()) asking.insert(question.report);
    report.asking = static_cast<std::int64_t>(asking.size());
    report.next_due = next_due();
    return report;
}

} // namespace hb::lanes
