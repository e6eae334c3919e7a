#include <catch2/catch.hpp>

#include <set>

#include "base/seal.h"

using namespace hb;

namespace {

const Secret kKey{"a key of sixteen or more letters"};

} // namespace

TEST_CASE("what was sealed opens with the same key about the same thing, and holds no clear text") {
    CountingIds ids;
    for (const std::string& text : {std::string("refresh-token-0123456789"), std::string(),
                                    std::string("a\0b\xff", 4), std::string(5000, 'x')}) {
        const std::string sealed = seal(kKey, "remote 1 tokens", Secret(text), ids);
        if (text.size() > 4) CHECK(sealed.find(text.substr(0, 8)) == std::string::npos);
        const auto open = unseal(kKey, "remote 1 tokens", sealed);
        REQUIRE(open);
        CHECK(open->reveal() == text);
        CHECK_FALSE(unseal(Secret("another key of sixteen letters"), "remote 1 tokens", sealed));
        CHECK_FALSE(unseal(kKey, "remote 2 tokens", sealed));
    }
}

TEST_CASE("a sealed text in which any letter was changed, or that was cut, does not open") {
    CountingIds ids;
    const std::string sealed = seal(kKey, "x", Secret("tokens"), ids);
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = changed[i] == '0' ? '1' : '0';
        CHECK_FALSE(unseal(kKey, "x", changed));
        CHECK_FALSE(unseal(kKey, "x", sealed.substr(0, i)));
    }
    CHECK_FALSE(unseal(kKey, "x", ""));
    CHECK_FALSE(unseal(kKey, "x", "s1:zz"));
    CHECK(unseal(kKey, "x", sealed));
}

TEST_CASE("the same text is never sealed twice alike") {
    RandomIds ids;
    std::set<std::string> seen;
    for (int i = 0; i < 50; ++i) seen.insert(seal(kKey, "x", Secret("tokens"), ids));
    CHECK(seen.size() == 50);
}
