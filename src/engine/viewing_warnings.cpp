#include "base/count.h"
#include "base/limits.h"
#include "base/text.h"
#include "engine/corrections.h"
#include "engine/costs.h"
#include "engine/draft_losses.h"
#include "engine/draft_rows.h"
#include "engine/own_company.h"
#include "engine/staff_warnings.h"
#include "engine/viewing.h"
#include "store/hidden.h"
#include "store/waiting.h"

// What to know before a report is sent (G24).
namespace hb::engine {
namespace {

constexpr std::chrono::days kOldDraft{14}; // G8
// Of records that can't be read; of what lies beyond, every client is warned.
constexpr std::int64_t kUnreadableLookedAt = 1000;

std::string hours(std::int64_t seconds) {
    return format_duration(seconds) + " h";
}

// Commands are for those who have a shell (G61).
enum class Reader { Shell, Staff };

class Warnings {
public:
    Warnings(const Reading& read, Drafting& drafting, const store::ReportRow& row,
             const domain::Draft& draft, const domain::DraftInput& input, Reader reader)
        : read_(read), drafting_(drafting), row_(row), draft_(draft), input_(input),
          reader_(reader) {
        for (const auto& fate : draft.fates) fates_[fate.entry] = fate.fate;
    }

    std::vector<render::Warning> all() {
        for (const auto& blocking : draft_.blocking)
            out_.push_back({blocking.code,
                            blocking.message + (blocking.hint.empty() ? "" : ". " + blocking.hint),
                            true});
        if (const auto trouble = own_company_trouble(read_, input_.contract))
            block(trouble->code, trouble->message + "; " + trouble->hint);
        for (const auto& remote : read_.remotes()) of_remote(*remote);
        of_waiting();
        if (row_.id != 0) losses_ = losses_of(read_, row_, draft_);
        of_hidden();
        of_losses();
        of_entries();
        of_long();
        of_repeated();
        if (draft_.late_seconds > 0)
            say("late_waiting",
                hours(draft_.late_seconds) + " of this period wait in the late tray",
                ": hourbridge late list");
        of_corrections();
        of_tasks();
        of_costs();
        if (row_.id != 0 && read_.now() - row_.created_at > kOldDraft)
            say("old_draft",
                "this draft has reserved its time since " + format_instant(row_.created_at) +
                    "; send it, or cancel it",
                ": hourbridge report cancel " + std::to_string(row_.id) + " --reason TEXT");
        return std::move(out_);
    }

private:
    // `advice`: a command to type.
    void say(const char* code, const std::string& message, const std::string& advice = "") {
        out_.push_back({code, message + (reader_ == Reader::Shell ? advice : ""), false});
    }
    void block(const std::string& code, const std::string& message,
               const std::string& advice = "") {
        out_.push_back({code, message + (reader_ == Reader::Shell ? advice : ""), true});
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
            block("never_pulled", name + " was never read to its end",
                  "; run: hourbridge sync " + name);
        else if (read_.now() - *fresh > limit)
            say("stale", name + " was last read at " + format_instant(*fresh),
                "; hourbridge sync " + name + " reads it now");
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
            say("unmapped",
                count(problems, "record", "records") + " of " + remote.row.name +
                    " can't be read and will be in no report",
                "; hourbridge check names the reason");
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
            say("guard_stopped", name + ": " + *job->stopped,
                ". What to do: " + job->what_to_do.value_or(""));
        // Where a planner tells no totals there is nothing to compare, and nothing to advise.
        if (remote.can() == nullptr || !remote.can()->task_totals) return;
        std::vector<std::int64_t> of_remote;
        for (const auto& task : input_.tasks)
            if (task.ref.remote == name && task.known) of_remote.push_back(task.id);
        if (const auto unproven = read_->sources.count_unproven(of_remote))
            say("unproven",
                count(unproven, "task", "tasks") + " whose time in " + name +
                    " adds up to another sum than here",
                "; hourbridge sync " + name + " --full compares every entry");
    }

