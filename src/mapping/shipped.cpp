#include "mapping/shipped.h"

namespace hb::mapping {

namespace embedded {
extern const std::string_view kBitrix24Mapping;
}

std::string_view shipped_mapping(std::string_view connector) {
    return connector == "bitrix24" ? embedded::kBitrix24Mapping : std::string_view();
}

} // namespace hb::mapping
