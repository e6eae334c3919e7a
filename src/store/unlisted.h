#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/database.h"

// People whom time names and no list of people does.
namespace hb::store {

// Remote ids of those whom the last reading did not show, with or without time.
std::vector<std::string> unlisted_people(Database& db, std::int64_t remote);
// Those of them who have time that is not deleted. Reads every entry where one has none.
std::vector<std::string> those_with_time(Database& db, std::int64_t remote,
                                         const std::vector<std::string>& people);

// Everybody of a remote who has time, and those of them who have no name.
struct Nameless {
    std::int64_t people = 0;
    struct Person {
        std::string id;
        std::int64_t seconds = 0;
    };
    std::vector<Person> without; // most time first
};
Nameless nameless_people(Database& db, std::int64_t remote);

} // namespace hb::store
