#include "lanes/lacks.h"

#include <algorithm>
#include <set>

#include <spdlog/spdlog.h>

#include "base/clean.h"
#include "base/count.h"
#include "books/drafting.h"
#include "books/questions.h"
#include "connector/optional_methods.h"
#include "lanes/notice_words.h"
#include "store/op_lacks.h"

namespace hb::lanes {
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
void send_again(Step& step, store::OpRow& op) {
    const bool may_stand = op.op.repeat == domain::Repeat::Findable && op.attempts > 0;
    op.state = may_stand ? OpState::Uncertain : OpState::Pending;
    op.attempts = 0;
    op.lookups = 0;
    op.due_at = step.now();
    step->outbox.update(op);
}

// Nobody wants to hear of last week.
bool is_old_news(const Reading& read, const store::OpRow& op) {
    return domain::is_notice(op.op.kind) && op.made_at < read.now() - kNewsFor;
}

// With those that were parked behind it.
void go_on(Step& step, store::OpRow op) {
    if (op.state != OpState::Parked || op.superseded || is_old_news(step, op)) return;
    send_again(step, op);
    step->troubles.forget(op.id);
    if (op.report)
        end_question(step, *op.report, domain::QuestionKind::WriteRefused, op.purpose.text());
    step->events.add(step.now(), "outbox", "op.retried", op.report, op.purpose.text(),
                     books::EventData().add("op", op.id).text());
    for (auto& waiting : step->outbox.parked_behind(op.id)) go_on(step, std::move(waiting));
}

void release(Step& step, std::int64_t remote, const domain::Lack& lack) {
    auto& parked = step->op_lacks;
    for (const auto& row : parked.of(remote, lack.method, lack.about)) {
        if (row.own) continue; // that another one was allowed says nothing of this one
        parked.forget(row.op);
        if (auto op = step->outbox.find(row.op)) go_on(step, std::move(*op));
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

std::string lacking_text(std::int64_t ops) {
    return count(ops, "write waits", "writes wait") + " for a right or a call that is missing; " +
           (ops == 1 ? "it is tried each day and goes on by itself"
                     : "they are tried each day and go on by themselves") +
           " when it is there: hourbridge outbox list --state parked";
}

void keep_lacks(Books& books, RemoteRuntime& remote) {
    if (remote.try_lacking.exchange(false)) remote.connector->try_lacking();
    const auto changes = remote.connector->lack_changes();
    if (changes == remote.lack_changes) return;
    remote.lack_changes = changes;
    const auto lacks = remote.connector->lacks();
    Step step = books.begin();
    const auto before = step->lacks.of(remote.row.id);
    if (before == lacks) return;
    step->lacks.put(remote.row.id, lacks);
    for (const auto& lack : before)
        if (!holds(lacks, lack)) release(step, remote.row.id, lack);
    step.done();
    log_changes(remote.row.name, before, lacks);
}

void try_lacking(Books& books, RemoteRuntime& remote) {
    const std::lock_guard<std::recursive_mutex> busy(*remote.busy);
    remote.connector->try_lacking();
    {
        Step step = books.begin();
        step->lacks.try_anew(remote.row.id, step.now());
        step.done();
    }
    keep_lacks(books, remote);
}

Parked note_parked(Step& step, RemoteRuntime& remote, const store::OpRow& op, const Error& error) {
    auto& parked = step->op_lacks;
    // A newer value that takes the place of a parked one is no news either.
    const auto before = parked.of_purpose(op.remote, op.purpose.text());
    if (before) parked.forget(before->op);
    // Whoever receives messages elsewhere says by a refusal that no more are wanted.
    const bool elsewhere =
        op.op.kind == domain::OpKind::TelegramSend || op.op.kind == domain::OpKind::WebhookSend;
    if (error.code != Code::Forbidden || elsewhere) return Parked::ForPerson;
    const Instant now = step.now();
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

void try_parked(Books& books, RemoteRuntime& remote) {
    Step step = books.begin();
    auto& parked = step->op_lacks;
    const Instant now = step.now();
    auto due = parked.due(remote.row.id, now);
    if (due.empty()) return;
    remote.connector->try_lacking();
    std::set<std::pair<std::string, std::string>> tried;
    for (auto& row : due) {
        auto op = step->outbox.find(row.op);
        if (is_old_news(step, *op)) {
            parked.forget(row.op);
            continue;
        }
        // Of a call that is refused whatever it is asked for, the first one tells for all.
        const bool now_too = row.own || tried.emplace(row.method, row.about).second;
        row.again = now + kTriedEach;
        parked.put(row);
        if (now_too) send_again(step, *op);
    }
    step.done();
}

void note_unparked(Step& step, const store::OpRow& op) {
    auto& parked = step->op_lacks;
    if (!parked.find(op.id)) return;
    parked.forget(op.id);
    for (auto& waiting : step->outbox.parked_behind(op.id)) go_on(step, std::move(waiting));
}

} // namespace hb::lanes
