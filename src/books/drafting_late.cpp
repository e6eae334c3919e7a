#include <algorithm>

#include "books/corrections.h"
#include "books/drafting.h"
#include "domain/versions.h"

// What waits in the late tray (G2): time that came after its bill, and corrections.
namespace hb::books {

// Each kind of lateness by its own index, so that what is simply free is not read.
std::vector<store::EntryRow> Drafting::maybe_late(std::int64_t client, std::optional<Day> before,
                                                  const std::vector<domain::SentReport>& sent) {
    std::vector<store::EntryRow> out;
    const auto add = [&out](std::vector<store::EntryRow> rows) {
        std::move(rows.begin(), rows.end(), std::back_inserter(out));
    };
    constexpr std::int64_t kWheneverSeen = -1;
    // A moment of the first day can lie on the day before in its zone.
    const Day first = day_min() - std::chrono::days{1};
    const Day from = before ? *before : first;
    if (before)
        add(read_->sources.free_seen_after(client, {first, from - std::chrono::days{1}},
                                           kWheneverSeen));
    add(read_->sources.free_of_paid_tasks(client));
    for (const auto& report : sent) {
        const DayRange covered{std::max(from, report.filter.from.value_or(first)),
                               report.filter.to};
        if (covered.from <= covered.to)
            add(read_->sources.free_seen_after(client, covered, report.sent_seen));
    }
    const auto by_id = [](const auto& a, const auto& b) { return a.id < b.id; };
    std::stable_sort(out.begin(), out.end(), by_id);
    out.erase(std::unique(out.begin(), out.end(),
                          [](const auto& a, const auto& b) { return a.id == b.id; }),
              out.end());
    return out;
}

std::vector<domain::LateRow> Drafting::late_rows(std::int64_t client, std::optional<Day> before,
                                                 bool decided_too) {
    std::vector<domain::LateRow> rows;
    const auto& versions = contracts_of(client);
    if (client_ref(client).empty() || versions.empty()) return rows;
    const auto& sent = all_sent(client);

    for (const auto& entry : maybe_late(client, before, sent)) {
        const auto facts = entry_facts(entry, client);
        if (facts.external || !facts.repeats.empty()) continue;
        const auto& task = facts_of(entry.task);
        if (!task.known) continue;
        const auto& contract = *domain::in_force(versions, entry.work_date);
        // Nobody decides about it, and no policy does, before somebody says that it is true (G54).
        if (domain::waits_as_long(facts, contract)) continue;
        const auto verdict =
            domain::judge(task, contract, read_.settings.nonbillable, facts.override_, facts.word);
        if (!verdict.billable) continue;
        std::string why = domain::lateness(facts, task, verdict, sent);
        const bool decided = facts.decision != domain::LateDecision::None;
        if (decided && !decided_too) continue;
        if (why.empty() && before && entry.work_date < *before) why = "earlier";
        if (why.empty()) continue;

        domain::LateRow row;
        row.ref = row.entry = to_string(entry.ref);
        row.kind = "entry";
        row.why = why;
        row.client = client_ref(client);
        row.task = to_string(task.ref);
        row.work_date = format_day(entry.work_date);
        row.seconds = entry.seconds;
        row.currency = contract.currency.code;
        const auto* rate = domain::find_rate(contract, task.group, verdict.work_type, facts.person,
                                             entry.work_date);
        const auto billed = domain::round_seconds(
            entry.seconds, contract.rounding.level == domain::RoundingLevel::Entry
                               ? contract.rounding
                               : domain::Rounding{});
        row.amount = domain::format_amount(rate ? domain::price(rate->amount, billed) : 0,
                                           contract.currency);
        if (facts.decision == domain::LateDecision::NextReport) row.decision = "next_report";
        if (facts.decision == domain::LateDecision::WriteOff) row.decision = "write_off";
        rows.push_back(std::move(row));
    }
    auto adjustments = late_adjustments(client, decided_too);
    std::move(adjustments.begin(), adjustments.end(), std::back_inserter(rows));
    return rows;
}

std::vector<domain::LateRow> Drafting::late_adjustments(std::int64_t client, bool decided_too) {
    std::vector<domain::LateRow> rows;
    const auto& versions = contracts_of(client);
    if (versions.empty()) return rows;
    CorrectionFacts corrections(read_);
    for (const auto& adjustment : read_->reports.adjustments(client, !decided_too)) {
        if (adjustment.replaced) continue;
        const auto entry = read_->sources.find_entry(adjustment.entry);
        const auto origin = read_->reports.find(adjustment.report);
        if (!entry || !origin) continue;
        const auto* billed_task = task(entry->task);
        domain::LateRow row;
        row.ref = "adjustment:" + std::to_string(adjustment.id);
        row.kind = "adjustment";
        row.entry = to_string(entry->ref);
        row.why = adjustment.why;
        row.client = client_ref(client);
        row.task = billed_task != nullptr ? to_string(billed_task->ref) : "";
        row.work_date = format_day(entry->work_date);
        row.seconds = adjustment.delta_seconds;
        const auto& currency = corrections.terms(adjustment).currency;
        row.currency = currency.code;
        row.amount = domain::format_amount(adjustment.delta_amount, currency);
        row.report = origin->number;
        row.decision = adjustment.decision;
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace hb::books
