#include <catch2/catch.hpp>

#include "json/value.h"

using namespace hb;
using namespace hb::json;

namespace {
Document read(std::string_view text) {
    return std::move(Document::parse(text)).value();
}
} // namespace

TEST_CASE("a missing value answers every question and never throws") {
    const Document document = read(R"({"a":[1]})");
    for (const Value& value :
         {Value(), document.root()["x"], document.root()["a"][9], document.root()["a"]["b"]["c"],
          document.root()["a"][0][0], document.root().pointer("/a/1/b"), Document().root()}) {
        CHECK(value.missing());
        CHECK(value.nothing());
        CHECK_FALSE(value.null());
        CHECK(value.size() == 0);
        CHECK(value.begin() == value.end());
        CHECK(value.key().empty());
        CHECK_FALSE(value.string());
        CHECK_FALSE(value.integer());
        CHECK_FALSE(value.boolean());
        CHECK_FALSE(value.text());
        CHECK_FALSE(value.text_view());
        CHECK_FALSE(value.decimal());
        CHECK_FALSE(value.flag());
        CHECK(value.dump() == "null");
        CHECK(value["x"][3].missing());
        CHECK(document.line_of(value) == 0);
    }
}

TEST_CASE("an error quotes the path and what stands there") {
    const Document document =
        read(R"({"result":[{"SECONDS":"abc","o":{"x":1},"e":{},"l":[1,2],"n":null,"f":1.5}]})");
    const Value row = document.root()["result"][0];
    const auto told = [&](const char* key) { return row[key].integer().error().message; };
    CHECK(told("SECONDS") == "at /result/0/SECONDS: expected a whole number, got \"abc\"");
    CHECK(told("o") == "at /result/0/o: expected a whole number, got an object of 1");
    CHECK(told("e") == "at /result/0/e: expected a whole number, got {}");
    CHECK(told("l") == "at /result/0/l: expected a whole number, got an array of 2");
    CHECK(told("n") == "at /result/0/n: expected a whole number, got null");
    CHECK(told("f") == "at /result/0/f: expected a whole number, got 1.5");
    CHECK(told("gone") == "at /result/0/gone: expected a whole number, got nothing");
    CHECK(row["gone"]["deep"][2].string().error().message ==
          "at /result/0/gone/deep/2: expected a string, got nothing");
    CHECK(document.root().string().error().message ==
          "at the top: expected a string, got an object of 1");
    CHECK(told("SECONDS").find('\n') == std::string::npos);
}

TEST_CASE("an error does not repeat a long text") {
    const Document document = read("\"" + std::string(100000, 'x') + "\"");
    CHECK(document.root().integer().error().message.size() < 200);
}

TEST_CASE("pointers follow RFC 6901") {
    const Document document = read(
        R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8,"~1":9,"0":10})");
    const Value root = document.root();
    const auto at = [&](const char* pointer) { return root.pointer(pointer).dump(); };
    CHECK(root.pointer("").is_object());
    CHECK(at("/foo") == R"(["bar","baz"])");
    CHECK(at("/foo/0") == "\"bar\"");
    CHECK(at("/") == "0");
    CHECK(at("/a~1b") == "1");
    CHECK(at("/c%d") == "2");
    CHECK(at("/e^f") == "3");
    CHECK(at("/g|h") == "4");
    CHECK(at("/i\\j") == "5");
    CHECK(at("/k\"l") == "6");
    CHECK(at("/ ") == "7");
    CHECK(at("/m~0n") == "8");
    CHECK(at("/~01") == "9");
    CHECK(at("/0") == "10");
    for (const char* nothing : {"/foo/2", "/foo/-", "/foo/00", "/foo/+1", "/foo/ 1", "/foo/x",
                                "/foo/99999999999999999999", "foo", "/FOO", "/foo/0/x", "//"})
        CHECK(root.pointer(nothing).missing());
}

TEST_CASE("the path of a value leads back to it") {
    const Document document = read(R"({"a":[{"b/c":1},{"m~n":[[],[2,{"x":null}]]}],"":{"":3}})");
    const Value deep = document.root()["a"][1]["m~n"][1][1]["x"];
    CHECK(deep.path() == "/a/1/m~0n/1/1/x");
    CHECK(document.root().pointer(deep.path()).null());
    CHECK(document.root()["a"][0]["b/c"].path() == "/a/0/b~1c");
    CHECK(document.root()[""][""].path() == "//");
    CHECK(document.root().path().empty());
    CHECK(document.root()["a"][7]["y/z"].path() == "/a/7/y~1z");
}

TEST_CASE("children come in the order of the text and members know their keys") {
    const Document document = read(R"({"z":[1,[2,3],{"q":4}],"a":{"b":5},"m":6})");
    std::string seen;
    for (const Value& member : document.root())
        seen += std::string(member.key()) + "=" + member.dump() + ";";
    CHECK(seen == R"(z=[1,[2,3],{"q":4}];a={"b":5};m=6;)");
    seen.clear();
    for (const Value& element : document.root()["z"]) {
        CHECK(element.key().empty());
        seen += element.dump() + ";";
    }
    CHECK(seen == R"(1;[2,3];{"q":4};)");
    CHECK(document.root().size() == 3);
    CHECK(document.root()["z"].size() == 3);
    CHECK(document.root()["m"].begin() == document.root()["m"].end());
}

TEST_CASE("an index is for arrays and a key for objects") {
    const Document document = read(R"({"0":"member","list":["element"]})");
    CHECK(document.root()[0].missing());
    CHECK(*document.root()["0"].string() == "member");
    CHECK(document.root()["list"]["0"].missing());
    CHECK(*document.root()["list"][0].string() == "element");
}

TEST_CASE("values outlive a move of their document") {
    Document first = read(R"({"a":["kept"]})");
    const Value value = first.root()["a"][0];
    const Document second = std::move(first);
    CHECK(*value.string() == "kept");
    CHECK(second.line_of(value) == 1);
    CHECK(value.path() == "/a/0");
}

TEST_CASE("every kind has a name") {
    const Document document = read(R"([null,true,1,"",[],{}])");
    std::string names;
    for (const Value& value : document.root()) names += std::string(to_string(value.kind())) + " ";
    CHECK(names == "null boolean number string array object ");
    CHECK(std::string(to_string(Value().kind())) == "missing");
}
