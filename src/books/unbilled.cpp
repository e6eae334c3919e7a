#include "books/unbilled.h"

#include <algorithm>
#include <set>

#include "base/limits.h"
#include "books/drafting.h"
#include "books/free_losses.h"
#include "domain/rounding.h"
#include "domain/versions.h"
#include "store/hidden.h"
#include "store/unbilled.h"
#include "store/waiting.h"

namespace hb::books {
namespace {

// One client's free time, entry by entry.
class Sorting {
public:
    Sorting(const Reading& read, Drafting& drafting, UnbilledClient& out)
        : read_(read), drafting_(drafting), out_(out),
          versions_(drafting.contracts_of(out.client)) {
        out_.terms = !versions_.empty();
        if (out_.terms)
            out_.currency =
                domain::in_force(versions_, read.settings.zone.day_of(read.now()))->currency;
        priced_ = out_.terms;
        sent_ = drafting.sent_reports(out.client, 0);
        hidden_ = read->hidden.free_of(out.client);
        held_ = read->waiting.free_of(out.client);
    }

    // What guards may hold, cheaply.
    bool may_be_held(const store::EntryRow& entry) const {
        return hidden_.count(entry.id) > 0 || held_.count(entry.id) > 0 ||
               entry.seconds > kEntrySecondsMax;
    }

    void add(const store::EntryRow& entry) {
        if (entry.seconds == 0) return;
        const auto facts = drafting_.entry_facts(entry, out_.client);
        const auto* row = drafting_.task(entry.task);
        const auto task = drafting_.task_facts(*row, false);
        const auto& terms = terms_on(entry.work_date);
        const auto verdict =
            domain::judge(task, terms, read_.settings.nonbillable, facts.override_, facts.word);
        if (auto* place = beside(facts, task, terms, verdict)) {
            *place += entry.seconds;
            return;
        }
        count(entry, facts, task, terms, verdict);
    }
    void finish() {
        if (priced_) out_.amount = amount_;
    }

private:
    const domain::Contract& terms_on(Day day) const {
        const auto* found = domain::in_force(versions_, day);
        return found != nullptr ? *found : nothing_;
    }

    // Where it stands when it does not simply wait for a report; nullptr: it does.
    std::int64_t* beside(const domain::EntryFacts& facts, const domain::TaskFacts& task,
                         const domain::Contract& terms, const domain::Verdict& verdict) {
        if (facts.external) return &out_.external_seconds;
        if (!facts.repeats.empty()) return &out_.repeated_seconds;
        if (facts.decision == domain::LateDecision::WriteOff) return &out_.written_off_seconds;
        if (!task.known || hidden_.count(facts.id) > 0) return &out_.not_shown_seconds;
        if (held_.count(facts.id) > 0) return &out_.held_seconds;
        if (domain::waits_as_long(facts, terms)) return &out_.long_seconds;
        if (!verdict.billable) return &out_.nonbillable_seconds;
        const bool decided = facts.decision != domain::LateDecision::None;
        if (!decided && !domain::lateness(facts, task, verdict, sent_).empty())
            return &out_.late_seconds;
        return nullptr;
    }

    void count(const store::EntryRow& entry, const domain::EntryFacts& facts,
               const domain::TaskFacts& task, const domain::Contract& terms,
               const domain::Verdict& verdict) {
        out_.seconds += entry.seconds;
        auto& month = out_.months[format_day(entry.work_date).substr(0, 7)];
        month.seconds += entry.seconds;
        if (!out_.oldest || entry.work_date < *out_.oldest) out_.oldest = entry.work_date;
        if (counted_++ == 0 && out_.terms) out_.currency = terms.currency; // of the day (G52)
        const auto* rate =
            domain::find_rate(terms, task.group, verdict.work_type, facts.person, entry.work_date);
        priced_ = priced_ && rate != nullptr && terms.currency.code == out_.currency.code;
        if (!priced_) return;
        const bool by_entry = terms.rounding.level == domain::RoundingLevel::Entry;
        const auto price = domain::price(
            rate->amount,
            domain::round_seconds(entry.seconds, by_entry ? terms.rounding : domain::Rounding{}));
        month.amount += price;
        amount_ += price;
    }

