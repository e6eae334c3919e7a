#include "base/exit_code.h"

#include <algorithm>
#include <array>

namespace hb {

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

const char* code_word(Code code) {
    switch (code) {
    case Code::Usage:
        return "usage";
    case Code::NotFound:
        return "not_found";
    case Code::Conflict:
        return "conflict";
    case Code::NeedsPerson:
        return "needs_person";
    case Code::Remote:
        return "remote";
    case Code::Forbidden:
        return "forbidden";
    case Code::Malformed:
        return "malformed";
    case Code::Machine:
        return "machine";
    }
    return "machine";
}

} // namespace hb
