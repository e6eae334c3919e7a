#include <catch2/catch.hpp>

#include "engine/books_world.h"

using namespace hb;

TEST_CASE("a contract in a currency that the CRM lacks, or that it can't hold, is refused (G12)") {
    test::BooksWorld world;
    world.company("1", "Client");
    const auto apply = [&](const std::string& currency) {
        return world.contract("1", R"("valid_from":"2026-01-01","currency":")" + currency +
                                       R"(","rates":[{"amount":"90"}])");
    };
    for (const char* currency : {"USD", "KWD"}) { // the CRM knows BYN, EUR and JPY
        const auto refused = apply(currency);
        INFO(currency);
        REQUIRE(!refused.ok());
        CHECK(refused.error().code == Code::Usage);
        CHECK(refused.error().message.find(currency) != std::string::npos);
    }
    CHECK(world.tables->contracts.all().empty());
    CHECK(apply("EUR").ok());
}