    // Values that decide money and wait for a person (G46).
    void of_waiting() {
        if (row_.id == 0) return;
        for (const auto& held : read_->waiting.holding(row_.id))
            block("held",
                  count(held.records, "record", "records") + " of " + held.remote + " changed in " +
                      std::string(to_string(held.field)) + " since " + format_instant(held.since) +
                      ", and the new values wait for a decision",
                  ": hourbridge check");
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
            out_.push_back({"not_shown",
                            count(each.entries, "time entry", "time entries") + " (" +
                                hours(each.seconds) + ") of " + each.remote +
                                " not shown there since " + format_instant(each.since) + ": " +
                                std::string(domain::words_of(each.cause)) +
                                "; they stay on this report",
                            large});
    }

    // What pulls took away or brought in, above the bounds (G47).
    void of_losses() {
        if (row_.id == 0) return;
        for (const auto& loss : losses_)
            if (loss.code != "not_shown") out_.push_back({loss.code, loss_words(row_, loss), true});
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
            say("long_waits",
                count(records, "time entry", "time entries") + " of more than a day (" +
                    hours(seconds) + ") wait until somebody accepts them",
                ": hourbridge entry accept " + first + " --reason TEXT");
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
                say("long_day", day.second + " has " + hours(seconds) + " on " +
                                    format_day(day.first) + ": more than a day");
        if (no_text > 0)
            say("no_text", count(no_text, "time entry says", "time entries say") +
                               " nothing about the work; a text is added in the planner");
    }

    void of_repeated() {
        std::int64_t repeated = 0;
        for (const auto& entry : input_.entries)
            if (entry.may_repeat && fates_[entry.id] == domain::Fate::Excluded)
                repeated += entry.seconds;
        if (repeated > 0)
            say("may_repeat",
                hours(repeated) + " look like time that another planner tells too, and are left "
                                  "out until somebody decides",
                ": hourbridge alias list");
    }

    void of_corrections() {
        CorrectionFacts corrections(read_);
        for (const auto& waiting : read_->reports.adjustments_for_draft(row_.client, row_.id)) {
            if (corrections.fits(waiting, input_.contract)) continue;
            const auto& terms = corrections.terms(waiting);
            say("correction_waits",
                "adjustment:" + std::to_string(waiting.id) + " of " +
                    domain::format_amount(waiting.delta_amount, terms.currency) + " " +
                    terms.currency.code + " is in the terms of " + format_day(terms.valid_from) +
                    " and can't stand on this report; a report that ends under those terms "
                    "takes it");
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
                count(static_cast<std::int64_t>(two_clients.size()), "task is", "tasks are") +
                    " linked to two companies; the first one is billed",
                ". Another one: hourbridge link set " + two_clients.front() + " COMPANY");

        // Work that was finished in the period and has no time at all: somebody forgot to log it.
        const auto own = Zone::find(input_.contract.time_zone);
        const Zone& zone = own ? *own : read_.settings.zone;
        const auto closed = read_->sources.closed_without_time(
            row_.client, zone.start_of(row_.period.from),
            zone.start_of(row_.period.to + std::chrono::days{1}));
        if (closed > 0)
            say("closed_without_time", count(closed, "task closed in this period has",
                                             "tasks closed in this period have") +
                                           " no time; was it forgotten?");
    }

    void of_costs() {
        for (const auto& [remote, costs] : costs_beside(read_, input_, draft_))
            say("costs",
                to_string(costs) + ", of " + remote + " in this period " +
                    (costs.entries.size() == 1 ? "is" : "are") +
                    " not on this report: only time is billed. Bill that beside the "
                    "report",
                "; hourbridge explain " + to_string(costs.entries.front()) + " shows the first");
    }

    const Reading& read_;
    Drafting& drafting_;
    const store::ReportRow& row_;
    const domain::Draft& draft_;
    const domain::DraftInput& input_;
    const Reader reader_;
    std::map<std::int64_t, domain::Fate> fates_;
    std::vector<render::Warning> out_;
    std::vector<DraftLoss> losses_;
};

} // namespace

std::vector<render::Warning> Viewing::warnings(const store::ReportRow& row,
                                               const domain::Draft& draft,
                                               const domain::DraftInput& input) {
    return Warnings(read_, drafting_, row, draft, input, Reader::Shell).all();
}

std::vector<render::Warning> warnings_for_staff(const Reading& read, std::int64_t report) {
    const auto row = read->reports.find(report);
    if (!row) return {};
    Viewing viewing(read);
    const auto [input, draft] = evaluate_row(viewing, *row);
    Drafting drafting(read);
    return Warnings(read, drafting, *row, draft, input, Reader::Staff).all();
}

} // namespace hb::engine
