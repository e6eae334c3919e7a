#include "engine/lacks.h"

#include <algorithm>
#include <set>

#include <spdlog/spdlog.h>

#include "base/clean.h"
#include "connector/optional_methods.h"
#include "engine/drafting.h"
#include "engine/notice_words.h"
#include "engine/questions.h"
#include "store/op_lacks.h"

namespace hb::engine {
namespace {

using store::OpState;

constexpr std::chrono::hours kTriedEach{24};

bool holds(const std::vector<domain::Lack>& lacks, const domain::Lack& one) {
    return std::any_of(lacks.begin(), lacks.end(), [&one](const domain::Lack& other) {
        return other.method == one.method && other.about == one.about;
    });
}

void log_changes(const std::string& remote, const std::vector<domain::Lack>& before,
                 const std::vector<domain::Lack>& now) {
    for (const auto& lack : now)
        if (!holds(before, lack))
            spdlog::warn("lack remote={} method={} why={} next={}", remote, lack.method,
                         log_value(lack.what), log_value(lack.hint));
    for (const auto& lack : before)
        if (!holds(now, lack))
            spdlog::info("lack remote={} method={} over=yes since={}", remote, lack.method,
                         format_instant(lack.since));
}

// Due now. What may have been created is looked up first (G21).
void send_again(Core& core, store::OpRow& op) {
    const bool may_stand = op.op.repeat == domain::Repeat::Findable && op.attempts > 0;
    op.state = may_stand ? OpState::Uncertain : OpState::Pending;
    op.attempts = 0;
    op.lookups = 0;
    op.due_at = core.clock.now();
    core.outbox.update(op);
}

// Nobody wants to hear of last week.
bool is_old_news(Core& core, const store::OpRow& op) {
    return domain::is_notice(op.op.kind) && op.made_at < core.clock.now() - kNewsFor;
}

// With those that were parked behind it.
void go_on(Core& core, store::OpRow op) {
    if (op.state != OpState::Parked || op.superseded || is_old_news(core, op)) return;
    send_again(core, op);
    core.troubles.forget(op.id);
    if (op.report)
        end_question(core, *op.report, domain::QuestionKind::WriteRefused, op.purpose.text());
    core.events.add(core.clock.now(), "outbox", "op.retried", op.report, op.purpose.text(),
                    EventData().add("op", op.id).text());
    for (auto& waiting : core.outbox.parked_behind(op.id)) go_on(core, std::move(waiting));
}

void release(Core& core, std::int64_t remote, const domain::Lack& lack) {
    store::OpLacks parked(core.db);
    for (const auto& row : parked.of(remote, lack.method, lack.about)) {
        if (row.own) continue; // that another one was allowed says nothing of this one
        parked.forget(row.op);
        if (auto op = core.outbox.find(row.op)) go_on(core, std::move(*op));
    }
}

// The lack that `op` was refused for; one that is refused whatever it is asked for comes first.
std::optional<domain::Lack> lack_of(RemoteRuntime& remote, domain::OpKind kind, Instant now) {
    std::optional<domain::Lack> found;
    const auto lacks = remote.connector->lacks();
    for (const auto& needed : connector::optional_methods_of(kind))
        for (const auto& lack : lacks) {
            const bool same =
                lack.method == needed.method &&
                (needed.about.empty() || lack.about.empty() || lack.about == needed.about);
            if (same && (!found || (found->again <= now && lack.again > now))) found = lack;
        }
    return found;
}

} // namespace

void keep_lacks(Core& core, RemoteRuntime& remote) {
    if (remote.try_lacking.exchange(false)) remote.connector->try_lacking();
    const auto changes = remote.connector->lack_changes();
    if (changes == remote.lack_changes) return;
    remote.lack_changes = changes;
    const auto lacks = remote.connector->lacks();
    const auto lock = core.lock();
    const auto before = core.lacks.of(remote.row.id);
    if (before == lacks) return;
    store::Tx tx(core.db);
    core.lacks.put(remote.row.id, lacks);
    for (const auto& lack : before)
        if (!holds(lacks, lack)) release(core, remote.row.id, lack);
    tx.commit();
    log_changes(remote.row.name, before, lacks);
}

void try_lacking(Core& core, RemoteRuntime& remote) {
    const std::lock_guard<std::recursive_mutex> busy(*remote.busy);
    remote.connector->try_lacking();
    {
        const auto lock = core.lock();
        store::Tx tx(core.db);
        core.lacks.try_anew(remote.row.id, core.clock.now());
        tx.commit();
    }
    keep_lacks(core, remote);
}

void try_lacking(Core& core, std::int64_t remote) {
    core.lacks.try_anew(remote, core.clock.now());
    for (auto& each : core.remotes)
        if (each->row.id == remote) each->try_lacking = true;
}

Parked note_parked(Core& core, RemoteRuntime& remote, const store::OpRow& op, const Error& error) {
    store::OpLacks parked(core.db);
    // A newer value that takes the place of a parked one is no news either.
    const auto before = parked.of_purpose(op.remote, op.purpose.text());
    if (before) parked.forget(before->op);
    // Whoever receives messages elsewhere says by a refusal that no more are wanted.
    const bool elsewhere =
        op.op.kind == domain::OpKind::TelegramSend || op.op.kind == domain::OpKind::WebhookSend;
    if (error.code != Code::Forbidden || elsewhere) return Parked::ForPerson;
    const Instant now = core.clock.now();
    const auto lack = lack_of(remote, op.op.kind, now);
    store::OpLack row{op.id, "", "", true, now + kTriedEach};
    if (lack) {
        row.method = lack->method;
        row.about = lack->about;
        row.own = lack->again <= now;
        row.again = std::max(row.again, lack->again);
    }
    parked.put(row);
    const bool same = before && before->method == row.method && before->about == row.about;
    return same ? Parked::StillLacks : Parked::ForLack;
}

void try_parked(Core& core, RemoteRuntime& remote) {
    const auto lock = core.lock();
    store::OpLacks parked(core.db);
    const Instant now = core.clock.now();
    auto due = parked.due(remote.row.id, now);
    if (due.empty()) return;
    remote.connector->try_lacking();
    store::Tx tx(core.db);
    std::set<std::pair<std::string, std::string>> tried;
    for (auto& row : due) {
        auto op = core.outbox.find(row.op);
        if (is_old_news(core, *op)) {
            parked.forget(row.op);
            continue;
        }
        // Of a call that is refused whatever it is asked for, the first one tells for all.
        const bool now_too = row.own || tried.emplace(row.method, row.about).second;
        row.again = now + kTriedEach;
        parked.put(row);
        if (now_too) send_again(core, *op);
    }
    tx.commit();
}

void note_unparked(Core& core, const store::OpRow& op) {
    store::OpLacks parked(core.db);
    if (!parked.find(op.id)) return;
    parked.forget(op.id);
    for (auto& waiting : core.outbox.parked_behind(op.id)) go_on(core, std::move(waiting));
}

void forget_parked(Core& core, std::int64_t op) {
    store::OpLacks(core.db).forget(op);
}

} // namespace hb::engine
