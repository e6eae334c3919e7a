#include <catch2/catch.hpp>

#include <set>

#include "domain/op_key.h"
#include "domain/op_kind.h"
#include "domain/purpose.h"

using namespace hb;
using namespace hb::domain;

TEST_CASE("every kind of write has one name in the books, and no other word is one (G60)") {
    std::set<std::string_view> names;
    for (int i = 1; i <= static_cast<int>(OpKind::WebhookSend); ++i) {
        const auto kind = static_cast<OpKind>(i);
        const auto name = to_string(kind);
        names.insert(name);
        REQUIRE(parse_op_kind(name).ok());
        CHECK((*parse_op_kind(name) == kind));
    }
    CHECK(names.size() == kOpKinds.size());
    for (const char* word : {"", "deal", "deal.", "Deal.create", "deal.create ", "deal.paint"}) {
        INFO(word);
        CHECK_FALSE(parse_op_kind(word).ok());
    }
    CHECK_THROWS(to_string(OpKind::Unset));
}

TEST_CASE("a create is known by the object that it brings") {
    for (const auto& row : kOpKinds) {
        const auto object = object_of(row.kind);
        INFO(row.name);
        if (!object.empty()) CHECK((create_of(object) == row.kind));
        CHECK(object.empty() ==
              (row.kind != OpKind::DealCreate && row.kind != OpKind::InvoiceCreate &&
               row.kind != OpKind::CardCreate && row.kind != OpKind::DocumentCreate));
    }
    for (const char* word : {"", "comment", "task", "payment"}) CHECK_FALSE(create_of(word));
}

TEST_CASE("purposes are written as the books of schema 1 have them") {
    const auto now = from_epoch_ms(1'780'000'000'000);
    const std::pair<Purpose, const char*> table[] = {
        {Purpose::deal(17), "report 17 deal"},
        {Purpose::deal_rows(17), "report 17 rows"},
        {Purpose::deal_failed(17), "report 17 stage"},
        {Purpose::invoice(17), "report 17 invoice"},
        {Purpose::invoice_rows(17), "report 17 invoice rows"},
        {Purpose::invoice_failed(17), "report 17 invoice stage"},
        {Purpose::document(17, "11"), "report 17 document 11"},
        {Purpose::comment(17, "sent"), "report 17 comment sent"},
        {Purpose::comment(17, "sent").again(2), "report 17 comment sent 2"},
        {Purpose::card(17), "report 17 card"},
        {Purpose::card_fields(17), "report 17 card fields"},
        {Purpose::card_files(17), "report 17 card files"},
        {Purpose::card_state(3), "card 3 state"},
        {Purpose::card_adoption(3), "card 3 adopt"},
        {Purpose::card_comment(3, 2), "card 3 comment 2"},
        {Purpose::task_mark(5), "task 5 mark"},
        {Purpose::entry_mark(9), "entry 9 mark"},
        {Purpose::mark_setup("paymo"), "marks of paymo"},
        {Purpose::mark_field("bitrix24", "UF_HB_PAID"), "field bitrix24 UF_HB_PAID"},
        {Purpose::notice_of_event(812).by_rule(0), "notice event 812 0"},
        {Purpose::notice_of_outage("bitrix24", "2026-06-01T00:00:00Z"),
         "notice outage bitrix24 2026-06-01T00:00:00Z"},
        {Purpose::notice_of_stuck(4, now), "notice stuck 4 1780000000"},
        {Purpose::notice_of_remote("stale", 2, now), "notice stale 2 1780000000"},
        {Purpose::notice_of_bill(17, 3), "notice overdue 17 3"},
        {Purpose::notice_test("000000000001"), "notice test 000000000001"},
    };
    std::set<std::string> texts;
    for (const auto& [purpose, text] : table) {
        CHECK(purpose.text() == text);
        CHECK((purpose == Purpose::stored(text)));
        texts.insert(purpose.text());
    }
    CHECK(texts.size() == std::size(table));
}

TEST_CASE("a key of ours is known by how it begins (G18)") {
    CountingIds ids;
    const std::string key = new_key(ids);
    CHECK(key == "hb-00000000000000000000000000000001");
    CHECK(is_our_key(key));
    CHECK(id_of_key(key) == "00000000000000000000000000000001");
    for (const char* other : {"", "hb", "HB-1", "x hb-1"}) CHECK_FALSE(is_our_key(other));
}
