#include "base/ids.h"

#include <array>
#include <cerrno>
#include <system_error>

#include <sys/random.h>

#include "base/digest.h"

namespace hb {

std::string RandomIds::id128() {
    std::array<char, 16> bytes{};
    std::size_t have = 0;
    while (have < bytes.size()) {
        const ssize_t got = getrandom(bytes.data() + have, bytes.size() - have, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0)
            throw std::system_error(errno, std::generic_category(),
                                    "the system's random source failed");
        have += static_cast<std::size_t>(got);
    }
    return hex(std::string_view(bytes.data(), bytes.size()));
}

std::string CountingIds::id128() {
    std::uint64_t number = ++last_;
    std::array<char, 16> bytes{};
    for (std::size_t i = bytes.size(); number != 0; number >>= 8U)
        bytes[--i] = static_cast<char>(number & 0xFFU);
    return hex(std::string_view(bytes.data(), bytes.size()));
}

} // namespace hb
