#include <catch2/catch.hpp>

#include "base/clean.h"
#include "base/files.h"

// One cleaner for each place that reads more than letters (G60).
using namespace hb;

namespace {
const std::string kEvil = "a\x1b[31mb \xC2\x9B c\xE2\x80\xAE d\xE2\x81\xA7 \xE2\x80\xA8 e\r\nf\x7f";
}

TEST_CASE("for the CRM brackets become round, controls a space, and bidi characters go") {
    CHECK(for_crm("[URL=https://a.example]x[/URL]") == "(URL=https://a.example)x(/URL)");
    CHECK(for_crm(kEvil) == "a (31mb   c d   e  f ");
    CHECK(for_crm("one\ntwo", Lines::Keep) == "one\ntwo");
    CHECK(for_crm("one\ntwo") == "one two");
    CHECK(for_crm(std::string("a\0b", 3)) == "a\xEF\xBF\xBD"
                                             "b");
    CHECK(for_crm("Привет, \xF0\x9F\x98\x80") == "Привет, \xF0\x9F\x98\x80");
    CHECK(for_crm("\xFF\xC2") == "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST_CASE("for people lines and brackets stay") {
    CHECK(for_people("[a]\n\x1b]0;PWNED\x07 \xE2\x80\xAEgnp") == "[a]\n ]0;PWNED  gnp");
    CHECK(for_people("a\nb", Lines::Join) == "a b");
}

TEST_CASE("a text is clean when for_people() leaves it as it is") {
    for (const char* clean :
         {"", "plain [a] \"b\"\n", "Привет – «да»", "\xC2\xA0", "\xF0\x9F\x98\x80"}) {
        INFO(clean);
        CHECK(is_clean(clean));
        CHECK(for_people(clean) == clean);
    }
    for (const char* other : {"\x1b", "a\tb", "a\rb", "\x7f", "\xC2\x80", "\xC2\x9B", "\xD8\x9C",
                              "\xE2\x80\x8E", "\xE2\x80\x8F", "\xE2\x80\xA8", "\xE2\x80\xAA",
                              "\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x81\xA9"}) {
        CHECK_FALSE(is_clean(other));
        CHECK(for_people(other) != other);
    }
    CHECK_FALSE(is_clean(std::string("a\0b", 3)));
}

TEST_CASE("an export keeps its tabs and line ends, and no other control character") {
    CHECK(for_export("\xEF\xBB\xBF"
                     "a,\tb\r\n\x1b[2J\xC2\x9B\xE2\x80\xAE") == "\xEF\xBB\xBF"
                                                                "a,\tb\r\n [2J ");
    CHECK(for_export("Привет") == "Привет");
}

TEST_CASE("a file name has no control or bidi character, and keeps its ending") {
    CHECK(safe_file_name("Act\xE2\x80\xAE 7\x1b\xC2\x9B.pdf") == "Act_7__.pdf");
    CHECK(safe_file_name("Акт 7.pdf") == "Акт_7.pdf");
    CHECK(safe_file_name("\xE2\x81\xA6../x") == "_.._x");
    CHECK(safe_file_name("\xE2\x80\x8F") == "_");
}

TEST_CASE("a JSON document says the same without a character that a terminal obeys") {
    CHECK(for_people_json("{\"a\":\"\xC2\x9B\xE2\x80\xAE\xE2\x80\xA8\x7f\"}\n") ==
          "{\"a\":\"\\u009b\\u202e\\u2028\\u007f\"}\n");
    CHECK(for_people_json("{\n  \"a\": 1\n}") == "{\n  \"a\": 1\n}");
}

TEST_CASE("a value in the log stays in its quotes") {
    CHECK(log_value("x\" level=\"critical") == "\"x\\\" level=\\\"critical\"");
    CHECK(log_value("end\\") == "\"end\\\\\"");
    CHECK(log_value(kEvil) == "\"a [31mb   c d   e  f \"");
    CHECK(log_value("") == "\"\"");
}
