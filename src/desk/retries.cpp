#include "desk/retries.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "books/drafting.h"
#include "books/questions.h"
#include "books/tried_now.h"

namespace hb::desk {
namespace {

using store::OpState;
using Ops = std::vector<store::OpRow>;

constexpr std::int64_t kAll = 1'000'000;

bool is_open(const store::OpRow& op) {
    return !op.superseded && op.state != OpState::Done;
}

Result<Ops> ops_by_id(const Reading& read, const std::vector<std::int64_t>& ids) {
    Ops out;
    for (const auto id : ids) {
        const auto op = read->outbox.find(id);
        if (!op)
            return Error{Code::NotFound, "there is no op " + std::to_string(id) + " in the outbox",
                         "", "hourbridge outbox list shows them"};
        if (!is_open(*op))
            return Error{Code::Conflict, "op " + std::to_string(id) + " is done or was replaced",
                         "", "there is nothing to repeat"};
        out.push_back(*op);
    }
    return out;
}

Error unknown_word(const char* what, const std::string& word, const std::set<std::string>& known) {
    const std::vector<std::string> words(known.begin(), known.end());
    const auto meant = nearest(word, words);
    return Error{Code::NotFound,
                 std::string("no ") + what + " is called \"" + word + "\"" +
                     (meant ? ", did you mean " + *meant + "?" : ""),
                 "", words.empty() ? "the outbox is empty" : "known: " + join(words, ", ")};
}

// All that wait for a person or have failed; not what waits for one of those.
Result<Ops> stuck_ops(const Reading& read, const RetryWish& wish) {
    const auto ops = read->outbox.list(std::nullopt, kAll);
    std::set<std::string> remotes, kinds;
    for (const auto& remote : read->sources.remotes()) remotes.insert(remote.name);
    for (const auto& op : ops) kinds.emplace(to_string(op.op.kind));
    if (!wish.remote.empty() && remotes.count(wish.remote) == 0)
        return unknown_word("remote", wish.remote, remotes);
    if (!wish.kind.empty() && kinds.count(wish.kind) == 0)
        return unknown_word("kind of write", wish.kind, kinds);
    const auto remote = read->sources.find_remote(wish.remote);
    std::set<std::int64_t> parked;
    for (const auto& op : ops)
        if (op.state == OpState::Parked) parked.insert(op.id);
    Ops out;
    for (const auto& op : ops) {
        if (!is_open(op) || (remote && op.remote != remote->id)) continue;
        if (!wish.kind.empty() && to_string(op.op.kind) != wish.kind) continue;
        const bool waits = op.attempts == 0 && op.after && parked.count(*op.after) > 0;
        if (op.state == OpState::Parked ? !waits : read->troubles.find(op.id).failures > 0)
            out.push_back(op);
    }
    return out;
}

class Retry {
public:
    Retry(Books& books, Step& step) : books_(books), step_(step) {}

    void again(store::OpRow op) {
        if (!done_.insert(op.id).second) return;
        const bool parked = op.state == OpState::Parked;
        const bool may_stand = op.op.repeat == domain::Repeat::Findable && op.attempts > 0;
        op.state = may_stand ? OpState::Uncertain : OpState::Pending;
        op.attempts = 0;
        op.lookups = 0;
        op.due_at = step_.now();
        step_->outbox.update(op);
        step_->troubles.forget(op.id);
        step_->op_lacks.forget(op.id); // should it be parked again, that is news
        probe_now(step_, op.remote);
        try_lacking(books_, step_, op.remote);
        withdraw_question(op);
        step_->events.add(step_.now(), step_.actor(), "op.retried", op.report, op.purpose.text(),
                          books::EventData().add("op", op.id).text());
        if (!parked) return;
        for (auto& waiting : step_->outbox.parked_behind(op.id)) again(std::move(waiting));
    }
    std::vector<std::int64_t> ids() const { return {done_.begin(), done_.end()}; }

private:
    // The report asked because of this op; it asks no longer.
    void withdraw_question(const store::OpRow& op) {
        if (op.report)
            end_question(step_, *op.report, domain::QuestionKind::WriteRefused, op.purpose.text());
    }

    Books& books_;
    Step& step_;
    std::set<std::int64_t> done_;
};

} // namespace

Result<std::vector<std::int64_t>> retry_ops(Books& books, const RetryWish& wish,
                                            const Actor& actor) {
    Step step = books.begin(actor);
    const auto ops = wish.ids.empty() ? stuck_ops(step, wish) : ops_by_id(step, wish.ids);
    if (!ops) return ops.error();
    if (ops->empty()) return std::vector<std::int64_t>{};
    Retry retry(books, step);
    for (const auto& op : *ops) retry.again(op);
    step.done();
    return retry.ids();
}

Result<store::OpRow> park_op(Books& books, std::int64_t op, const Actor& actor) {
    Step step = books.begin(actor);
    auto row = step->outbox.find(op);
    if (!row)
        return Error{Code::NotFound, "there is no op " + std::to_string(op) + " in the outbox", "",
                     "hourbridge outbox list shows them"};
    if (row->state != OpState::Pending && row->state != OpState::Uncertain)
        return Error{Code::Conflict,
                     "op " + std::to_string(op) + " is " + store::to_string(row->state), "",
                     "only what is pending or uncertain can be parked"};
    row->state = OpState::Parked;
    row->last_error =
        "parked by " + actor.name + (row->last_error.empty() ? "" : "; before: " + row->last_error);
    step->outbox.update(*row);
    step->events.add(step.now(), actor.name, "op.parked", row->report, row->purpose.text(),
                     books::EventData().add("op", op).text());
    step.done();
    return *row;
}

Result<store::Inbox::Row> replay_event(Books& books, std::int64_t event, const Actor& actor) {
    Step step = books.begin(actor);
    const auto row = step->inbox.find(event);
    if (!row)
        return Error{Code::NotFound, "there is no event " + std::to_string(event) + " in the inbox",
                     "", "hourbridge inbox list shows them"};
    step->inbox.settle(event, "new", "");
    step.done();
    return *row;
}

} // namespace hb::desk
