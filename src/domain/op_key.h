#pragma once

#include <string>
#include <string_view>

#include "base/ids.h"

// The key that everything we create carries (G18): "hb-" and 32 hex digits.
namespace hb::domain {

inline constexpr std::string_view kKeyPrefix = "hb-";

inline std::string new_key(IdSource& ids) {
    return std::string(kKeyPrefix) + ids.id128();
}
// Of ours, or adopted by us in whatever books (G36).
inline bool is_our_key(std::string_view key) {
    return key.substr(0, kKeyPrefix.size()) == kKeyPrefix;
}
// REQUIRES: is_our_key(key)
inline std::string_view id_of_key(std::string_view key) {
    return key.substr(kKeyPrefix.size());
}

} // namespace hb::domain
