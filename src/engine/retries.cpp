#include "engine/retries.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "engine/drafting.h"
#include "engine/lacks.h"
#include "engine/outages.h"
#include "engine/questions.h"

namespace hb::engine {
namespace {

using store::OpState;
using Ops = std::vector<store::OpRow>;

constexpr std::int64_t kAll = 1'000'000;

bool is_open(const store::OpRow& op) {
    return !op.superseded && op.state != OpState::Done;
}

Result<Ops> ops_by_id(Core& core, const std::vector<std::int64_t>& ids) {
    Ops out;
    for (const auto id : ids) {
        const auto op = core.outbox.find(id);
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
Result<Ops> stuck_ops(Core& core, const RetryWish& wish) {
    const auto ops = core.outbox.list(std::nullopt, kAll);
    std::set<std::string> remotes, kinds;
    for (const auto& remote : core.sources.remotes()) remotes.insert(remote.name);
    for (const auto& op : ops) kinds.emplace(to_string(op.op.kind));
    if (!wish.remote.empty() && remotes.count(wish.remote) == 0)
        return unknown_word("remote", wish.remote, remotes);
    if (!wish.kind.empty() && kinds.count(wish.kind) == 0)
        return unknown_word("kind of write", wish.kind, kinds);
    const auto remote = core.sources.find_remote(wish.remote);
    std::set<std::int64_t> parked;
    for (const auto& op : ops)
        if (op.state == OpState::Parked) parked.insert(op.id);
    Ops out;
    for (const auto& op : ops) {
        if (!is_open(op) || (remote && op.remote != remote->id)) continue;
        if (!wish.kind.empty() && to_string(op.op.kind) != wish.kind) continue;
        const bool waits = op.attempts == 0 && op.after && parked.count(*op.after) > 0;
        if (op.state == OpState::Parked ? !waits : core.troubles.find(op.id).failures > 0)
            out.push_back(op);
    }
    return out;
}

class Retry {
public:
    Retry(Core& core, const Actor& actor) : core_(core), actor_(actor) {}

    void again(store::OpRow op) {
        if (!done_.insert(op.id).second) return;
        const bool parked = op.state == OpState::Parked;
        const bool may_stand = op.op.repeat == domain::Repeat::Findable && op.attempts > 0;
        op.state = may_stand ? OpState::Uncertain : OpState::Pending;
        op.attempts = 0;
        op.lookups = 0;
        op.due_at = core_.clock.now();
        core_.outbox.update(op);
        core_.troubles.forget(op.id);
        forget_parked(core_, op.id);
        Outages(core_).probe_now(op.remote);
        try_lacking(core_, op.remote);
        withdraw_question(op);
        core_.events.add(core_.clock.now(), actor_.name, "op.retried", op.report, op.purpose.text(),
                         EventData().add("op", op.id).text());
        if (!parked) return;
        for (auto& waiting : core_.outbox.parked_behind(op.id)) again(std::move(waiting));
    }
    std::vector<std::int64_t> ids() const { return {done_.begin(), done_.end()}; }

private:
    // The report asked because of this op; it asks no longer.
    void withdraw_question(const store::OpRow& op) {
        if (op.report)
            end_question(core_, *op.report, domain::QuestionKind::WriteRefused, op.purpose.text());
    }

    Core& core_;
    const Actor& actor_;
    std::set<std::int64_t> done_;
};

} // namespace

Result<std::vector<std::int64_t>> retry_ops(Core& core, const RetryWish& wish, const Actor& actor) {
    const auto ops = wish.ids.empty() ? stuck_ops(core, wish) : ops_by_id(core, wish.ids);
    if (!ops) return ops.error();
    if (ops->empty()) return std::vector<std::int64_t>{};
    store::Tx tx(core.db);
    Retry retry(core, actor);
    for (const auto& op : *ops) retry.again(op);
    tx.commit();
    return retry.ids();
}

} // namespace hb::engine
