#include "domain/locales.h"

#include <algorithm>

namespace hb::domain {

bool is_shipped_locale(std::string_view locale) {
    const auto dash = locale.find('-');
    const auto language = locale.substr(0, dash);
    if (std::find(kShippedLanguages.begin(), kShippedLanguages.end(), language) ==
        kShippedLanguages.end())
        return false;
    if (dash == std::string_view::npos) return true;
    const auto region = locale.substr(dash + 1);
    return region.size() >= 2 && std::all_of(region.begin(), region.end(), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
           });
}

std::string shipped_locales() {
    std::string out;
    for (const auto language : kShippedLanguages)
        out += (out.empty() ? "" : ", ") + std::string(language);
    return out;
}

} // namespace hb::domain
