#pragma once

#include <string>

#include "voices/voices.h"
#include "voices/warnings.h"

namespace hb::domain {

// Why a record that a reading did not show is not taken for deleted (G48). Stored: do not renumber.
enum class NotShown : int {
    Unproven =
        1,      // nothing that this planner answers proves a deletion, or the reading was doubtful
    Owner = 2,  // its person, project or task is not shown either
    Rights = 3, // the account lost permissions, or is another one
    Large = 4,  // so much of a client's time that a person is asked first
};

// The cause in words, after "not shown".
inline Message said_of(NotShown cause) {
    namespace say = voices::warnings;
    switch (cause) {
    case NotShown::Owner:
        return voices::say<say::kHiddenOwner>();
    case NotShown::Rights:
        return voices::say<say::kHiddenRights>();
    case NotShown::Large:
        return voices::say<say::kHiddenLarge>();
    case NotShown::Unproven:
        break;
    }
    return voices::say<say::kHiddenUnproven>();
}
inline std::string words_of(NotShown cause) {
    return voices::in(said_of(cause), voices::Language::English);
}

} // namespace hb::domain
