#include "render/columns.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/clean.h"
#include "base/ensure.h"
#include "base/text.h"

namespace hb::render {

namespace {

std::string padded(const std::string& cell, std::size_t width, Align align) {
    const std::size_t used = width_of(cell);
    const std::string space(width > used ? width - used : 0, ' ');
    return align == Align::Right ? space + cell : cell + space;
}

std::string without_trailing_space(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line + "\n";
}

// What terminals show two cells wide: letters of East Asia, wide forms, pictures (Unicode's
// EastAsianWidth, W and F, by blocks).
bool is_wide(std::uint32_t letter) {
    static constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 11> kWide{
        {{0x1100, 0x115F},
         {0x2E80, 0x303E},
         {0x3041, 0xA4CF},
         {0xA960, 0xA97F},
         {0xAC00, 0xD7A3},
         {0xF900, 0xFAFF},
         {0xFE30, 0xFE6F},
         {0xFF01, 0xFF60},
         {0xFFE0, 0xFFE6},
         {0x1F300, 0x1FAFF},
         {0x20000, 0x3FFFD}}};
    return std::any_of(kWide.begin(), kWide.end(), [letter](const auto& block) {
        return letter >= block.first && letter <= block.second;
    });
}

// The letter that begins here; what is no whole one counts as its first byte.
std::uint32_t letter_at(std::string_view utf8, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return i < utf8.size() ? static_cast<unsigned char>(utf8[i]) : 0U;
    };
    const std::uint32_t first = byte(at);
    const std::size_t more = first >= 0xF0U ? 3 : first >= 0xE0U ? 2 : first >= 0xC0U ? 1 : 0;
    std::uint32_t letter = more == 0 ? first : first & (0x3FU >> more);
    for (std::size_t i = 1; i <= more; ++i) letter = (letter << 6) | (byte(at + i) & 0x3FU);
    return letter;
}

} // namespace

std::size_t width_of(std::string_view utf8) {
    std::size_t width = 0;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto byte = static_cast<unsigned char>(utf8[i]);
        if ((byte & 0xC0U) == 0x80U) continue; // the rest of a letter
        const auto letter = letter_at(utf8, i);
        // These are put on top of the letter before them.
        if (letter >= 0x0300 && letter <= 0x036F) continue;
        width += is_wide(letter) ? 2 : 1;
    }
    return width;
}

std::string printable(std::string_view utf8) {
    return for_people(utf8, Lines::Join);
}

void Columns::add(std::vector<std::string> cells) {
    ensure(cells.size() == heads_.size(), "a row of another width than its table");
    for (std::string& cell : cells) cell = printable(cell);
    rows_.push_back(std::move(cells));
}

void Columns::add_sums(std::vector<std::string> cells) {
    ensure(cells.size() == heads_.size(), "sums of another width than their table");
    sums_ = std::move(cells);
}

std::string Columns::text() const {
    if (rows_.empty()) return {};
    std::vector<std::size_t> widths(heads_.size(), 0); // 0: left out
    for (const auto& row : rows_)
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], width_of(row[i]));
    for (std::size_t i = 0; i < heads_.size(); ++i) {
        if (widths[i] == 0) continue;
        widths[i] = std::max(widths[i], width_of(heads_[i].title));
        if (!sums_.empty()) widths[i] = std::max(widths[i], width_of(sums_[i]));
    }
    const auto line = [&](auto&& cell_of) {
        std::string out;
        for (std::size_t i = 0; i < heads_.size(); ++i)
            if (widths[i] > 0) out += "  " + padded(cell_of(i), widths[i], heads_[i].align);
        return without_trailing_space(out);
    };
    std::string out = line([&](std::size_t i) { return heads_[i].title; });
    if (out == "\n") out.clear(); // a table without a head
    for (const auto& row : rows_) out += line([&](std::size_t i) { return row[i]; });
    if (sums_.empty()) return out;
    out += line([&](std::size_t i) {
        return sums_[i].empty() ? std::string() : std::string(widths[i], '-');
    });
    return out + line([&](std::size_t i) { return sums_[i]; });
}

} // namespace hb::render
