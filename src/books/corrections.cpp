#include "books/corrections.h"

#include <set>

#include "base/text.h"
#include "domain/versions.h"
#include "store/aliases.h"

// What is open, and what it costs. What a decision makes of it stands in transfers.cpp.
namespace hb::books {

using Side = store::AdjustmentRow::Side;

void add_money(const Reading& read, std::int64_t adjustment, EventData& data) {
    const auto row = read->reports.find_adjustment(adjustment);
    ensure(row.has_value(), "a decided adjustment is kept");
    data.add("report", row->report)
        .add("delta_seconds", row->delta_seconds)
        .add("delta_billed", row->delta_billed)
        .add("delta_amount", row->delta_amount);
}

store::EntryRow CorrectionFacts::revision_of(const store::EntryRow& entry, int n) {
    if (entry.revision == n) return entry;
    for (const auto& old : read_->sources.revisions_of(entry.id))
        if (old.revision == n) return old;
    fail_invariant("a billed revision of an entry is kept");
}

// Lines and work of a sent report never change; what was decided about them does.
const CorrectionFacts::Bill& CorrectionFacts::bill(std::int64_t report) {
    const auto [at, added] = bills_.try_emplace(report);
    Bill& bill = at->second;
    bill.report = *read_->reports.find(report);
    if (added) {
        const auto contract = drafting_.contract(bill.report.contract);
        ensure(contract.has_value(), "a report's contract is kept");
        bill.contract = *contract;
        for (auto& line : read_->reports.lines(report, bill.report.revision))
            bill.lines[line.id] = std::move(line.line);
        for (const auto& share : read_->reports.allocations(report, true))
            if (share.origin == "work") bill.work[share.entry] = share;
    }
    for (const auto& [entry, share] : bill.work) bill.seconds[entry] = share.seconds;
    bill.adjustments = read_->reports.adjustments_of_report(report);
    for (const auto& row : bill.adjustments)
        if (row.decision == "next_report" && !row.place && row.side != Side::PutIn)
            bill.seconds[row.entry] += row.delta_seconds;
    return bill;
}

// Late time stands on a bill with other terms than those of its day. Versions that came after the
// bill judge nothing that is on it.
std::int64_t CorrectionFacts::judge_of(const Bill& bill, const store::AllocationRow& share) {
    std::vector<domain::Contract> known;
    for (const auto& row : read_->contracts.of_client(bill.report.client))
        if (row.id <= bill.report.contract || row.at < bill.report.sent_at)
            known.push_back(*drafting_.contract(row.id));
    known = domain::versions_beside(bill.contract, std::move(known));
    if (known.size() < 2) return bill.report.contract;
    const auto entry = read_->sources.find_entry(share.entry);
    const auto day = revision_of(*entry, share.entry_revision).work_date;
    return domain::in_force(known, day)->id;
}

CorrectionFacts::Standing CorrectionFacts::standing(const Bill& bill, std::int64_t entry) {
    const auto& share = bill.work.at(entry);
    const auto& line = bill.lines.at(share.line);
    Standing out;
    out.terms = {bill.report.client, bill.report.contract, line.task, line.work_type,
                 line.rate,          line.billable};
    out.judged_by = judge_of(bill, share);
    out.revision = out.decided_revision = share.entry_revision;
    out.seconds = share.seconds;
    out.decided_owner = bill.report.client;
    out.decided_judged = line.billable;
    for (const auto& row : bill.adjustments) {
        if (row.entry != entry || !row.decision) continue;
        (row.decision == "write_off" ? out.written_off : out.seconds) += row.delta_seconds;
        // A place is decided about by moving the time or by leaving it; a correction of its seconds
        // says nothing of that.
        const bool left = row.decision == "write_off" && row.side != Side::UsedUp;
        if (left || row.side == Side::PutIn) {
            out.decided_revision = row.to_revision;
            out.decided_owner = row.owner;
            out.decided_judged = row.judged.value_or(out.decided_judged);
        }
        if (row.decision != "next_report") continue;
        if (row.side == Side::PutIn) {
            out.place = row.id;
            out.terms = *row.terms;
            out.judged_by = row.terms->contract;
            out.revision = row.to_revision;
            out.place_billed = out.place_amount = 0;
        }
        if (out.place) {
            out.place_billed += row.delta_billed;
            out.place_amount += row.delta_amount;
        }
    }
    return out;
}

std::string CorrectionFacts::client_words(std::optional<std::int64_t> client) {
    if (!client) return "none";
    const auto company = read_->sources.find_company(*client);
    return company ? to_string(company->ref) : "?";
}

// By the terms of the bill: a zone that a later contract brings moves nothing (rule 16).
Day CorrectionFacts::day_of(const store::EntryRow& entry, const domain::Contract& contract) {
    if (!entry.at) return *entry.day;
    const auto zone = Zone::find(contract.time_zone);
    return (zone ? *zone : read_.settings.zone).day_of(*entry.at);
}

domain::Verdict CorrectionFacts::judge(const store::TaskRow& task, const store::EntryRow& entry,
                                       const domain::Contract& contract) {
    return domain::judge(drafting_.task_facts(task, false), contract, read_.settings.nonbillable,
                         read_->sources.find_override(entry.id), word_since_billed(entry));
}

// A change counts when it leads away from where the time is billed, and is not what a person has
// decided about already.
CorrectionFacts::Change CorrectionFacts::change(const Standing& stands,
                                                const store::EntryRow& latest) {
    Change out;
    out.now = latest;
    out.judged = stands.terms.billable;
    std::vector<std::string> words;
    // Billed before a person said that another planner's entry is the same time (rule 7).
    const auto alias = read_->aliases.of_entry(latest.id);
    if (alias && alias->decision == "same") {
        out.now.seconds = 0;
        if (stands.accounted() != 0)
            words.push_back("repeats " + to_string(read_->sources.find_entry(alias->same_as)->ref));
    }
    const auto& now = out.now;
    if (now.seconds != stands.accounted()) {
        if (now.deleted) words.push_back("deleted in its planner");
        words.push_back(format_duration(stands.accounted()) + " -> " +
                        format_duration(now.seconds));
    }
    const auto moved = [&](const std::string& what, const std::string& from, const std::string& to,
                           const std::string& decided) {
        if (from == to || decided == to) return;
        words.push_back(what + from + " -> " + to);
        out.transfer = now.seconds > 0;
    };
    const auto placed = revision_of(now, stands.revision);
    const auto decided = revision_of(now, stands.decided_revision);
    const auto task_words = [this](std::int64_t id) {
        const auto task = read_->sources.find_task(id);
        return task ? to_string(task->ref) : std::string("?");
    };
    moved("task ", task_words(placed.task), task_words(now.task), task_words(decided.task));
    const auto person_words = [this](std::int64_t id) {
        return to_string(drafting_.joined(id).ref); // accounts of one person are one (G13)
    };
    moved("person ", person_words(placed.person), person_words(now.person),
          person_words(decided.person));
    const auto contract = drafting_.contract(stands.terms.contract);
    const auto day_words = [&](const store::EntryRow& entry) {
        return format_day(day_of(entry, *contract));
    };
    moved("date ", day_words(placed), day_words(now), day_words(decided));

    const auto task = read_->sources.find_task(now.task);
    out.owner = stands.terms.client;
    if (task && task->known) { // a task that is gone keeps its last owner
        out.owner = task->client;
        moved("client ", client_words(stands.terms.client), client_words(task->client),
              client_words(stands.decided_owner));
        if (task->client == stands.terms.client) {
            const auto verdict = judge(*task, now, *drafting_.contract(stands.judged_by));
            out.judged = verdict.billable;
            const auto told = [&](bool billable) {
                return billable ? std::string("billed")
                                : "not billed" + (verdict.reason.empty() || billable
                                                      ? std::string()
                                                      : " (" + verdict.reason + ")");
            };
            moved("", told(stands.terms.billable), told(out.judged), told(stands.decided_judged));
        }
    }
    if (now.seconds > 0 || stands.accounted() != 0) out.words = join(words, ", ");
    return out;
}

void Corrections::plan(const store::DriftRow& drift) {
    const Bill& was = bill(drift.allocation.report);
    if (drift.state == domain::State::Sent && was.report.drifted) return;
    const std::int64_t entry = drift.allocation.entry;
    const Standing stands = standing(was, entry);
    const Change what = change(stands, *step_->sources.find_entry(entry));
    const Instant now = step_.now();
    if (what.words.empty()) {
        step_->reports.answer_drift(entry, was.report.id, drift.latest_revision);
        if (step_->reports.withdraw_adjustment(entry))
            step_->events.add(now, "engine", "adjustment.withdrawn", was.report.id,
                              to_string(what.now.ref),
                              EventData().add("why", "it is again as it was billed").text());
        return;
    }
    if (drift.state == domain::State::Sent) {
        auto row = was.report;
        row.drifted = true;
        step_->reports.update(row);
        step_->events.add(now, "engine", "report.drifted", row.id, to_string(what.now.ref),
                          EventData().add("change", what.words).text());
        return;
    }
    store::AdjustmentRow row;
    row.entry = entry;
    row.report = was.report.id;
    row.line = drift.allocation.line;
    row.from_revision = drift.allocation.entry_revision;
    row.to_revision = drift.latest_revision;
    row.delta_seconds = what.now.seconds - stands.accounted();
    row.why = what.words;
    row.made_at = now;
    row.transfer = what.transfer;
    row.place = stands.place;
    row.owner = what.owner;
    row.judged = what.judged;
    if (stands.place) row.terms = stands.terms;
    const auto id = step_->reports.add_adjustment(row);
    price(row.report);
    const auto priced = *step_->reports.find_adjustment(id);
    step_->events.add(now, "engine", "adjustment.made", row.report,
                      "adjustment:" + std::to_string(id),
                      EventData()
                          .add("entry", to_string(what.now.ref))
                          .add("change", what.words)
                          .add("delta_seconds", priced.delta_seconds)
                          .add("delta_billed", priced.delta_billed)
                          .add("delta_amount", priced.delta_amount)
                          .text());
}

void Corrections::find() {
    std::set<std::int64_t> reports;
    for (const auto& drift : step_->reports.drifts()) {
        if (drift.state == domain::State::Draft) continue; // evaluated again, not corrected
        plan(drift);
        if (drift.state != domain::State::Sent) reports.insert(drift.allocation.report);
    }
    for (const auto report : reports) price(report);
}

// Raw seconds to stand on its bill after this change.
std::int64_t CorrectionFacts::seconds_now(const store::AdjustmentRow& row, const Standing& stands) {
    return domain::seconds_to_bill(row.delta_seconds + stands.accounted(), stands.seconds,
                                   stands.written_off);
}

// What of them costs money where it stands.
std::int64_t CorrectionFacts::to_bill(const store::AdjustmentRow& row, const Standing& stands) {
    const bool stays = row.owner == stands.terms.client;
    if (stays && !row.judged.value_or(stands.terms.billable)) return 0;
    return seconds_now(row, stands);
}

void Corrections::price(std::int64_t report) {
    const Bill& was = bill(report);
    for (auto row : was.adjustments) {
        if (row.decision) continue;
        const auto money = price_one(was, row, standing(was, row.entry));
        if (row.delta_billed == money.delta_billed && row.delta_amount == money.delta_amount)
            continue;
        row.delta_billed = money.delta_billed;
        row.delta_amount = money.delta_amount;
        step_->reports.update_adjustment(row);
    }
}

domain::AdjustmentMoney CorrectionFacts::price_one(const Bill& was, const store::AdjustmentRow& row,
                                                   const Standing& stands) {
    const std::int64_t now = to_bill(row, stands);
    if (stands.terms.billable)
        return stands.place ? alone_price(stands, now) : group_price(was, row.entry, now);
    if (row.owner != stands.terms.client || !row.judged.value_or(false)) return {};
    // It is billable now and was not: by the rates of its bill.
    const auto entry = *read_->sources.find_entry(row.entry);
    const auto task = *read_->sources.find_task(entry.task);
    const auto contract = *drafting_.contract(stands.judged_by);
    auto terms = stands.terms;
    const auto* rate = rate_of(task, entry, terms.client, contract, judge(task, entry, contract));
    if (rate == nullptr) return {}; // a decision for the next report says so
    terms.rate = rate->amount;
    terms.billable = true;
    return put_in_price(terms, now);
}

// All of the bill that shares a line or a rounding group with the entry.
domain::AdjustmentMoney CorrectionFacts::group_price(const Bill& was, std::int64_t entry,
                                                     std::int64_t now) {
    using Level = domain::RoundingLevel;
    const auto level = was.contract.rounding.level;
    const auto& own = was.work.at(entry);
    const auto task = was.lines.at(own.line).task;
    std::vector<domain::GroupMember> members;
    for (const auto& [id, share] : was.work) {
        const auto& line = was.lines.at(share.line);
        if (!line.billable || (level != Level::Report && line.task != task)) continue;
        std::int64_t group = 0;
        if (level == Level::TaskDay) {
            const auto row = read_->sources.find_entry(id);
            group = to_epoch_days(revision_of(*row, share.entry_revision).work_date);
        } else if (level == Level::None || level == Level::Entry) {
            group = id;
        }
        const auto billed = was.seconds.at(id);
        members.push_back({id, share.line, line.rate, billed, id == entry ? now : billed, group});
    }
    return domain::price_adjustment(members, was.contract.rounding);
}

// What was put in is a rounding group of its own: its new price minus what stands there.
domain::AdjustmentMoney CorrectionFacts::alone_price(const Standing& stands, std::int64_t now) {
    const auto price = put_in_price(stands.terms, now);
    return {now - stands.seconds, price.delta_billed - stands.place_billed,
            price.delta_amount - stands.place_amount};
}

domain::AdjustmentMoney CorrectionFacts::put_in_price(const store::AdjustmentTerms& terms,
                                                      std::int64_t seconds) {
    if (!terms.billable) return {seconds, 0, 0};
    const auto contract = drafting_.contract(terms.contract);
    // A step for a day, a task or a report was agreed for more than this one entry.
    const bool by_entry = contract->rounding.level == domain::RoundingLevel::Entry;
    const auto billed = by_entry ? domain::round_seconds(seconds, contract->rounding) : seconds;
    return {seconds, billed, domain::price(terms.rate, billed)};
}

const domain::RateRule* CorrectionFacts::rate_of(const store::TaskRow& task,
                                                 const store::EntryRow& entry, std::int64_t client,
                                                 const domain::Contract& contract,
                                                 const domain::Verdict& verdict) {
    // The rule stays where it is: contracts are remembered.
    const auto& kept = contracts_.emplace(contract.id, contract).first->second;
    return domain::find_rate(kept, drafting_.task_facts(task, false).group, verdict.work_type,
                             drafting_.entry_facts(entry, client).person, day_of(entry, kept));
}

} // namespace hb::books
