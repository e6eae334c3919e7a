#include <algorithm>
#include <set>

#include "domain/lifecycle.h"
#include "domain/wide.h"

namespace hb::domain {
namespace {

struct Judged { // one report, and what was read for it
    State before;
    std::int64_t settled_before;
    std::int64_t total;
    const Currency& currency;
    const SettlePolicy& policy;
    const EvidenceRead& read;

    bool names(Evidence kind) const {
        return std::find(policy.evidence.begin(), policy.evidence.end(), kind) !=
               policy.evidence.end();
    }
    bool has_won(Evidence kind, const std::optional<EvidenceRead::Stage>& stage) const {
        return names(kind) && stage && stage->won;
    }
    std::string money(std::int64_t amount) const {
        return format_amount(amount, currency) + " " + currency.code;
    }
};

// A person decides; until then the report stands as it did.
Settlement ask(const Judged& q, Evidence by, QuestionKind kind, QuestionArgs args,
               std::string about = "") {
    Settlement result;
    result.state = q.before;
    result.settled = q.settled_before;
    result.by = to_string(by);
    result.person = Question{kind, std::move(about), std::move(args)};
    return result;
}

// Equal, more, or so little less that the tolerance closes it; nothing when money is missing.
std::optional<Settlement> close_with(const Judged& q, Evidence by, std::int64_t amount) {
    const std::int64_t missing = q.total - amount;
    const bool tolerated = missing > 0 && missing <= q.policy.tolerance && amount > 0;
    if (missing > 0 && !tolerated) return std::nullopt;
    Settlement result;
    result.state = State::Paid;
    result.settled = std::min(amount, q.total);
    result.surplus = std::max<std::int64_t>(-missing, 0);
    result.written_off = std::max<std::int64_t>(missing, 0);
    result.by = to_string(by);
    return result;
}

// The first payment in another currency than the report's.
const PaymentFact* foreign_payment(const Judged& q) {
    for (const PaymentFact& payment : q.read.payments)
        if (payment.currency != q.currency.code) return &payment;
    return nullptr;
}

// Each id once.
std::int64_t sum_of_payments(const Judged& q) {
    std::set<std::string_view> seen;
    Wide sum = 0;
    for (const PaymentFact& payment : q.read.payments)
        if (seen.insert(payment.id).second) sum += payment.amount;
    return narrow(sum);
}

Settlement by_payments(const Judged& q) {
    if (const PaymentFact* foreign = foreign_payment(q))
        return ask(q, Evidence::Payment, QuestionKind::PaymentCurrency,
                   {{"was", q.currency.code}, {"now", foreign->currency}});
    const std::int64_t sum = sum_of_payments(q);
    if (auto closed = close_with(q, Evidence::Payment, sum)) return *closed;
    if (q.has_won(Evidence::DealWon, q.read.deal))
        return ask(q, Evidence::Payment, QuestionKind::PaymentsShort,
                   {{"was", q.money(q.total)}, {"now", q.money(sum)}});
    Settlement result;
    result.state = sum > 0 ? State::PartlyPaid : State::Invoiced;
    result.settled = std::max<std::int64_t>(sum, 0);
    result.by = to_string(Evidence::Payment);
    return result;
}

Settlement by_stage(const Judged& q, Evidence by, const EvidenceRead::Stage& stage) {
    const std::string what = by == Evidence::InvoicePaid ? "invoice" : "deal";
    if (stage.currency != q.currency.code)
        return ask(q, by, QuestionKind::ClosedInCurrency,
                   {{"what", what}, {"was", q.currency.code}, {"now", stage.currency}}, what);
    if (auto closed = close_with(q, by, stage.amount)) return *closed;
    return ask(q, by, QuestionKind::ClosedWithAmount,
               {{"what", what}, {"was", q.money(q.total)}, {"now", q.money(stage.amount)}}, what);
}

// No evidence at all. Where nothing is due, nothing is missing; elsewhere what counted before is
// gone (a reversal). An agreed report waits for its invoice as before.
Settlement by_nothing(const Judged& q) {
    Settlement result;
    result.state = q.total == 0 ? State::Paid : State::Invoiced;
    if (q.before == State::Agreed) result.state = State::Agreed;
    return result;
}

} // namespace

const char* to_string(Evidence evidence) {
    switch (evidence) {
    case Evidence::Payment:
        return "payment";
    case Evidence::InvoicePaid:
        return "invoice_paid";
    case Evidence::DealWon:
        return "deal_won";
    }
    fail_invariant("an unknown kind of evidence");
}

Result<Evidence> parse_evidence(std::string_view text) {
    for (const Evidence kind : {Evidence::Payment, Evidence::InvoicePaid, Evidence::DealWon})
        if (text == to_string(kind)) return kind;
    return Error{Code::Usage, "unknown evidence of payment \"" + std::string(text) + "\"", "",
                 "write payment, invoice_paid or deal_won"};
}

Settlement settle(State before, std::int64_t settled_before, std::int64_t total,
                  const Currency& currency, const SettlePolicy& policy, const EvidenceRead& read) {
    const Judged q{before, settled_before, total, currency, policy, read};
    if (read.deal_lost) {
        // Which of them, the caller knows.
        Settlement lost = ask(q, Evidence::DealWon, QuestionKind::Lost, {});
        lost.by.clear();
        return lost;
    }
    if (q.names(Evidence::Payment) && !read.payments.empty()) return by_payments(q);
    if (q.has_won(Evidence::InvoicePaid, read.invoice))
        return by_stage(q, Evidence::InvoicePaid, *read.invoice);
    if (q.has_won(Evidence::DealWon, read.deal)) return by_stage(q, Evidence::DealWon, *read.deal);
    return by_nothing(q);
}

std::vector<std::int64_t> spread_settled(std::int64_t settled,
                                         const std::vector<std::int64_t>& gross) {
    if (gross.empty() || settled == 0) return std::vector<std::int64_t>(gross.size(), 0);
    return spread(settled, gross);
}

std::optional<int> percent_paid(std::int64_t settled, std::int64_t billed_gross, bool has_billable,
                                bool open_seconds) {
    if (!has_billable) return std::nullopt;
    if (billed_gross <= 0 || settled <= 0) return 0;
    const std::int64_t percent = settled >= billed_gross
                                     ? 100
                                     : narrow(divide_down(Wide{settled} * 100, billed_gross).floor);
    return static_cast<int>(open_seconds ? std::min<std::int64_t>(percent, 99) : percent);
}

} // namespace hb::domain
