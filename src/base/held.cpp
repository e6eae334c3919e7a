#include "base/held.h"

#include <cstdlib>
#include <string>

#include <unistd.h>

namespace hb {

void must_not_hold_books(std::string_view what) {
    if (!Held::by_this_thread()) return;
    const std::string told =
        "hourbridge: " + std::string(what) + " while this thread holds the books\n";
    // The program ends either way.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, told.data(), told.size());
    std::abort();
}

} // namespace hb
