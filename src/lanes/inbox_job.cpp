#include "lanes/inbox_job.h"

#include "base/text.h"
#include "books/settings_names.h"
#include "books/viewing.h"

namespace hb::lanes {
namespace {

using domain::State;

constexpr std::int64_t kRows = 200;
// Settled rows are kept so long for people; what is found again by a pull needs no copy here.
constexpr std::chrono::days kKept{30};
constexpr std::chrono::hours kForgetEvery{24};
constexpr const char* kForgot = "inbox.forgot"; // how many rows went the last time
// An event is stamped when it leaves the portal, some seconds after the change.
constexpr std::chrono::seconds kEchoAfter{60};

RemoteRuntime* remote_of(Books& books, const store::Inbox::Row& row) {
    for (const auto& remote : books.remotes)
        if (row.remote && remote->row.id == *row.remote) return remote.get();
    return nullptr;
}

} // namespace

Looked InboxJob::step() {
    Looked looked;
    Step step = books_.begin();
    const auto rows = step->inbox.fresh(kRows);
    if (rows.empty()) {
        forget_old(step);
        step.done();
        return looked;
    }
    for (const auto& row : rows) {
        const Verdict verdict = judge(step, row, looked);
        step->inbox.settle(row.id, verdict.state, verdict.error);
        ++looked.taken;
    }
    step.done();
    return looked;
}

InboxJob::Verdict InboxJob::judge(Step& step, const store::Inbox::Row& row, Looked& looked) {
    RemoteRuntime* remote = remote_of(books_, row);
    if (remote == nullptr) return {"ignored", "no remote of the configuration sent it"};
    const auto hint = remote->connector->decode_event(row.body);
    if (!hint) return {"failed", shorten(to_string(hint.error()), 300)};
    // Whatever a planner tells of, its next pull finds it.
    if (remote->connector->capabilities().signed_events) {
        const bool at_once = pull_at_once(step, *remote);
        looked.pull = looked.pull || at_once;
        return {at_once ? "done" : "ignored", ""};
    }
    if (hint->event == "ONOFFLINEEVENT") {
        looked.offline = true;
        return {"done", ""};
    }
    if (hint->event == "ONAPPUPDATE")
        return {"ignored",
                "an update removes the portal's event handlers: hourbridge portal setup"};
    bool followed = false;
    for (const auto& ref : hint->refs)
        followed = follow(step, *remote, *hint, ref, looked) || followed;
    return {followed ? "done" : "ignored", ""};
}

bool InboxJob::follow(Step& step, RemoteRuntime& remote, const domain::EventHint& hint,
                      const domain::Ref& ref, Looked& looked) {
    if (ref.kind == "task") {
        if (is_echo(step, remote, hint, ref) || !pull_at_once(step, remote)) return false;
        looked.pull = true;
        return true;
    }
    if (books_.crm() != &remote) return false;
    if (ref.kind == "deal" || ref.kind == "invoice") return find_reports(step, ref, looked);
    if (ref.kind == "payment") return find_payers(step, ref.id, looked);
    if (ref.kind == "card") return looked.cards.insert(ref.id), true;
    if (ref.kind == "document") return looked.documents.insert(ref.id), true;
    return false;
}

// False: a failure's pause or a guard holds it back, and an event is no reason to end that.
bool InboxJob::pull_at_once(Step& step, const KnownRemote& remote) {
    const Instant now = step.now();
    auto job = step->jobs.find(remote.row.id, "pull", "")
                   .value_or(store::JobRow{remote.row.id, "pull", "", now, 0, "", {}, {}});
    if (job.failures > 0 || job.stopped) return false;
    if (job.due_at > now) job.due_at = now;
    step->jobs.put(job);
    // A pull that is under way may have read past it already: then another one follows.
    step->kept.put(remote.row.id, books::kept::kHinted, "1", now);
    return true;
}

// Our own mark on a task comes back as an event about that task. Whatever else happened to it in
// this minute is found by the next poll.
bool InboxJob::is_echo(Step& step, const KnownRemote& remote, const domain::EventHint& hint,
                       const domain::Ref& task) {
    const auto stamp = parse_integer(hint.at);
    if (remote.row.name != books_.settings.crm_remote || !stamp || hint.deleted) return false;
    const auto row = step->sources.find_task(task);
    if (!row) return false;
    const auto op = step->outbox.of_purpose(domain::Purpose::task_mark(row->id));
    if (!op || !op->claimed_at || !op->done_at) return false;
    return *stamp >= to_epoch_seconds(*op->claimed_at) &&
           *stamp <= to_epoch_seconds(*op->done_at + kEchoAfter);
}

bool InboxJob::find_reports(Step& step, const domain::Ref& ref, Looked& looked) {
    const auto report = report_of(step, ref);
    if (report) looked.reports.insert(*report);
    return report.has_value();
}

void InboxJob::look(RemoteRuntime& remote, const domain::EventHint& hint, Looked& looked) {
    Step step = books_.begin();
    for (const auto& ref : hint.refs) follow(step, remote, hint, ref, looked);
    step.done();
}

// The report that a known payment settles; a new payment may be for any report that waits for
// money.
bool InboxJob::find_payers(Step& step, const std::string& payment, Looked& looked) {
    std::set<std::int64_t> waiting;
    for (const auto& report : step->reports.list(std::nullopt, std::nullopt)) {
        for (const auto& row : step->reports.payments(report.id)) {
            if (row.source != books_.settings.crm_remote) continue;
            if (row.external_id.substr(0, row.external_id.find('#')) != payment) continue;
            looked.reports.insert(report.id);
            return true;
        }
        if (report.state == State::Agreed || report.state == State::Invoiced ||
            report.state == State::PartlyPaid)
            waiting.insert(report.id);
    }
    looked.reports.insert(waiting.begin(), waiting.end());
    return !waiting.empty();
}

// Once a day, also over restarts: it looks at every row.
void InboxJob::forget_old(Step& step) {
    const Instant now = step.now();
    const auto last = step->kept.written_at(0, kForgot);
    if (last && now - *last < kForgetEvery) return;
    step->kept.put(0, kForgot, std::to_string(step->inbox.forget(now - kKept)), now);
}

} // namespace hb::lanes
