#include <catch2/catch.hpp>

#include "json/writer.h"

using namespace hb;
using namespace hb::json;

namespace {

std::string canon(std::string_view text) {
    const auto document = Document::parse(text);
    if (!document) return document.error().message;
    const auto out = canonical(document->root());
    return out ? *out : out.error().message;
}

} // namespace

TEST_CASE("the canonical form has sorted keys and no white space (G22, RFC 8785)") {
    CHECK(canon(R"( { "b" : [ 3, {"z":1,"y":[]} ] , "a" : null, "" : true } )") ==
          R"({"":true,"a":null,"b":[3,{"y":[],"z":1}]})");
    CHECK(canon(R"({"aa":1,"a":2,"A":3,"1":4,"10":5})") == R"({"1":4,"10":5,"A":3,"a":2,"aa":1})");
}

TEST_CASE("keys are sorted by UTF-16 code units: the example of RFC 8785 section 3.2.3") {
    CHECK(
        canon(
            R"({"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",
                    "1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control",
                    "\u00f6":"Latin Small Letter O With Diaeresis"})") ==
        "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
        "\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\","
        "\"😀\":\"Emoji: Grinning Face\",\"\uFB33\":\"Hebrew Letter Dalet With Dagesh\"}");
}

TEST_CASE("strings have the shortest escapes: the example of RFC 8785 section 3.2.2") {
    CHECK(canon(R"("\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/")") ==
          "\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"");
}

TEST_CASE("the canonical form does not depend on how a text was written") {
    CHECK(canon(R"({"a":"\u0430","b":1})") == canon("{ \"b\":1,\n\"a\":\"а\" }"));
    CHECK(canon("[-0]") == "[0]");
}

TEST_CASE("a number with a fraction or an exponent has no canonical form here") {
    for (const char* bad : {"1.5", "1.0", "1e3", "[0.1]", "{\"a\":-2.5E1}"}) {
        INFO(bad);
        CHECK(canon(bad).find("expected a whole number") != std::string::npos);
    }
    CHECK(canon("{\"a\":[1.50]}") ==
          "at /a/0: expected a whole number (the canonical form has no others), got 1.50");
}

TEST_CASE("an integer that other readers would round has no canonical form") {
    CHECK(canon("[9007199254740991,-9007199254740991]") == "[9007199254740991,-9007199254740991]");
    CHECK(canon("9007199254740992").find("53 bits") != std::string::npos);
    CHECK(canon("99999999999999999999").find("expected a whole number") != std::string::npos);
}

TEST_CASE("an object with duplicate keys has no canonical form") {
    CHECK(canon(R"({"x":{"a":1,"b":2,"a":3}})").find("at /x: expected each key once") == 0);
}

TEST_CASE("a missing value has no canonical form") {
    CHECK_FALSE(canonical(Value()));
}
