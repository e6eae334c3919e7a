#include "bench/table.h"

#include <cmath>
#include <cstdio>

#include "json/writer.h"

namespace hb::bench {
namespace {

bool met(const Figure& figure) {
    return (!figure.at_most || *figure.judged <= *figure.at_most) &&
           (!figure.at_least || *figure.judged >= *figure.at_least);
}

std::string goal_of(const Figure& figure) {
    if (figure.at_most) return "<= " + plain(*figure.at_most);
    if (figure.at_least) return ">= " + plain(*figure.at_least);
    return "";
}

std::string verdict(const Figure& figure) {
    if (!figure.judged || (!figure.at_most && !figure.at_least)) return "";
    return met(figure) ? "met" : "MISSED";
}

} // namespace

std::string plain(double value) {
    char text[64];
    const double size = std::fabs(value);
    const int digits = size >= 100 || value == std::floor(value) ? 0 : size >= 10 ? 1 : 2;
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

void Table::add(Figure figure) {
    if (figures_.empty())
        std::printf("%-4s %-50s %14s  %-34s %9s %9s\n", "goal", "what", "figure", "beside",
                    "judged", "goal");
    std::printf("%-4s %-50s %8s %-5s  %-34s %9s %9s  %s\n", figure.goal.c_str(),
                figure.what.c_str(), plain(figure.value).c_str(), figure.unit.c_str(),
                figure.beside.c_str(), figure.judged ? plain(*figure.judged).c_str() : "",
                goal_of(figure).c_str(), verdict(figure).c_str());
    std::fflush(stdout);
    figures_.push_back(std::move(figure));
}

void Table::note(const std::string& text) {
    std::printf("     %s\n", text.c_str());
    std::fflush(stdout);
    notes_.push_back(text);
}

void Table::print_missed() const {
    int missed = 0;
    for (const auto& figure : figures_) missed += verdict(figure) == "MISSED" ? 1 : 0;
    std::printf("%zu figures, %d of them miss their goal\n", figures_.size(), missed);
}

std::string Table::json(bool long_form) const {
    json::Writer out(1);
    out.begin_object().member("form", long_form ? "long" : "short");
    out.key("figures").begin_array();
    for (const auto& figure : figures_) {
        out.begin_object().member("goal", figure.goal).member("what", figure.what);
        out.key("value").raw(plain(figure.value));
        out.member("unit", figure.unit).member("beside", figure.beside);
        if (figure.judged) {
            out.key("judged").raw(plain(*figure.judged));
            out.member("judged_as", figure.judged_as);
        }
        if (!verdict(figure).empty()) {
            out.member("bound", goal_of(figure));
            out.member("met", met(figure));
        }
        out.end_object();
    }
    out.end_array().key("notes").begin_array();
    for (const auto& note : notes_) out.string(note);
    return out.end_array().end_object().text() + "\n";
}

} // namespace hb::bench
