#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "render/canvas.h"

namespace hb::render {

// One thing that is not split between pages.
struct Block {
    double height = 0;
    bool keeps_next = false; // never the last one of its page: a title, a project's name
    std::function<void(Canvas& canvas, double y)> draw;
    std::shared_ptr<const Block> head = nullptr; // of its table: repeated on top of each page
};

// What every page shows.
struct Running {
    std::string left, right; // on top of every page but the first
    std::string foot_left;   // beside "Page 1 of 2"
    std::string page_of;     // "Page {0} of {1}"
    std::string across;      // "" nothing
};

// Blocks one below the other, and pages where they end.
class Paper {
public:
    static constexpr double kSide = 42; // left and right
    static constexpr double kWide = Canvas::kWidth - 2 * kSide;
    static constexpr double kRight = kSide + kWide;

    void add(Block block) { blocks_.push_back(std::move(block)); }
    void space(double height);
    void write(Canvas& canvas, const Running& running) const;

private:
    struct Place {
        std::size_t page = 0;
        double y = 0;
        bool with_head = false; // its table's head stands before it
    };
    std::vector<Place> places() const;
    double needed(std::size_t block) const;

    std::vector<Block> blocks_;
};

} // namespace hb::render
