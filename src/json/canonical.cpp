#include <algorithm>

#include "base/text.h"
#include "json/writer.h"

namespace hb::json {

namespace {

// UTF-16 order of two UTF-8 texts. It differs from the order of bytes in one place: characters over
// U+FFFF are surrogate pairs there and stand before U+E000 to U+FFFF.
bool utf16_less(std::string_view a, std::string_view b) {
    const auto [at_a, at_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    if (at_a == a.end() || at_b == b.end()) return at_a == a.end() && at_b != b.end();
    const auto x = static_cast<unsigned char>(*at_a);
    const auto y = static_cast<unsigned char>(*at_b);
    const auto is_pair = [](unsigned char lead) { return lead >= 0xF0; };
    const auto is_high = [](unsigned char lead) { return lead == 0xEE || lead == 0xEF; };
    if (is_pair(x) && is_high(y)) return true;
    if (is_high(x) && is_pair(y)) return false;
    return x < y;
}

Status write(Writer& out, const Value& value);

Status write_number(Writer& out, const Value& value) {
    // Beyond this readers that keep numbers as IEEE doubles, as RFC 8785 has it, would differ.
    constexpr std::int64_t kExactMax = (std::int64_t{1} << 53) - 1;
    const auto number = value.integer();
    if (!number) return value.expected("a whole number (the canonical form has no others)");
    if (*number > kExactMax || *number < -kExactMax)
        return value.expected("a whole number of at most 53 bits");
    out.integer(*number);
    return {};
}

Status write_object(Writer& out, const Value& value) {
    std::vector<Value> members;
    for (const Value& member : value) members.push_back(member);
    std::stable_sort(members.begin(), members.end(),
                     [](const Value& a, const Value& b) { return utf16_less(a.key(), b.key()); });
    out.begin_object();
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (i > 0 && members[i].key() == members[i - 1].key())
            return value.expected("each key once, not " + quote(members[i].key()) + " twice");
        out.key(members[i].key());
        if (auto done = write(out, members[i]); !done) return done;
    }
    out.end_object();
    return {};
}

Status write_array(Writer& out, const Value& value) {
    out.begin_array();
    for (const Value& element : value)
        if (auto done = write(out, element); !done) return done;
    out.end_array();
    return {};
}

Status write(Writer& out, const Value& value) {
    switch (value.kind()) {
    case Kind::Missing:
        return value.expected("a value");
    case Kind::Number:
        return write_number(out, value);
    case Kind::Object:
        return write_object(out, value);
    case Kind::Array:
        return write_array(out, value);
    default:
        out.value(value);
        return {};
    }
}

} // namespace

Result<std::string> canonical(const Value& value) {
    Writer out;
    if (auto done = write(out, value); !done) return done.error();
    return out.take();
}

} // namespace hb::json
