#include <limits>

#include <catch2/catch.hpp>

#include "base/text.h"

using namespace hb;
using namespace std::string_view_literals;

TEST_CASE("trim takes white space from both ends only") {
    CHECK(trim(" \t a b \r\n") == "a b");
    CHECK(trim(" \n ").empty());
    CHECK(trim("").empty());
}

TEST_CASE("split keeps empty parts and join undoes it") {
    CHECK(split("", ',') == std::vector<std::string_view>{""});
    CHECK(split("a,,b,", ',') == std::vector<std::string_view>{"a", "", "b", ""});
    CHECK(join({"a", "", "b"}, ", ") == "a, , b");
    CHECK(join({}, ",").empty());
}

TEST_CASE("UTF-8 is what Unicode calls well formed") {
    for (const auto good : {""sv, "plain"sv, "Привет"sv, "日本"sv, "😀"sv, "\xF4\x8F\xBF\xBF"sv,
                            "\xEE\x80\x80"sv, "\0"sv})
        CHECK(is_utf8(good));
    for (const auto bad : {"\x80"sv, "\xC0\x80"sv, "\xC1\xBF"sv, "\xE0\x80\x80"sv, "\xED\xA0\x80"sv,
                           "\xC3"sv, "\xE2\x82"sv, "\xF0\x8F\xBF\xBF"sv, "\xF4\x90\x80\x80"sv,
                           "\xF5\x80\x80\x80"sv, "\xFF"sv, "\xCF\xF0\xE8\xE2\xE5\xF2"sv})
        CHECK_FALSE(is_utf8(bad));
    CHECK(utf8_prefix("да\xFFнет") == 4);
    CHECK(utf8_prefix("да\xD0") == 4);
}

TEST_CASE("ill-formed bytes and NULs are replaced one by one, all else stays") {
    CHECK(to_utf8("да\xFF\xFEx") == "да\uFFFD\uFFFDx");
    CHECK(to_utf8("a\0b"sv) == "a\uFFFDb");
    CHECK(to_utf8("\xE2\x82") == "\uFFFD\uFFFD");
    CHECK(to_utf8("😀") == "😀");
    CHECK(is_utf8(to_utf8("\xCF\xF0\xE8")));
}

TEST_CASE("case is folded for letters of any alphabet") {
    CHECK(fold_case("Баг") == fold_case("БАГ"));
    CHECK(fold_case("БАГ Ёж ABC 42") == "баг ёж abc 42");
    CHECK(fold_case("ΣΩ") == "σω");
    CHECK(fold_case("ÄÖÜ Straße") == "äöü straße");
    CHECK(fold_case("😀") == "😀");
    CHECK(fold_case("Ы\xFF") == "ы\uFFFD");
}

TEST_CASE("a shortened text never has more characters than asked and is never cut in one") {
    CHECK(shorten("Привет", 6) == "Привет");
    CHECK(shorten("Привет", 5) == "Прив…");
    CHECK(shorten("😀😀😀", 2) == "😀…");
    CHECK(shorten("abc", 1) == "…");
    CHECK(shorten("abc", 0).empty());
    CHECK(shorten("", 0).empty());
    CHECK(shorten("\xFF\xFF\xFF", 2) == "\uFFFD…");
}

TEST_CASE("an integer is the whole text and fits") {
    CHECK(parse_integer("42") == 42);
    CHECK(parse_integer("-7") == -7);
    CHECK(parse_integer("007") == 7);
    CHECK(parse_integer("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
    CHECK(parse_integer("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
    for (const auto bad : {"", "-", "+1", " 1", "1 ", "1.0", "1e3", "0x10", "--1", "abc",
                           "9223372036854775808", "-9223372036854775809", "١"})
        CHECK_FALSE(parse_integer(bad));
}

TEST_CASE("durations are hours and minutes, with seconds only when there are some (G6)") {
    CHECK(format_duration(0) == "0:00");
    CHECK(format_duration(59) == "0:00:59");
    CHECK(format_duration(3900) == "1:05");
    CHECK(format_duration(3909) == "1:05:09");
    CHECK(format_duration(360000) == "100:00");
    CHECK(format_duration(-3909) == "-1:05:09");
    CHECK(format_duration(std::numeric_limits<std::int64_t>::min()) == "-2562047788015215:30:08");
}

TEST_CASE("a slip finds the word that was meant, another word finds none") {
    const std::vector<std::string> names{"remotes", "crm", "billing", "Отчёт"};
    CHECK(nearest("remots", names) == "remotes");
    CHECK(nearest("remoets", names) == "remotes");
    CHECK(nearest("Remotes", names) == "remotes");
    CHECK(nearest("biling", names) == "billing");
    CHECK(nearest("cmr", names) == "crm");
    CHECK(nearest("отчет", names) == "Отчёт");
    CHECK_FALSE(nearest("people", names));
    CHECK_FALSE(nearest("x", {"y"}));
    CHECK_FALSE(nearest("", names));
    CHECK_FALSE(nearest(std::string(100000, 'a'), names));
}

TEST_CASE("of several near words the nearest is meant") {
    CHECK(nearest("invoice_id", {"invoices_id", "invoice_i", "invoice_id"}) == "invoice_id");
}

TEST_CASE("percent-encoding spares unreserved characters only") {
    CHECK(percent_encode("AZaz09-._~") == "AZaz09-._~");
    CHECK(percent_encode("a b&c=d/é+") == "a%20b%26c%3Dd%2F%C3%A9%2B");
    CHECK(percent_encode("\0"sv) == "%00");
}

TEST_CASE("HTML is escaped in text and in attributes") {
    CHECK(html_escape("<a href=\"x\" title='y'>&</a>") ==
          "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;&lt;/a&gt;");
    CHECK(html_escape("Привет") == "Привет");
}
