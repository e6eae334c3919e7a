#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "json/value.h"

// The documentation's own answers, one file a method (tests/samples/README.md).
namespace samples {

inline std::string folder() {
    return std::string(HB_SOURCE_DIR) + "/tests/samples/bitrix24/";
}

inline hb::json::Document load(const std::string& method) {
    std::ifstream file(folder() + method + ".json");
    if (!file) throw std::runtime_error("no sample " + folder() + method + ".json");
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    auto document = hb::json::Document::parse(text);
    if (!document) throw std::runtime_error(method + ": " + document.error().message);
    return std::move(*document);
}

} // namespace samples
