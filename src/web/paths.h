#pragma once

#include <string_view>

namespace hb::web {

inline constexpr std::string_view kStylePath = "/static/page.css";
inline constexpr std::string_view kIconPath = "/static/icon.svg";
inline constexpr std::string_view kBrandPath = "/static/brand/"; // and a name of a brand's file

} // namespace hb::web
