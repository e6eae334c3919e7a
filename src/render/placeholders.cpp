#include "render/placeholders.h"

namespace hb::render {

std::string with_values(std::string_view text, const Values& values) {
    std::string out;
    while (!text.empty()) {
        const auto open = text.find('{');
        const auto close = text.find('}', open);
        out += text.substr(0, open);
        if (open == std::string_view::npos || close == std::string_view::npos) break;
        const auto value = values.find(text.substr(open + 1, close - open - 1));
        if (value != values.end()) out += value->second;
        text.remove_prefix(close + 1);
    }
    return out;
}

} // namespace hb::render
