#include "domain/exchange.h"

#include <catch2/catch.hpp>

using namespace hb;
using namespace hb::domain;

TEST_CASE("a reference is REMOTE:KIND:ID and reads back as written") {
    for (const char* text : {"bitrix24:company:12", "worksection:entry:88", "a:task:x:y",
                             "bitrix24:project:7", "bitrix24:payment:1"}) {
        INFO(text);
        CHECK(to_string(parse_ref(text).value()) == text);
    }
    CHECK(parse_ref("a:task:x:y").value().id == "x:y");
}

TEST_CASE("what is not a reference says what is missing") {
    const auto told = [](const char* text) { return parse_ref(text).error().message; };
    CHECK(told("bitrix24") == "\"bitrix24\" is not a reference: it needs two colons");
    CHECK(told("bitrix24:task") == "\"bitrix24:task\" is not a reference: it needs two colons");
    CHECK(told(":task:1") == "\":task:1\" is not a reference: the remote has no name");
    CHECK(told("a b:task:1") == "\"a b:task:1\" is not a reference: the remote has no name");
    CHECK(told("b:task:") == "\"b:task:\" is not a reference: the id is missing");
    CHECK(told("b:task:\x7f") == "\"b:task:\x7f\" is not a reference: the id is missing");
    CHECK(told("b:compny:1") ==
          "\"b:compny:1\" is not a reference: there is no kind \"compny\", did you mean company?");
    CHECK(told("b:zzzzzzzz:1") ==
          "\"b:zzzzzzzz:1\" is not a reference: there is no kind \"zzzzzzzz\"");
    CHECK(parse_ref("x").error().code == Code::Usage);
}
