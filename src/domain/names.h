#pragma once

#include <string>
#include <string_view>
#include <vector>

// Names as people type them at a prompt.
namespace hb::domain {

// Without case, accents and quotation marks, with single spaces: "«Café  Zürich»" is "cafe zurich".
std::string typed_name(std::string_view name);

// Which of `names` are meant by `typed`: those that are the same; else those that are the same
// without legal forms; else those in which a word begins with it. Positions, in their order.
std::vector<std::size_t> names_meant(std::string_view typed, const std::vector<std::string>& names);

} // namespace hb::domain
