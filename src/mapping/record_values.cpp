#include "mapping/record_values.h"

#include "base/limits.h"
#include "base/text.h"
#include "json/value.h"

namespace hb::mapping {

std::vector<std::string> record_values(std::string_view record,
                                       const std::vector<std::string>& places) {
    std::vector<std::string> out;
    const auto document = json::Document::parse(record);
    if (!document) return out;
    const auto take = [&out](const json::Value& value) {
        const auto text = value.text();
        if (text && !trim(*text).empty()) out.push_back(shorten(trim(*text), kTitleCharactersMax));
    };
    for (const auto& place : places) {
        const auto value = document->root().pointer(place);
        if (value.is_array())
            for (const auto element : value) take(element);
        else
            take(value);
        if (!out.empty()) break;
    }
    return out;
}

} // namespace hb::mapping
