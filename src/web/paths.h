#pragma once

#include <string_view>

namespace hb::web {

inline constexpr std::string_view kStylePath = "/static/page.css";

} // namespace hb::web
