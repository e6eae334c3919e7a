#include "domain/lifecycle.h"

#include "base/text.h"
#include "voices/states.h"

// The states of a report (G4). Payment moves are judged in settle.cpp.
//
//   draft --send--> sent --agree--> agreed --confirm--> invoiced <--> partly_paid <--> paid
//     ^               |                |                    |           (settle, both ways)
//     +---recall------+                |                    |
//   draft, sent --cancel--> cancelled  +------cancel--------+--> credited, with nothing paid
namespace hb::domain {
namespace {

namespace say = voices::states;

// How a sentence calls a report in this state.
Message called(State state) {
    if (state == State::Draft) return voices::say<say::kIsDraft>();
    return voices::say<say::kIs>(word_of(state));
}

template <const Text& kRow, class... Values> Error refusal(Values&&... values) {
    return voices::refuse<kRow>(Code::Conflict, std::forward<Values>(values)...);
}

Error not_yet(const Guards& guards) {
    std::vector<Message> why;
    for (const Blocking& one : guards.blocking)
        why.push_back(one.said ? one.said : voices::as_it_is(one.message));
    Error error = refusal<say::kSendBlocked>(std::move(why));
    error.hint = guards.blocking.front().hint;
    return error;
}

Result<State> send(State from, const Guards& guards) {
    if (from == State::Sent) return refusal<say::kSentAlready>();
    if (from == State::Cancelled || from == State::Credited)
        return refusal<say::kSendEnded>(called(from));
    if (from != State::Draft) return refusal<say::kSendAgain>(called(from));
    if (guards.empty) return refusal<say::kSendEmpty>();
    if (!guards.blocking.empty()) return not_yet(guards);
    if (guards.total < 0) return refusal<say::kSendNegative>();
    return State::Sent;
}

Result<State> recall(State from) {
    switch (from) {
    case State::Sent:
        return State::Draft;
    case State::Draft:
        return refusal<say::kRecallDraft>();
    case State::Agreed:
    case State::Invoiced:
        return refusal<say::kRecallAgreed>(called(from));
    case State::PartlyPaid:
    case State::Paid:
        return refusal<say::kRecallPaid>(called(from));
    case State::Cancelled:
    case State::Credited:
        return refusal<say::kRecallEnded>(called(from));
    }
    fail_invariant("an unknown state");
}

Result<State> agree(State from, const Guards& guards) {
    if (from == State::Draft) return refusal<say::kAgreeDraft>();
    if (from == State::Cancelled || from == State::Credited)
        return refusal<say::kAgreeEnded>(called(from));
    if (from != State::Sent) return refusal<say::kAgreedAlready>();
    if (!guards.hash_current) return refusal<say::kAgreeStale>();
    return State::Agreed;
}

Result<State> confirm_invoiced(State from) {
    if (from == State::Agreed) return State::Invoiced;
    if (from == State::Draft || from == State::Sent)
        return refusal<say::kInvoiceBefore>(called(from));
    if (!is_live(from)) return refusal<say::kInvoiceEnded>(called(from));
    return refusal<say::kInvoicedAlready>();
}

Result<State> cancel(State from, const Guards& guards) {
    if (!is_live(from)) return refusal<say::kCancelEnded>(called(from));
    if (guards.any_payment || from == State::PartlyPaid || from == State::Paid)
        return refusal<say::kCancelPaid>();
    if (!guards.corrected_on.empty())
        return refusal<say::kCancelCorrected>(join(guards.corrected_on, ", "));
    return from == State::Draft || from == State::Sent ? State::Cancelled : State::Credited;
}

// Money may be read for a report as soon as its figures are agreed; settle() says what it means.
Result<State> may_settle(State from) {
    if (from == State::Draft || from == State::Sent) return refusal<say::kPayBefore>(called(from));
    if (!is_live(from)) return refusal<say::kPayEnded>(called(from));
    return from;
}

} // namespace

Message word_of(State state) {
    switch (state) {
    case State::Draft:
        return voices::say<say::kDraft>();
    case State::Sent:
        return voices::say<say::kSent>();
    case State::Agreed:
        return voices::say<say::kAgreed>();
    case State::Invoiced:
        return voices::say<say::kInvoiced>();
    case State::PartlyPaid:
        return voices::say<say::kPartlyPaid>();
    case State::Paid:
        return voices::say<say::kPaid>();
    case State::Cancelled:
        return voices::say<say::kCancelled>();
    case State::Credited:
        return voices::say<say::kCredited>();
    }
    fail_invariant("an unknown state");
}

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
