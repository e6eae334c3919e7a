#pragma once

#include <string_view>

// What Bitrix24 says in words alone. Its codes decide wherever it has one (errors.cpp); some
// methods answer with a code that says nothing ("0", "", ERROR_CORE), or with a sentence in the
// code's place. The table of this file is the only place of the program where a remote's words
// decide anything; everybody else sees the value.
namespace hb::connector::bitrix24 {

enum class Saying {
    Nothing,    // that the table knows: a refusal like any other
    PlanNoRest, // the portal's plan has no REST: no call at all works
    NoRight,    // the caller's owner may not do this
    NoScope,    // the caller lacks a scope
    NotThere,   // what was asked for does not exist, or is not shown
};

// `code` and `description` as they came. Compared without case. Descriptions in other languages
// than the table's say nothing: such a refusal waits for a person, which is what an unknown one
// does.
Saying saying_of(std::string_view code, std::string_view description);

} // namespace hb::connector::bitrix24
