#include "mapping/shipped.h"

#include <utility>
#include <vector>

namespace hb::mapping {

namespace embedded {
const std::vector<std::pair<std::string_view, std::string_view>>& mappings();
}

std::string_view shipped_mapping(std::string_view connector) {
    for (const auto& [name, text] : embedded::mappings())
        if (name == connector) return text;
    return {};
}

} // namespace hb::mapping
