#include <catch2/catch.hpp>

#include "domain/own_company.h"
#include "support.h"

using namespace hb;
using namespace hb::domain;
using namespace hb::domain::test;

namespace {

using Own = OwnCompany::State;

const Ref kStudio = ref("bitrix24:company:1");
const Ref kSister = ref("bitrix24:company:2");
const Ref kClient = ref("bitrix24:company:12");

} // namespace

TEST_CASE(
    "a bill goes out in the name that the terms give, else in that of the only own company (G57)") {
    struct Row {
        std::optional<Ref> named;
        std::vector<Ref> own;
        bool read;
        Own state;
        std::optional<Ref> ref;
    };
    for (const auto& [named, own, read, state, expected] : std::vector<Row>{
             {kStudio, {kStudio, kSister}, true, Own::Found, kStudio},
             {kClient, {kStudio}, true, Own::NotOwn, kClient},
             {kSister, {kStudio}, false, Own::Unread, kSister},
             {std::nullopt, {kStudio}, false, Own::Found, kStudio},
             {std::nullopt, {kStudio, kSister}, false, Own::Several, std::nullopt},
             {std::nullopt, {}, false, Own::None, std::nullopt},
         }) {
        const auto found = own_company_of(named, own, read);
        INFO((named ? to_string(*named) : "none") << " of " << own.size());
        CHECK(found.state == state);
        CHECK(found.ref == expected);
    }
}

TEST_CASE(
    "none named and the only one named are the same; with several they are not (G57, rule 5)") {
    CHECK(same_own_company(std::nullopt, kStudio, {kStudio}));
    CHECK(same_own_company(kStudio, std::nullopt, {kStudio}));
    CHECK(same_own_company(std::nullopt, std::nullopt, {kStudio, kSister}));
    CHECK_FALSE(same_own_company(std::nullopt, kStudio, {kStudio, kSister}));
    CHECK_FALSE(same_own_company(kSister, kStudio, {kStudio}));
    CHECK_FALSE(same_own_company(std::nullopt, kSister, {kStudio}));
    CHECK_FALSE(same_own_company(std::nullopt, kSister, {}));
}

TEST_CASE("a brand's prefix takes force with the next year, and is no other company's (G57)") {
    CHECK(brand_prefix("HB-", false, false, false) == "HB-"); // nothing has begun
    CHECK(brand_prefix("HB-", false, true, false).empty());   // this year goes on as it began
    CHECK(brand_prefix("HB-", false, true, true) == "HB-");
    CHECK(brand_prefix("HB-", true, false, false).empty());
    CHECK(brand_prefix("HB-", true, true, true).empty());
    CHECK(brand_prefix("", false, false, false).empty());
}

TEST_CASE("a series that began goes on, whether terms name the company or not (G57, rule 15)") {
    const auto only = own_company_of(std::nullopt, {kStudio}, true);
    const auto named = own_company_of(kStudio, {kStudio}, true);
    CHECK(number_prefix(std::nullopt, only, false, false).empty());
    CHECK(number_prefix(kStudio, named, false, false) == "C1-");
    CHECK(number_prefix(kStudio, named, true, false).empty());
    CHECK(number_prefix(std::nullopt, only, false, true) == "C1-");
    CHECK(number_prefix(kStudio, named, true, true) == "C1-");    // books of before have both
    CHECK(number_prefix(std::nullopt, only, true, true).empty()); // and each goes on
    CHECK(number_prefix(std::nullopt, {}, true, false).empty());
}
