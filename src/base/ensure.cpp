#include "base/ensure.h"

#include <string>

namespace hb {

void fail_invariant(std::string_view what) {
    throw BrokenInvariant(std::string(what));
}

} // namespace hb
