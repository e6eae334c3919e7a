#include <algorithm>
#include <set>

#include "base/text.h"
#include "books/differences.h"
#include "books/evidence.h"
#include "books/planning.h"
#include "books/questions.h"
#include "books/settle_report.h"

// What the CRM says about deals becomes states of reports: invoiced, paid, and back.
namespace hb::books {
namespace {

using domain::State;

using domain::Question;
using domain::QuestionKind;

// What stands in the CRM against the revision (G56), and what the evidence of payment raises (G3).
const std::vector<QuestionKind> kOfComparison = {
    QuestionKind::Other,          QuestionKind::Gone,          QuestionKind::AmountDiffers,
    QuestionKind::RowsDiffer,     QuestionKind::RowUnreadable, QuestionKind::CurrencyDiffers,
    QuestionKind::CompanyDiffers, QuestionKind::Lost};
const std::vector<QuestionKind> kOfEvidence = {
    QuestionKind::PaymentCurrency, QuestionKind::PaymentsShort, QuestionKind::ClosedInCurrency,
    QuestionKind::ClosedWithAmount};
// Without a fresh look at the CRM: payments speak for themselves, and money that closes the report
// answers what its stages raised.
const std::vector<QuestionKind> kOfPayments = {QuestionKind::PaymentCurrency};
const std::vector<QuestionKind> kOfClosing = {
    QuestionKind::PaymentCurrency, QuestionKind::PaymentsShort, QuestionKind::ClosedInCurrency,
    QuestionKind::ClosedWithAmount};

bool is_settling(State state) {
    return state == State::Invoiced || state == State::PartlyPaid || state == State::Paid;
}

} // namespace

bool confirm_invoiced(Books& books, std::int64_t report, const domain::DealState& deal,
                      const std::optional<domain::DealState>& invoice) {
    Step step = books.begin_settled(report, {"engine"});
    auto row = step->reports.find(report);
    if (!row || row->state != State::Agreed) return false;
    const auto currency = domain::find_currency(row->currency);
    const std::string due = domain::format_amount(row->total, *currency) + " " + row->currency;
    if (const auto wrong = differences(agreed_of(step, *row), deal, invoice); !wrong.empty()) {
        ask_of_kinds(step, report, kOfComparison, wrong);
        step.done();
        return false;
    }
    const auto state = domain::next_state(row->state, domain::Move::ConfirmInvoiced, {});
    if (!state) return false;
    row->state = *state;
    row->invoiced_at = step.now();
    step->reports.update(*row);
    ask_of_kinds(step, report, kOfComparison, {});
    step->events.add(step.now(), "engine", "report.invoiced", report, row->number.value_or(""),
                     EventData()
                         .add("deal", deal.id)
                         .add("invoice", invoice ? invoice->id : "")
                         .add("total", due)
                         .text());
    Planning(step).plan_comment(*row, "invoiced");
    step.done();
    return true;
}

static std::string name_of(const store::PaymentRow& payment) {
    return payment.source + ":" + payment.external_id;
}

static void reverse(Step& step, const store::PaymentRow& payment, const char* reason) {
    step->reports.reverse_payment(payment.id, reason, step.now());
    step->events.add(step.now(), step.settings.crm_remote, "payment.reversed", payment.report,
                     payment.ref,
                     EventData().add("payment", name_of(payment)).add("reason", reason).text());
}

// Payments that the CRM shows, each once (rule 39); one that is no longer paid there is reversed
// here. `all_seen`: the CRM showed all that there are.
static void keep_payments(Step& step, const store::ReportRow& row,
                          const std::vector<domain::DealState::Payment>& payments, bool all_seen) {
    const auto currency = domain::find_currency(row.currency);
    const std::string source = step.settings.crm_remote;
    std::map<std::string, store::PaymentRow> standing; // external id without "#n" -> live row
    std::map<std::string, int> times;
    for (const auto& payment : step->reports.payments(row.id)) {
        if (payment.source != source) continue;
        const std::string id = payment.external_id.substr(0, payment.external_id.find('#'));
        ++times[id];
        if (!payment.reversed_at) standing[id] = payment;
    }
    for (const auto& payment : payments) {
        const auto amount = domain::parse_remote_amount(payment.sum, *currency);
        const auto known = standing.find(payment.id);
        const bool same = known != standing.end() && amount && known->second.amount == *amount &&
                          known->second.currency == payment.currency;
        if (payment.paid && same) {
            standing.erase(known);
            continue;
        }
        if (!payment.paid || !amount || *amount == 0) continue;
        if (known != standing.end()) {
            reverse(step, known->second, "its amount changed in the CRM");
            standing.erase(known);
        }
        store::PaymentRow fresh;
        fresh.report = row.id;
        fresh.source = source;
        fresh.external_id = times[payment.id] == 0
                                ? payment.id
                                : payment.id + "#" + std::to_string(times[payment.id] + 1);
        fresh.amount = *amount;
        fresh.currency = payment.currency;
        const auto at = parse_instant(payment.date);
        fresh.date = step.settings.zone.day_of(at ? *at : step.now());
        fresh.ref = source + ":payment:" + payment.id;
        fresh.actor = source;
        fresh.at = step.now();
        if (step->reports.add_payment(fresh) == 0) continue;
        step->events.add(step.now(), source, "payment.added", row.id, fresh.ref,
                         EventData()
                             .add("payment", name_of(fresh))
                             .add("amount", domain::format_amount(fresh.amount, *currency))
                             .add("currency", fresh.currency)
                             .add("date", format_day(fresh.date))
                             .text());
    }
    if (!all_seen) return; // what was not shown may stand there all the same
    for (const auto& [id, payment] : standing) reverse(step, payment, "no longer paid in the CRM");
}

bool settle_report(Step& step, std::int64_t report, const domain::EvidenceRead& stages,
                   bool crm_was_read) {
    auto row = step->reports.find(report);
    if (!row || !is_settling(row->state)) return false;
    domain::EvidenceRead read = stages;
    for (const auto& payment : step->reports.payments(report))
        if (!payment.reversed_at)
            read.payments.push_back(
                {payment.source + ":" + payment.external_id, payment.amount, payment.currency});
    const auto currency = domain::find_currency(row->currency);
    const auto settlement =
        domain::settle(row->state, row->settled, row->total, *currency, step.settings.settle, read);
    if (settlement.person && settlement.person->kind == QuestionKind::Lost) {
        ask_of_kinds(step, report, kOfEvidence, {}); // asked for each of them by itself
        return false;
    }
    if (settlement.person) {
        ask_of_kinds(step, report, crm_was_read ? kOfEvidence : kOfPayments, {*settlement.person});
        return false;
    }
    // Without a fresh look at the deal nobody may say that it is no longer won.
    if (!crm_was_read && read.payments.empty() && row->settled > 0 &&
        step->outbox.of_purpose(domain::Purpose::deal(report)) &&
        settlement.settled < row->settled && step->reports.payments(report).empty())
        return false;
    const bool same = settlement.state == row->state && settlement.settled == row->settled &&
                      settlement.surplus == row->surplus &&
                      settlement.written_off == row->written_off;
    ask_of_kinds(step, report,
                 crm_was_read                      ? kOfEvidence
                 : settlement.state == State::Paid ? kOfClosing
                                                   : kOfPayments,
                 {});
    if (same) return false;

    const State before = row->state;
    const std::int64_t settled_before = row->settled;
    row->state = settlement.state;
    row->settled = settlement.settled;
    row->surplus = settlement.surplus;
    row->written_off = settlement.written_off;
    if (row->state == State::Paid && before != State::Paid) row->paid_at = step.now();
    if (row->state != State::Paid) row->paid_at.reset();
    step->reports.update(*row);
    step->events.add(step.now(), "engine",
                     row->state == State::Paid       ? "report.paid"
                     : row->settled < settled_before ? "report.reversed"
                                                     : "report.payment",
                     report, row->number.value_or(""),
                     EventData()
                         .add("from", domain::to_string(before))
                         .add("to", domain::to_string(row->state))
                         .add("settled", domain::format_amount(row->settled, *currency))
                         .add("surplus", domain::format_amount(row->surplus, *currency))
                         .add("written_off", domain::format_amount(row->written_off, *currency))
                         .add("by", settlement.by)
                         .text());
    Planning planning(step);
    planning.plan_marks(*row);
    if (row->state == State::Paid && before != State::Paid) planning.plan_comment(*row, "paid");
    if (row->state == State::PartlyPaid && row->settled > settled_before)
        planning.plan_comment(*row, "partly_paid"); // each part of the money
    if (row->settled < settled_before) planning.plan_comment(*row, "reversed");
    return true;
}

bool apply_evidence(Books& books, std::int64_t report, const domain::DealState& deal,
                    const std::optional<domain::DealState>& invoice) {
    Step step = books.begin();
    auto row = step->reports.find(report);
    if (!row || !is_settling(row->state)) return false;
    auto asked = differences_of_open(agreed_of(step, *row), deal, invoice);
    for (auto& lost : lost_objects(deal, invoice)) asked.push_back(std::move(lost));
    ask_of_kinds(step, report, kOfComparison, asked);
    // Without them there is no evidence: the report stays as it is until a person decides.
    if (!deal.exists || (invoice && !invoice->exists)) {
        step.done();
        return false;
    }
    const auto currency = domain::find_currency(row->currency);
    // A payment of the invoice may be listed on its deal as well: each id counts once (G3).
    auto payments = deal.payments;
    if (invoice)
        for (const auto& payment : invoice->payments) {
            const auto same = [&payment](const auto& p) { return p.id == payment.id; };
            if (std::none_of(payments.begin(), payments.end(), same)) payments.push_back(payment);
        }
    keep_payments(step, *row, payments,
                  deal.payments_known && (!invoice || invoice->payments_known));
    domain::EvidenceRead read;
    const auto opportunity = domain::parse_remote_amount(deal.opportunity, *currency);
    read.deal = domain::EvidenceRead::Stage{deal.semantics == "S", opportunity ? *opportunity : -1,
                                            deal.currency};
    read.deal_lost = deal.semantics == "F" || (invoice && invoice->semantics == "F");
    if (invoice) {
        const auto amount = domain::parse_remote_amount(invoice->opportunity, *currency);
        read.invoice = domain::EvidenceRead::Stage{invoice->semantics == "S", amount ? *amount : -1,
                                                   invoice->currency};
    }
    const bool moved = settle_report(step, report, read, true);
    step.done();
    return moved;
}

void plan_marks(Books& books, std::int64_t report) {
    Step step = books.begin();
    const auto row = step->reports.find(report);
    if (!row) return;
    Planning(step).plan_marks(*row);
    step.done();
}

} // namespace hb::books
