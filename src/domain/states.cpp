#include "domain/report.h"

namespace hb::domain {

const char* to_string(State state) {
    switch (state) {
    case State::Draft:
        return "draft";
    case State::Sent:
        return "sent";
    case State::Agreed:
        return "agreed";
    case State::Invoiced:
        return "invoiced";
    case State::PartlyPaid:
        return "partly_paid";
    case State::Paid:
        return "paid";
    case State::Cancelled:
        return "cancelled";
    case State::Credited:
        return "credited";
    }
    fail_invariant("an unknown state");
}

Result<State> parse_state(std::string_view text) {
    for (const State state : {State::Draft, State::Sent, State::Agreed, State::Invoiced,
                              State::PartlyPaid, State::Paid, State::Cancelled, State::Credited})
        if (text == to_string(state)) return state;
    return Error{Code::Usage, "unknown state \"" + std::string(text) + "\"", "",
                 "write draft, sent, agreed, invoiced, partly_paid, paid, cancelled or credited"};
}

bool is_live(State state) {
    return state != State::Cancelled && state != State::Credited;
}

bool was_sent(State state) {
    return is_live(state) && state != State::Draft;
}

} // namespace hb::domain
