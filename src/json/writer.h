#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "json/value.h"

namespace hb::json {

// Writes one JSON text, keys in the order in which they are given. Misuse (a value without a key,
// an end without a begin) is a broken invariant. Text that is not UTF-8 is repaired with U+FFFD.
class Writer {
public:
    // indent 0: one line.
    explicit Writer(int indent = 0) : indent_(indent) {}

    Writer& begin_object();
    Writer& end_object();
    Writer& begin_array();
    Writer& end_array();
    Writer& key(std::string_view name);
    Writer& string(std::string_view text);
    Writer& integer(std::int64_t number);
    Writer& boolean(bool value);
    Writer& null();
    Writer& raw(std::string_view
                    json); // text that is JSON already: a number like 19000.50, a kept document
    Writer& value(const Value& value);

    // Shorthand for key(name) and a value.
    Writer& member(std::string_view name, std::string_view text) { return key(name).string(text); }
    Writer& member(std::string_view name, const char* text) { return key(name).string(text); }
    Writer& member(std::string_view name, const std::string& text) {
        return key(name).string(text);
    }
    Writer& member(std::string_view name, std::int64_t number) { return key(name).integer(number); }
    Writer& member(std::string_view name, int number) { return key(name).integer(number); }
    Writer& member(std::string_view name, bool value) { return key(name).boolean(value); }

    // The finished text. REQUIRES: every begin has its end.
    const std::string& text() const;
    std::string take();

private:
    void before_value();
    void newline();
    int indent_;
    std::string out_;
    std::string
        stack_; // one char a level: '{' awaiting a key, ':' awaiting its value, '[' in an array
    bool first_ = true;
};

std::string quote(std::string_view text); // one JSON string with its quotes

// RFC 8785: keys sorted by UTF-16 code units, shortest escapes, no white space. Integers only: a
// number with a fraction or exponent is an error, since money and durations never have one here.
Result<std::string> canonical(const Value& value);

} // namespace hb::json
