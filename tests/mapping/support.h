#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/sources.h"
#include "mapping/mapping.h"
#include "mapping/shipped.h"

// What the tests of this room share: the shipped mapping, and everything compared as text.

inline const hb::mapping::Mapping& shipped() {
    static const hb::mapping::Mapping mapping = [] {
        std::vector<hb::mapping::FileProblem> problems;
        auto parsed = hb::mapping::Mapping::parse(hb::mapping::shipped_mapping("bitrix24"),
                                                  "mappings/bitrix24.json", problems);
        hb::ensure(parsed.has_value(),
                   problems.empty() ? "no mapping" : to_string(problems.front()));
        return std::move(*parsed);
    }();
    return mapping;
}

std::string show(const hb::domain::Fact& fact);
// The fact, or the problems joined by " | ".
std::string show(const hb::mapping::Mapped& mapped);
std::string map_row(std::string_view stream, std::string_view row);
std::string show(const std::vector<hb::mapping::FileProblem>& problems); // one a line
