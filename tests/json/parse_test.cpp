#include <catch2/catch.hpp>

#include "base/limits.h"
#include "json/value.h"

using namespace hb;
using namespace hb::json;
using namespace std::string_view_literals;

namespace {

std::string reason(std::string_view text, const ParseOptions& options = {}) {
    const auto parsed = Document::parse(text, options);
    if (parsed) return "accepted";
    CHECK(parsed.error().code == Code::Malformed);
    return parsed.error().message;
}

std::string round_trip(std::string_view text, const ParseOptions& options = {}) {
    const auto parsed = Document::parse(text, options);
    return parsed ? parsed->root().dump() : parsed.error().message;
}

} // namespace

TEST_CASE("what is JSON is read and written again without change") {
    for (const auto text : {"null",
                            "true",
                            "false",
                            "0",
                            "-0",
                            "-1",
                            "42",
                            "19000.50",
                            "1e5",
                            "1E+05",
                            "-1.5e-3",
                            "0.10",
                            "\"\"",
                            "\"a\"",
                            "[]",
                            "{}",
                            "[[],{}]",
                            "[1,\"1\",null,true,[2]]",
                            "{\"a\":{\"b\":[1,{\"c\":\"d\"}]},\"e\":null}",
                            "{\"\":\"\"}",
                            "\"Привет 😀\""}) {
        CHECK(round_trip(text) == text);
    }
    CHECK(round_trip(" \r\n\t[ 1 , { \"a\" : 2 } ] \n") == "[1,{\"a\":2}]");
}

TEST_CASE("what is not JSON is refused with line, column and reason") {
    CHECK(reason("") == "line 1, column 1: the text is empty");
    CHECK(reason("  \n ") == "line 2, column 2: the text is empty");
    CHECK(reason("{\"a\":1}\n x") == "line 2, column 2: more text after the end");
    CHECK(reason("{\n  \"a\": 1\n  \"b\": 2\n}") == "line 3, column 3: expected ',' or '}'");
    CHECK(reason("[1 2]") == "line 1, column 4: expected ',' or ']'");
    CHECK(reason("{\"a\" 1}") == "line 1, column 6: expected ':' after the key");
    CHECK(reason("{a:1}") == "line 1, column 2: expected a key in quotes");
    CHECK(reason("[\"Привет\", x]") == "line 1, column 12: expected a value");
    CHECK(reason("<html><body>502 Bad Gateway</body></html>") ==
          "line 1, column 1: expected a value");
}

TEST_CASE("cut texts are refused wherever they are cut") {
    const std::string whole =
        R"({"result":[{"ID":"1","SECONDS":3600.5,"x":null,"t":true}],"n":{}})";
    for (std::size_t length = 0; length < whole.size(); ++length)
        REQUIRE_FALSE(Document::parse(whole.substr(0, length)));
    CHECK(Document::parse(whole));
}

TEST_CASE("the dialects of JavaScript, Python and C are refused") {
    for (const auto bad :
         {"NaN",        "Infinity",  "-Infinity", "[NaN]",       "[1,nan]",  "inf",    "01",
          "-01",        "00",        "+1",        ".5",          "1.",       "-",      "1e",
          "1e+",        "0x10",      "1_000",     "'a'",         "{'a':1}",  "{a:1}",  "[1,]",
          "{\"a\":1,}", "[,1]",      "[1,,2]",    "{\"a\"}",     "{\"a\":}", "{:1}",   "{1:1}",
          "undefined",  "True",      "None",      "nul",         "tru",      "truee",  "[1]]",
          "{}{}",       "[",         "]",         "{",           "}",        ":",      ",",
          "\"a",        "\"\\x41\"", "\"\\u12\"", "\"\\u12g4\"", "\"a\nb\"", "\"\t\"", "// c\n1",
          "1 // c",     "/* c */ 1"}) {
        INFO(bad);
        CHECK_FALSE(Document::parse(bad));
    }
}

TEST_CASE("bytes that are not UTF-8 are refused with their place") {
    CHECK(reason("{\n\"a\":\"b\xFF\"}") == "line 2, column 7: not UTF-8");
    CHECK(reason("\"\xCF\xF0\xE8\xE2\xE5\xF2\"") == "line 1, column 2: not UTF-8");
    CHECK(reason("{\"\xC0\x80\":1}") == "line 1, column 3: not UTF-8");
    CHECK(reason("\"\xED\xA0\x80\"") == "line 1, column 2: not UTF-8");
    CHECK(reason("\"\xD0") == "line 1, column 2: not UTF-8");
    CHECK(reason("[1]\xFF") == "line 1, column 4: not UTF-8");
    CHECK(reason("\xFF\xFE[\0]\0"sv) == "line 1, column 1: not UTF-8");
}

TEST_CASE("escapes that spell half a character are refused, whole ones are read") {
    CHECK(round_trip(R"("\ud83d\ude00")") == "\"😀\"");
    CHECK(round_trip(R"("\u041f\u0440")") == "\"Пр\"");
    for (const auto bad : {R"("\ud83d")", R"("\ude00")", R"("\ud83dx")", R"("\ud83d\u0041")",
                           R"({"\ude00":1})", R"(["a","b\udfff"])"}) {
        INFO(bad);
        CHECK(reason(bad).find("half a surrogate pair") != std::string::npos);
    }
}

