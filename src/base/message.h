#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hb {

struct Text; // a row of the catalogue: voices/text.h

// What is said, without words: a row of the catalogue and what fills its places. The caller that
// shows it words it in the language of its reader (voices/voices.h).
struct Message {
    // A text from outside, a number that plural forms go by, or messages, joined by "; ".
    using Value = std::variant<std::string, std::int64_t, std::vector<Message>>;

    const Text* text = nullptr; // nullptr: nothing, or its only value as it is, in no language
    std::vector<Value> values;  // in the order of the places in the English text

    explicit operator bool() const { return text != nullptr || !values.empty(); }
};

} // namespace hb
