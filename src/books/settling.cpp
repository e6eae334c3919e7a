#include "books/settling.h"

#include <array>

#include "base/digest.h"
#include "books/aliases.h"
#include "books/books.h"
#include "books/draft_losses.h"
#include "books/draft_rows.h"
#include "books/free_losses.h"
#include "books/owners.h"
#include "books/planning.h"
#include "books/settings_names.h"
#include "books/unbilled.h"
#include "books/viewing.h"

namespace hb::books {
namespace {

using Cause = Step::Cause;
using Clients = std::set<std::int64_t>;

// What a settling does touches again: time that a draft lets go may be wanted by another one (G8),
// and a new correction may have a policy. What is left after these rounds waits for the next step.
constexpr int kRounds = 4;
// The rule by which work dates are found (G52).
constexpr const char* kDaysRule = "versions";

bool has(const Clients& clients, std::int64_t client) {
    return clients.count(client) > 0 || clients.count(store::Touched::kEverybody) > 0;
}

// Books of before G52 have days by the newest version's zone. What is not billed takes the right
// ones, once; what was sent keeps its own (G65).
bool find_days_anew(Step& step) {
    if (step->kept.get(0, kept::kDaysBy) == kDaysRule) return false;
    const auto calendar_of = calendar_lookup(step);
    Clients clients;
    for (const auto& contract : step->contracts.all())
        if (contract.version > 1) clients.insert(contract.client);
    for (const auto client : clients)
        step->sources.recompute_work_dates(client, calendar_of(client));
    step->kept.put(0, kept::kDaysBy, kDaysRule, step.now());
    return true;
}

// In the order of their ids, so that freed time goes to the first that takes it (G8).
// `reading`: whose facts a reading under way has moved already: a decision in the middle of it does
// not hide what it took.
void settle_drafts(Step& step, const Clients& clients, DraftLosses& losses,
                   const Clients& reading = {}) {
    for (auto& row : step->reports.drafts()) {
        if (!has(clients, row.client)) continue;
        Viewing viewing(step);
        const auto [input, draft] = evaluate_row(viewing, row);
        const bool moved = step.cause == Cause::Decision && has(reading, row.client);
        if (step.cause == Cause::Facts || moved) losses.note(row, input, draft);
        if (step.cause == Cause::Recount) losses.recounted(row, draft);
        store_draft(step, row, draft);
    }
}

// What drafts are judged by besides facts and terms. Where it changes, all are looked at.
void look_at_settings(Step& step) {
    const Settings& settings = step.settings;
    std::string text = settings.zone.name() + "\n" + domain::to_string(settings.late_policy);
    for (const auto& rule : settings.nonbillable)
        text += "\n" + rule.tag + "\t" + rule.group + "\t" + rule.work_type + "\t" + rule.reason;
    for (const auto* remote : step.remotes()) text += "\n" + remote->row.name;
    const std::string digest = sha256_hex(text);
    if (step->kept.get(0, kept::kSettledBy) == digest) return;
    step->kept.put(0, kept::kSettledBy, digest, step.now());
    step->touched.everybody();
}

// A wish that comes between two settlements settles as the reading's own steps do.
constexpr std::array kCauses{std::pair{Cause::Decision, "decision"},
                             std::pair{Cause::Recount, "recount"}};

void keep_cause(Step& step, std::int64_t remote) {
    step->kept.erase(remote, kept::kSettlingFor);
    for (const auto& [cause, name] : kCauses)
        if (step.cause == cause) step->kept.put(remote, kept::kSettlingFor, name, step.now());
}

Cause kept_cause(const Reading& read, std::int64_t remote) {
    const auto text = read->kept.get(remote, kept::kSettlingFor);
    for (const auto& [cause, name] : kCauses)
        if (text == name) return cause;
    return Cause::Facts;
}

// False: the step that ends the reading does it all.
bool begin_settling(Step& step, const KnownRemote& remote) {
    if (step->kept.get(0, kept::kDaysBy) != kDaysRule) return false;
    look_at_settings(step);
    find_repeated(step);
    // Before the first draft takes or lets go of anything: what it takes would be no loss (G47).
    note_free_losses(step, step.cause == Cause::Facts);
    keep_cause(step, remote.row.id);
    step->touched.unsettle(remote.row.id);
    return true;
}

// The cause is that of the reading, whoever's step it is.
void settle_client(Step& step, std::int64_t remote, std::int64_t client) {
    step.cause = kept_cause(step, remote);
    DraftLosses losses(step);
    Planning planning(step);
    for (int round = 0; round < kRounds; ++round) {
        if (step->touched.of(remote).count(client) == 0) break;
        step->touched.take(remote, client);
        planning.apply_late_policies({client});
        settle_drafts(step, {client}, losses);
        planning.find_drift();
    }
    step->touched.leave_unsettled(remote);
}

} // namespace

void settle_one_by_one(Books& books, const KnownRemote& remote, Step::Cause cause, bool everybody) {
    const auto touched = [&] {
        const Read read = books.read();
        return read->touched.of(remote.row.id);
    };
    auto clients = touched();
    if (!everybody && clients.size() < 2 && clients.count(store::Touched::kEverybody) == 0) return;
    {
        Step step = books.begin();
        step.cause = cause;
        if (everybody) step->touched.everybody();
        const bool begun = begin_settling(step, remote);
        step.put_off(remote);
        if (!begun) return;
    }
    for (clients = touched(); clients.size() > 1; clients.erase(clients.begin())) {
        books.at("between settlements");
        Step step = books.begin();
        settle_client(step, remote.row.id, *clients.begin());
        step.put_off(remote);
    }
    books.at("between settlements");
}

void settle_unsettled(Step& step, std::int64_t client) {
    for (const auto remote : step->touched.unsettled_by(client))
        settle_client(step, remote, client);
}

void settle(Step& step, const KnownRemote* ended) {
    // Facts changed: time that two planners tell of is not put on two bills (rule 7).
    if (ended != nullptr) look_at_settings(step);
    if (ended != nullptr) find_repeated(step);
    if (ended != nullptr && find_days_anew(step)) step.cause = Cause::Recount;
    const std::int64_t remote = ended != nullptr ? ended->row.id : 0;
    std::optional<DraftLosses> losses;
    for (int round = 0; round < kRounds; ++round) {
        const auto clients = step->touched.of(remote);
        if (clients.empty()) break;
        step->touched.take(remote);
        if (!losses) losses.emplace(step);
        Planning planning(step);
        planning.apply_late_policies(clients);
        const auto reading = ended != nullptr ? Clients{} : step->touched.put_off();
        // The end of a reading under way says what of it the reading took, not this decision.
        if (step.cause == Cause::Facts || reading.empty())
            note_free_losses(step, step.cause == Cause::Facts);
        settle_drafts(step, clients, *losses, reading);
        planning.find_drift();
    }
    if (!losses && ended != nullptr) losses.emplace(step);
    if (losses) losses->done(ended);
    if (ended == nullptr) return;
    step->kept.erase(remote, kept::kSettlingFor);
    count_without_terms(step);
    count_held(step);
}

} // namespace hb::books
