#include "domain/lifecycle.h"

#include "base/text.h"

// The states of a report (DOMAIN section 3, RULINGS G4). Payment moves are judged in settle.cpp.
//
//   draft --send--> sent --agree--> agreed --confirm--> invoiced <--> partly_paid <--> paid
//     ^               |                |                    |           (settle, both ways)
//     +---recall------+                |                    |
//   draft, sent --cancel--> cancelled  +------cancel--------+--> credited, with nothing paid
namespace hb::domain {
namespace {

Error refusal(std::string message, std::string hint) {
    return {Code::Conflict, std::move(message), "", std::move(hint)};
}

const char* const kCancelHint = "cancel it with --reason and make a new report";
const char* const kPaidHint =
    "reverse the payment first, or bill the difference with the next report";

// How a sentence calls a report in this state.
std::string called(State state) {
    return std::string("the report is ") + (state == State::Draft        ? "still a draft"
                                            : state == State::PartlyPaid ? "partly paid"
                                                                         : to_string(state));
}

Result<State> send(State from, const Guards& guards) {
    if (from == State::Sent)
        return refusal("the report has been sent already", "recall it to change it");
    if (from == State::Cancelled || from == State::Credited)
        return refusal(called(from) + " and cannot be sent", "make a new report");
    if (from != State::Draft)
        return refusal(called(from) + " and cannot be sent again", kCancelHint);
    if (guards.empty)
        return refusal("there is nothing on the report",
                       "widen its filter, include what was excluded, or cancel it");
    if (!guards.blocking.empty()) {
        std::string message = "the report cannot be sent yet";
        for (const Blocking& one : guards.blocking) message += "; " + one.message;
        return refusal(message, guards.blocking.front().hint);
    }
    if (guards.total < 0)
        return refusal("the total of the report is negative",
                       "wait until there is more to bill; its corrections stay open");
    return State::Sent;
}

Result<State> recall(State from) {
    switch (from) {
    case State::Sent:
        return State::Draft;
    case State::Draft:
        return refusal("the report is still a draft", "change it as it is; nobody has seen it");
    case State::Agreed:
    case State::Invoiced:
        return refusal(called(from) + ", and only a sent report can be recalled", kCancelHint);
    case State::PartlyPaid:
    case State::Paid:
        return refusal(called(from) + ", and only a sent report can be recalled", kPaidHint);
    case State::Cancelled:
    case State::Credited:
        return refusal(called(from) + " and stays so", "make a new report");
    }
    fail_invariant("an unknown state");
}

Result<State> agree(State from, const Guards& guards) {
    if (from == State::Draft)
        return refusal("the report is a draft, and a draft cannot be agreed to",
                       "send it first; the client agrees to what is sent");
    if (from == State::Cancelled || from == State::Credited)
        return refusal(called(from) + " and cannot be agreed to", "make a new report");
    if (from != State::Sent)
        return refusal("the report has been agreed to already", "nothing is left to do here");
    if (!guards.hash_current)
        return refusal("the report has changed since this page was shown",
                       "open the link again and agree to the new figures");
    return State::Agreed;
}

Result<State> confirm_invoiced(State from) {
    if (from == State::Agreed) return State::Invoiced;
    if (from == State::Draft || from == State::Sent)
        return refusal(called(from) + " and has not been agreed to",
                       "the client, or the manager for the client, agrees first");
    if (!is_live(from))
        return refusal(called(from) + " and cannot be invoiced", "make a new report");
    return refusal("the report has been invoiced already", "nothing is left to do here");
}

Result<State> cancel(State from, const Guards& guards) {
    if (!is_live(from)) return refusal(called(from) + " already", "nothing is left to do here");
    if (guards.any_payment || from == State::PartlyPaid || from == State::Paid)
        return refusal("there is money on the report, so it cannot be cancelled", kPaidHint);
    if (!guards.corrected_on.empty())
        return refusal("corrections of the report stand on " + join(guards.corrected_on, ", "),
                       "cancel that first, or take the corrections out of it");
    return from == State::Draft || from == State::Sent ? State::Cancelled : State::Credited;
}

// Money may be read for a report as soon as its figures are agreed; settle() says what it means.
Result<State> may_settle(State from) {
    if (from == State::Draft || from == State::Sent)
        return refusal(called(from) + ", and only an agreed report can be paid",
                       "keep the payment and record it after the client has agreed");
    if (!is_live(from))
        return refusal(called(from) + ", and nothing is due on it",
                       "record the payment on another report of the client");
    return from;
}

} // namespace

const char* to_string(Move move) {
    switch (move) {
    case Move::Send:
        return "send";
    case Move::Recall:
        return "recall";
    case Move::Agree:
        return "agree";
    case Move::ConfirmInvoiced:
        return "confirm_invoiced";
    case Move::Cancel:
        return "cancel";
    case Move::Settle:
        return "settle";
    }
    fail_invariant("an unknown move");
}

Result<State> next_state(State from, Move move, const Guards& guards) {
    switch (move) {
    case Move::Send:
        return send(from, guards);
    case Move::Recall:
        return recall(from);
    case Move::Agree:
        return agree(from, guards);
    case Move::ConfirmInvoiced:
        return confirm_invoiced(from);
    case Move::Cancel:
        return cancel(from, guards);
    case Move::Settle:
        return may_settle(from);
    }
    fail_invariant("an unknown move");
}

} // namespace hb::domain
