#include "rig.h"

#include <catch2/catch.hpp>

namespace rig {

connector::Plan parsed(const std::string& text) {
    std::vector<connector::ManifestProblem> problems;
    auto plan = connector::Plan::parse(text, "manifest.json", problems);
    for (const auto& problem : problems) UNSCOPED_INFO(to_string(problem));
    REQUIRE(static_cast<bool>(plan));
    return plan;
}

connector::Plan shipped(const std::string& name) {
    return parsed(std::string(connector::shipped_manifest(name)));
}

} // namespace rig
