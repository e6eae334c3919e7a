#include "domain/likeness.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace hb::domain {
namespace {

struct Sign {
    int points = 0;
    const char* why = "";
};

// Shorter by at most a tenth, or by five minutes: one planner rounds, the other does not.
bool nearly(std::int64_t a, std::int64_t b) {
    const std::int64_t apart = a < b ? b - a : a - b;
    return apart <= 300 || apart * 10 <= std::max(a, b);
}

// Half of the shorter one lies inside the other.
bool overlap(const TimeShape& a, const TimeShape& b) {
    if (!a.at || !b.at) return false;
    const auto from = std::max(*a.at, *b.at);
    const auto until =
        std::min(*a.at + std::chrono::seconds{a.seconds}, *b.at + std::chrono::seconds{b.seconds});
    return (until - from) * 2 >= std::chrono::seconds{std::min(a.seconds, b.seconds)};
}

Sign of_time(const TimeShape& a, const TimeShape& b) {
    if (a.seconds == b.seconds) return {50, "the same length"};
    if (nearly(a.seconds, b.seconds)) return {35, "nearly the same length"};
    if (overlap(a, b)) return {30, "at the same time"};
    return {};
}

std::set<std::string> words_of(const std::string& text) {
    std::set<std::string> words;
    std::string word;
    for (const char c : fold_case(text) + " ") {
        const auto byte = static_cast<unsigned char>(c);
        const bool letter = byte >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (letter)
            word += c;
        else if (!word.empty())
            words.insert(std::exchange(word, ""));
    }
    return words;
}

Sign of_text(const std::string& a, const std::string& b) {
    const auto one = words_of(a), other = words_of(b);
    if (one.empty() || other.empty()) return {15, "one says nothing"};
    const auto common =
        std::count_if(one.begin(), one.end(), [&](const auto& w) { return other.count(w) > 0; });
    const auto all = static_cast<std::int64_t>(one.size() + other.size()) - common;
    const auto percent = common * 100 / all;
    if (percent >= 80) return {50, "the same words"};
    if (percent >= 50) return {35, "like words"};
    if (percent >= 30) return {20, "some words in common"};
    return {};
}

} // namespace

std::optional<Likeness> likeness(const TimeShape& a, const TimeShape& b) {
    const Sign time = of_time(a, b);
    const Sign text = of_text(a.text, b.text);
    const int percent = time.points + text.points;
    if (time.points == 0 || percent < 60) return std::nullopt;
    return Likeness{percent, std::string(time.why) + ", " + text.why};
}

} // namespace hb::domain
