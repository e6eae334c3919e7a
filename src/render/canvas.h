#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

// A PDF of A4 pages that text and lines are put on. Lengths are points, 72 to an inch; `y` grows
// downwards. Text is shaped: Cyrillic, right-to-left and combining letters come out as written. Of
// one thread.
namespace hb::render {

struct Face {
    double size = 8.5;
    bool bold = false;
    double grey = 0;   // 0 black, 1 white
    int lines_max = 0; // "…" ends the last one; 0: any number
};

enum class Side { Left, Right, Middle };

class Canvas {
public:
    static constexpr double kWidth = 595.28;
    static constexpr double kHeight = 841.89;

    struct About {
        std::string title, author, language;
        Instant made_at{};
    };
    // Code::Machine: no font is installed.
    static Result<Canvas> make(const About& about);
    ~Canvas();
    Canvas(Canvas&&) noexcept;
    Canvas& operator=(Canvas&&) noexcept;

    // Of a text on one line.
    double width(std::string_view text, const Face& face);
    // Of a text that is broken where `width` ends.
    double height(std::string_view text, const Face& face, double width);
    void text(double x, double y, double width, std::string_view text, const Face& face,
              Side side = Side::Left);
    // Never broken and never cut, however long.
    void figure(double right, double y, std::string_view text, const Face& face);
    // A PNG whose upper left corner is there. REQUIRES: it can be decoded, as a Logo's can
    void picture(double x, double y, double width, double height, std::string_view png);
    void line(double x, double y, double width, double thickness, double grey);
    // Large and pale, from corner to corner. To be put on a page first.
    void across(std::string_view text);
    void end_page();
    // REQUIRES: once
    std::string finish();

private:
    struct Impl;
    explicit Canvas(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace hb::render
