#include "books/free_losses.h"

#include <set>

#include "books/drafting.h"
#include "domain/money.h"
#include "domain/versions.h"

namespace hb::books {
namespace {

constexpr std::chrono::days kShownFor{31}; // G47

// What one free entry was and is for one client.
struct Part {
    domain::Billed billed;
    std::optional<domain::EntryFate> fate; // none: gone, or another client's
};

class Comparing {
public:
    explicit Comparing(Step& step) : read_(step), drafting_(step), moves_(step->free_moves) {}

    void run(bool by_pull) {
        tasks_ = moves_.tasks_before();
        auto before = moves_.entries_before();
        if (before.empty() && tasks_.empty()) return;
        for (auto& entry : before) add(std::move(entry));
        add_entries_of_tasks();
        known_ = moves_.all();
        for (const auto& [id, entry] : before_) compare(entry, by_pull);
        moves_.forget_before();
    }

private:
    void add(store::EntryBefore entry) {
        const auto id = entry.entry;
        before_.emplace(id, std::move(entry));
    }

    void add_entries_of_tasks() {
        for (const auto& [task, before] : tasks_)
            for (const auto& row : read_->sources.entries_of_task(task))
                if (!row.live_report && !row.deleted && before_.count(row.id) == 0)
                    add({row.id, row.client, row.task, row.seconds, row.work_date, row.word,
                         false});
    }

    void compare(const store::EntryBefore& before, bool by_pull) {
        const auto row = read_->sources.find_entry(before.entry);
        if (!row || row->live_report) return;
        std::set<std::int64_t> clients;
        if (before.client) clients.insert(*before.client);
        for (auto at = known_.lower_bound({before.entry, 0});
             at != known_.end() && at->first.first == before.entry; ++at)
            clients.insert(at->first.second);
        for (const auto client : clients) compare(before, *row, client, by_pull);
    }

    void compare(const store::EntryBefore& before, const store::EntryRow& row, std::int64_t client,
                 bool by_pull) {
        const auto known = known_.find({row.id, client});
        if (known == known_.end() && !by_pull) return;
        const Part was = part_before(before, row, client);
        const Part now = part_now(row, client);
        domain::PullChange change;
        change.before[row.id] = was.billed;
        change.after[row.id] = now.billed;
        if (now.fate) change.fates.push_back(*now.fate);
        std::vector<domain::EntryMove> earlier;
        if (known != known_.end()) earlier.push_back(known->second);
        const auto moved = domain::moves_after(earlier, change);
        const auto sum = domain::sum_of(moved);
        if (sum.lost.seconds > 0 || sum.lost.amount > 0)
            moves_.put(client, moved.front(), read_.now());
        else if (known != known_.end())
            moves_.drop(client, row.id);
    }

    Part part_before(const store::EntryBefore& before, store::EntryRow row, std::int64_t client) {
        row.client = before.client;
        row.task = before.task;
        row.seconds = before.seconds;
        row.work_date = before.work_date;
        row.word = before.word;
        row.deleted = before.deleted;
        const auto* stored = drafting_.task(row.task);
        if (stored == nullptr) return {};
        store::TaskRow task = *stored;
        if (const auto was = tasks_.find(row.task); was != tasks_.end()) {
            task.known = was->second.known;
            task.facts.tags = was->second.tags;
            task.facts.project = was->second.project;
        }
        return part(row, task, client);
    }

    Part part_now(const store::EntryRow& row, std::int64_t client) {
        const auto* task = drafting_.task(row.task);
        return task == nullptr ? Part{} : part(row, *task, client);
    }

    Part part(const store::EntryRow& row, const store::TaskRow& of, std::int64_t client) {
        if (row.deleted || row.client != client) return {};
        const auto entry = drafting_.entry_facts(row, client);
        const auto task = drafting_.task_facts(of, false);
        const auto& versions = drafting_.contracts_of(client);
        static const domain::Contract nothing;
        const auto* found = domain::in_force(versions, row.work_date);
        const auto& terms = found != nullptr ? *found : nothing;
        const auto verdict =
            domain::judge(task, terms, read_.settings.nonbillable, entry.override_, entry.word);
        Part out;
        out.fate = fate_of(entry, task, terms, verdict, client);
        if (out.fate->fate != domain::Fate::Taken || !verdict.billable) return out;
        out.billed.seconds = row.seconds;
        if (const auto* rate = domain::find_rate(terms, task.group, verdict.work_type, entry.person,
                                                 row.work_date))
            out.billed.amount = domain::price(rate->amount, row.seconds);
        return out;
    }

    domain::EntryFate fate_of(const domain::EntryFacts& entry, const domain::TaskFacts& task,
                              const domain::Contract& terms, const domain::Verdict& verdict,
                              std::int64_t client) {
        using domain::Fate;
        domain::EntryFate out;
        out.entry = entry.id;
        out.verdict = verdict;
        const bool decided = entry.decision != domain::LateDecision::None;
        if (entry.external)
            out.fate = Fate::External;
        else if (!entry.repeats.empty())
            out.fate = Fate::Excluded;
        else if (entry.decision == domain::LateDecision::WriteOff)
            out.fate = Fate::WrittenOff;
        else if (!task.known)
            out.fate = Fate::NoTask;
        else if (domain::waits_as_long(entry, terms))
            out.fate = Fate::Long;
        else if (!decided && !domain::lateness(entry, task, verdict, sent_of(client)).empty())
            out.fate = Fate::Late;
        else
            out.fate = Fate::Taken;
        return out;
    }

    const std::vector<domain::SentReport>& sent_of(std::int64_t client) {
        const auto [at, added] = sent_.try_emplace(client);
        if (added) at->second = drafting_.sent_reports(client, 0);
        return at->second;
    }

    const Reading& read_;
    Drafting drafting_;
    store::FreeMoves& moves_;
    std::map<std::int64_t, store::TaskBefore> tasks_;
    std::map<std::int64_t, store::EntryBefore> before_;
    std::map<store::FreeMoves::Key, domain::EntryMove> known_;
    std::map<std::int64_t, std::vector<domain::SentReport>> sent_;
};

} // namespace

void note_free_losses(Step& step, bool by_pull) {
    step->free_moves.drop_older(step.now() - kShownFor);
    Comparing(step).run(by_pull);
}

std::vector<store::FreeMoves::Sum> free_losses(const Reading& read) {
    return read->free_moves.sums(read.now() - kShownFor);
}

} // namespace hb::books
