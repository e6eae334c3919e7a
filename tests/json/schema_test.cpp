#include <catch2/catch.hpp>

#include <algorithm>

#include "json/schema.h"

using namespace hb;
using namespace hb::json;

namespace {

// Every problem as "line path: message [hint]", one a line; "" when all is well.
std::string problems(std::string_view schema_text, std::string_view text) {
    const auto schema = Document::parse(schema_text);
    const auto document = Document::parse(text, {.comments = true});
    if (!schema || !document) return "a broken test";
    std::string out;
    for (const SchemaProblem& each : check_schema(*document, schema->root())) {
        out += std::to_string(each.line) + " " + each.path + ": " + each.message;
        if (!each.hint.empty()) out += " [" + each.hint + "]";
        out += "\n";
    }
    return out;
}

constexpr const char* kConfig = R"({
  "type": "object",
  "required": ["listen", "remotes"],
  "additionalProperties": false,
  "properties": {
    "listen": {"type": "string", "pattern": "^[^:]+:[0-9]+$"},
    "remotes": {"type": "object", "patternProperties": {"^[a-z][a-z0-9-]*$": {"$ref": "#/$defs/remote"}},
                "additionalProperties": false},
    "poll_seconds": {"type": "integer", "minimum": 60, "maximum": 3600, "hint": "300 is five minutes"},
    "names": {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}}
  },
  "$defs": {
    "remote": {"type": "object", "required": ["kind"], "additionalProperties": false,
               "properties": {"kind": {"enum": ["bitrix24", "worksection", "manifest"]}, "url": {"type": "string"}}}
  }
})";

} // namespace

TEST_CASE("a good configuration has no problems") {
    CHECK(problems(kConfig, R"({"listen":"127.0.0.1:0","remotes":{"main":{"kind":"bitrix24"}},
                                "poll_seconds":60,"names":["x"]})") == "");
}

TEST_CASE("all problems are told at once, each with its line, path and a suggestion") {
    CHECK(problems(kConfig, R"({
  "listen": "8080",
  "remots": {},
  "remotes": {
    "main": {"kind": "bitrix42", "urll": "x"},
    "Second": {}
  },
  "poll_seconds": 5, // too often
  "names": ["a", "", 3]
})") == R"(2 /listen: expected text like ^[^:]+:[0-9]+$; got "8080"
3 /remots: unknown key "remots" [did you mean "remotes"?]
5 /remotes/main/kind: expected one of "bitrix24", "worksection", "manifest"; got "bitrix42" [did you mean "bitrix24"?]
5 /remotes/main/urll: unknown key "urll" [did you mean "url"?]
6 /remotes/Second: unknown key "Second"
8 /poll_seconds: expected at least 60; got 5 [300 is five minutes]
9 /names/1: must not be empty
9 /names/2: expected a string; got 3
)");
}

TEST_CASE("a file with thousands of mistakes is told a hundred of them (S2)") {
    for (const std::string each : {R"("k%":1,)", R"("names%":0,)"}) {
        std::string text = "{";
        for (int i = 0; i < 20'000; ++i) {
            std::string member = each;
            member.replace(member.find('%'), 1, std::to_string(i));
            text += member;
        }
        text.back() = '}';
        const std::string told = problems(kConfig, text);
        CHECK(std::count(told.begin(), told.end(), '\n') == 100);
    }
    std::string names = R"({"listen":"a:1","remotes":{},"names":[)";
    for (int i = 0; i < 20'000; ++i) names += "0,";
    names.back() = ']';
    const std::string told = problems(kConfig, names + "}");
    CHECK(std::count(told.begin(), told.end(), '\n') == 100);
}

TEST_CASE("a missing key is told at the object that lacks it") {
    CHECK(problems(kConfig, "\n{\"listen\":\"a:1\"}") == "2 : missing key \"remotes\"\n");
    CHECK(problems(kConfig, R"({"listen":"a:1","remotes":{"m":{}}})") ==
          "1 /remotes/m: missing key \"kind\"\n");
    CHECK(problems(R"({"required":["a"],"properties":{"a":{"hint":"the address"}}})", "{}") ==
          "1 : missing key \"a\" [the address]\n");
}

TEST_CASE("types are JSON's, and an integer has no fraction") {
    const auto type = [](const char* name, const char* text) {
        return problems(std::string("{\"type\":") + name + "}", text);
    };
    CHECK(type("\"integer\"", "1") == "");
    CHECK(type("\"integer\"", "1.5") == "1 : expected an integer; got 1.5\n");
    CHECK(type("\"integer\"", "\"1\"") == "1 : expected an integer; got \"1\"\n");
    CHECK(type("\"number\"", "1.5") == "");
    CHECK(type("\"boolean\"", "0") == "1 : expected a boolean; got 0\n");
    CHECK(type("\"object\"", "[]") == "1 : expected an object; got an array\n");
    CHECK(type("[\"string\",\"null\"]", "null") == "");
    CHECK(type("[\"string\",\"null\"]", "{}") == "1 : expected a string or null; got an object\n");
}

TEST_CASE("const and enum compare values, not spelling") {
    CHECK(problems(R"({"const":{"a":[1,2],"b":null}})", R"({"b":null,"a":[1,2.0]})") == "");
    CHECK(problems(R"({"const":{"a":[1,2]}})", R"({"a":[2,1]})") ==
          "1 : expected {\"a\":[1,2]}; got {\"a\":[2,1]}\n");
    CHECK(problems(R"({"enum":[1,"1",null]})", "null") == "");
    CHECK(problems(R"({"enum":[1,null]})", "\"1\"") == "1 : expected one of 1, null; got \"1\"\n");
    CHECK(problems(R"({"const":"a"})", "\"b\"") == "1 : expected \"a\"; got \"b\"\n");
}

TEST_CASE("limits are checked on both sides") {
    const char* schema = R"({"type":"number","minimum":-1.5,"maximum":10})";
    CHECK(problems(schema, "-1.5") == "");
    CHECK(problems(schema, "10") == "");
    CHECK(problems(schema, "-1.6") == "1 : expected at least -1.5; got -1.6\n");
    CHECK(problems(schema, "1e2") == "1 : expected at most 10; got 1e2\n");
    CHECK(problems(R"({"minItems":2})", "[1]") == "1 : expected at least 2 elements; got 1\n");
    CHECK(problems(R"({"minLength":3})", "\"да\"") ==
          "1 : expected at least 3 characters; got \"да\"\n");
    CHECK(problems(R"({"minLength":2})", "\"да\"") == "");
}

TEST_CASE("a text too long for a pattern is a problem, not a crash") {
    const std::string text = "\"" + std::string(1000000, 'a') + "\"";
    CHECK(problems(R"({"pattern":"^(a|b)*$"})", text) == "1 : longer than 1000 bytes\n");
    CHECK(problems(R"({"pattern":"^(a|b)*$"})", "\"" + std::string(1000, 'a') + "\"") == "");
}

TEST_CASE("additional properties may have a schema of their own") {
    const char* schema =
        R"({"properties":{"a":{"type":"string"}},"additionalProperties":{"type":"integer"}})";
    CHECK(problems(schema, R"({"a":"x","b":1})") == "");
    CHECK(problems(schema, R"({"a":"x","b":"y"})") == "1 /b: expected an integer; got \"y\"\n");
}

TEST_CASE("of several forms the one that was meant tells the problem") {
    const char* schema = R"({"oneOf":[
      {"type":"string"},
      {"type":"object","required":["file"],"additionalProperties":false,"properties":{"file":{"type":"string"}}},
      {"type":"object","required":["env"],"additionalProperties":false,"properties":{"env":{"type":"string"}}}
    ]})";
    CHECK(problems(schema, "\"plain\"") == "");
    CHECK(problems(schema, R"({"env":"TOKEN"})") == "");
    CHECK(problems(schema, R"({"env":5})") == "1 /env: expected a string; got 5\n");
    CHECK(problems(schema, "5") == "1 : expected a string or an object; got 5\n");
}

