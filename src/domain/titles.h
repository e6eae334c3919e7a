#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Names of companies and people, as different systems write them.
namespace hb::domain {

// The title without what does not tell companies apart: case, spaces, quotes, brackets, commas,
// dots, and legal forms (a closed list) at its ends. "OOO «Ромашка»" and "ромашка" are one.
// Never empty for a title that has a letter.
std::string plain_title(std::string_view title);
// A person's words without case, in alphabetical order: "Petrov Ivan" and "ivan petrov" are one.
std::string plain_name(std::string_view name);

// A title made ready for being compared with many others.
class TitleShape {
public:
    explicit TitleShape(std::string_view title);
    const std::string& plain() const { return plain_; }
    // 0..100; 100: the same plain title; 90: all of `company`'s words are in this one.
    int likeness(const TitleShape& company) const;

private:
    std::string plain_;
    std::vector<std::string> words_;   // sorted
    std::vector<std::uint64_t> pairs_; // of neighbouring characters, sorted
};

} // namespace hb::domain
