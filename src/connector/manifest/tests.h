#pragma once

#include "connector/manifest/vocabulary.h"
#include "net/http.h"
#include "json/value.h"

// Tests of an answer or of a record: one place, one comparison (G39).
namespace hb::connector::manifest {

struct Seen {
    json::Value body;
    std::string_view text; // the whole body as it came
    int status = 0;
    const net::Response* response = nullptr; // for headers; nullptr none
};

bool holds(const Test& test, const Seen& seen, const Names& names);
// A text with '*' for any letters, without regard to case.
bool matches(std::string_view pattern, std::string_view text);
// Does a list, an object by ids, or a text hold this word? Elements count by themselves, by their
// "name", "title", "label" or "key".
bool contains(const json::Value& place, std::string_view word);
// A text, a number's digits, "true" or "false"; nullopt for all else.
std::optional<std::string> word_of(const json::Value& value);

} // namespace hb::connector::manifest
