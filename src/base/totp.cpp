#include "base/totp.h"

#include "base/digest.h"
#include "base/hash.h"

namespace hb::totp {

std::int64_t step_of(Instant at) {
    return to_epoch_ms(at) / (kStepSeconds * 1000);
}

std::string code(std::string_view secret, std::int64_t step) {
    std::string counter(8, '\0');
    for (std::size_t i = 8; i-- > 0; step >>= 8) counter[i] = static_cast<char>(step & 0xFF);
    const std::string mac = hmac(Hash::Sha1, secret, counter);
    const auto byte = [&](std::size_t at) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(mac[at]));
    };
    const std::size_t at = byte(19) & 0x0FU;
    const std::uint32_t number =
        ((byte(at) & 0x7FU) << 24U) | (byte(at + 1) << 16U) | (byte(at + 2) << 8U) | byte(at + 3);
    const std::string digits = std::to_string(number % 1'000'000);
    return std::string(6 - digits.size(), '0') + digits;
}

std::optional<std::int64_t> step_meant(std::string_view secret, std::string_view given, Instant now,
                                       std::int64_t used) {
    std::optional<std::int64_t> found;
    const std::int64_t middle = step_of(now);
    for (std::int64_t step = middle - 1; step <= middle + 1; ++step)
        if (equal_constant_time(code(secret, step), given) && step > used && !found) found = step;
    return found;
}

std::string base32(std::string_view bytes) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string out;
    std::uint32_t held = 0;
    unsigned bits = 0;
    for (const char byte : bytes) {
        held = (held << 8U) | static_cast<unsigned char>(byte);
        bits += 8;
        while (bits >= 5) out += letters[(held >> (bits -= 5)) & 31U];
    }
    if (bits > 0) out += letters[(held << (5 - bits)) & 31U];
    return out;
}

} // namespace hb::totp
