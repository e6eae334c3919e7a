#pragma once

#include <string>

#include "base/time.h"

namespace hb::domain {

// Something good to have that a remote lacks, or refuses for good (G55).
enum class LackWhy : int { // stored: do not renumber
    Method = 0,            // it does not know the call
    Scope = 1,             // we were given no access to this part of it
    Right = 2,             // the person in whose name we call lacks a right
    Plan = 3,              // not in what the account's plan includes
};
struct Lack {
    std::string method;
    std::string about; // "" whatever it is called for; "card": for these objects only
    LackWhy why = LackWhy::Method;
    std::string what; // for people: what is refused, and what is different without it
    std::string hint; // what to do about it; "" nothing has to be done
    Instant since{};  // refused for the first time
    Instant again{};  // not called before then
    bool operator==(const Lack&) const = default;
};

} // namespace hb::domain
