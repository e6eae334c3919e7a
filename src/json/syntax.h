#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "json/value.h"

namespace hb::json {

// Where a text stops being JSON, and why; for files that people edit.
struct SyntaxFault {
    int line = 1, column = 1; // from 1, in characters
    std::string what;         // "expected a value"
    bool key_twice = false;   // two members of one object have one name
    std::size_t offset = 0;   // in bytes, of `size`
    std::size_t size = 0;
};
std::optional<SyntaxFault> find_syntax_fault(std::string_view text, const ParseOptions& options);

} // namespace hb::json
