#include <catch2/catch.hpp>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "base/text.h"
#include "domain/locales.h"
#include "render/locale.h"

// The languages that clients read, as files: what the compiler can't see.
using namespace hb;
using namespace hb::render;

namespace {

std::string source_of(std::string_view language) {
    std::ifstream file(HB_SOURCE_DIR "/src/render/locale_" + std::string(language) + ".cpp");
    REQUIRE(file.good());
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// Each text by the name of its field; those of a list are numbered: "months 3".
std::map<std::string, std::string> texts_of(std::string_view language) {
    static const std::regex field(R"(^    \.(\w+) =(.*)$)"),
        piece(R"re("((?:[^"\\]|\\.)*)"(,?))re");
    std::map<std::string, std::string> out;
    std::string name;
    std::vector<std::string> values;
    bool open = false; // the last piece goes on with the next
    const auto end = [&] {
        for (std::size_t i = 0; i < values.size(); ++i)
            out[values.size() == 1 ? name : name + " " + std::to_string(i)] = values[i];
        values.clear();
        open = false;
    };
    const std::string source = source_of(language);
    for (const auto line : split(source, '\n')) {
        const std::string text(line);
        std::smatch found;
        if (std::regex_match(text, found, field)) {
            end();
            name = found[1];
        } else if (name.empty()) {
            continue;
        }
        for (std::sregex_iterator at(text.begin(), text.end(), piece), last; at != last; ++at) {
            if (open)
                values.back() += (*at)[1];
            else
                values.push_back((*at)[1]);
            open = (*at)[2].length() == 0;
        }
    }
    end();
    return out;
}

// "{0}" and "{1}" in the order of their numbers.
std::set<std::string> places_of(const std::string& text) {
    static const std::regex place(R"(\{\d\})");
    return {std::sregex_token_iterator(text.begin(), text.end(), place),
            std::sregex_token_iterator()};
}

// No language of its own: signs, formats, and nouns that stay as they are.
bool is_form(const std::string& name) {
    static const std::set<std::string> forms = {
        "decimal_point", "thousands", "csv_separator", "date",          "first_day",   "sheet_date",
        "language",      "plural",    "whole_month",   "days_of_month", "days_between"};
    return forms.contains(name);
}

// Words that two languages share.
bool is_shared(std::string_view language, const std::string& text) {
    static const std::map<std::string_view, std::set<std::string>> shared = {
        {"ru", {}},
        {"fr", {"Total", "{0}\\u00A0minutes"}},
        {"kk", {"{0}\\u00A0мин"}},
        {"uk", {"Номер", "Валюта", "валюта"}},
    };
    return shared.at(language).contains(text);
}

} // namespace

TEST_CASE("each shipped language has words of its own") {
    for (const std::string_view language : domain::kShippedLanguages) {
        CHECK(words_for(language).language == language);
        CHECK(words_for(std::string(language) + "-XX").language == language);
    }
}

TEST_CASE("no text of a language is its English or Russian one, unless it is listed") {
    const auto english = texts_of("en"), russian = texts_of("ru");
    REQUIRE(english.size() > 120);
    for (const std::string_view language : domain::kShippedLanguages) {
        if (language == "en") continue;
        const auto texts = texts_of(language);
        CHECK(texts.size() == english.size());
        for (const auto& [name, text] : texts) {
            INFO(language << " " << name << ": " << text);
            CHECK(english.contains(name));
            CHECK_FALSE(text.empty());
            if (is_form(name) || is_shared(language, text)) continue;
            CHECK(text != english.at(name));
            if (language != "ru") CHECK(text != russian.at(name));
        }
    }
}

TEST_CASE("each text has the places of its English one") {
    const auto english = texts_of("en");
    for (const std::string_view language : domain::kShippedLanguages)
        for (const auto& [name, text] : texts_of(language)) {
            INFO(language << " " << name << ": " << text);
            CHECK(places_of(text) == places_of(english.at(name)));
        }
}

TEST_CASE("what no speaker has read is marked in its file") {
    for (const char* language : {"kk", "uk"})
        CHECK(source_of(language).find("// unreviewed: ") != std::string::npos);
    for (const char* language : {"en", "ru"})
        CHECK(source_of(language).find("unreviewed") == std::string::npos);
}

TEST_CASE("a noun goes with its number as the language has it") {
    const auto said = [](const char* language, std::int64_t number) {
        const Words& words = words_for(language);
        return counted(words, words.lines_counted, number);
    };
    CHECK(said("en", 0) == "0\u00A0lines");
    CHECK(said("en", 1) == "1\u00A0line");
    CHECK(said("en", 21) == "21\u00A0lines");
    CHECK(said("fr", 0) == "0\u00A0ligne");
    CHECK(said("fr", 1) == "1\u00A0ligne");
    CHECK(said("fr", 2) == "2\u00A0lignes");
    for (const auto& [number, form] : std::map<std::int64_t, std::string>{{0, "строк"},
                                                                          {1, "строка"},
                                                                          {2, "строки"},
                                                                          {4, "строки"},
                                                                          {5, "строк"},
                                                                          {11, "строк"},
                                                                          {14, "строк"},
                                                                          {20, "строк"},
                                                                          {21, "строка"},
                                                                          {22, "строки"},
                                                                          {111, "строк"},
                                                                          {112, "строк"},
                                                                          {121, "строка"},
                                                                          {1000, "строк"}})
        CHECK(said("ru", number) == std::to_string(number) + "\u00A0" + form);
    CHECK(said("uk", 3) == "3\u00A0рядки");
    CHECK(said("uk", 13) == "13\u00A0рядків");
    CHECK(said("kk", 1) == "1\u00A0жол");
    CHECK(said("kk", 7) == "7\u00A0жол");
}

TEST_CASE("numbers, money and dates are written as each language writes them") {
    const domain::Currency euro{"EUR", 2};
    CHECK(shown_money(words_for("fr"), 123456789, euro) == "1\u202F234\u202F567,89\u00A0EUR");
    CHECK(shown_money(words_for("kk"), -123456, euro) == "\u22121\u00A0234,56\u00A0EUR");
    CHECK(shown_money(words_for("uk"), 123456, euro) == "1\u00A0234,56\u00A0EUR");
    const auto period = [](const char* language, const char* from, const char* to) {
        return shown_period(words_for(language), {*parse_day(from), *parse_day(to)});
    };
    CHECK(period("fr", "2026-03-01", "2026-03-31") == "1–31\u00A0mars\u00A02026");
    CHECK(period("fr", "2026-03-01", "2026-03-01") == "1er\u00A0mars\u00A02026");
    CHECK(period("kk", "2026-03-01", "2026-03-31") == "2026\u00A0ж. 1–31\u00A0наурыз");
    CHECK(period("uk", "2026-03-05", "2026-03-05") == "5\u00A0березня\u00A02026\u00A0р.");
}
