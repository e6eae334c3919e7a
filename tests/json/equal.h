#pragma once

#include "json/value.h"

namespace hb::json {

// Same kinds, keys, texts and numbers in the same order.
inline bool equal(const Value& a, const Value& b) {
    if (a.kind() != b.kind() || a.key() != b.key() || a.size() != b.size()) return false;
    if (!a.is_array() && !a.is_object()) return a.dump() == b.dump();
    auto mate = b.begin();
    for (const Value& child : a) {
        if (!equal(child, *mate)) return false;
        ++mate;
    }
    return true;
}

} // namespace hb::json
