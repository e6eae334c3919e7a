#include <catch2/catch.hpp>

#include "books.h"

using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

TEST_CASE("a payment is known by its external id: importing it twice changes nothing (rule 39)") {
    Books books;
    const std::int64_t report = books.add_report(books.add_company("12"));
    PaymentRow row;
    row.report = report;
    row.source = "planner";
    row.external_id = "payment 4";
    row.amount = 5000;
    row.currency = "EUR";
    row.date = day(130);
    row.ref = "bank 77";
    row.actor = "planner";
    row.at = at(9);
    Tx tx(*books.db);
    const std::int64_t id = books.reports.add_payment(row);
    CHECK(id > 0);
    CHECK(books.reports.add_payment(row) == 0);
    row.source = "hand";
    CHECK(books.reports.add_payment(row) > 0);
    REQUIRE(books.reports.payments(report).size() == 2);
    CHECK(books.reports.payments({}).size() == 2);
    CHECK(books.reports.payments(report + 1).empty());

    CHECK(books.reports.reverse_payment(id, "bounced", at(10)));
    CHECK_FALSE(books.reports.reverse_payment(id, "again", at(11)));
    const PaymentRow back = books.reports.find_payment(id).value();
    CHECK(back.amount == 5000);
    CHECK(back.date == day(130));
    CHECK(back.reversed_reason == "bounced");
    CHECK(back.reversed_at == at(10));
}
