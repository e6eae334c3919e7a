#include "app/exit_code.h"

#include <algorithm>
#include <array>

namespace hb::app {

int exit_code_of(Code code) {
    switch (code) {
    case Code::Usage:
        return kUsage;
    case Code::NotFound:
    case Code::Conflict:
        return kConflict;
    case Code::NeedsPerson:
        return kPerson;
    case Code::Remote:
    case Code::Forbidden:
    case Code::Malformed:
        return kRemote;
    case Code::Machine:
        return kMachine;
    }
    return kMachine;
}

int worse(int a, int b) {
    constexpr std::array order{kMachine, kUsage, kConflict, kRemote, kPerson, kDone};
    const auto rank = [&](int code) { return std::find(order.begin(), order.end(), code); };
    return rank(a) <= rank(b) ? a : b;
}

} // namespace hb::app
