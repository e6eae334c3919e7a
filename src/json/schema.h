#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace hb::json {

struct SchemaProblem {
    int line = 0;        // of the checked file, 1-based; 0 when unknown
    std::string path;    // JSON pointer
    std::string message; // "unknown key \"remots\""
    std::string hint;    // "did you mean \"remotes\"?"
};

// Checks `document` against a JSON Schema (draft 2020-12, the part we use: type, enum, const,
// properties, required, additionalProperties, patternProperties, items, minItems, minimum, maximum,
// minLength, pattern, anyOf, oneOf, $ref to #/$defs/…). Finds all problems, and stops at a hundred:
// who sees so many looks at the first ones, and each costs a walk through the file. A schema that
// uses anything else is a broken invariant. A "hint" member in a schema node becomes the problem's
// hint.
inline constexpr std::size_t kSchemaProblemsMax = 100;
std::vector<SchemaProblem> check_schema(const Document& document, const Value& schema);

} // namespace hb::json
