#pragma once

#include <string_view>

namespace hb::domain {

// Why a record that a reading did not show is not taken for deleted (G48). Stored: do not renumber.
enum class NotShown : int {
    Unproven =
        1,      // nothing that this planner answers proves a deletion, or the reading was doubtful
    Owner = 2,  // its person, project or task is not shown either
    Rights = 3, // the account lost permissions, or is another one
    Large = 4,  // so much of a client's time that a person is asked first
};

// "not proven to be deleted": the cause in words, after "not shown".
constexpr std::string_view words_of(NotShown cause) {
    switch (cause) {
    case NotShown::Owner:
        return "its person, project or task is not shown either";
    case NotShown::Rights:
        return "the account's permissions changed";
    case NotShown::Large:
        return "too much at once to take it for deleted unasked";
    case NotShown::Unproven:
        break;
    }
    return "nothing proves that it was deleted";
}

} // namespace hb::domain
