#include <catch2/catch.hpp>

#include "base/digest.h"
#include "books/step.h"
#include "engine/world.h"
#include "store/people.h"
#include "web/api/staff.h"

// A wish with an Idempotency-Key while it is worked for, and after its process died.

namespace hb::test {
namespace {

constexpr const char* kKey = "one-key-of-this-test";
constexpr const char* kBody = R"({"company":"bitrix24:company:12","period":"2026-03"})";

struct Place {
    Place()
        : staff(*world.books,
                {"https://staff.example", [this](const auto&, const auto&, const auto*) {
                     ++commands;
                     if (meanwhile) meanwhile();
                     return web::api::Told{0, R"({"id":7,"state":"draft"})"};
                 }}) {
        books::Step step = world.books->begin(books::Actor{"test"});
        step->people().add_token({0, "ci", sha256_hex("secret"), {"manager"}, step.now()});
        step.done();
    }
    web::Answer ask(const std::string& body = kBody, const std::string& path = "/reports") {
        return ask_of(staff, body, path);
    }
    static web::Answer ask_of(web::api::Staff& staff, const std::string& body,
                              const std::string& path) {
        web::api::Request wish;
        wish.method = "POST";
        wish.path = "/api/v1" + path;
        wish.body = body;
        wish.headers = {{"Host", "staff.example"},
                        {"Authorization", "Bearer secret"},
                        {"Content-Type", "application/json"},
                        {"Idempotency-Key", kKey}};
        std::string route;
        return staff.answer(wish, route);
    }
    // As a process leaves it that took the wish up and died.
    void leave_unfinished() {
        books::Step step = world.books->begin(books::Actor{"token:ci"});
        const std::string wish = sha256_hex(std::string("/api/v1/reports\n") + kBody);
        step->people().keep_answer({"token:ci", sha256_hex(kKey), wish, 0, "", "", step.now()});
        step.done();
    }
    World world;
    int commands = 0;
    std::function<void()> meanwhile;
    web::api::Staff staff;
};

} // namespace

TEST_CASE("a wish whose process died is tried again by its key; another wish may not use it") {
    Place place;
    place.leave_unfinished();
    const auto other = place.ask(R"({"company":"bitrix24:company:13","period":"2026-03"})");
    CHECK(other.status == 409);
    CHECK(place.commands == 0);
    const auto done = place.ask();
    CHECK(done.status == 201);
    CHECK(place.commands == 1);
    const auto again = place.ask();
    CHECK(again.status == 201);
    CHECK(again.body == done.body);
    CHECK(place.commands == 1);
}

TEST_CASE(
    "a wish that is being worked for is not begun a second time, and one that failed may be") {
    Place place;
    web::Answer second;
    place.meanwhile = [&] {
        place.meanwhile = nullptr;
        second = place.ask();
        throw std::runtime_error("no room on the disk");
    };
    CHECK(place.ask().status == 500);
    CHECK(second.status == 409);
    CHECK(second.body.find("being worked for") != std::string::npos);
    CHECK(place.commands == 1);
    CHECK(place.ask().status == 201);
    CHECK(place.commands == 2);
}

} // namespace hb::test
