#include <utility>

#include "connector/manifest.h"

namespace hb::connector {

namespace manifest::embedded {
const std::vector<std::pair<std::string_view, std::string_view>>& manifests();
}

std::string_view shipped_manifest(std::string_view connector) {
    for (const auto& [name, text] : manifest::embedded::manifests())
        if (name == connector) return text;
    return {};
}

std::vector<std::string> shipped_manifests() {
    std::vector<std::string> names;
    for (const auto& [name, text] : manifest::embedded::manifests()) names.emplace_back(name);
    return names;
}

} // namespace hb::connector
