#pragma once

#include <stdexcept>
#include <string_view>

namespace hb {

// A broken invariant: our own mistake, or books that can't be trusted. Caught round a worker step
// and round a web request only.
class BrokenInvariant : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

[[noreturn]] void fail_invariant(std::string_view what);

// On in release builds too: a wrong bill costs more than a stopped program.
inline void ensure(bool holds, std::string_view what) {
    if (!holds) fail_invariant(what);
}

} // namespace hb
