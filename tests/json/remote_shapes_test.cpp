// Answers as remotes really send them: what a client must survive (protocol section 1.7).

#include <catch2/catch.hpp>

#include "json/value.h"

using namespace hb;
using namespace hb::json;

namespace {
Document read(std::string_view text) {
    return std::move(Document::parse(text)).value();
}
} // namespace

TEST_CASE("an id is the same whether it came as a number or as text (26.2)") {
    const Document document = read(R"({"a":{"ID":691},"b":{"ID":"691"}})");
    CHECK(*document.root()["a"]["ID"].text() == *document.root()["b"]["ID"].text());
    CHECK(*document.root()["a"]["ID"].integer() == *document.root()["b"]["ID"].integer());
}

TEST_CASE("a field that is null, empty, missing, [] or {} is nothing, 0 and false are something") {
    const Document document = read(R"({"n":null,"s":"","l":[],"o":{},"z":0,"f":false,"zero":"0"})");
    for (const char* key : {"n", "s", "l", "o", "gone"}) CHECK(document.root()[key].nothing());
    for (const char* key : {"z", "f", "zero"}) CHECK_FALSE(document.root()[key].nothing());
}

TEST_CASE("PHP's empty object is an array: reading members of it finds nothing") {
    const Document document = read(R"({"result":[],"result_error":[],"time":{"start":1}})");
    CHECK(document.root()["result"]["tasks"].missing());
    CHECK(document.root()["result_error"]["q0"].missing());
    CHECK(document.root()["result_error"].nothing());
}

TEST_CASE("`error` may be of any JSON type (26.2)") {
    struct Case {
        const char* json;
        const char* text; // as a caller sees it who wants words
    };
    const Case cases[] = {
        {R"({"error":"QUERY_LIMIT_EXCEEDED"})", "QUERY_LIMIT_EXCEEDED"},
        {R"({"error":0})", "0"},
        {R"({"error":""})", ""},
        {R"({"error":null})", ""},
        {R"({"error":false})", ""},
        {R"({"error":[]})", ""},
        {R"({"error":{"code":"X","message":"m"}})", ""},
        {R"({"error":["a","b"]})", ""},
        {R"({"result":1})", ""},
    };
    for (const Case& each : cases) {
        const Document document = read(each.json);
        INFO(each.json);
        CHECK(document.root()["error"].text_view().value_or("") == each.text);
    }
    const Document nested = read(R"({"error":{"code":"X"}})");
    CHECK(nested.root().pointer("/error/code").text_view() == "X");
}

TEST_CASE("unknown keys are passed over and known ones found among them (26.2)") {
    const Document document =
        read(R"({"x":{"ID":1},"y":[{"ID":2}],"ID":"3","id":4,"Id":5,"~":{"ID":6}})");
    CHECK(*document.root()["ID"].integer() == 3);
    CHECK(*document.root()["id"].integer() == 4);
}

TEST_CASE("Cyrillic and emoji come through keys and values, escaped or not (26.2)") {
    const Document document = read(
        R"({"Задача":"Отчёт 👩🏽‍💻 «ёлки»","\u0417":"\u041e\u0442\u0447\u0451\u0442 \ud83d\udc4d"})");
    CHECK(*document.root()["Задача"].string() == "Отчёт 👩🏽‍💻 «ёлки»");
    CHECK(*document.root()["З"].string() == "Отчёт 👍");
    CHECK(document.root().dump() ==
          R"({"Задача":"Отчёт 👩🏽‍💻 «ёлки»","З":"Отчёт 👍"})");
}

TEST_CASE("an HTML error page and an empty body are malformed, not a crash (26.2)") {
    for (const char* body : {"<html>\n<head><title>502</title></head></html>", "", "\n",
                             "Service Unavailable", "error: too many requests", "%PDF-1.4"}) {
        const auto parsed = Document::parse(body);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().code == Code::Malformed);
    }
}

TEST_CASE("a page of 50 rows with long descriptions is read whole (26.2)") {
    std::string description;
    for (int i = 0; i < 4000; ++i) description += "Длинное описание 😀 \\\"с кавычками\\\"\\n";
    std::string page = "{\"result\":[";
    for (int i = 0; i < 50; ++i)
        page += (i > 0 ? ",{\"ID\":\"" : "{\"ID\":\"") + std::to_string(i) +
                "\",\"DESCRIPTION\":\"" + description + "\"}";
    page += "],\"total\":50}";
    const Document document = read(page);
    CHECK(document.root()["result"].size() == 50);
    CHECK(*document.root()["result"][49]["ID"].integer() == 49);
    CHECK(document.root().dump() == page);
    CHECK(document.root()["result"][49]["DESCRIPTION"].string()->size() > 100000);
}

TEST_CASE("an error in localised words is kept as it is (26.2)") {
    const Document document = read(
        R"({"error":"ERROR_CORE","error_description":"Доступ запрещён.<br>Обратитесь к <b>админу<\/b>"})");
    CHECK(document.root()["error_description"].text_view() ==
          "Доступ запрещён.<br>Обратитесь к <b>админу</b>");
}