TEST_CASE("a NUL in a string is kept, a NUL byte in the text is refused") {
    const auto escaped = Document::parse(R"({"a\u0000b":"x\u0000y"})");
    REQUIRE(escaped);
    CHECK(*escaped->root()["a\0b"sv].string() == "x\0y"sv);
    CHECK(escaped->root()["a"].missing());
    CHECK(escaped->root().dump() == R"({"a\u0000b":"x\u0000y"})");
    CHECK(reason("{}\0garbage"sv) == "line 1, column 3: a NUL byte");
    CHECK(reason("\"a\0b\""sv) == "line 1, column 3: a NUL byte");
    CHECK(reason("\0"sv) == "line 1, column 1: a NUL byte");
}

TEST_CASE("a byte order mark before the text is passed over") {
    CHECK(round_trip("\xEF\xBB\xBF{\"a\":1}") == "{\"a\":1}");
    CHECK(reason("\xEF\xBB\xBF") == "line 1, column 1: the text is empty");
}

TEST_CASE("the depth has a cap and a million brackets end in an error, not in a crash") {
    const auto nested = [](std::size_t levels) {
        return std::string(levels, '[') + std::string(levels, ']');
    };
    CHECK(round_trip(nested(64)) == nested(64));
    CHECK(reason(nested(65)) == "line 1, column 65: nested deeper than 64 levels");
    CHECK(reason(std::string(1000000, '[')) == "line 1, column 65: nested deeper than 64 levels");
    std::string objects;
    for (int i = 0; i < 1000000; ++i) objects += "{\"a\":";
    CHECK(reason(objects).find("nested deeper than 64 levels") != std::string::npos);
    CHECK(reason("[[1]]", {.depth_max = 1}) == "line 1, column 2: nested deeper than 1 levels");
    // However deep a caller allows it: readers of the tree call themselves.
    const ParseOptions careless{.depth_max = 100000000};
    CHECK(round_trip(nested(128), careless) == nested(128));
    CHECK(reason(nested(1000000), careless).find("deeper than 128") != std::string::npos);
}

TEST_CASE("a text that names too many values is refused") {
    std::string text = "[0"; // the list is a value, too
    for (std::size_t i = 2; i < kJsonValuesMax; ++i) text += ",0";
    const auto most = Document::parse(text + "]");
    REQUIRE(most);
    CHECK(most->root().size() == kJsonValuesMax - 1);
    CHECK(reason(text + ",0]").find("too many values") != std::string::npos);
}

TEST_CASE("numbers keep their text, however long") {
    const std::string huge = "123456789012345678901234567890";
    const auto parsed = Document::parse("[" + huge + ",-0.10,1e5,0.1000000000000000055511151231]");
    REQUIRE(parsed);
    CHECK(*parsed->root()[0].text() == huge);
    CHECK(*parsed->root()[1].text() == "-0.10");
    CHECK(*parsed->root()[2].text() == "1e5");
    CHECK(*parsed->root()[3].text() == "0.1000000000000000055511151231");
    CHECK(reason("1e999").find("a number too large") != std::string::npos);
    CHECK(round_trip("1e-99999999999999999999") == "1e-99999999999999999999");
}

TEST_CASE("with duplicate keys the last one counts, or the text is refused when asked") {
    const std::string text = R"({"a":1,"b":{"c":1,"c":2},"a":3})";
    const auto parsed = Document::parse(text);
    REQUIRE(parsed);
    CHECK(*parsed->root()["a"].integer() == 3);
    CHECK(*parsed->root().pointer("/b/c").integer() == 2);
    CHECK(parsed->root().size() == 3);
    CHECK(parsed->root().dump() == text);

    const ParseOptions strict{.unique_keys = true};
    CHECK(reason("{\n\"a\":1,\n\"a\":2\n}", strict) ==
          "line 4, column 1: the key \"a\" stands twice in one object");
    CHECK(reason(text, strict).find("the key \"c\" stands twice") != std::string::npos);
    CHECK(reason(R"({"a":1,"\u0061":2})", strict).find("twice") != std::string::npos);
    CHECK(reason(R"({"a":{"a":[{"a":1},{"a":1}]}})", strict) == "accepted");
}

TEST_CASE("files that people edit may have comments and trailing commas") {
    const ParseOptions edited{.comments = true};
    CHECK(round_trip("// first\n{ /* a */ \"a\": [1, 2,], // end\n \"b\": {\"c\":1,},\n}\n// last",
                     edited) == R"({"a":[1,2],"b":{"c":1}})");
    CHECK(round_trip("{\"url\":\"http://x/*y*/\"}", edited) == "{\"url\":\"http://x/*y*/\"}");
    CHECK(reason("{} /* open", edited) != "accepted");
    CHECK(reason("{} / 1", edited) != "accepted");
    CHECK(reason("[,]", edited) != "accepted");
    CHECK(reason("[1,,]", edited) != "accepted");
    CHECK(reason("[1,] x", edited) != "accepted");
    CHECK(reason("[1,]") != "accepted");
}

TEST_CASE("each value knows the line on which it begins") {
    const auto parsed = Document::parse("\n{\n\"a\": [\n1,\n\"x\"\n],\n\n\"b\":\n{}}");
    REQUIRE(parsed);
    const Value root = parsed->root();
    CHECK(parsed->line_of(root) == 2);
    CHECK(parsed->line_of(root["a"]) == 3);
    CHECK(parsed->line_of(root["a"][0]) == 4);
    CHECK(parsed->line_of(root["a"][1]) == 5);
    CHECK(parsed->line_of(root["b"]) == 9);
    CHECK(parsed->line_of(root["c"]) == 0);
}
