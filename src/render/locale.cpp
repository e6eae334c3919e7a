#include "render/locale.h"

#include <algorithm>
#include <chrono>

#include "base/text.h"

namespace hb::render {

extern const Words kWordsEn;
extern const Words kWordsRu;
extern const Words kWordsFr;
extern const Words kWordsKk;
extern const Words kWordsUk;

namespace {

constexpr std::string_view kMinus = "\u2212"; // as wide as a plus, and no hyphen
constexpr std::string_view kNoBreak = "\u00A0";

std::string dated(const Words& words, std::string_view days, Day day) {
    const std::chrono::year_month_day date(day);
    return filled(words.date, days, words.months[unsigned(date.month()) - 1],
                  std::to_string(int(date.year())));
}

std::string day_number(const Words& words, Day day) {
    const unsigned number{std::chrono::year_month_day(day).day()};
    return number == 1 ? std::string(words.first_day) : std::to_string(number);
}

std::string day_month_year(const Words& words, Day day) {
    return dated(words, day_number(words, day), day);
}

// https://www.unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html
std::string_view form_of(PluralRule rule, const Counted& noun, std::int64_t number) {
    const std::int64_t size = number < 0 ? -number : number;
    const std::int64_t tens = size / 10 % 10, units = size % 10;
    switch (rule) {
    case PluralRule::English:
        return size == 1 ? noun.one : noun.many;
    case PluralRule::French:
        return size <= 1 ? noun.one : noun.many;
    case PluralRule::Slavic:
        if (tens == 1 || units == 0 || units > 4) return noun.many;
        return units == 1 ? noun.one : noun.few;
    case PluralRule::Same:
        break;
    }
    return noun.many;
}

std::string_view rounding_subject(const Words& words, domain::RoundingLevel level) {
    switch (level) {
    case domain::RoundingLevel::None:
        return words.rounding_none;
    case domain::RoundingLevel::Entry:
        return words.rounding_entry;
    case domain::RoundingLevel::TaskDay:
        return words.rounding_task_day;
    case domain::RoundingLevel::Task:
        return words.rounding_task;
    case domain::RoundingLevel::Report:
        return words.rounding_report;
    }
    return words.rounding_none;
}

std::string_view rounding_way(const Words& words, domain::RoundingMode mode) {
    switch (mode) {
    case domain::RoundingMode::Up:
        return words.rounding_up;
    case domain::RoundingMode::Down:
        return words.rounding_down;
    case domain::RoundingMode::Nearest:
        return words.rounding_nearest;
    }
    return words.rounding_up;
}

} // namespace

const Words& words_for(std::string_view locale) {
    const std::string language = fold_case(locale.substr(0, locale.find_first_of("-_")));
    for (const Words* words : {&kWordsEn, &kWordsRu, &kWordsFr, &kWordsKk, &kWordsUk})
        if (words->language == language) return *words;
    return kWordsEn;
}

std::string filled(std::string_view text, std::string_view zero, std::string_view one,
                   std::string_view two) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool place = text[i] == '{' && i + 2 < text.size() && text[i + 2] == '}';
        if (!place) {
            out += text[i];
            continue;
        }
        out += text[i + 1] == '0' ? zero : text[i + 1] == '1' ? one : two;
        i += 2;
    }
    return out;
}

std::string counted(const Words& words, const Counted& noun, std::int64_t number) {
    return filled(form_of(words.plural, noun, number), std::to_string(number));
}

std::string shown_amount(const Words& words, std::int64_t minor, const domain::Currency& currency) {
    const std::string plain = domain::format_amount(minor, currency);
    const bool negative = plain.front() == '-';
    const std::string digits = plain.substr(negative ? 1 : 0);
    const std::size_t whole = std::min(digits.find('.'), digits.size());
    std::string out(negative ? kMinus : "");
    for (std::size_t i = 0; i < whole; ++i) {
        if (i > 0 && (whole - i) % 3 == 0) out += words.thousands;
        out += digits[i];
    }
    if (whole < digits.size()) out += std::string(words.decimal_point) + digits.substr(whole + 1);
    return out;
}

std::string shown_money(const Words& words, std::int64_t minor, const domain::Currency& currency) {
    return shown_amount(words, minor, currency) + std::string(kNoBreak) + currency.code;
}

std::string shown_time(std::int64_t seconds) {
    std::string text = format_duration(seconds);
    return text.front() == '-' ? std::string(kMinus) + text.substr(1) : text;
}

std::string shown_period(const Words& words, DayRange period) {
    const std::chrono::year_month_day from(period.from), to(period.to);
    if (period.from == period.to) return day_month_year(words, period.to);
    if (from.year() != to.year() || from.month() != to.month())
        return day_month_year(words, period.from) + " – " + day_month_year(words, period.to);
    return dated(words,
                 std::to_string(unsigned(from.day())) + "–" + std::to_string(unsigned(to.day())),
                 period.to);
}

std::string shown_day(const Words& words, Day day) {
    return day_month_year(words, day);
}

std::string titled_period(const Words& words, DayRange period) {
    using namespace std::chrono;
    const year_month_day from(period.from), to(period.to);
    const bool one_month = from.year() == to.year() && from.month() == to.month();
    const bool to_its_end = to.day() == year_month_day_last(to.year() / to.month() / last).day();
    if (one_month && unsigned(from.day()) == 1 && to_its_end)
        return filled(words.whole_month, words.months_alone[unsigned(to.month()) - 1],
                      std::to_string(int(to.year())));
    if (period.from == period.to) return day_month_year(words, period.to);
    if (one_month)
        return dated(words,
                     filled(words.days_of_month, day_number(words, period.from),
                            std::to_string(unsigned(to.day()))),
                     period.to);
    return filled(words.days_between, day_month_year(words, period.from),
                  day_month_year(words, period.to));
}

std::string shown_rounding(const Words& words, const domain::Rounding& rounding) {
    const std::string_view subject = rounding_subject(words, rounding.level);
    if (rounding.level == domain::RoundingLevel::None) return std::string(subject);
    const std::string step = rounding.step_seconds % 60 == 0
                                 ? filled(words.minutes, std::to_string(rounding.step_seconds / 60))
                                 : format_duration(rounding.step_seconds);
    return filled(subject, filled(rounding_way(words, rounding.mode), step));
}

} // namespace hb::render
