#pragma once

#include <map>
#include <string>

namespace hb::domain {

// Of one report in one language: from the word in its lines to what is shown. Words that stay as
// they are have no row.
struct Glosses {
    std::map<std::string, std::string, std::less<>> reasons, types;
    bool operator==(const Glosses&) const = default;
};

} // namespace hb::domain
