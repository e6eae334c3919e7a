#include "base/limits.h"
#include "base/text.h"
#include "base/wall_clock.h"
#include "books/corrections.h"
#include "books/costs.h"
#include "books/draft_losses.h"
#include "books/draft_rows.h"
#include "books/own_company.h"
#include "books/staff_warnings.h"
#include "books/viewing.h"
#include "store/hidden.h"
#include "store/waiting.h"
#include "voices/warnings.h"

// What to know before a report is sent (G24).
namespace hb::books {
namespace {

constexpr std::chrono::days kOldDraft{14}; // G8
// Of records that can't be read; of what lies beyond, every client is warned.
constexpr std::int64_t kUnreadableLookedAt = 1000;

namespace words = voices::warnings;

std::string hours(std::int64_t seconds) {
    return format_duration(seconds);
}

class Warnings {
public:
    Warnings(const Reading& read, Drafting& drafting, const store::ReportRow& row,
             const domain::Draft& draft, const domain::DraftInput& input)
        : read_(read), drafting_(drafting), row_(row), draft_(draft), input_(input) {
        for (const auto& fate : draft.fates) fates_[fate.entry] = fate.fate;
    }

    std::vector<domain::Warning> all() {
        for (const auto& blocking : draft_.blocking)
            say(blocking.code.c_str(), blocking.said, true);
        if (const auto trouble = own_company_trouble(read_, input_.contract))
            say(trouble->code.c_str(), trouble->said, true);
        for (const auto& remote : read_.remotes()) of_remote(*remote);
        of_waiting();
        if (row_.id != 0) losses_ = losses_of(read_, row_, draft_);
        of_hidden();
        of_losses();
        of_entries();
        of_long();
        of_repeated();
        if (draft_.late_seconds > 0)
            say("late_waiting", voices::say<words::kLateWaits>(hours(draft_.late_seconds)));
        of_corrections();
        of_tasks();
        of_costs();
        if (row_.id != 0 && read_.now() - row_.created_at > kOldDraft)
            say("old_draft", voices::say<words::kOldDraft>(clock_text(row_.created_at), row_.id));
        return std::move(out_);
    }

private:
    std::string clock_text(Instant at) const { return wall_clock_text(at, read_.settings.zone); }
    void say(const char* code, Message said, bool blocking = false) {
        out_.push_back(domain::warning(code, std::move(said), blocking));
    }

    void of_freshness(const KnownRemote& remote) {
        std::optional<Instant> fresh;
        for (const auto& cursor : read_->sources.cursors(remote.row.id))
            if (cursor.stream == "entries" && cursor.completed_at &&
                (!fresh || *cursor.completed_at > *fresh))
                fresh = cursor.completed_at;
        const auto& name = remote.row.name;
        const auto limit =
            std::max<std::chrono::milliseconds>(remote.poll * 12, std::chrono::hours{1});
        if (!fresh)
            say("never_pulled", voices::say<words::kNeverRead>(name), true);
        else if (read_.now() - *fresh > limit)
            say("stale", voices::say<words::kStale>(name, clock_text(*fresh)));
    }

    // Records of other clients' tasks are no matter of this one.
    void of_unreadable(const KnownRemote& remote) {
        std::int64_t problems = read_->sources.count_problems(remote.row.id, "entries") +
                                read_->sources.count_problems(remote.row.id, "tasks");
        if (problems == 0) return;
        for (const auto& row : read_->sources.problems(kUnreadableLookedAt))
            if (row.remote == remote.row.name && (row.stream == "entries" || row.stream == "tasks"))
                problems -= is_of_another(remote, row) ? 1 : 0;
        if (problems > 0)
            say("unmapped", voices::say<words::kUnreadable>(problems, remote.row.name));
    }

    bool is_of_another(const KnownRemote& remote, const store::ProblemRow& row) {
        if (!remote.mapping) return false;
        const auto task = remote.mapping->apply({row.stream, row.id, row.text, ""}).task;
        if (task.empty()) return false;
        const auto known = read_->sources.find_task(domain::Ref{row.remote, "task", task});
        return known && known->client && *known->client != row_.client;
    }

    void of_remote(const KnownRemote& remote) {
        const auto& name = remote.row.name;
        of_freshness(remote);
        of_unreadable(remote);
        if (const auto job = read_->jobs.find(remote.row.id, "pull", ""); job && job->stopped)
            say("guard_stopped", voices::say<words::kGuardStopped>(name, *job->stopped,
                                                                   job->what_to_do.value_or("")));
        // Where a planner tells no totals there is nothing to compare, and nothing to advise.
        if (remote.can() == nullptr || !remote.can()->task_totals) return;
        std::vector<std::int64_t> of_remote;
        for (const auto& task : input_.tasks)
            if (task.ref.remote == name && task.known) of_remote.push_back(task.id);
        if (const auto unproven = read_->sources.count_unproven(of_remote))
            say("unproven", voices::say<words::kUnproven>(unproven, name));
    }

    // Values that decide money and wait for a person (G46).
    void of_waiting() {
        if (row_.id == 0) return;
        for (const auto& held : read_->waiting.holding(row_.id))
            say("held",
                voices::say<words::kHeld>(held.records, held.remote, to_string(held.field),
                                          clock_text(held.since)),
                true);
    }

