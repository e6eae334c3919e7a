#pragma once

#include <optional>
#include <string>
#include <vector>

// The figures of one run and how they are shown.
namespace hb::bench {

struct Figure {
    std::string goal; // "P1"
    std::string what; // "requests for 10,000 entries, dense ids"
    double value = 0;
    std::string unit;
    std::string beside; // the floor or the peer of the same run: "floor 9.4 requests"
    // What the goal judges: a ratio or a count. Absent: shown for scale only.
    std::optional<double> judged;
    std::string judged_as; // "ratio", "rows"
    std::optional<double> at_most;
    std::optional<double> at_least;
};

class Table {
public:
    void add(Figure figure); // printed at once: the long form takes its time
    void note(const std::string& text);
    std::string json(bool long_form) const;
    void print_missed() const;

private:
    std::vector<Figure> figures_;
    std::vector<std::string> notes_;
};

std::string plain(double value); // few digits: "0.83", "12.4", "1250"

} // namespace hb::bench
