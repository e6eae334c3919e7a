#include "domain/locales.h"

#include <algorithm>
#include <span>

namespace hb::domain {

namespace {

using Languages = std::span<const std::string_view>;

bool is_of(Languages languages, std::string_view locale) {
    const auto dash = locale.find('-');
    const auto language = locale.substr(0, dash);
    if (std::find(languages.begin(), languages.end(), language) == languages.end()) return false;
    if (dash == std::string_view::npos) return true;
    const auto region = locale.substr(dash + 1);
    return region.size() >= 2 && std::all_of(region.begin(), region.end(), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
           });
}

std::string listed(Languages languages) {
    std::string out;
    for (const auto language : languages) out += (out.empty() ? "" : ", ") + std::string(language);
    return out;
}

} // namespace

bool is_shipped_locale(std::string_view locale) {
    return is_of(kShippedLanguages, locale);
}

std::string shipped_locales() {
    return listed(kShippedLanguages);
}

bool is_staff_locale(std::string_view locale) {
    return is_of(kStaffLanguages, locale);
}

std::string staff_locales() {
    return listed(kStaffLanguages);
}

} // namespace hb::domain
