#include <catch2/catch.hpp>

#include "domain/names.h"

using namespace hb::domain;

TEST_CASE("names are compared without case, accents and quotation marks") {
    CHECK(typed_name("  «Café   Zürich» ") == "cafe zurich");
    CHECK(typed_name("CAFÉ ZÜRICH") == "cafe zurich");
    CHECK(typed_name("Cafe\u0301 'Zu\u0308rich'") == "cafe zurich");
    CHECK(typed_name("ООО \"Чёрный Йод\"") == typed_name("ооо черныи иод"));
    CHECK(typed_name("Łódź Straße") == "lodz strasse");
    CHECK(typed_name("").empty());
}

TEST_CASE("of several names the one that is the same is meant, not those that begin alike") {
    using Found = std::vector<std::size_t>;
    const std::vector<std::string> names{"Delta", "Delta Logistics GmbH", "OOO «Ромашка»",
                                         "Blue Harbor", "Café Zürich"};
    CHECK(names_meant("delta", names) == Found{0});
    CHECK(names_meant("Delta Logistics", names) == Found{1}); // without its legal form
    CHECK(names_meant("ромашка", names) == Found{2});
    CHECK(names_meant("harb", names) == Found{3}); // a word begins so
    CHECK(names_meant("cafe", names) == Found{4});
    CHECK(names_meant("arbor", names).empty());
    CHECK(names_meant("", names).empty());
    CHECK(names_meant("  \"\" ", names).empty());
}

TEST_CASE("a name that fits two is told as two") {
    CHECK(names_meant("acme", {"Acme", "ACME", "Acme East"}) == std::vector<std::size_t>{0, 1});
    CHECK(names_meant("acm", {"Acme", "ACME", "Other"}) == std::vector<std::size_t>{0, 1});
}
