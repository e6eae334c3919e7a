#pragma once

#include <array>
#include <string>
#include <string_view>

// The languages that texts are shipped in (G61): for clients by the contract, for staff by
// the configuration.
namespace hb::domain {

inline constexpr std::array<std::string_view, 5> kShippedLanguages = {"en", "ru", "fr", "kk", "uk"};
inline constexpr std::array<std::string_view, 2> kStaffLanguages = {"en", "ru"};

// "ru" and "ru-BY": a language of the list, alone or with a region.
bool is_shipped_locale(std::string_view locale);
std::string shipped_locales(); // "en, ru, fr, kk, uk"
bool is_staff_locale(std::string_view locale);
std::string staff_locales(); // "en, ru"

} // namespace hb::domain
