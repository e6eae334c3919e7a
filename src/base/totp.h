#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

// Codes of an authenticator app: RFC 6238 with SHA-1, six digits, thirty seconds. Pure.
namespace hb::totp {

inline constexpr std::int64_t kStepSeconds = 30;

std::int64_t step_of(Instant at);
std::string code(std::string_view secret, std::int64_t step); // "004217"
// Which step `given` is the code of: the one now, or one before or after it, and later than
// `used`. nullopt: of none.
std::optional<std::int64_t> step_meant(std::string_view secret, std::string_view given, Instant now,
                                       std::int64_t used);
// RFC 4648 without padding, as apps read secrets.
std::string base32(std::string_view bytes);

} // namespace hb::totp
