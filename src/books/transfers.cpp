#include "base/text.h"
#include "books/corrections.h"
#include "books/own_company.h"

// Decisions about billed time that changed, and the transfer pair (G10, rule 21): one line takes
// the time out of where it is billed, by the terms of that bill; the other puts it where it
// belongs. The entry stays allocated to its first report, so nothing billed becomes unbilled (rule
// 17).
//
//   the same client    both lines carry the rate of the first bill; together they cost what the
//   open
//                      adjustment said: 0.00 unless its seconds or its verdict changed too
//   another client     the first gets back what it was billed; the other is billed by its own
//   terms.
//                      Neither line tells one client about the other (rule 56)
namespace hb::books {

using Side = store::AdjustmentRow::Side;

namespace {

std::string name_of(const store::AdjustmentRow& row) {
    return "adjustment:" + std::to_string(row.id);
}

Error cannot(const store::AdjustmentRow& row, const std::string& why, const std::string& way) {
    return Error{Code::Conflict, name_of(row) + " can't go to the next report: " + why, "",
                 way + ", or leave the bill as it is: hourbridge late decide " + name_of(row) +
                     " --write-off --reason TEXT"};
}

} // namespace

Status Corrections::decide(store::AdjustmentRow row, std::string_view decision,
                           std::string_view reason, std::string_view actor) {
    row.decision = std::string(decision);
    row.reason = std::string(reason);
    row.actor = std::string(actor);
    row.decided_at = step_.now();
    if (decision == "next_report") {
        if (row.transfer)
            if (auto done = transfer(row); !done) return done;
        if (!row.transfer) correct(row);
    } else {
        step_->reports.update_adjustment(row);
    }
    price(row.report); // the others of its rounding group
    return {};
}

// Of a change, the part that is billed goes to the next report. The rest takes back what was
// written off before: nobody is billed or credited for that.
void Corrections::use_up(const store::AdjustmentRow& decided, std::int64_t billed_change) {
    store::AdjustmentRow rest = decided;
    rest.decision = "write_off";
    rest.side = Side::UsedUp;
    rest.pair = decided.id;
    rest.terms.reset();
    rest.place.reset();
    rest.delta_seconds = decided.delta_seconds - billed_change;
    rest.delta_billed = rest.delta_amount = 0;
    if (rest.delta_seconds != 0) step_->reports.add_adjustment(rest);
}

void Corrections::correct(store::AdjustmentRow row) {
    const Standing stands = standing(bill(row.report), row.entry);
    const auto decided = row;
    row.delta_seconds = seconds_now(row, stands) - stands.seconds;
    step_->reports.update_adjustment(row);
    use_up(decided, row.delta_seconds);
}

Status Corrections::transfer(const store::AdjustmentRow& decided) {
    store::AdjustmentRow out = decided;
    const Bill& was = bill(out.report);
    const Standing stands = standing(was, out.entry);
    const auto where = destination(out, stands);
    if (!where) return where.error();

    store::AdjustmentRow in = decided;
    in.side = Side::PutIn;
    in.terms = where->terms;
    in.place.reset();
    in.delta_seconds = seconds_now(decided, stands);

    out.side = Side::TakenOut;
    out.delta_seconds = -stands.seconds;
    domain::AdjustmentMoney back;
    if (stands.terms.billable)
        back = stands.place ? alone_price(stands, 0) : group_price(was, out.entry, 0);
    out.delta_billed = back.delta_billed;
    out.delta_amount = back.delta_amount;

    if (where->terms.client == stands.terms.client) {
        in.delta_billed = decided.delta_billed - out.delta_billed;
        in.delta_amount = decided.delta_amount - out.delta_amount;
    } else {
        const auto price = put_in_price(where->terms, to_bill(decided, stands));
        in.delta_billed = price.delta_billed;
        in.delta_amount = price.delta_amount;
    }
    // Nothing of it is on the bill any more: it is put in, and nothing is taken out.
    if (stands.seconds == 0 && out.delta_amount == 0) {
        step_->reports.update_adjustment(in);
    } else {
        step_->reports.update_adjustment(out);
        in.pair = out.id;
        const auto id = step_->reports.add_adjustment(in);
        step_->events.add(step_.now(), *in.actor, "adjustment.transferred", out.report,
                          name_of(out),
                          EventData()
                              .add("put_in", "adjustment:" + std::to_string(id))
                              .add("client", client_words(in.terms->client))
                              .add("delta_seconds", in.delta_seconds)
                              .add("delta_billed", in.delta_billed)
                              .add("delta_amount", in.delta_amount)
                              .text());
    }
    use_up(decided, in.delta_seconds - stands.seconds);
    return {};
}

Result<CorrectionFacts::Destination> CorrectionFacts::destination(const store::AdjustmentRow& row,
                                                                  const Standing& stands) {
    Destination to;
    to.entry = *read_->sources.find_entry(row.entry);
    if (to.entry.revision != row.to_revision)
        return cannot(row, "its time changed again a moment ago", "look at hourbridge late list");
    const auto task = read_->sources.find_task(to.entry.task);
    if (!task || !task->known)
        return cannot(row, "the planner does not show its task", "wait until it does");
    if (!task->client)
        return cannot(row, "its task " + to_string(task->ref) + " has no client now",
                      "link it: hourbridge link set " + to_string(task->ref) + " COMPANY");
    if (*task->client != stands.terms.client) {
        auto terms = terms_of_owner(*task->client, *task, to.entry);
        if (!terms) return cannot(row, terms.error().message, terms.error().hint);
        to.terms = std::move(*terms);
        return to;
    }
    const auto contract = *drafting_.contract(stands.judged_by);
    const auto verdict = judge(*task, to.entry, contract);
    to.terms = stands.terms;
    to.terms.task = task->id;
    to.terms.work_type = verdict.work_type;
    to.terms.billable = verdict.billable;
    if (!verdict.billable) {
        to.terms.rate = 0;
    } else if (!stands.terms.billable) {
        const auto* rate = rate_of(*task, to.entry, stands.terms.client, contract, verdict);
        if (rate == nullptr)
            return cannot(row, "the contract of its bill has no rate for it",
                          "bill it by hand elsewhere");
        to.terms.rate = rate->amount;
    }
    return to;
}

Result<store::AdjustmentTerms> CorrectionFacts::terms_of_owner(std::int64_t owner,
                                                               const store::TaskRow& task,
                                                               const store::EntryRow& entry) {
    const auto company = read_->sources.find_company(owner);
    domain::Filter today;
    today.company = company->ref;
    today.to = read_.settings.zone.day_of(read_.now());
    today.from = today.to;
    const auto contract = drafting_.terms(owner, today);
    if (!contract) return contract.error();
    auto there = entry;
    there.work_date = day_of(entry, *contract);
    if (drafting_.entry_facts(there, owner).external)
        return Error{Code::Conflict,
                     "time of " + format_day(there.work_date) + " is billed elsewhere for " +
                         company->name,
                     "", "apply a contract that begins earlier"};
    const auto verdict = judge(task, entry, *contract);
    store::AdjustmentTerms terms{owner, contract->id,    task.id, verdict.work_type,
                                 0,     verdict.billable};
    if (!verdict.billable) return terms;
    const auto* rate = rate_of(task, there, owner, *contract, verdict);
    if (rate == nullptr)
        return Error{Code::Conflict, "the contract of " + company->name + " has no rate for it", "",
                     "add a rate to that contract"};
    terms.rate = rate->amount;
    return terms;
}

// --- as drafts take them ---------------------------------------------------------------------

const domain::Contract& CorrectionFacts::terms(const store::AdjustmentRow& row) {
    const auto id = row.terms ? row.terms->contract : read_->reports.find(row.report)->contract;
    const auto known = contracts_.find(id);
    if (known != contracts_.end()) return known->second;
    const auto contract = drafting_.contract(id);
    ensure(contract.has_value(), "the contract of a correction is kept");
    return contracts_.emplace(id, *contract).first->second;
}

bool CorrectionFacts::fits(const store::AdjustmentRow& row, const domain::Contract& report) {
    const auto& own = terms(row);
    return own.currency.code == report.currency.code && own.vat == report.vat &&
           domain::same_own_company(own.own_company, report.own_company, own_companies(read_));
}

// Does the pair lead from one client to another?
bool CorrectionFacts::crosses(const store::AdjustmentRow& row) {
    if (row.side == Side::Correction) return false;
    const auto client = [this](const store::AdjustmentRow& side) {
        return side.terms ? side.terms->client : read_->reports.find(side.report)->client;
    };
    if (row.side == Side::PutIn) {
        const auto out = row.pair ? read_->reports.find_adjustment(*row.pair) : std::nullopt;
        return client(row) != (out ? client(*out) : read_->reports.find(row.report)->client);
    }
    for (const auto& other : read_->reports.adjustments_of_report(row.report))
        if (other.pair == row.id) return client(other) != client(row);
    return false;
}

// The number of the report that its line corrects; "" when its client has not seen one.
std::string CorrectionFacts::number_of(const store::AdjustmentRow& row) {
    if (row.side == Side::PutIn) {
        if (crosses(row)) return "";
        if (row.pair) return number_of(*read_->reports.find_adjustment(*row.pair));
    }
    std::int64_t report = row.report;
    if (row.place) {
        report = 0;
        const std::string origin = "adjustment:" + std::to_string(*row.place);
        for (const auto& share : read_->reports.allocations_of_entry(row.entry))
            if (share.live && share.origin == origin) report = share.report;
    }
    const auto found = read_->reports.find(report);
    return found ? found->number.value_or("") : "";
}

domain::AdjustmentFacts CorrectionFacts::facts(const store::AdjustmentRow& row) {
    domain::AdjustmentFacts facts;
    facts.id = row.id;
    facts.entry = row.entry;
    facts.revision = row.to_revision;
    facts.origin_report = row.report;
    facts.origin_number = number_of(row);
    facts.delta_seconds = row.delta_seconds;
    facts.delta_billed = row.delta_billed;
    facts.delta_amount = row.delta_amount;
    facts.why = row.why;
    if (crosses(row))
        facts.why = row.side == Side::TakenOut ? "this time belongs to another client"
                                               : "moved here; it was first booked elsewhere";
    if (row.terms) {
        facts.task = row.terms->task;
        facts.work_type = row.terms->work_type;
        facts.rate = row.terms->rate;
        facts.billable = row.terms->billable;
    } else {
        const auto line = read_->reports.find_line(row.line);
        ensure(line.has_value(), "a billed line is kept");
        facts.task = line->line.task;
        facts.work_type = line->line.work_type;
        facts.rate = line->line.rate;
        facts.billable = line->line.billable;
    }
    // What is taken out was billed under the name of whoever it was then.
    int revision = row.to_revision;
    if (row.side == Side::TakenOut)
        revision =
            row.place ? read_->reports.find_adjustment(*row.place)->to_revision : row.from_revision;
    const auto entry = read_->sources.find_entry(row.entry);
    const auto origin_client = read_->reports.find(row.report)->client;
    const auto person = drafting_.entry_facts(revision_of(*entry, revision),
                                              row.terms ? row.terms->client : origin_client);
    facts.person = person.person;
    facts.person_name = person.person_name;
    return facts;
}

} // namespace hb::books
