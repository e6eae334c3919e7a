#include "render/columns.h"

#include <algorithm>

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

} // namespace

std::size_t width_of(std::string_view utf8) {
    std::size_t width = 0;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto byte = static_cast<unsigned char>(utf8[i]);
        if ((byte & 0xC0U) == 0x80U) continue; // the rest of a letter
        // U+0300..U+036F are put on top of the letter before them.
        const auto next = i + 1 < utf8.size() ? static_cast<unsigned char>(utf8[i + 1]) : 0U;
        const bool accent = byte == 0xCCU || (byte == 0xCDU && next < 0xB0U);
        if (!accent) ++width;
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
