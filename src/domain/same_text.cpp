#include "domain/same_text.h"

#include <algorithm>

#include "base/text.h"

namespace hb::domain {
namespace {

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

bool same_text(std::string_view a, std::string_view b) {
    if (a == b) return true;
    // Rules meet every task and most are ASCII: those need no folded copies.
    if (is_ascii(a) && is_ascii(b))
        return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                          [](char x, char y) { return lower(x) == lower(y); });
    return fold_case(a) == fold_case(b);
}

} // namespace hb::domain
