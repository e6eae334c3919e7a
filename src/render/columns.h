#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hb::render {

enum class Align { Left, Right };

// A table for a terminal: columns as wide as their widest cell, two spaces in front and between.
class Columns {
public:
    struct Head {
        std::string title;
        Align align = Align::Left;
    };
    explicit Columns(std::vector<Head> heads) : heads_(std::move(heads)) {}

    // REQUIRES: one cell for each head
    void add(std::vector<std::string> cells);
    // A line under the rows so far and sums below it.
    void add_sums(std::vector<std::string> cells);
    bool empty() const { return rows_.empty(); }
    // "" without rows. Columns in which no row says anything are left out.
    std::string text() const;

private:
    std::vector<Head> heads_;
    std::vector<std::vector<std::string>> rows_;
    std::vector<std::string> sums_;
};

// How many places `utf8` takes on a terminal: letters, not bytes.
std::size_t width_of(std::string_view utf8);
// Control characters of a remote's text never reach a terminal: they become spaces.
std::string printable(std::string_view utf8);

} // namespace hb::render
