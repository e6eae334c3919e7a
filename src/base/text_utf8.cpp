#include <algorithm>
#include <limits>

#include <locale.h>
#include <wctype.h>

#include "base/text.h"

namespace hb {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD"; // U+FFFD
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";    // U+2026

bool continues(std::string_view text, std::size_t at, unsigned low, unsigned high) {
    if (at >= text.size()) return false;
    const auto byte = static_cast<unsigned char>(text[at]);
    return byte >= low && byte <= high;
}

// The length of the well-formed character at `at`, or 0 (Unicode's table 3-7: no overlong forms, no
// surrogates, nothing over U+10FFFF).
std::size_t character_length(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80) return 1;
    if (lead < 0xC2 || lead > 0xF4) return 0;
    const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (!continues(text, at + 1, low, high)) return 0;
    for (std::size_t i = 2; i < length; ++i)
        if (!continues(text, at + i, 0x80, 0xBF)) return 0;
    return length;
}

// REQUIRES: `text` is UTF-8
std::u32string decode(std::string_view text) {
    std::u32string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const std::size_t length = character_length(text, at);
        char32_t point = length == 1 ? lead : lead & (0x7FU >> length);
        for (std::size_t i = 1; i < length; ++i)
            point = (point << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
        out += point;
        at += length;
    }
    return out;
}

void append(std::string& out, char32_t point) {
    const auto put = [&out](char32_t byte) { out += static_cast<char>(byte); };
    const auto tail = [&](unsigned shift) { put(0x80U | ((point >> shift) & 0x3FU)); };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xC0U | (point >> 6U));
        tail(0);
    } else if (point < 0x10000) {
        put(0xE0U | (point >> 12U));
        tail(6);
        tail(0);
    } else {
        put(0xF0U | (point >> 18U));
        tail(12);
        tail(6);
        tail(0);
    }
}

char32_t lower(char32_t point) {
    // glibc carries C.UTF-8 itself, so the letters do not depend on the machine's locale settings.
    static const locale_t unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (unicode != nullptr)
        return static_cast<char32_t>(towlower_l(static_cast<wint_t>(point), unicode));
    return point >= U'A' && point <= U'Z' ? point + 32 : point;
}

// Edits between two words: insert, delete, replace, swap of neighbours.
std::size_t edits(const std::u32string& a, const std::u32string& b) {
    std::vector<std::vector<std::size_t>> cost(a.size() + 1,
                                               std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
    }
    return cost[a.size()][b.size()];
}

} // namespace

std::size_t utf8_prefix(std::string_view bytes) {
    std::size_t at = 0;
    while (at < bytes.size()) {
        const std::size_t length = character_length(bytes, at);
        if (length == 0) break;
        at += length;
    }
    return at;
}

bool is_utf8(std::string_view text) {
    return utf8_prefix(text) == text.size();
}

std::string to_utf8(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t length = character_length(bytes, at);
        const bool kept = length > 0 && bytes[at] != '\0';
        out += kept ? bytes.substr(at, length) : kReplacement;
        at += std::max<std::size_t>(length, 1);
    }
    return out;
}

std::string fold_case(std::string_view utf8) {
    std::string out;
    out.reserve(utf8.size());
    for (const char32_t point : decode(is_utf8(utf8) ? utf8 : to_utf8(utf8)))
        append(out, lower(point));
    return out;
}

std::string shorten(std::string_view utf8, std::size_t characters) {
    const std::string text = is_utf8(utf8) ? std::string(utf8) : to_utf8(utf8);
    std::size_t at = 0;
    std::size_t last = 0; // where the last character that may stay beside the ellipsis ends
    for (std::size_t count = 0; at < text.size() && count < characters; ++count) {
        if (count + 1 == characters) last = at;
        at += character_length(text, at);
    }
    if (at == text.size()) return text;
    if (characters == 0) return {};
    return text.substr(0, last) + std::string(kEllipsis);
}

std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates) {
    constexpr std::size_t kLengthMax = 100; // nobody mistypes more; the table below is quadratic
    const std::u32string wanted = decode(fold_case(word));
    if (wanted.empty() || wanted.size() > kLengthMax) return std::nullopt;
    const std::size_t far = std::max<std::size_t>(1, wanted.size() / 3);
    std::size_t best = std::min(far, wanted.size() - 1) + 1;
    std::optional<std::string> found;
    for (const std::string& candidate : candidates) {
        const std::u32string other = decode(fold_case(candidate));
        if (other.size() > kLengthMax) continue;
        const std::size_t distance = edits(wanted, other);
        if (distance >= best) continue;
        best = distance;
        found = candidate;
    }
    return found;
}

} // namespace hb
