#include <catch2/catch.hpp>

#include "render/locale.h"

using namespace hb;
using namespace hb::render;
using domain::RoundingLevel;
using domain::RoundingMode;

TEST_CASE("amounts are written as the language writes them, with the currency's decimals") {
    const Words& en = words_for("en");
    const Words& ru = words_for("ru-BY");
    CHECK(shown_money(en, 123456789, {"EUR", 2}) == "1,234,567.89\u00A0EUR");
    CHECK(shown_money(ru, 123456789, {"BYN", 2}) == "1\u00A0234\u00A0567,89\u00A0BYN");
    CHECK(shown_amount(en, -5, {"EUR", 2}) == "\u22120.05");
    CHECK(shown_amount(en, 2501, {"JPY", 0}) == "2,501");
    CHECK(shown_amount(en, 100, {"EUR", 2}) == "1.00");
    CHECK(shown_amount(en, -123456, {"EUR", 2}) == "\u22121,234.56");
}

TEST_CASE("durations that are not whole minutes show their seconds (G6)") {
    CHECK(shown_time(5400) == "1:30");
    CHECK(shown_time(2709) == "0:45:09");
    CHECK(shown_time(-1800) == "\u22120:30");
}

TEST_CASE("a period names its month once when it can") {
    const auto period = [](const char* from, const char* to) {
        return shown_period(words_for("en"), {*parse_day(from), *parse_day(to)});
    };
    CHECK(period("2026-03-01", "2026-03-31") == "1–31\u00A0March\u00A02026");
    CHECK(period("2026-03-05", "2026-03-05") == "5\u00A0March\u00A02026");
    CHECK(period("2025-12-20", "2026-01-10") ==
          "20\u00A0December\u00A02025 – 10\u00A0January\u00A02026");
    CHECK(shown_period(words_for("ru"), {*parse_day("2026-03-01"), *parse_day("2026-03-31")}) ==
          "1–31\u00A0марта\u00A02026\u00A0г.");
}

TEST_CASE("a title says the period in words, a whole month by its name") {
    const auto title = [](const char* locale, const char* from, const char* to) {
        return titled_period(words_for(locale), {*parse_day(from), *parse_day(to)});
    };
    CHECK(title("en", "2026-11-01", "2026-11-30") == "November\u00A02026");
    CHECK(title("en", "2024-02-01", "2024-02-29") == "February\u00A02024");
    CHECK(title("en", "2024-02-01", "2024-02-28") == "1 to 28\u00A0February\u00A02024");
    CHECK(title("en", "2026-03-03", "2026-03-14") == "3 to 14\u00A0March\u00A02026");
    CHECK(title("en", "2026-03-05", "2026-03-05") == "5\u00A0March\u00A02026");
    CHECK(title("en", "2025-12-20", "2026-01-10") ==
          "20\u00A0December\u00A02025 to 10\u00A0January\u00A02026");
    CHECK(title("ru", "2026-11-01", "2026-11-30") == "Ноябрь 2026\u00A0г.");
    CHECK(title("ru", "2026-03-03", "2026-03-14") == "3–14\u00A0марта\u00A02026\u00A0г.");
    CHECK(title("fr", "2026-03-01", "2026-03-14") == "Du 1er au 14\u00A0mars\u00A02026");
    CHECK(title("kk", "2026-11-01", "2026-11-30") == "2026\u00A0жылғы қараша");
    CHECK(title("kk", "2026-03-03", "2026-03-14") == "2026\u00A0ж. 3–14\u00A0наурыз");
    CHECK(title("uk", "2026-11-01", "2026-11-30") == "Листопад 2026\u00A0р.");
}

TEST_CASE("the rounding rule is told in words, one text for each level and way") {
    const Words& en = words_for("en");
    CHECK(shown_rounding(en, {}) == "Time is billed exactly as it was recorded, without rounding.");
    CHECK(shown_rounding(en, {RoundingLevel::Entry, RoundingMode::Up, 900}) ==
          "Each record of billable time is rounded up in steps of 15\u00A0min.");
    CHECK(shown_rounding(en, {RoundingLevel::Report, RoundingMode::Nearest, 3600}) ==
          "All billable time of this report together is rounded to the nearest "
          "60\u00A0min, halves rounded up.");
    std::vector<std::string> seen;
    for (const char* locale : {"en", "ru", "fr", "kk", "uk"})
        for (const auto level : {RoundingLevel::Entry, RoundingLevel::TaskDay, RoundingLevel::Task,
                                 RoundingLevel::Report})
            for (const auto mode : {RoundingMode::Up, RoundingMode::Down, RoundingMode::Nearest}) {
                const std::string text = shown_rounding(words_for(locale), {level, mode, 900});
                CHECK(std::find(seen.begin(), seen.end(), text) == seen.end());
                CHECK(text.find('{') == std::string::npos);
                seen.push_back(text);
            }
}

TEST_CASE("a language that is not known reads as English") {
    CHECK(words_for("ru").language == "ru");
    CHECK(words_for("RU_ru").language == "ru");
    CHECK(words_for("be").language == "en");
    CHECK(words_for("").language == "en");
}
