#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// "1 report", "2 reports": of a number and its noun, in every text for people.
namespace hb {

inline std::string count(std::int64_t number, std::string_view one, std::string_view many) {
    return std::to_string(number) + " " + std::string(number == 1 ? one : many);
}

} // namespace hb