    // Time that its planner does not show any longer, and that nobody says was deleted (G48).
    void of_hidden() {
        if (row_.id == 0) return;
        const auto hidden = read_->hidden.on_report(row_.id);
        if (hidden.empty()) return;
        const bool large = std::any_of(losses_.begin(), losses_.end(), [](const DraftLoss& loss) {
            return loss.code == "not_shown";
        });
        for (const auto& each : hidden)
            say("not_shown",
                voices::say<words::kNotShown>(each.entries, hours(each.seconds), each.remote,
                                              clock_text(each.since), domain::said_of(each.cause)),
                large);
    }

    // What pulls took away or brought in, above the bounds (G47).
    void of_losses() {
        if (row_.id == 0) return;
        for (const auto& loss : losses_)
            if (loss.code != "not_shown") say(loss.code.c_str(), loss_said(row_, loss), true);
    }

    void of_long() {
        std::int64_t seconds = 0, records = 0;
        std::string first;
        for (const auto& entry : input_.entries) {
            if (fates_[entry.id] != domain::Fate::Long) continue;
            seconds += entry.seconds;
            if (records++ == 0) first = to_string(entry.ref);
        }
        if (records > 0)
            say("long_waits", voices::say<words::kLong>(records, hours(seconds), first));
    }

    void of_entries() {
        std::int64_t no_text = 0;
        std::map<std::pair<Day, std::string>, std::int64_t> days; // of each person
        for (const auto& entry : input_.entries) {
            if (fates_[entry.id] != domain::Fate::Taken || entry.seconds == 0) continue;
            if (trim(entry.text).empty()) ++no_text;
            if (entry.seconds > kEntrySecondsMax) continue; // accepted (G54)
            days[{entry.work_date, entry.person_name}] += entry.seconds;
        }
        for (const auto& [day, seconds] : days)
            if (seconds > kEntrySecondsMax)
                say("long_day", voices::say<words::kLongDay>(day.second, hours(seconds),
                                                             format_day(day.first)));
        if (no_text > 0) say("no_text", voices::say<words::kNoText>(no_text));
    }

    void of_repeated() {
        std::int64_t repeated = 0;
        for (const auto& entry : input_.entries)
            if (entry.may_repeat && fates_[entry.id] == domain::Fate::Excluded)
                repeated += entry.seconds;
        if (repeated > 0) say("may_repeat", voices::say<words::kRepeated>(hours(repeated)));
    }

    void of_corrections() {
        CorrectionFacts corrections(read_);
        for (const auto& waiting : read_->reports.adjustments_for_draft(row_.client, row_.id)) {
            if (corrections.fits(waiting, input_.contract)) continue;
            const auto& terms = corrections.terms(waiting);
            say("correction_waits",
                voices::say<words::kCorrectionWaits>(
                    "adjustment:" + std::to_string(waiting.id),
                    domain::format_amount(waiting.delta_amount, terms.currency) + " " +
                        terms.currency.code,
                    format_day(terms.valid_from)));
        }
    }

    void of_tasks() {
        std::map<std::int64_t, std::int64_t> worked;
        for (const auto& line : draft_.lines) worked[line.task] += line.worked_seconds;
        std::vector<std::string> two_clients;
        for (const auto& task : input_.tasks) {
            const auto* stored = drafting_.task(task.id);
            if (stored != nullptr && stored->two_clients && worked.count(task.id))
                two_clients.push_back(to_string(task.ref));
        }
        if (!two_clients.empty())
            say("two_clients",
                voices::say<words::kTwoClients>(two_clients.size(), two_clients.front()));

        // Work that was finished in the period and has no time at all: somebody forgot to log it.
        const auto own = Zone::find(input_.contract.time_zone);
        const Zone& zone = own ? *own : read_.settings.zone;
        const auto closed = read_->sources.closed_without_time(
            row_.client, zone.start_of(row_.period.from),
            zone.start_of(row_.period.to + std::chrono::days{1}));
        if (closed > 0) say("closed_without_time", voices::say<words::kClosedWithoutTime>(closed));
    }

    void of_costs() {
        for (const auto& [remote, costs] : costs_beside(read_, input_, draft_))
            say("costs", voices::say<words::kCosts>(costs.entries.size(), sum_text(costs), remote,
                                                    to_string(costs.entries.front())));
    }

    const Reading& read_;
    Drafting& drafting_;
    const store::ReportRow& row_;
    const domain::Draft& draft_;
    const domain::DraftInput& input_;
    std::map<std::int64_t, domain::Fate> fates_;
    std::vector<domain::Warning> out_;
    std::vector<DraftLoss> losses_;
};

} // namespace

std::vector<domain::Warning> Viewing::warnings(const store::ReportRow& row,
                                               const domain::Draft& draft,
                                               const domain::DraftInput& input) {
    return Warnings(read_, drafting_, row, draft, input).all();
}

std::vector<domain::Warning> warnings_for_staff(const Reading& read, std::int64_t report) {
    const auto row = read->reports.find(report);
    if (!row) return {};
    Viewing viewing(read);
    const auto [input, draft] = evaluate_row(viewing, *row);
    Drafting drafting(read);
    return Warnings(read, drafting, *row, draft, input).all();
}

} // namespace hb::books
