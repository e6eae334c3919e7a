#include "render/page_texts.h"

#include <algorithm>

namespace hb::render {

namespace {

using domain::Line;
using domain::State;

constexpr std::size_t kBarsMax = 8;
constexpr std::size_t kLongNumber = 12; // characters

std::string money(const Words& words, const domain::ReportView& view, std::int64_t minor) {
    return shown_money(words, minor, view.currency);
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

std::string_view state_word(const Words& words, const domain::ReportView& view) {
    switch (view.state) {
    case State::Sent:
        return words.state_sent;
    case State::Agreed:
        return words.state_agreed;
    case State::Invoiced:
        return words.state_invoiced;
    case State::PartlyPaid:
        return words.state_partly_paid;
    case State::Paid:
        return is_free(view) ? words.nothing_to_pay : words.state_paid;
    case State::Draft:
        return words.draft;
    case State::Cancelled:
    case State::Credited:
        break;
    }
    return {};
}

std::string text_before_agreement(const Words& words, const domain::ReportView& view) {
    if (view.drifted) return std::string(words.next_drifted);
    return std::string(is_free(view) ? words.next_sent_free : words.next_sent);
}

// Billed time by what `name_of` and `key_of` make of a line, in the order of the lines.
template <class KeyOf, class NameOf>
std::vector<Bar> summed(const domain::ReportView& view, const KeyOf& key_of,
                        const NameOf& name_of) {
    std::map<std::string, std::size_t> index;
    std::vector<Bar> bars;
    for (const Line& line : view.lines) {
        if (!line.billable) continue;
        const auto [at, added] = index.try_emplace(key_of(line), bars.size());
        if (added) bars.push_back({std::string(name_of(line)), 0, 0, 0});
        bars[at->second].seconds += line.billed_seconds;
    }
    return bars;
}

} // namespace

bool is_free(const domain::ReportView& view) {
    return view.totals.total <= 0;
}

std::string state_text(const Words& words, const domain::ReportView& view) {
    std::string text(state_word(words, view));
    if (view.state == State::PartlyPaid)
        text += ": " + filled(words.paid_of, money(words, view, view.paid),
                              money(words, view, view.totals.total));
    return text;
}

std::string next_text(const Words& words, const domain::ReportView& view) {
    const std::string due = money(words, view, view.totals.total - view.paid);
    switch (view.state) {
    case State::Sent:
        return text_before_agreement(words, view);
    case State::Agreed:
        return is_free(view) ? std::string(words.next_agreed_free) : filled(words.next_agreed, due);
    case State::Invoiced:
        return is_free(view) ? std::string(words.next_agreed_free)
                             : filled(words.next_invoiced, due);
    case State::PartlyPaid:
        return filled(words.next_partly_paid, money(words, view, view.paid), due);
    case State::Paid:
        return std::string(is_free(view) ? words.next_agreed_free : words.next_paid);
    case State::Draft:
    case State::Cancelled:
    case State::Credited:
        break;
    }
    return {};
}

AgreedText agreed_text(const Words& words, const domain::ReportView& view) {
    const bool waits = view.state == State::Sent || view.state == State::Draft;
    if (waits || !view.agreed_on) return {};
    std::string day = shown_day(words, *view.agreed_on);
    if (!view.agreed_time.empty()) day += ", " + view.agreed_time;
    if (view.agreed_by.empty()) return {filled(words.agreed_on, day), "", ""};
    const std::size_t place = words.agreed_by.find("{0}");
    return {filled(words.agreed_by.substr(0, place), "", day), view.agreed_by,
            filled(words.agreed_by.substr(place + 3), "", day)};
}

std::vector<Bar> bars_of(std::vector<Bar> named, std::string_view rest) {
    std::erase_if(named, [](const Bar& bar) { return bar.seconds <= 0; });
    if (named.size() < 2) return {};
    std::stable_sort(named.begin(), named.end(),
                     [](const Bar& one, const Bar& two) { return one.seconds > two.seconds; });
    if (named.size() > kBarsMax) {
        Bar others{std::string(rest), 0, 0, 0};
        for (std::size_t i = kBarsMax - 1; i < named.size(); ++i)
            others.seconds += named[i].seconds;
        named.resize(kBarsMax - 1);
        named.push_back(std::move(others));
    }
    std::int64_t all = 0, longest = 0;
    for (const Bar& bar : named) {
        all += bar.seconds;
        longest = std::max(longest, bar.seconds);
    }
    for (Bar& bar : named) {
        bar.length = static_cast<int>(std::max<std::int64_t>(1, bar.seconds * 1000 / longest));
        bar.percent = static_cast<int>((bar.seconds * 100 + all / 2) / all);
    }
    return named;
}

std::vector<Bar> project_bars(const Words& words, const domain::ReportView& view) {
    const auto key = [](const Line& line) { return to_string(line.project); };
    const auto name = [&](const Line& line) -> std::string_view {
        return line.project_name.empty() ? words.no_project : line.project_name;
    };
    return bars_of(summed(view, key, name), words.chart_rest);
}

std::vector<Bar> type_bars(const Words& words, const domain::ReportView& view) {
    const auto key = [](const Line& line) { return line.work_type; };
    const auto name = [&](const Line& line) {
        return line.work_type.empty() ? std::string(words.chart_untyped)
                                      : shown_type(view.words, line);
    };
    return bars_of(summed(view, key, name), words.chart_rest);
}

bool has_long_numbers(const Words& words, const domain::ReportView& view) {
    const auto is_long = [&](std::int64_t minor) {
        return characters(shown_amount(words, minor, view.currency)) > kLongNumber;
    };
    return std::any_of(view.lines.begin(), view.lines.end(), [&](const Line& line) {
        return is_long(line.amount) || is_long(line.rate);
    });
}

} // namespace hb::render
