#include "domain/json_text.h"

#include <algorithm>

#include "base/ensure.h"
#include "base/text.h"

namespace hb::domain {
namespace {

// The escapes that RFC 8785 section 3.2.2.2 prescribes.
void append_escaped(std::string& out, char c) {
    constexpr std::string_view kHex = "0123456789abcdef";
    switch (c) {
    case '"':
        out += "\\\"";
        return;
    case '\\':
        out += "\\\\";
        return;
    case '\b':
        out += "\\b";
        return;
    case '\f':
        out += "\\f";
        return;
    case '\n':
        out += "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    default:
        break;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20) {
        out += c;
        return;
    }
    out += "\\u00";
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
}

} // namespace

std::string json_string(std::string_view text) {
    // Text comes in as UTF-8; a stray byte must not make a report that nobody can read.
    const std::string checked = is_utf8(text) ? std::string(text) : to_utf8(text);
    std::string out = "\"";
    for (const char c : checked) append_escaped(out, c);
    return out + "\"";
}

std::string json_number(std::int64_t number) {
    constexpr std::int64_t kExact = (std::int64_t{1} << 53) - 1;
    ensure(number >= -kExact && number <= kExact, "a number of the canonical text is exact");
    return std::to_string(number);
}

std::string json_bool(bool value) {
    return value ? "true" : "false";
}

std::string json_string_or_null(std::string_view text) {
    return text.empty() ? "null" : json_string(text);
}

std::string json_array(const std::vector<std::string>& elements) {
    return "[" + join(elements, ",") + "]";
}

JsonObject& JsonObject::add(std::string name, std::string json) {
    members_.emplace_back(std::move(name), std::move(json));
    return *this;
}

std::string JsonObject::text() const {
    // RFC 8785 sorts by UTF-16 units; our names are ASCII, where bytes sort alike.
    auto members = members_;
    std::sort(members.begin(), members.end());
    std::string out = "{";
    for (const auto& [name, json] : members) {
        if (out.size() > 1) out += ',';
        out += json_string(name) + ":" + json;
    }
    return out + "}";
}

} // namespace hb::domain
