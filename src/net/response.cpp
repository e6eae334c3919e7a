#include "net/http.h"

namespace hb::net {

std::string_view Response::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (key == name) return value;
    return {};
}

} // namespace hb::net
