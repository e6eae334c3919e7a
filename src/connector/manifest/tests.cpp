#include "connector/manifest/tests.h"

#include <algorithm>

#include "base/ensure.h"
#include "base/text.h"

namespace hb::connector::manifest {
namespace {

std::optional<std::string> place_of(const Test& test, const Seen& seen) {
    switch (test.of) {
    case Test::Of::Body:
        return word_of(seen.body.pointer(test.at));
    case Test::Of::Text:
        return std::string(seen.text);
    case Test::Of::Http:
        return std::to_string(seen.status);
    case Test::Of::Header: {
        const auto value = seen.response ? seen.response->header(test.at) : std::string_view();
        return value.empty() ? std::nullopt : std::optional<std::string>(value);
    }
    }
    fail_invariant("a place that does not exist");
}

bool is_there(const Test& test, const Seen& seen) {
    if (test.of == Test::Of::Body) return !seen.body.pointer(test.at).nothing();
    return place_of(test, seen).has_value();
}

bool holds_word(const Test& test, const Seen& seen, std::string_view word) {
    if (test.of == Test::Of::Body) {
        const json::Value place = seen.body.pointer(test.at);
        if (place.is_array() || place.is_object()) return contains(place, word);
    }
    const auto text = place_of(test, seen);
    return text && fold_case(*text).find(fold_case(word)) != std::string::npos;
}

} // namespace

std::optional<std::string> word_of(const json::Value& value) {
    if (value.kind() == json::Kind::Bool) return value.dump();
    if (!value.is_string() && !value.is_number()) return std::nullopt;
    const auto text = value.text();
    return text ? std::optional<std::string>(*text) : std::nullopt;
}

bool matches(std::string_view pattern, std::string_view text) {
    const std::string wanted = fold_case(pattern);
    const std::string there = fold_case(text);
    // The usual two pointers: back to the last star, one letter further. Linear in practice, at
    // worst the product of both lengths, which are short.
    std::size_t p = 0, t = 0, star = std::string::npos, from = 0;
    while (t < there.size()) {
        if (p < wanted.size() && wanted[p] == '*') {
            star = p++;
            from = t;
        } else if (p < wanted.size() && wanted[p] == there[t]) {
            ++p;
            ++t;
        } else if (star != std::string::npos) {
            p = star + 1;
            t = ++from;
        } else {
            return false;
        }
    }
    while (p < wanted.size() && wanted[p] == '*') ++p;
    return p == wanted.size();
}

bool contains(const json::Value& place, std::string_view word) {
    const auto equal = [&](const json::Value& value) {
        const auto text = word_of(value);
        return text && *text == word;
    };
    if (!place.is_array() && !place.is_object()) return equal(place);
    for (const json::Value& each : place) {
        if (equal(each)) return true;
        for (const char* name : {"name", "title", "label", "key"})
            if (each.is_object() && equal(each[name])) return true;
    }
    return false;
}

bool holds(const Test& test, const Seen& seen, const Names& names) {
    if (test.op == Test::Op::Absent) return !is_there(test, seen);
    if (test.op == Test::Op::Present) return is_there(test, seen);
    const auto text = place_of(test, seen);
    return std::any_of(test.values.begin(), test.values.end(), [&](const Template& value) {
        const std::string word = value.fill_all(names);
        if (test.op == Test::Op::Contains) return holds_word(test, seen, word);
        if (!text) return false;
        return test.op == Test::Op::Matches ? matches(word, *text) : *text == word;
    });
}

} // namespace hb::connector::manifest
