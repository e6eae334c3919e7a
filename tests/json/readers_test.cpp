#include <limits>

#include <catch2/catch.hpp>

#include "json/value.h"

using namespace hb;
using namespace hb::json;

namespace {

// What each reader makes of one JSON value, "-" for an error.
template <class T> std::string told(const Result<T>& result) {
    if (!result) return "-";
    if constexpr (std::is_same_v<T, bool>)
        return *result ? "true" : "false";
    else if constexpr (std::is_same_v<T, std::string>)
        return *result;
    else
        return std::to_string(*result);
}

struct Row {
    const char* json;
    const char* string;
    const char* integer;
    const char* text;
    const char* decimal;
    const char* flag;
    bool nothing;
};

} // namespace

TEST_CASE("numbers, texts and the ways to say nothing are told apart by every reader (26.2)") {
    const Row rows[] = {
        {"42", "-", "42", "42", "42", "-", false},
        {"\"42\"", "42", "42", "42", "42", "-", false},
        {"-7", "-", "-7", "-7", "-7", "-", false},
        {"\"-7\"", "-7", "-7", "-7", "-7", "-", false},
        {"1", "-", "1", "1", "1", "true", false},
        {"\"1\"", "1", "1", "1", "1", "true", false},
        {"0", "-", "0", "0", "0", "false", false},
        {"\"0\"", "0", "0", "0", "0", "false", false},
        {"19000.50", "-", "-", "19000.50", "19000.50", "-", false},
        {"\"19000.50\"", "19000.50", "-", "19000.50", "19000.50", "-", false},
        {"1.0", "-", "-", "1.0", "1.0", "-", false},
        {"1e3", "-", "-", "1e3", "-", "-", false},
        {"\"1e3\"", "1e3", "-", "1e3", "-", "-", false},
        {"\" 42\"", " 42", "-", " 42", "-", "-", false},
        {"\"+42\"", "+42", "-", "+42", "-", "-", false},
        {"\"1,5\"", "1,5", "-", "1,5", "-", "-", false},
        {"\".5\"", ".5", "-", ".5", "-", "-", false},
        {"\"5.\"", "5.", "-", "5.", "-", "-", false},
        {"\"-\"", "-", "-", "-", "-", "-", false},
        {"\"Y\"", "Y", "-", "Y", "-", "true", false},
        {"\"y\"", "y", "-", "y", "-", "true", false},
        {"\"N\"", "N", "-", "N", "-", "false", false},
        {"\"n\"", "n", "-", "n", "-", "false", false},
        {"\"true\"", "true", "-", "true", "-", "true", false},
        {"\"false\"", "false", "-", "false", "-", "false", false},
        {"\"yes\"", "yes", "-", "yes", "-", "-", false},
        {"true", "-", "-", "-", "-", "true", false},
        {"false", "-", "-", "-", "-", "false", false},
        {"null", "-", "-", "-", "-", "false", true},
        {"\"\"", "", "-", "", "-", "false", true},
        {"[]", "-", "-", "-", "-", "-", true},
        {"{}", "-", "-", "-", "-", "-", true},
        {"[0]", "-", "-", "-", "-", "-", false},
        {"{\"a\":null}", "-", "-", "-", "-", "-", false},
    };
    for (const Row& row : rows) {
        const auto document = Document::parse(row.json);
        REQUIRE(document);
        const Value value = document->root();
        INFO(row.json);
        CHECK(told(value.string()) == row.string);
        CHECK(told(value.integer()) == row.integer);
        CHECK(told(value.text()) == row.text);
        CHECK(told(value.decimal()) == row.decimal);
        CHECK(told(value.flag()) == row.flag);
        CHECK(value.nothing() == row.nothing);
    }
}

TEST_CASE("true and false are exact: nothing else is a boolean") {
    const auto document = Document::parse(R"([true,false,1,"Y",null])");
    REQUIRE(document);
    CHECK(told(document->root()[0].boolean()) == "true");
    CHECK(told(document->root()[1].boolean()) == "false");
    for (std::size_t i = 2; i < 5; ++i) CHECK(told(document->root()[i].boolean()) == "-");
}

TEST_CASE("integers end where 64 bits end, and their text is kept") {
    const auto document = Document::parse(
        R"([9223372036854775807,-9223372036854775808,9223372036854775808,"99999999999999999999"])");
    REQUIRE(document);
    const Value root = document->root();
    CHECK(*root[0].integer() == std::numeric_limits<std::int64_t>::max());
    CHECK(*root[1].integer() == std::numeric_limits<std::int64_t>::min());
    CHECK(root[2].integer().error().message ==
          "at /2: expected a whole number, got 9223372036854775808");
    CHECK(*root[2].text() == "9223372036854775808");
    CHECK_FALSE(root[3].integer());
}

TEST_CASE("an optional text is there or not, whatever the remote sent instead") {
    const auto document = Document::parse(R"(["x",7,"",null,[],{},true,["x"]])");
    REQUIRE(document);
    CHECK(document->root()[0].text_view() == "x");
    CHECK(document->root()[1].text_view() == "7");
    for (std::size_t i = 2; i < 9; ++i) CHECK_FALSE(document->root()[i].text_view());
}
