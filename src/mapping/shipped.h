#pragma once

#include <string_view>

// The mapping files that are compiled in.
namespace hb::mapping {

// mappings/CONNECTOR.json; "" when none is shipped.
std::string_view shipped_mapping(std::string_view connector);

} // namespace hb::mapping
