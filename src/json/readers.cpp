// What a Value gives when it is asked for a number, a text or a truth.

#include <algorithm>

#include "base/text.h"
#include "json/tree.h"
#include "json/value.h"
#include "json/writer.h"

namespace hb::json {

namespace {

bool all_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Digits with an optional '-' before and an optional fraction behind: no exponent, no spaces.
bool is_decimal(std::string_view text) {
    if (!text.empty() && text.front() == '-') text.remove_prefix(1);
    const std::size_t point = text.find('.');
    if (point == std::string_view::npos) return all_digits(text);
    return all_digits(text.substr(0, point)) && all_digits(text.substr(point + 1));
}

// A value as a message quotes it.
std::string shown(const Value& value) {
    constexpr std::size_t kShownCharacters = 60;
    switch (value.kind()) {
    case Kind::Missing:
        return "nothing";
    case Kind::Object:
        return value.nothing() ? "{}" : "an object of " + std::to_string(value.size());
    case Kind::Array:
        return value.nothing() ? "[]" : "an array of " + std::to_string(value.size());
    case Kind::String:
        return quote(shorten(*value.string(), kShownCharacters));
    default:
        return shorten(value.dump(), kShownCharacters);
    }
}

} // namespace

Error Value::expected(std::string_view what) const {
    const std::string where = path();
    return Error{Code::Malformed,
                 (where.empty() ? "at the top" : "at " + where) + ": expected " +
                     std::string(what) + ", got " + shown(*this),
                 "", ""};
}

Result<std::string> Value::string() const {
    if (!is_string()) return expected("a string");
    return std::string(document_->text(document_->nodes[node_]));
}

Result<std::int64_t> Value::integer() const {
    if (is_number() || is_string()) {
        const auto number = parse_integer(document_->text(document_->nodes[node_]));
        if (number) return *number;
    }
    return expected("a whole number");
}

Result<bool> Value::boolean() const {
    if (kind() != Kind::Bool) return expected("true or false");
    return document_->nodes[node_].truth;
}

Result<std::string> Value::text() const {
    if (!is_number() && !is_string()) return expected("a string or a number");
    return std::string(document_->text(document_->nodes[node_]));
}

std::optional<std::string_view> Value::text_view() const {
    if (nothing() || (!is_number() && !is_string())) return std::nullopt;
    return document_->text(document_->nodes[node_]);
}

Result<std::string> Value::decimal() const {
    if (is_number() || is_string()) {
        const std::string_view text = document_->text(document_->nodes[node_]);
        if (is_decimal(text)) return std::string(text);
    }
    return expected("a decimal number");
}

Result<bool> Value::flag() const {
    if (kind() == Kind::Bool) return document_->nodes[node_].truth;
    if (null()) return false;
    if (is_number() || is_string()) {
        const std::string_view text = document_->text(document_->nodes[node_]);
        const bool words = is_string();
        if (text == "1" || (words && (text == "Y" || text == "y" || text == "true"))) return true;
        if (text == "0" ||
            (words && (text.empty() || text == "N" || text == "n" || text == "false")))
            return false;
    }
    return expected("a yes or no (true, 1, \"Y\" / false, 0, \"N\")");
}

} // namespace hb::json
