#include "lanes/outbox_job.h"

#include <algorithm>
#include <set>

#include <spdlog/spdlog.h>

#include "base/base64.h"
#include "base/clean.h"
#include "base/ensure.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/text.h"
#include "books/client_links.h"
#include "books/plan.h"
#include "books/planning.h"
#include "books/questions.h"
#include "domain/crm_writes.h"
#include "lanes/lacks.h"
#include "lanes/notices.h"
#include "lanes/outages.h"
#include "lanes/restored.h"
#include "lanes/since_sent.h"
#include "mapping/parts.h"
#include "mapping/writes.h"
#include "mapping/writes_crm.h"

namespace hb::lanes {
namespace {

using store::OpState;

std::chrono::milliseconds pause_after(const store::OpRow& op, int attempts) {
    return books::with_jitter(std::chrono::seconds{std::min(1 << std::min(attempts, 8), 300)},
                              op.op.key, attempts);
}

// Of rows that older books lost (migration 0005).
constexpr const char* kRenderAnew = "{}";

// An op that fails while others pass.
constexpr std::chrono::hours kStuckPause{1};
// A create that was sent so often with an unknown outcome, and never found, waits for a person.
constexpr int kCreatesUnknownMax = 3;

// This time too.
int times_unknown(Step& step, const store::OpRow& op) {
    auto met = step->troubles.find(op.id);
    ++met.unknowns;
    step->troubles.put(met);
    return met.unknowns;
}

// What failed twice is sent by itself: it may be what makes the others of its request fail.
bool goes_alone(Books& books, const store::OpRow& op) {
    const Read read = books.read();
    return read->troubles.find(op.id).failures >= store::kAloneAfter;
}

constexpr const char* kGoesOnByItself =
    "; it is tried again each day, and goes on by itself when that is done";

std::string file_name_of(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

} // namespace

OutboxJob::Turn OutboxJob::step() {
    trouble_.reset();
    const Instant now = books_.clock.now();
    if (remote_.try_lacking.exchange(false)) remote_.connector->try_lacking();
    if (remote_.connector->earliest() > now) return Turn::Wait;
    Outages outages(books_);
    if (!outages.open(remote_)) return Turn::Idle; // a probe opens it
    try_parked(books_, remote_);
    std::optional<store::OpRow> op;
    {
        const Read read = books_.read();
        op = read->outbox.next(remote_.row.id, now);
    }
    if (!op) return Turn::Idle;
    work(std::move(*op));
    outages.note(remote_);
    return Turn::Worked;
}

void OutboxJob::work(store::OpRow op) {
    failed_before_ = remote_.connector->contact().failed;
    if (op.state == OpState::Pending && remote_.connector->many_max(op.op.kind) > 1 &&
        !goes_alone(books_, op)) {
        send_many(op.op.kind);
        return;
    }
    alone(op, [&] {
        if (op.state == OpState::Pending)
            send(op);
        else
            look_up(op);
    });
}

bool OutboxJob::probe() {
    trouble_.reset();
    const Instant now = books_.clock.now();
    if (remote_.connector->earliest() > now) return false;
    std::optional<store::OpRow> op;
    {
        const Read read = books_.read();
        op = read->outbox.next(remote_.row.id, now);
    }
    if (!op || (op->state == OpState::Pending && op->op.repeat != domain::Repeat::Fixed))
        return false;
    work(std::move(*op));
    Outages(books_).note(remote_);
    return true;
}

bool OutboxJob::resolve(store::OpRow& op) {
    if (op.after && op.op.target.empty() && op.op.kind != domain::OpKind::TaskField) {
        const Read read = books_.read();
        const auto before = read->outbox.find(*op.after);
        ensure(before && before->state == OpState::Done, "an op runs after the one it waits for");
        op.op.target = before->remote_id;
    }
    if (!fill_needs(op)) return false;
    if (op.op.kind == domain::OpKind::CardFiles) resolve_files(op);
    if (is_rows(op.op.kind) && op.op.fields == kRenderAnew) render_rows(op);
    return true;
}

// Each piece that only now is known, at its place in the fields.
bool OutboxJob::fill_needs(store::OpRow& op) {
    const auto needs = mapping::read_needs(op.needs);
    ensure(needs.ok(), "an op's needs can be read");
    if (needs->empty()) return true;
    std::map<std::string, std::string> values;
    for (const domain::Need& need : *needs) {
        std::string& text = values[need.path];
        for (const domain::Part& part : need.parts) {
            const auto piece = value_of(op, part);
            if (!piece) return false;
            text += *piece;
        }
    }
    op.op.fields = mapping::put_values(op.op.fields, values);
    return true;
}

// nullopt: the remote could not be asked, and the op waits.
std::optional<std::string> OutboxJob::value_of(store::OpRow& op, const domain::Part& part) {
    if (const auto* text = std::get_if<std::string>(&part)) return *text;
    if (const auto* link = std::get_if<domain::LinkPart>(&part))
        return link->preview ? preview_url(books_.settings, link->report, link->n)
                             : link_url(books_.settings, link->report, link->n);
    if (const auto* stage = std::get_if<domain::FailedStagePart>(&part))
        return failed_stage(op, *stage);
    const Read read = books_.read();
    const auto other = read->outbox.find(std::get<domain::OpPart>(part).op);
    ensure(other && other->state == OpState::Done, "an op runs after those whose ids it needs");
    return other->remote_id;
}

std::optional<std::string> OutboxJob::failed_stage(store::OpRow& op,
                                                   const domain::FailedStagePart& stage) {
    // Asked once: asking again before each try would spend the very request that it waits for.
    const bool invoice = stage.of == domain::StageOf::Invoice;
    auto& known = failed_stages_[invoice ? "invoice" : "deal " + stage.category];
    if (known.empty()) {
        const auto found = invoice ? remote_.connector->invoice_stage("F")
                                   : remote_.connector->deal_stage(stage.category, "F");
        if (!found) {
            trouble_ = found.error();
            if (found.error().code == Code::Remote || found.error().code == Code::Malformed)
                back_to_pending(op, to_string(found.error()),
                                due_after(op, failed_since(failed_before_)));
            else
                park(op, found.error()); // it will never be told
            return std::nullopt;
        }
        known = *found;
    }
    return known;
}

void OutboxJob::render_rows(store::OpRow& op) {
    const Read read = books_.read();
    const auto report = op.report ? read->reports.find(*op.report) : std::nullopt;
    ensure(report && remote_.mapping, "rows belong to a report");
    op.op.fields = mapping::row_fields(*remote_.mapping, books::Viewing(read).revision(*report));
}

// The files go along only when they are sent: an op in the books names them.
void OutboxJob::resolve_files(store::OpRow& op) {
    std::vector<mapping::CardFile> files;
    const Read read = books_.read();
    for (const auto& document : read->documents.of_report(*op.report)) {
        if (document.state != "stored") continue;
        auto bytes = read_beneath(books_.settings.documents_dir, document.file, kAnswerBytesMax);
        // A file that was removed by hand is missing on the card too; `verify` tells of it.
        if (bytes) files.push_back({file_name_of(document.file), base64(*bytes)});
    }
    op.op.fields = mapping::card_files_fields(files);
}

void OutboxJob::send(store::OpRow op) {
    if (!resolve(op)) return;
    if (const auto restored = restored_at(books_.read()); restored && held_back(op, *restored))
        return;
    const Instant now = books_.clock.now();
    {
        Step step = books_.begin();
        if (!step->outbox.claim(op.id, now)) return; // somebody else was first
        auto claimed = *step->outbox.find(op.id);
        claimed.op.target = op.op.target;
        auto fields = std::move(op.op.fields); // whole; the books keep the pieces
        step->outbox.update(claimed);
        op = std::move(claimed);
        op.op.fields = std::move(fields);
        step.done();
    }
    sent_ = books_.up();
    books_.at("before write");
    const auto result = remote_.connector->write(op.op);
    books_.at("after write");
    settle(std::move(op), result);
}

// G18: after a restore nothing is created, but what stands there already is found. What is told at
// most once was perhaps told before.
bool OutboxJob::held_back(store::OpRow& op, Instant restored) {
    if (op.op.repeat == domain::Repeat::Fixed) return false;
    if (is_told_once_at_most(op.op.kind)) {
        if (op.made_at > restored) return false;
        finish(op, kPerhapsSent);
        return true;
    }
    books_.at("before find");
    const auto found = remote_.connector->find(op.op);
    books_.at("after find");
    if (found && !found->empty()) {
        finish(op, found->front());
        return true;
    }
    if (!found) trouble_ = found.error();
    back_to_pending(op, found ? kHeldAfterRestore : to_string(found.error()),
                    books_.clock.now() + kLookAgainAfterRestore);
    return true;
}

// Values of one kind for many targets go out together: 25 marks cost one request.
void OutboxJob::send_many(domain::OpKind kind) {
    const Instant now = books_.clock.now();
    std::vector<store::OpRow> ops;
    {
        Step step = books_.begin();
        const auto limit = static_cast<std::int64_t>(remote_.connector->many_max(kind));
        for (const auto& due : step->outbox.due_of_kind(remote_.row.id, kind, now, limit))
            if (step->outbox.claim(due.id, now)) ops.push_back(*step->outbox.find(due.id));
        step.done();
    }
    if (ops.empty()) return;
    std::vector<domain::WriteOp> writes;
    for (const auto& op : ops) writes.push_back(op.op);
    std::vector<domain::WriteResult> results;
    sent_ = books_.up();
    try {
        books_.at("before write");
        results = remote_.connector->write_many(writes);
    } catch (const BrokenInvariant&) { // of one of them: which, the next lines tell
        send_one_by_one(std::move(ops));
        return;
    }
    books_.at("after write");
    ensure(results.size() == ops.size(), "every write has its result");
    for (std::size_t i = 0; i < ops.size(); ++i) alone(ops[i], [&] { settle(ops[i], results[i]); });
}

// They set values: what was sent already may be sent again.
void OutboxJob::send_one_by_one(std::vector<store::OpRow> ops) {
    for (const auto& op : ops)
        alone(op, [&] {
            books_.at("before write");
            const auto result = remote_.connector->write(op.op);
            books_.at("after write");
            settle(op, result);
        });
}

void OutboxJob::settle(store::OpRow op, const domain::WriteResult& result) {
    switch (result.outcome) {
    case domain::Outcome::Done:
        // Marks come back read: equal ones need no second look.
        op.verified = is_mark(op.op.kind) && (result.gone || result.answer == op.op.fields);
        finish(op, result.id.empty() ? op.op.target : result.id);
        return;
    case domain::Outcome::Refused:
        if (!result.due) trouble_ = result.error; // a pause that is told is no failure (G63)
        --op.attempts;                            // it did not run
        // Longer each time: some ops need two requests in a row, and a bucket that is polled at
        // every free place never has two.
        back_to_pending(
            op, to_string(result.error),
            std::max(result.due.value_or(Instant{}), due_after(op, failed_since(failed_before_))));
        return;
    case domain::Outcome::Rejected:
        trouble_ = result.error;
        if (const auto shown = shown_by(op); shown && *shown > books_.clock.now()) {
            --op.attempts; // it did not run
            back_to_pending(op, to_string(result.error),
                            std::min(*shown, due_after(op, failed_since(failed_before_))));
            return;
        }
        park(op, result.error);
        return;
    case domain::Outcome::Unknown: {
        trouble_ = result.error;
        if (op.op.repeat == domain::Repeat::Fixed) { // sets a value: doing it again is harmless
            --op.attempts;
            back_to_pending(op, to_string(result.error), due_after(op, true));
            return;
        }
        Step step = books_.begin();
        op.state = OpState::Uncertain;
        op.lookups = 0;
        op.due_at = step.now();
        op.last_error = to_string(result.error);
        step->outbox.update(op);
        if (op.op.repeat == domain::Repeat::Findable) remember_sent(step, op, sent_);
        step.done();
        return;
    }
    }
}

std::optional<Instant> OutboxJob::shown_by(const store::OpRow& op) {
    const auto settle = remote_.connector->capabilities().settle;
    const auto needs = mapping::read_needs(op.needs);
    ensure(needs.ok(), "an op's needs can be read");
    std::set<std::int64_t> before;
    if (op.after) before.insert(*op.after);
    for (const domain::Need& need : *needs)
        for (const domain::Part& part : need.parts)
            if (const auto* other = std::get_if<domain::OpPart>(&part)) before.insert(other->op);
    const Read read = books_.read();
    std::optional<Instant> out;
    for (const auto id : before) {
        const auto made = read->outbox.find(id);
        if (!made || !made->done_at || made->op.repeat != domain::Repeat::Findable) continue;
        const Instant by = std::min(*made->done_at, read.now()) + settle;
        if (!out || by > *out) out = by;
    }
    return out;
}

void OutboxJob::look_up(store::OpRow op) {
    const Instant now = books_.clock.now();
    if (op.op.repeat == domain::Repeat::Fixed) { // left by a process that died
        if (op.attempts > 0) --op.attempts;
        back_to_pending(op, op.last_error, now);
        return;
    }
    if (op.op.repeat == domain::Repeat::Once && is_told_once_at_most(op.op.kind)) {
        finish(op, kPerhapsSent); // G20
        return;
    }
    if (op.op.repeat == domain::Repeat::Once) {
        park(op,
             Error{Code::NeedsPerson, "it may have run, and there is no way to look", op.last_error,
                   "look in the remote; when it is not there: hourbridge outbox retry " +
                       std::to_string(op.id)});
        return;
    }
    if (!fill_needs(op)) return;
    books_.at("before find");
    const auto found = remote_.connector->find(op.op);
    books_.at("after find");
    if (!found) { // the look-up itself failed: it proves nothing, so it does not count
        trouble_ = found.error();
        const Instant due = due_after(op, failed_since(failed_before_));
        Step step = books_.begin();
        op.state = OpState::Uncertain;
        op.due_at = due;
        op.last_error = to_string(found.error());
        step->outbox.update(op);
        step.done();
        return;
    }
    if (!found->empty()) {
        if (found->size() > 1) {
            Step step = books_.begin();
            step->events.add(now, "engine", "outbox.more_than_one", op.report, op.op.key,
                             books::EventData()
                                 .add("kept", found->front())
                                 .add("found", static_cast<std::int64_t>(found->size()))
                                 .text());
            if (op.report)
                ask_person(step, *op.report,
                           {domain::QuestionKind::FoundTwice,
                            op.purpose.text(),
                            {{"key", op.op.key},
                             {"kept", found->front()},
                             {"count", std::to_string(found->size())}}});
            step.done();
        }
        finish(op, found->front());
        return;
    }
    const auto settle = remote_.connector->capabilities().settle;
    Step step = books_.begin();
    op.state = OpState::Uncertain;
    const auto since = since_sent(step, op);
    const auto between = std::min<std::chrono::milliseconds>(std::chrono::seconds{10}, settle);
    if (since < settle) { // found nothing yet: that proves nothing before the delay is over
        op.due_at = now + (settle - since);
        op.lookups = 1;
    } else if (op.lookups < 2) {
        op.lookups = 2; // the first late look-up
        op.due_at = now + between;
    } else if (since < settle + between) {
        op.due_at = now + (settle + between - since);
    } else if (times_unknown(step, op) >= kCreatesUnknownMax) {
        step.done();
        park(op,
             Error{Code::NeedsPerson,
                   "sent " + std::to_string(kCreatesUnknownMax) + " times without ever being found",
                   op.last_error,
                   "look in the remote, then: hourbridge outbox retry " + std::to_string(op.id)});
        return;
    } else {
        op.state = OpState::Pending; // twice absent after the delay: it did not happen
        op.lookups = 0;
        op.due_at = now;
    }
    step->outbox.update(op);
    step.done();
}

void OutboxJob::finish(store::OpRow& op, const std::string& remote_id) {
    {
        Step step = books_.begin();
        op.state = OpState::Done;
        op.remote_id = remote_id;
        op.done_at = step.now();
        op.last_error.clear();
        step->outbox.update(op);
        if (op.op.repeat == domain::Repeat::Findable) forget_sent(step, op);
        if (op.report)
            end_question(step, *op.report, domain::QuestionKind::WriteRefused, op.purpose.text());
        step->troubles.forget(op.id);
        note_unparked(step, op);
        step->events.add(step.now(), "outbox", "op.done", op.report, op.purpose.text(),
                         books::EventData()
                             .add("kind", to_string(op.op.kind))
                             .add("remote_id", remote_id)
                             .text());
        books::Planning(step).op_done(op);
        step.done();
    }
    if (op.report && is_deal_or_invoice_write(op.op.kind)) written_.insert(*op.report);
    verify(op);
}

// Fixed values are read back at once; deals by the payment check, which compares sums.
void OutboxJob::verify(const store::OpRow& done) {
    if (done.verified) return;
    if (!is_mark(done.op.kind) && !is_stage(done.op.kind)) return;
    books_.at("before read back");
    const auto now_there = remote_.connector->read_back(done.op);
    books_.at("after read back");
    if (!now_there) return; // nightly marks compare again
    Step step = books_.begin();
    auto op = *step->outbox.find(done.id);
    if (now_there->empty() || *now_there == done.op.fields) {
        op.verified = true; // a task that is gone settles its op (G26)
        op.last_error = now_there->empty() ? "its target is gone" : "";
    } else if (op.attempts < 3) {
        op.state = OpState::Pending;
        op.due_at = step.now() + pause_after(op, op.attempts);
        op.last_error = "read back another value: " + *now_there;
    } else {
        step.done();
        park(op, Error{Code::NeedsPerson, "the remote keeps another value", *now_there, ""});
        return;
    }
    step->outbox.update(op);
    step.done();
}

void OutboxJob::back_to_pending(store::OpRow& op, const std::string& error, Instant due) {
    Step step = books_.begin();
    op.state = OpState::Pending;
    op.due_at = std::max(due, remote_.connector->earliest());
    op.last_error = error;
    step->outbox.update(op);
    step.done();
}

void OutboxJob::park(store::OpRow& op, const Error& error) {
    Step step = books_.begin();
    op.state = OpState::Parked;
    op.last_error = to_string(error);
    step->outbox.update(op);
    const auto why = note_parked(step, remote_, op, error);
    if (why != Parked::StillLacks)
        step->events.add(step.now(), "outbox", "op.parked", op.report, op.purpose.text(),
                         books::EventData()
                             .add("kind", to_string(op.op.kind))
                             .add("error", op.last_error)
                             .add("message", error.message)
                             .text());
    if (op.report) // op.parked above is told already
        step->reports.ask(
            *op.report,
            {domain::QuestionKind::WriteRefused,
             op.purpose.text(),
             {{"op", std::string(to_string(op.op.kind))},
              {"message", error.message},
              {"hint", error.hint + (why == Parked::ForPerson ? "" : kGoesOnByItself)}}},
            step.now());
    park_waiting(step, op.id, error.message);
    step.done();
}

// Whoever waits for it waits for a person too, and whoever waits for those.
void OutboxJob::park_waiting(Step& step, std::int64_t op, const std::string& why) {
    for (auto& waiting : step->outbox.waiting_for(op)) {
        waiting.state = OpState::Parked;
        waiting.last_error = "waits for op " + std::to_string(op) + ": " + why;
        step->outbox.update(waiting);
        park_waiting(step, waiting.id, why);
    }
}

void OutboxJob::park_broken(std::int64_t id, const std::string& what) {
    std::optional<store::OpRow> op;
    {
        const Read read = books_.read();
        op = read->outbox.find(id);
    }
    if (!op || op->state == OpState::Done || op->state == OpState::Parked) {
        spdlog::error("op id={} broken={} next=\"it is done; see the books\"", id, log_value(what));
        return;
    }
    spdlog::error("op id={} kind={} report={} state=parked broken={}", id, to_string(op->op.kind),
                  op->report ? std::to_string(*op->report) : "none", log_value(what));
    trouble_ = Error{Code::NeedsPerson, "op " + std::to_string(id) + " can't be done: " + what, "",
                     "hourbridge outbox retry " + std::to_string(id)};
    park(*op, Error{Code::NeedsPerson, what, "", ""});
}

template <class Run> void OutboxJob::alone(const store::OpRow& op, Run run) {
    try {
        run();
    } catch (const BrokenInvariant& broken) {
        park_broken(op.id, broken.what());
    }
}

// Longer each time. Failures on the way count for "stuck", refusals for now do not.
Instant OutboxJob::due_after(const store::OpRow& op, bool on_its_way) {
    Step step = books_.begin();
    auto met = step->troubles.find(op.id);
    const int times = on_its_way ? ++met.failures : ++met.pauses;
    step->troubles.put(met);
    step.done();
    const Instant now = step.now();
    return met.stuck() ? now + kStuckPause : now + pause_after(op, times);
}

} // namespace hb::lanes
