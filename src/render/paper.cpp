#include "render/paper.h"

#include "render/locale.h"

namespace hb::render {

namespace {

constexpr double kTop = 36;
constexpr double kRunningHead = 18; // of every page but the first
constexpr double kBottom = Canvas::kHeight - 44;
constexpr Face kRunningFace{7, false, 0.35, 1};

double top_of(std::size_t page) {
    return page == 0 ? kTop : kTop + kRunningHead;
}

void draw_frame(Canvas& canvas, const Running& running, std::size_t page, std::size_t pages) {
    if (!running.across.empty()) canvas.across(running.across);
    constexpr double half = Paper::kWide / 2;
    if (page > 0) {
        canvas.text(Paper::kSide, kTop - 10, half, running.left, kRunningFace);
        canvas.text(Paper::kSide + half, kTop - 10, half, running.right, kRunningFace, Side::Right);
        canvas.line(Paper::kSide, kTop + 3, Paper::kWide, 0.5, 0.7);
    }
    canvas.text(Paper::kSide, kBottom + 12, half, running.foot_left, kRunningFace);
    canvas.text(Paper::kSide + half, kBottom + 12, half,
                filled(running.page_of, std::to_string(page + 1), std::to_string(pages)),
                kRunningFace, Side::Right);
}

} // namespace

void Paper::space(double height) {
    add({height, false, [](Canvas&, double) {}});
}

// With what may not be parted from it.
double Paper::needed(std::size_t block) const {
    double height = blocks_[block].height;
    while (blocks_[block].keeps_next && block + 1 < blocks_.size())
        height += blocks_[++block].height;
    return height;
}

std::vector<Paper::Place> Paper::places() const {
    std::vector<Place> all;
    std::size_t page = 0;
    double y = top_of(0);
    const Block* table = nullptr; // whose head stands above, on this page
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
        const Block& block = blocks_[i];
        const double head = block.head && block.head.get() != table ? block.head->height : 0;
        if (y + head + needed(i) > kBottom && y > top_of(page)) {
            y = top_of(++page);
            table = nullptr;
        }
        const bool with_head = block.head && block.head.get() != table;
        all.push_back({page, y, with_head});
        y += block.height + (with_head ? block.head->height : 0);
        table = block.head ? block.head.get() : nullptr;
    }
    return all;
}

void Paper::write(Canvas& canvas, const Running& running) const {
    const std::vector<Place> all = places();
    const std::size_t pages = all.empty() ? 1 : all.back().page + 1;
    std::size_t block = 0;
    for (std::size_t page = 0; page < pages; ++page) {
        draw_frame(canvas, running, page, pages);
        for (; block < blocks_.size() && all[block].page == page; ++block) {
            double y = all[block].y;
            if (all[block].with_head) {
                blocks_[block].head->draw(canvas, y);
                y += blocks_[block].head->height;
            }
            blocks_[block].draw(canvas, y);
        }
        canvas.end_page();
    }
}

} // namespace hb::render
