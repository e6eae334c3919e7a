#pragma once

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>

#include "json/value.h"

// The documentation's own answers, one file a method; they lie beside the sources or are not there.
namespace samples {

inline std::string folder() {
    const char* shared = std::getenv("HB_SHARED");
    return (shared != nullptr ? std::string(shared) : std::string(HB_SOURCE_DIR) + "/../shared") +
           "/protocols/bitrix24/";
}

inline std::optional<hb::json::Document> load(const std::string& method) {
    std::ifstream file(folder() + method + ".json");
    if (!file) return std::nullopt;
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    auto document = hb::json::Document::parse(text);
    if (!document) throw std::runtime_error(method + ": " + document.error().message);
    return std::move(*document);
}

inline void skipped(const std::string& method) {
    std::cout << "skipped: no sample " << method << " under " << folder() << "\n";
}

} // namespace samples
