#pragma once

#include "domain/question.h"
#include "domain/report.h"

namespace hb::domain {

enum class Move { Send, Recall, Agree, ConfirmInvoiced, Cancel, Settle };
// The state as a word for people.
Message word_of(State state);
const char* to_string(Move move);

// What the guards of lifecycle.cpp look at.
struct Guards {
    bool any_payment = false;       // money on the report (G4)
    bool hash_current = true;       // Agree: the hash shown is the current one (rule 57)
    std::int64_t total = 0;         // Send: a negative total stays a draft (G10, G24)
    std::vector<Blocking> blocking; // Send: what the draft says
    bool empty = false;             // Send: nothing on it
    // Cancel: numbers of live reports that carry corrections of this one. Its time would go back to
    // unbilled whole and be billed a second time beside them.
    std::vector<std::string> corrected_on;
};
// The state after `move`, or Code::Conflict with the reason and the way out as hint. Settle is
// judged by settle().
Result<State> next_state(State from, Move move, const Guards& guards);

// --- payment (G1, G3, rules 39-46)
// -----------------------------------------------------------------------------

enum class Evidence { Payment, InvoicePaid, DealWon };
Result<Evidence> parse_evidence(std::string_view text); // payment invoice_paid deal_won
const char* to_string(Evidence evidence);

struct PaymentFact {
    std::string id; // external id; each counts once
    std::int64_t amount = 0;
    std::string currency;
};
// What was read just now. A won deal or paid invoice counts with the amount it carries now.
struct EvidenceRead {
    std::vector<PaymentFact> payments; // paid ones of invoice and deal, and those recorded by hand
    struct Stage {
        bool won = false;
        std::int64_t amount = 0;
        std::string currency;
    };
    std::optional<Stage> invoice;
    std::optional<Stage> deal;
    bool deal_lost = false; // in a stage with semantics F: asks a person, moves nothing (G4)
};
struct SettlePolicy {
    std::vector<Evidence> evidence; // in the order of trust is fixed by G3, this says which count
    std::int64_t tolerance = 0;     // minor units
};
struct Settlement {
    State state =
        State::Invoiced; // where the report stands by this reading: Invoiced, PartlyPaid or Paid
    std::int64_t settled = 0;       // counted money, at most the total
    std::int64_t surplus = 0;       // client credit (rule 43)
    std::int64_t written_off = 0;   // by tolerance
    std::string by;                 // payment invoice_paid deal_won, or "" when nothing counts
    std::optional<Question> person; // a person is asked; then `state` is the old one
};
Settlement settle(State before, std::int64_t settled_before, std::int64_t total,
                  const Currency& currency, const SettlePolicy& policy, const EvidenceRead& read);

// Settled money over the billable lines, by largest remainder of gross amounts in line order. G1.
std::vector<std::int64_t> spread_settled(std::int64_t settled,
                                         const std::vector<std::int64_t>& gross);

// G1. nullopt: no billable time, no percent. `open_seconds`: a billable second of the task is
// unbilled, reserved, late or under an open adjustment.
std::optional<int> percent_paid(std::int64_t settled, std::int64_t billed_gross, bool has_billable,
                                bool open_seconds);

// --- adjustments (G10, rules 19-22)
// ----------------------------------------------------------------------------

// One entry as billed, and how it stands now.
struct GroupMember {
    std::int64_t entry = 0;
    // Any key that ascends in line order; members of one line are priced together.
    std::int64_t line = 0;
    std::int64_t rate = 0;
    std::int64_t seconds_billed = 0; // raw seconds when frozen
    std::int64_t seconds_now = 0;
    std::int64_t group = 0; // members of one rounding group have the same key
};
struct AdjustmentMoney {
    std::int64_t delta_seconds = 0;
    std::int64_t delta_billed = 0;
    std::int64_t delta_amount = 0;
};
// Price of the members' lines with the new facts minus as billed, under the frozen policy. A line
// is priced once, whatever groups share it: so corrections add up to its amount and no cent more.
// REQUIRES: billable members only, every group and every line of the changed ones whole
AdjustmentMoney price_adjustment(const std::vector<GroupMember>& members, const Rounding& rounding);

// Seconds to bill of an entry that has `now` seconds, when `billed` are on reports and changes of
// `written_off` seconds in all were left as they were. A written-off difference is used up before
// anybody is billed or credited again: nobody gets back what was never billed to them, nobody pays
// for time that is on the bill already.
// REQUIRES: now >= 0, billed >= 0
std::int64_t seconds_to_bill(std::int64_t now, std::int64_t billed, std::int64_t written_off);

// Seconds after rounding for the raw sum of one group.
std::int64_t round_seconds(std::int64_t raw, const Rounding& rounding);

} // namespace hb::domain
