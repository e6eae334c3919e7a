#include <set>

#include "books/drafting.h"
#include "domain/lifecycle.h"
#include "domain/versions.h"

// How far a task's time is paid (G1, rule 42).
namespace hb::books {
namespace {

// Free, and nobody is to pay for it here.
bool is_out(const domain::EntryFacts& free) {
    return free.external || !free.repeats.empty() ||
           free.decision == domain::LateDecision::WriteOff;
}

} // namespace

const Drafting::Settled& Drafting::settled(std::int64_t report) {
    const auto [at, added] = settled_.try_emplace(report);
    Settled& out = at->second;
    if (!added) return out;
    const auto row = read_->reports.find(report);
    ensure(row.has_value(), "a line's report is there");
    out.sent = domain::was_sent(row->state);
    if (!out.sent) return out;
    std::vector<std::int64_t> gross;
    std::vector<std::int64_t> tasks;
    for (const auto& line : read_->reports.lines(report, row->revision)) {
        if (!line.line.billable) continue;
        tasks.push_back(line.line.task);
        gross.push_back(line.line.gross);
    }
    const auto shares = domain::spread_settled(row->settled + row->written_off, gross);
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        out.tasks[tasks[i]].billed += gross[i];
        out.tasks[tasks[i]].settled += shares[i];
    }
    return out;
}

bool Drafting::is_being_corrected(std::int64_t task_id) {
    if (!corrected_) corrected_ = read_->reports.tasks_being_corrected();
    return corrected_->count(task_id) != 0;
}

std::optional<int> Drafting::percent_paid(std::int64_t task_id) {
    std::int64_t billed_money = 0;
    std::int64_t settled_money = 0;
    bool has_billable = false;
    bool open = false;
    std::set<std::int64_t> reports;
    for (const auto& line : read_->reports.lines_of_task(task_id)) {
        if (!line.line.billable) continue;
        has_billable = true;
        reports.insert(line.report);
    }
    for (const auto id : reports) {
        const auto& report = settled(id);
        if (!report.sent) open = true;
        const auto share = report.tasks.find(task_id);
        if (share == report.tasks.end()) continue;
        billed_money += share->second.billed;
        settled_money += share->second.settled;
    }
    const auto* row = task(task_id);
    if (row != nullptr && row->client) {
        const auto& versions = contracts_of(*row->client);
        const auto& facts = facts_of(task_id);
        for (const auto& entry : read_->sources.entries_of_task(task_id)) {
            if (entry.live_report || entry.deleted || entry.seconds == 0) continue;
            if (!entry.client || versions.empty()) continue;
            const auto free = entry_facts(entry, *row->client);
            if (is_out(free)) continue;
            const auto& terms = *domain::in_force(versions, entry.work_date);
            if (!domain::judge(facts, terms, read_.settings.nonbillable, free.override_, free.word)
                     .billable)
                continue;
            has_billable = true;
            open = true;
        }
    }
    if (is_being_corrected(task_id)) open = true;
    return domain::percent_paid(settled_money, billed_money, has_billable, open);
}

bool task_is_fully_paid(const Reading& read, std::int64_t task) {
    bool billed = false;
    for (const auto& line : read->reports.lines_of_task(task)) {
        if (!line.line.billable) continue;
        const auto report = read->reports.find(line.report);
        if (!report || report->state != domain::State::Paid) return false;
        billed = true;
    }
    if (!billed) return false;

    const auto row = read->sources.find_task(task);
    if (!row || !row->client) return false;
    Drafting drafting(read);
    const auto& versions = drafting.contracts_of(*row->client);
    if (versions.empty()) return false;
    const auto facts = drafting.task_facts(*row, false);
    const auto sent = drafting.sent_reports(*row->client, 0);
    for (const auto& entry : read->sources.entries_of_task(task)) {
        if (entry.live_report || entry.deleted || entry.seconds == 0) continue;
        const auto free = drafting.entry_facts(entry, *row->client);
        if (is_out(free)) continue;
        const auto& terms = *domain::in_force(versions, entry.work_date);
        const auto verdict =
            domain::judge(facts, terms, read.settings.nonbillable, free.override_, free.word);
        if (!verdict.billable) continue;
        if (domain::lateness(free, facts, verdict, sent).empty()) return false;
    }
    return true;
}

} // namespace hb::books
