#include <catch2/catch.hpp>

#include "json/writer.h"

using namespace hb;
using namespace hb::json;
using namespace std::string_view_literals;

TEST_CASE("a text is written in the order in which it is given") {
    Writer out;
    out.begin_object()
        .member("z", "text")
        .member("a", 7)
        .member("big", std::int64_t{9007199254740993})
        .member("yes", true)
        .key("list")
        .begin_array()
        .integer(-1)
        .null()
        .begin_object()
        .end_object()
        .begin_array()
        .end_array()
        .raw("19000.50")
        .end_array()
        .member("s", std::string("s"))
        .end_object();
    CHECK(
        out.text() ==
        R"({"z":"text","a":7,"big":9007199254740993,"yes":true,"list":[-1,null,{},[],19000.50],"s":"s"})");
}

TEST_CASE("an indented text has one member a line and closes empty containers at once") {
    Writer out(2);
    out.begin_object().key("a").begin_array().integer(1).integer(2).end_array();
    out.key("e").begin_object().end_object().member("b", false).end_object();
    CHECK(out.text() == "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"e\": {},\n  \"b\": false\n}");
}

TEST_CASE("a kept value is written as it was, indented with the rest") {
    const auto kept = Document::parse(R"({"n":1.50,"l":[true,{"x":null}]})");
    REQUIRE(kept);
    Writer plain;
    plain.begin_object().key("kept").value(kept->root()).key("gone").value(Value()).end_object();
    CHECK(plain.text() == R"({"kept":{"n":1.50,"l":[true,{"x":null}]},"gone":null})");
    Writer indented(1);
    indented.value(kept->root());
    CHECK(indented.text() ==
          "{\n \"n\": 1.50,\n \"l\": [\n  true,\n  {\n   \"x\": null\n  }\n ]\n}");
}

TEST_CASE("strings are escaped as little as JSON allows") {
    CHECK(quote("a\"b\\c/d") == R"("a\"b\\c/d")");
    CHECK(quote("\b\f\n\r\t\x01\x1f\x7f") == "\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"");
    CHECK(quote("a\0b"sv) == R"("a\u0000b")");
    CHECK(quote("Привет 😀 \u2028") == "\"Привет 😀 \u2028\"");
}

TEST_CASE("text that is not UTF-8 is repaired, so that what we write can always be read") {
    CHECK(quote("да\xFF") == "\"да\uFFFD\"");
    Writer out;
    out.begin_object().member("\xC0key", "\xED\xA0\x80").end_object();
    CHECK(Document::parse(out.text()));
}

TEST_CASE("misuse of a writer is a broken invariant") {
    Writer w;
    CHECK_THROWS_AS(Writer().begin_object().integer(1), BrokenInvariant);
    CHECK_THROWS_AS(Writer().begin_object().key("a").key("b"), BrokenInvariant);
    CHECK_THROWS_AS(Writer().begin_object().key("a").end_object(), BrokenInvariant);
    CHECK_THROWS_AS(Writer().begin_object().end_array(), BrokenInvariant);
    CHECK_THROWS_AS(Writer().begin_array().end_object(), BrokenInvariant);
    CHECK_THROWS_AS(Writer().begin_array().key("a"), BrokenInvariant);
    CHECK_THROWS_AS(Writer().key("a"), BrokenInvariant);
    CHECK_THROWS_AS(Writer().end_object(), BrokenInvariant);
    CHECK_THROWS_AS(Writer().integer(1).integer(2), BrokenInvariant);
    CHECK_THROWS_AS(Writer().raw(""), BrokenInvariant);
    CHECK_THROWS_AS(Writer().begin_object().text(), BrokenInvariant);
    CHECK_THROWS_AS(Writer().begin_array().take(), BrokenInvariant);
}

TEST_CASE("a writer can be used again after its text was taken") {
    Writer out;
    out.begin_array().integer(1).end_array();
    CHECK(out.take() == "[1]");
    out.begin_array().integer(2).end_array();
    CHECK(out.take() == "[2]");
}