    const Reading& read_;
    Drafting& drafting_;
    UnbilledClient& out_;
    const std::vector<domain::Contract>& versions_;
    const domain::Contract nothing_;
    std::vector<domain::SentReport> sent_;
    std::set<std::int64_t> hidden_, held_;
    bool priced_ = false;
    std::int64_t counted_ = 0;
    std::int64_t amount_ = 0;
};

void sort_time(const Reading& read, UnbilledClient& out) {
    Drafting drafting(read);
    Sorting sorting(read, drafting, out);
    for (const auto& entry : read->sources.free_until(out.client, day_max())) sorting.add(entry);
    sorting.finish();
}

bool by_name(const UnbilledClient& a, const UnbilledClient& b) {
    if (a.ref.has_value() != b.ref.has_value()) return a.ref.has_value();
    return std::tie(a.name, a.client) < std::tie(b.name, b.client);
}

std::set<std::int64_t> with_terms(const Reading& read) {
    std::set<std::int64_t> out;
    for (const auto& contract : read->contracts.all()) out.insert(contract.client);
    return out;
}

} // namespace

std::vector<UnbilledClient> unbilled(const Reading& read) {
    std::map<std::int64_t, std::int64_t> drafts;
    for (const auto& draft : read->reports.drafts()) drafts.emplace(draft.client, draft.id);
    std::map<std::int64_t, store::FreeMoves::Sum> taken;
    for (const auto& sum : free_losses(read)) taken.emplace(sum.client, sum);
    std::vector<UnbilledClient> out;
    auto times = read->overview.time_of_clients();
    for (const auto& [client, sum] : taken) // also who has no time left
        if (std::none_of(times.begin(), times.end(),
                         [id = client](const auto& time) { return time.client == id; }))
            times.push_back({client, 0, 0, 0});
    for (const auto& time : times) {
        const auto lost = taken.find(time.client.value_or(0));
        if (time.seconds == 0 && lost == taken.end()) continue;
        UnbilledClient row;
        if (lost != taken.end()) row.taken_away = lost->second;
        row.client = time.client.value_or(0);
        row.total_seconds = time.seconds;
        row.drafted_seconds = time.drafted_seconds;
        row.billed_seconds = time.billed_seconds;
        if (const auto at = drafts.find(row.client); at != drafts.end()) row.draft = at->second;
        if (!time.client) {
            row.unmapped_seconds = time.seconds - time.drafted_seconds - time.billed_seconds;
        } else {
            const auto company = read->sources.find_company(*time.client);
            row.ref = company->ref;
            row.name = company->name;
            sort_time(read, row);
        }
        out.push_back(std::move(row));
    }
    std::sort(out.begin(), out.end(), by_name);
    return out;
}

UnbilledClient free_time_of(const Reading& read, std::int64_t client) {
    UnbilledClient out;
    out.client = client;
    sort_time(read, out);
    return out;
}

std::vector<WithoutTerms> clients_without_terms(const Reading& read) {
    const auto known = with_terms(read);
    std::vector<WithoutTerms> out;
    for (const auto& time : read->overview.free_time_of_clients()) {
        if (!time.client || time.seconds == 0 || known.count(*time.client) != 0) continue;
        const auto company = read->sources.find_company(*time.client);
        out.push_back({company->ref, company->name, time.seconds});
    }
    std::sort(out.begin(), out.end(),
              [](const auto& a, const auto& b) { return a.seconds > b.seconds; });
    return out;
}

std::vector<HeldTime> held_time(const Reading& read) {
    std::vector<HeldTime> out;
    Drafting drafting(read);
    for (const auto client : read->overview.maybe_held_clients(kEntrySecondsMax)) {
        UnbilledClient row;
        row.client = client;
        Sorting sorting(read, drafting, row);
        for (const auto& entry : read->sources.free_until(client, day_max()))
            if (sorting.may_be_held(entry)) sorting.add(entry);
        if (row.held_seconds + row.not_shown_seconds + row.long_seconds == 0) continue;
        const auto company = read->sources.find_company(client);
        out.push_back({company->ref, company->name, row.held_seconds, row.not_shown_seconds,
                       row.long_seconds});
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return out;
}

void count_held(Step& step) {
    std::int64_t held = 0, not_shown = 0, longer = 0;
    for (const auto& row : held_time(step)) {
        held += row.held_seconds;
        not_shown += row.not_shown_seconds;
        longer += row.long_seconds;
    }
    step.meters.set(kSecondsHeld, {{"why", "values"}}, held);
    step.meters.set(kSecondsHeld, {{"why", "not_shown"}}, not_shown);
    step.meters.set(kSecondsHeld, {{"why", "long"}}, longer);
}

std::vector<TakenAway> taken_away(const Reading& read) {
    std::vector<TakenAway> out;
    for (const auto& sum : free_losses(read)) {
        const auto company = read->sources.find_company(sum.client);
        out.push_back({company->ref, company->name, sum});
    }
    std::sort(out.begin(), out.end(),
              [](const auto& a, const auto& b) { return a.sum.lost.seconds > b.sum.lost.seconds; });
    return out;
}

void count_without_terms(Step& step) {
    const auto rows = clients_without_terms(step);
    std::int64_t seconds = 0;
    for (const auto& row : rows) seconds += row.seconds;
    step.meters.set(kClientsWithoutTerms, {}, static_cast<std::int64_t>(rows.size()));
    step.meters.set(kSecondsWithoutTerms, {}, seconds);
}

std::vector<WithoutTerms> clients_without_terms(const Reading& read, DayRange period) {
    std::vector<WithoutTerms> out;
    for (auto& row : clients_without_terms(read)) {
        const auto company = read->sources.find_company(row.ref);
        row.seconds = 0;
        for (const auto& entry :
             read->sources.entries_of_client(company->id, period.from, period.to))
            if (!entry.live_report && !entry.deleted) row.seconds += entry.seconds;
        if (row.seconds > 0) out.push_back(std::move(row));
    }
    return out;
}

} // namespace hb::books
