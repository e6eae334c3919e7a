#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/message.h"

// The catalogue of what people read (G61): rows of constants, one header an area, English and
// Russian side by side. A row that is wrong does not compile:
// - a place has a name, {report}; the Russian text has the places of the English one, in any order;
// - {n#record|records} and {n#запись|записи|записей} choose a form by the number n: two forms in
//   English, three in Russian;
// - a Russian text is Russian: no Latin words but names (kNames), and it differs from the English.
// Texts are filled in one pass; values are only values (G60).
namespace hb {

struct Text {
    std::string_view code; // stays: scripts read it, beside the message
    std::string_view english, russian;
    // The next step of a reader who has no shell; "": there is none.
    std::string_view next_english = "", next_russian = "";
    // The same for a reader at a prompt, in English; "": next_english.
    std::string_view shell = "";
};

namespace voices {

// Words of other alphabets that stay as they are in Russian texts.
inline constexpr std::array<std::string_view, 12> kNames = {
    "hourbridge", "CRM",  "PDF", "XLSX", "CSV", "Bitrix24",
    "Telegram",   "JSON", "ID",  "REST", "URL", "HTTP"};

constexpr std::size_t kPlacesMax = 8;

// A place in a text: where it is, and what stands there.
struct Place {
    std::size_t begin = 0, end = 0; // of text, braces included
    std::string_view name;          // "n" of {n} and of {n#record|records}
    std::string_view forms;         // "record|records"; "": the value itself
};

// The first place at or behind `from`; begin == npos: there is none.
constexpr Place next_place(std::string_view text, std::size_t from) {
    Place place;
    place.begin = text.find('{', from);
    if (place.begin == std::string_view::npos) return place;
    place.end = text.find('}', place.begin) + 1;
    const auto inside = text.substr(place.begin + 1, place.end - place.begin - 2);
    const auto mark = inside.find('#');
    place.name = inside.substr(0, mark);
    if (mark != std::string_view::npos) place.forms = inside.substr(mark + 1);
    return place;
}

// The names of places, each once, in the order of their first use.
struct Places {
    std::array<std::string_view, kPlacesMax> names = {};
    std::size_t size = 0;

    constexpr std::size_t index(std::string_view name) const {
        for (std::size_t i = 0; i < size; ++i)
            if (names[i] == name) return i;
        return size;
    }
    constexpr bool has(std::string_view name) const { return index(name) < size; }
    constexpr void add(std::string_view text) {
        for (auto place = next_place(text, 0); place.begin != std::string_view::npos;
             place = next_place(text, place.end))
            if (!has(place.name)) names[size++] = place.name;
    }
};

// Of the whole row: a value may be needed by the next step alone.
constexpr Places places_of(const Text& text) {
    Places places;
    places.add(text.english);
    places.add(text.next_english);
    places.add(text.shell);
    return places;
}

// What is wrong with a row; "" nothing. Thrown while compiling, where it is the compiler's message.
constexpr std::size_t count_forms(std::string_view forms) {
    std::size_t n = 1;
    for (const char c : forms) n += c == '|' ? 1 : 0;
    return n;
}

constexpr bool places_are_right(std::string_view text, const Places& known, std::size_t forms) {
    for (auto place = next_place(text, 0); place.begin != std::string_view::npos;
         place = next_place(text, place.end)) {
        if (place.end == 0 || place.name.empty() || !known.has(place.name)) return false;
        if (!place.forms.empty() && count_forms(place.forms) != forms) return false;
    }
    return true;
}

constexpr bool uses_all(std::string_view text, std::string_view of) {
    Places used, needed;
    used.add(text);
    needed.add(of);
    for (std::size_t i = 0; i < needed.size; ++i)
        if (!used.has(needed.names[i])) return false;
    return true;
}

constexpr bool is_latin(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Letters of Latin words outside of places, but for kNames.
constexpr bool is_russian(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        if (text[at] == '{') {
            const auto place = next_place(text, at);
            if (!place.forms.empty() && !is_russian(place.forms)) return false;
            at = place.end;
        } else if (is_latin(text[at])) {
            auto end = at;
            while (end < text.size() &&
                   (is_latin(text[end]) || (text[end] >= '0' && text[end] <= '9')))
                ++end;
            if (std::find(kNames.begin(), kNames.end(), text.substr(at, end - at)) == kNames.end())
                return false;
            at = end;
        } else {
            ++at;
        }
    }
    return true;
}

constexpr bool has_shell_words(std::string_view text) {
    return text.find("hourbridge ") != std::string_view::npos ||
           text.find("--") != std::string_view::npos;
}

constexpr bool is_code(std::string_view code) {
    const auto dot = code.find('.');
    if (dot == 0 || dot == std::string_view::npos || dot + 1 == code.size()) return false;
    return code.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.") ==
           std::string_view::npos;
}

// Checks a row while it is compiled.
consteval Text text(Text row) {
    const Places places = places_of(row);
    if (!is_code(row.code)) throw "a code is area.name, in lower case";
    if (row.english.empty() || row.russian.empty()) throw "a text for each language";
    if (row.english == row.russian || !is_russian(row.russian)) throw "the Russian text is Russian";
    if (row.next_english.empty() != row.next_russian.empty()) throw "a next step in each language";
    if (!is_russian(row.next_russian)) throw "the Russian next step is Russian";
    if (!places_are_right(row.english, places, 2) || !places_are_right(row.next_english, places, 2))
        throw "two forms in English";
    if (!places_are_right(row.russian, places, 3) || !places_are_right(row.next_russian, places, 3))
        throw "places of the English text, three forms in Russian";
    if (!uses_all(row.russian, row.english) || !uses_all(row.next_russian, row.next_english))
        throw "the Russian text has every place";
    if (has_shell_words(row.english) || has_shell_words(row.next_english) ||
        has_shell_words(row.russian) || has_shell_words(row.next_russian))
        throw "commands belong into `shell` alone";
    return row;
}

inline Message::Value value(std::string_view text) {
    return std::string(text);
}
inline Message::Value value(std::integral auto number) {
    return static_cast<std::int64_t>(number);
}
inline Message::Value value(Message message) {
    return std::vector<Message>{std::move(message)};
}
inline Message::Value value(std::vector<Message> messages) {
    return messages;
}
// What is worded already, by a remote or a person: the same in each language.
inline Message as_it_is(std::string words) {
    return {nullptr, {std::move(words)}};
}

// One value for each place of the row, in their order. A wrong number of them does not compile.
template <const Text& kRow, class... Values> Message say(Values&&... values) {
    static_assert(places_of(kRow).size == sizeof...(Values), "one value for each place");
    return Message{&kRow, {value(std::forward<Values>(values))...}};
}

// The same as an Error: its message and hint are those of a reader at a prompt.
Error refusal(Code code, Message message, std::string detail = "");
template <const Text& kRow, class... Values> Error refuse(Code code, Values&&... values) {
    return refusal(code, say<kRow>(std::forward<Values>(values)...));
}

} // namespace voices
} // namespace hb
