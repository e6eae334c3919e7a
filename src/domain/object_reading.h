#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "domain/exchange.h"

namespace hb::domain {

// A deal or an invoice that is being read beside others: one request carries parts of many.
struct ObjectReading {
    bool invoice = false; // else a deal
    std::string id;
    DealState state;       // whole once it is done without an error
    std::size_t parts = 0; // that were read of it; what a part is, the connector knows
    bool done = false;
    std::optional<Error> error; // of this one alone
};

} // namespace hb::domain