TEST_CASE("a fixed member chooses among forms") {
    const char* schema = R"({"anyOf":[{"$ref":"#/$defs/a"},{"$ref":"#/$defs/b"}],"$defs":{
      "a":{"type":"object","properties":{"kind":{"const":"webhook"},"url":{"type":"string"}},"required":["kind","url"]},
      "b":{"type":"object","properties":{"kind":{"const":"oauth"},"id":{"type":"string"},"secret":{"type":"string"}},
           "required":["kind","id","secret"]}}})";
    CHECK(problems(schema, R"({"kind":"webhook","url":"x"})") == "");
    CHECK(problems(schema, R"({"kind":"oauth"})") ==
          "1 : missing key \"id\"\n1 : missing key \"secret\"\n");
}

TEST_CASE("anyOf takes several fitting forms, oneOf refuses them") {
    CHECK(problems(R"({"anyOf":[{"minimum":1},{"maximum":9}]})", "5") == "");
    CHECK(problems(R"({"oneOf":[{"minimum":1},{"maximum":9}]})", "5") ==
          "1 : fits 2 of the forms that may stand here\n");
}

TEST_CASE("a schema may refer to itself as long as the document goes deeper") {
    const char* schema =
        R"({"$ref":"#/$defs/tree","$defs":{"tree":{"type":"array","items":{"$ref":"#/$defs/tree"}}}})";
    CHECK(problems(schema, "[[],[[[]]]]") == "");
    const auto deep =
        Document::parse(std::string(128, '[') + std::string(128, ']'), {.depth_max = 128});
    const auto read_schema = Document::parse(schema);
    REQUIRE(deep);
    REQUIRE(read_schema);
    CHECK(check_schema(*deep, read_schema->root()).empty());
    CHECK(problems(schema, "[[],[[7]]]") == "1 /1/0/0: expected an array; got 7\n");
}

TEST_CASE("a schema with what this program does not check is a broken invariant") {
    for (const char* bad :
         {R"({"maxLength":3})", R"({"properties":{"a":{"format":"date"}}})", R"({"not":{}})",
          R"({"$ref":"#/$defs/gone"})", R"({"$ref":"other.json"})", R"({"pattern":"("})",
          R"({"patternProperties":{"(":{}}})", R"({"items":[{}]})", R"({"anyOf":[]})", "[]", "3",
          R"({"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/a"}}})"}) {
        INFO(bad);
        CHECK_THROWS_AS(problems(bad, "{}"), BrokenInvariant);
    }
}

TEST_CASE("true allows everything and false nothing") {
    CHECK(problems(R"({"properties":{"a":true}})", R"({"a":[1]})") == "");
    CHECK(problems(R"({"properties":{"a":false}})", R"({"a":1})") ==
          "1 /a: nothing may stand here\n");
}

TEST_CASE("the hint of a schema is told when there is no better one") {
    CHECK(problems(R"({"type":"string","hint":"write it in quotes"})", "5") ==
          "1 : expected a string; got 5 [write it in quotes]\n");
    CHECK(problems(R"({"enum":["ask","next_report"],"hint":"what happens to late time"})",
                   "\"aks\"") ==
          "1 : expected one of \"ask\", \"next_report\"; got \"aks\" [did you mean \"ask\"?]\n");
}
