#include <catch2/catch.hpp>

#include "desk/reports.h"
#include "shop.h"

using namespace hb;
using namespace hb::web;
using namespace hb::web::test;

TEST_CASE("agreeing to the hash that is shown moves the report and leads back to the page (G43)") {
    Shop shop;
    const Answer taken = shop.agree(shop.hash());
    CHECK(taken.status == 303);
    CHECK(header(taken, "Location") == shop.link + "#thanks");
    CHECK(shop.world.state(shop.report) == "agreed");
    const Answer page = shop.get(shop.link);
    CHECK(shows(page, ">Agreed</p>"));
    CHECK_FALSE(shows(page, "<form"));
}

TEST_CASE(
    "a click while the end of a reading is being settled comes after what the reading found") {
    Shop shop;
    auto& world = shop.world;
    const auto other = world.company("Vasilek LLC");
    world.pull();
    world.advance(std::chrono::minutes{1});
    hb::test::World::TaskMaker maker;
    maker.links = {"CO_" + std::to_string(other)};
    world.entry(world.task(maker), shop.person, 3600, "2026-06-03T10:00:00+03:00");
    world.contract(other);
    world.tag_task(shop.task, {"bug"}); // what was sent is no longer billable
    const auto corrections = [&] {
        return world.tables->reports.adjustments_of_report(shop.report).size();
    };
    int clicks = 0;
    const auto usual = world.books->failpoint;
    world.books->failpoint = [&](std::string_view moment) {
        if (moment != "between settlements" || clicks++ > 0) return;
        CHECK(corrections() == 0);
        CHECK(shop.agree(shop.hash()).status == 303);
        CHECK(corrections() == 1);
        const auto client = world.tables->reports.find(shop.report)->client;
        CHECK(world.tables->touched.unsettled_by(client).empty());
    };
    world.pull();
    world.books->failpoint = usual;
    CHECK(clicks > 0);
    CHECK(world.state(shop.report) == "agreed");
    CHECK(corrections() == 1);
}

TEST_CASE("a second click agrees to nothing new and is not told off") {
    Shop shop;
    const std::string hash = shop.hash();
    REQUIRE(shop.agree(hash).status == 303);
    shop.world.run();
    const std::int64_t writes = shop.world.writes();
    const Answer second = shop.agree(hash);
    CHECK(second.status == 303);
    CHECK(header(second, "Location") == shop.link + "#already");
    shop.world.run();
    CHECK(shop.world.writes() == writes);
    CHECK(shop.world.deals().size() == 1);
}

TEST_CASE("a hash that is not current is refused with 409 and the current figures (rule 57)") {
    Shop shop;
    const std::string old = shop.hash();
    shop.send_another_revision();
    const Answer refused = shop.agree(old);
    CHECK(refused.status == 409);
    CHECK(shows(refused, "your agreement was not recorded"));
    CHECK(shows(refused, "225.00\u00A0BYN"));
    CHECK(shows(refused, "value=\"" + shop.hash() + "\""));
    CHECK(shop.world.state(shop.report) == "sent");
}

TEST_CASE("without a hash, with an empty one or with two there is no agreement") {
    Shop shop;
    const std::string hash = shop.hash();
    for (const std::string& body :
         {std::string(), std::string("hash="), std::string("hash"), "other=" + hash,
          "hash=" + hash + "&hash=" + hash, "hash=" + hash + "0", "HASH=" + hash,
          std::string(60000, 'a'), "hash=%00" + hash}) {
        INFO(body.substr(0, 80));
        CHECK(shop.post(shop.link + "/agree", body).status == 409);
        CHECK(shop.world.state(shop.report) == "sent");
    }
}

TEST_CASE("the record of an agreement keeps channel, address and what the person said (rule 57)") {
    Shop shop;
    const Answer taken =
        shop.post(shop.link + "/agree",
                  "hash=" + shop.hash() + "&name=Chief%20of%0APurchasing&email=chief%40romashka.by",
                  "198.51.100.7");
    REQUIRE(taken.status == 303);
    const auto row = shop.world.tables->reports.find(shop.report);
    CHECK(row->agreed_by == "page:198.51.100.7 Chief of Purchasing <chief@romashka.by>");
    CHECK(row->agreed_hash == shop.hash());
    // The page shows the name they gave, and neither address.
    const Answer page = shop.get(shop.link);
    CHECK(shows(page, "Agreed by <bdi>Chief of Purchasing</bdi> on "));
    CHECK_FALSE(shows(page, "198.51.100.7"));
    CHECK_FALSE(shows(page, "chief@romashka.by"));
}

TEST_CASE("who agreed without a name, or among staff, is not named on the page") {
    Shop by_page;
    REQUIRE(by_page.post(by_page.link + "/agree", "hash=" + by_page.hash() + "&email=a%40b.by")
                .status == 303);
    CHECK(shows(by_page.get(by_page.link), "<p>Agreed on "));
    Shop by_staff;
    REQUIRE(
        desk::agree(*by_staff.world.books, by_staff.report, by_staff.hash(), {"uid:1000 Secretive"})
            .ok());
    const Answer page = by_staff.get(by_staff.link);
    CHECK(shows(page, "<p>Agreed on "));
    CHECK_FALSE(shows(page, "Secretive"));
}

TEST_CASE("what a stranger says of themselves is cut and stays one line of text") {
    Shop shop;
    REQUIRE(shop.post(shop.link + "/agree",
                      "hash=" + shop.hash() + "&name=" + std::string(5000, 'x') + "%FF")
                .status == 303);
    CHECK(shop.world.tables->reports.find(shop.report)->agreed_by->size() < 160);
}
