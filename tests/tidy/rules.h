#pragma once

#include <string>
#include <vector>

#include "source.h"

namespace hb::tidy {

struct Problem {
    std::string where; // "src/domain/money.cpp:12"
    std::string what;
};

// One rule, and a small text that breaks it and nothing else: a rule that can't fail proves
// nothing.
struct Rule {
    std::string name;
    std::vector<Problem> (*check)(const Source& source);
    std::string bad_path;
    std::string bad_text;
};
const std::vector<Rule>& rules();

// Lines of a script, a seed or a migration that ask what time it is (R21).
std::vector<Problem> check_script(const std::string& path, const std::string& text);

// "0001_books.sql", "0002_….sql": numbered from 1 without a gap or a twin.
std::vector<Problem> check_migrations(std::vector<std::string> names);

} // namespace hb::tidy
