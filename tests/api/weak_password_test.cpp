#include <catch2/catch.hpp>

#include "desk/weak_password.h"

// What is guessed first is no password (ASVS 6.2.4).

namespace hb::test {

TEST_CASE("passwords that are used most are refused, alone, in pairs and with digits and signs") {
    for (const char* weak :
         {"qwerty123456", "123QWEasdzxc", "password1234", "passwordpassword", "Monkey-Dragon",
          "dragon123456", "20monkey!!dragon", "aaaaaaaaaaaa", "Bitrix24-2026!", "eleven byte"}) {
        INFO(weak);
        CHECK(desk::is_weak("ann", weak));
    }
}

TEST_CASE(
    "what nobody guesses first is taken: several words, and common ones with enough around them") {
    for (const char* good : {"violet harbour candle", "correct horse battery",
                             "monkey83920174650193", "dragon letter box", "k7#mQ2v!xTz9"}) {
        INFO(good);
        CHECK_FALSE(desk::is_weak("ann", good));
    }
    CHECK(desk::is_weak("ann", "violet harbour") == false);
    CHECK(desk::is_weak("harbour", "violet harbour candle"));
    CHECK(desk::is_weak("ann", std::string(129, 'x') + "y"));
    CHECK_FALSE(desk::is_weak("ann", std::string(64, 'x') + std::string(64, 'y')));
}

} // namespace hb::test
