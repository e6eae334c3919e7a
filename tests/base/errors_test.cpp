#include <memory>

#include <catch2/catch.hpp>

#include "base/result.h"
#include "base/secret.h"

using namespace hb;

TEST_CASE("an error is told in one line") {
    CHECK(to_string(Error{Code::Remote, "the portal refused", "503", "try later"}) ==
          "the portal refused (503). try later");
    CHECK(to_string(Error{Code::Remote, "the portal refused", "", ""}) == "the portal refused");
    CHECK(to_string(Error{Code::Remote, "Is it there?", "", "look"}) == "Is it there? look");
    CHECK(to_string(Error{Code::Remote, "two\r\nlines", "", ""}) == "two  lines");
}

TEST_CASE("every code has a name of its own") {
    CHECK(std::string(to_string(Code::Usage)) == "usage");
    CHECK(std::string(to_string(Code::NeedsPerson)) == "needs a person");
    CHECK(std::string(to_string(Code::Machine)) == "machine");
}

TEST_CASE("a result is a value or an error, and asking for the other is a broken invariant") {
    Result<int> good = 7;
    CHECK(*good == 7);
    CHECK_THROWS_AS(good.error(), BrokenInvariant);
    const Result<int> bad = Error{Code::Usage, "no", "", ""};
    CHECK_FALSE(bad);
    CHECK(bad.error().message == "no");
    CHECK_THROWS_AS(bad.value(), BrokenInvariant);
}

TEST_CASE("a result can hand over what can't be copied") {
    Result<std::unique_ptr<int>> made = std::make_unique<int>(3);
    const std::unique_ptr<int> taken = std::move(made).value();
    CHECK(*taken == 3);
}

TEST_CASE("a status is good unless it carries an error") {
    CHECK(Status().ok());
    CHECK(Status(Error{Code::Conflict, "taken", "", ""}).error().code == Code::Conflict);
}

TEST_CASE("a broken invariant says which") {
    CHECK_NOTHROW(ensure(true, "fine"));
    CHECK_THROWS_WITH(ensure(false, "the sums differ"), "the sums differ");
}
