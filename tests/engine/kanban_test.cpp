#include <algorithm>
#include <catch2/catch.hpp>

#include "desk/decisions.h"
#include "engine/asks.h"
#include "engine/kanban.h"

using namespace hb;
using namespace hb::test;

namespace {

struct Agency {
    std::int64_t client = 0;
    std::int64_t worker = 0;
    std::int64_t task = 0;
};

// One client with an hour and a half of work in June, and a contract.
Agency agency(World& world) {
    Agency a;
    a.client = world.company("Client");
    a.worker = world.user("Worker");
    a.task = world.task({"Landing page", {"CO_" + std::to_string(a.client)}, {}, 0, 0, 5});
    world.entry(a.task, a.worker, 3600, "2026-06-10T10:00:00+03:00");
    world.entry(a.task, a.worker, 1800, "2026-06-11T10:00:00+03:00");
    REQUIRE_FALSE(world.pull().error);
    world.contract(a.client);
    setup_portal(world);
    return a;
}

lanes::RunReport work(World& world) {
    const auto ran = world.run(std::chrono::seconds{600});
    for (const auto& error : ran.errors) UNSCOPED_INFO(error);
    CHECK(ran.errors.empty());
    return ran;
}

std::int64_t times_logged(World& world, std::int64_t report, const std::string& action) {
    const auto events = world.tables->events.of_report(report);
    return std::count_if(events.begin(), events.end(),
                         [&](const auto& event) { return event.action == action; });
}

std::string last(const std::vector<std::string>& texts) {
    return texts.empty() ? "" : texts.back();
}

} // namespace

TEST_CASE("the portal is set up once: a second run finds everything and writes nothing (R5)") {
    World world({"", "on_agree", domain::LatePolicy::Ask, true, false});
    agency(world);
    const auto writes = world.writes();
    setup_portal(world);
    CHECK(world.writes() == writes);
}

TEST_CASE("a card made by a manager travels over the kanban to Paid: one deal, one invoice, two "
          "documents, marked tasks (M-S7 to M-S16, G36)") {
    World world({"", "on_agree", domain::LatePolicy::Ask, true, false});
    const auto a = agency(world);
    const auto card = make_card(world, {a.client, "2026-06-01", "2026-06-30"});
    work(world);
    const auto report = report_of_card(world, card);
    REQUIRE(report.has_value());
    CHECK(world.state(*report) == "draft");
    CHECK(card_field(world, card, "total") == "135.00 BYN");
    CHECK(card_field(world, card, "hours") == "1:30");
    CHECK(cards(world).size() == 1); // our own card makes no second one
    // What its client would see.
    CHECK(card_field(world, card, "link").rfind("https://reports.example.com/d/", 0) == 0);

    move_card(world, card, "sent");
    work(world);
    CHECK(world.state(*report) == "sent");
    CHECK(card_state(world, card) == "sent");
    CHECK(card_field(world, card, "link").rfind("https://reports.example.com/r/", 0) == 0);

    move_card(world, card, "agreed");
    work(world);
    CHECK(world.state(*report) == "invoiced");
    CHECK(card_state(world, card) == "invoiced");
    REQUIRE(world.deals().size() == 1);
    REQUIRE(invoices(world).size() == 1);
    const auto deal = world.deals().front();
    CHECK(card_field(world, card, "deal") == std::to_string(deal));
    CHECK(documents_of(world, deal) == 2);
    const auto documents = world.tables->documents.of_report(*report);
    REQUIRE(documents.size() == 2);
    for (const auto& document : documents) {
        CHECK(document.state == "stored");
        CHECK(document.bytes > 0);
    }

    move_invoice(world, invoices(world).front(), "S");
    work(world);
    CHECK(world.state(*report) == "paid");
    CHECK(card_state(world, card) == "paid");
    CHECK(card_field(world, card, "paid") == "135.00 BYN");
    CHECK(world.mark(a.task, "UF_HB_PAID") == "100");
    CHECK(world.verify() == "");

    const std::string before = crm_text(world);
    const auto writes = world.writes();
    work(world);
    CHECK(crm_text(world) == before);
    CHECK(world.writes() == writes); // R5
}

TEST_CASE("a report made by a command gets a card of its own, which never makes a report (G36)") {
    World world({"", "on_agree", domain::LatePolicy::Ask, true, false});
    const auto a = agency(world);
    const auto report = world.draft(a.client, "2026-06-01", "2026-06-30");
    work(world);
    REQUIRE(cards(world).size() == 1);
    const auto card = cards(world).front();
    CHECK(report_of_card(world, card) == report);
    CHECK(card_state(world, card) == "draft");
    CHECK(card_field(world, card, "from") == "2026-06-01T03:00:00+03:00");
    world.send(report);
    work(world);
    CHECK(card_state(world, card) == "sent");
    CHECK(world.tables->reports.list(std::nullopt, std::nullopt).size() == 1);
}

TEST_CASE("a move that is not allowed is undone with a comment that says why and what to do") {
    World world({"", "on_agree", domain::LatePolicy::Ask, true, false});
    const auto a = agency(world);
    const auto card = make_card(world, {a.client, "2026-06-01", "2026-06-30"});
    work(world);
    const auto report = *report_of_card(world, card);
    for (const char* wrong : {"paid", "agreed", "invoiced", "partly_paid"}) {
        INFO(wrong);
        move_card(world, card, wrong);
        work(world);
        CHECK(world.state(report) == "draft");
        CHECK(card_state(world, card) == "draft");
        CHECK(last(card_comments(world, card)).rfind("Not done: ", 0) == 0);
    }
    move_card(world, card, "paid");
    work(world);
    CHECK(last(card_comments(world, card)).find("have the payment recorded") != std::string::npos);
    for (const auto& comment : card_comments(world, card)) // whoever reads them has no shell (G61)
        CHECK(comment.find("hourbridge ") == std::string::npos);
}

TEST_CASE("a card with a wrong period or without a client says what to write, and becomes a draft "
          "once it is right") {
    World world({"", "on_agree", domain::LatePolicy::Ask, true, false});
    const auto a = agency(world);
    const auto reversed = make_card(world, {a.client, "2026-06-30", "2026-06-01"});
    const auto endless = make_card(world, {a.client, "2026-06-01", ""});
    const auto nobody = make_card(world, {0, "2026-06-01", "2026-06-30"});
    work(world);
    CHECK(last(card_comments(world, reversed)).find("ends before it begins") != std::string::npos);
    CHECK(last(card_comments(world, endless)).find("no last day") != std::string::npos);
    CHECK(last(card_comments(world, nobody)).find("choose the company") != std::string::npos);
    CHECK(world.tables->reports.list(std::nullopt, std::nullopt).empty());
    work(world);
    CHECK(card_comments(world, reversed).size() == 1); // said once

    world.advance(std::chrono::seconds{5});
    edit_card(world, endless, "to", "2026-06-30");
    work(world);
    REQUIRE(report_of_card(world, endless).has_value());
    CHECK(card_field(world, endless, "total") == "135.00 BYN");
}

TEST_CASE("two cards for the same time: the second is told who holds it (rule 9)") {
    World world({"", "on_agree", domain::LatePolicy::Ask, true, false});
    const auto a = agency(world);
    const auto first = make_card(world, {a.client, "2026-06-01", "2026-06-30"});
    work(world);
    const auto second = make_card(world, {a.client, "2026-06-01", "2026-06-30"});
    work(world);
    CHECK(report_of_card(world, first).has_value());
    CHECK_FALSE(report_of_card(world, second).has_value());
    CHECK(last(card_comments(world, second)).find("report 1 holds the matching time") !=
          std::string::npos);
}

TEST_CASE("the filter on a card is a command while its report is a draft, and is put back after") {
    World world({"", "on_agree", domain::LatePolicy::Ask, true, false});
    const auto a = agency(world);
    const auto card = make_card(world, {a.client, "2026-06-01", "2026-06-30"});
    work(world);
    world.advance(std::chrono::seconds{5});
    edit_card(world, card, "to", "2026-06-10");
    work(world);
    CHECK(card_field(world, card, "total") == "90.00 BYN");

    move_card(world, card, "sent");
    work(world);
    const auto report = *report_of_card(world, card);
    if (world.state(report) == "draft") { // the warnings were read
        move_card(world, card, "sent");
        work(world);
    }
    REQUIRE(world.state(report) == "sent");
    world.advance(std::chrono::seconds{5});
    edit_card(world, card, "to", "2026-06-30");
    edit_card(world, card, "total", "1.00 BYN");
    work(world);
    CHECK(card_field(world, card, "to").substr(0, 10) == "2026-06-10");
    CHECK(card_field(world, card, "total") == "90.00 BYN");
    CHECK(world.total(report) == "90.00");
}

TEST_CASE("a card moved back to draft recalls, one moved to cancelled cancels") {
    World world({"", "on_agree", domain::LatePolicy::Ask, true, false});
    const auto a = agency(world);
    const auto card = make_card(world, {a.client, "2026-06-01", "2026-06-30"});
    work(world);
    const auto report = *report_of_card(world, card);
    move_card(world, card, "sent");
    work(world);
    REQUIRE(world.state(report) == "sent");
    move_card(world, card, "draft");
    work(world);
    CHECK(world.state(report) == "draft");
    move_card(world, card, "cancelled");
    work(world);
    CHECK(world.state(report) == "cancelled");
    CHECK(card_state(world, card) == "cancelled");
    CHECK(world.verify() == "");
}

TEST_CASE("an agreed report that is cancelled takes deal and invoice to a failed stage, and its "
          "card to credited (G4)") {
    World world({"", "on_agree", domain::LatePolicy::Ask, true, false});
    const auto a = agency(world);
    const auto card = make_card(world, {a.client, "2026-06-01", "2026-06-30"});
    work(world);
    const auto report = *report_of_card(world, card);
    world.send(report);
    world.agree(report);
    work(world);
    REQUIRE(world.state(report) == "invoiced");
    move_card(world, card, "cancelled");
    work(world);
    CHECK(world.state(report) == "credited");
    CHECK(card_state(world, card) == "credited");
    const std::string there = crm_text(world);
    CHECK(there.find("\"F\" deal") != std::string::npos);
    CHECK(world.verify() == "");
}

TEST_CASE("a deleted card leaves its report alone") {
    World world({"", "on_agree", domain::LatePolicy::Ask, true, false});
    const auto a = agency(world);
    const auto card = make_card(world, {a.client, "2026-06-01", "2026-06-30"});
    work(world);
    const auto report = *report_of_card(world, card);
    world.send(report);
    delete_card(world, card);
    world.agree(report);
    const auto ran = world.run(std::chrono::seconds{600});
    CHECK(world.state(report) == "invoiced");
    CHECK(world.deals().size() == 1);
    CHECK(cards(world).empty());
    CHECK(world.verify() == "");
}

TEST_CASE("a card that comes after sending is told of it all the same, once (M-R6)") {
    World world({"", "on_agree", domain::LatePolicy::Ask, true, false});
    const auto a = agency(world);
    const auto report = world.draft(a.client, "2026-06-01", "2026-06-30");
    world.send(report); // before any card
    work(world);
    work(world);
    const auto card = cards(world).front();
    CHECK(card_comments(world, card).size() == 1);
    CHECK(
        last(card_comments(world, card)).find(world.tables->reports.find(report)->number.value()) !=
        std::string::npos);
}

TEST_CASE("two objects with one key are asked about until a person has removed one (G56)") {
    World world({"", "on_agree", domain::LatePolicy::Ask, true, false});
    const auto a = agency(world);
    const auto report = world.draft(a.client, "2026-06-01", "2026-06-30");
    world.send(report);
    world.agree(report);
    work(world);
    const auto deal = world.deals().front();
    const auto op = world.tables->outbox.of_purpose(domain::Purpose::deal(report));
    const auto twin = portal_call(world, "crm.item.add",
                                  R"({"entityTypeId":2,"fields":{"title":"twin","originId":")" +
                                      op->op.key + R"(","originatorId":"hourbridge"}})");
    const auto id = twin.root()["result"]["item"]["id"].dump();
    {
        books::Step step = world.books->begin();
        books::ask_person(step, report,
                          {domain::QuestionKind::FoundTwice,
                           op->purpose.text(),
                           {{"key", op->op.key}, {"kept", std::to_string(deal)}, {"count", "2"}}});
        step.done();
    }
    work(world);
    CHECK(codes_asked(*world.books, report) == "found_twice");
    CHECK(asks_of(*world.books, report).find("shows 2 objects with key " + op->op.key) !=
          std::string::npos);
    portal_call(world, "crm.item.delete", "{\"entityTypeId\":2,\"id\":" + id + "}");
    work(world);
    CHECK(codes_asked(*world.books, report) == "");
}

TEST_CASE("each part of the money is a comment, and so is each that goes back") {
    World world({"", "on_agree", domain::LatePolicy::Ask, true, false});
    const auto a = agency(world);
    const auto report = world.draft(a.client, "2026-06-01", "2026-06-30");
    world.send(report);
    world.agree(report);
    work(world);
    REQUIRE(world.state(report) == "invoiced");
    const auto planned = [&](const std::string& what) {
        std::int64_t n = 0;
        for (const auto& op : world.tables->outbox.of_report(report))
            if (op.purpose.text().rfind("report " + std::to_string(report) + " comment " + what,
                                        0) == 0)
                ++n;
        return n;
    };
    const auto pay = [&](const char* amount, const char* ref) {
        const auto paid = desk::add_payment(*world.books, report, amount, *parse_day("2026-07-02"),
                                            ref, world.actor);
        REQUIRE(paid.ok());
        return paid->id;
    };
    pay("35.00", "1");
    const auto second = pay("40.00", "2");
    CHECK(planned("partly_paid") == 2);
    CHECK(desk::reverse_payment(*world.books, second, "bounced", world.actor).ok());
    CHECK(planned("reversed") == 1);
    pay("100.00", "3");
    CHECK(world.state(report) == "paid");
    CHECK(planned("partly_paid") == 2);
    CHECK(planned("paid") == 1);
    work(world);
    CHECK(world.state(report) == "paid");
    CHECK(planned("reversed") == 1);
}

TEST_CASE("an amount or a row that somebody changes in the deal asks a person and moves nothing") {
    World world({"", "on_agree", domain::LatePolicy::Ask, true, false});
    const auto a = agency(world);
    const auto report = world.draft(a.client, "2026-06-01", "2026-06-30");
    world.send(report);
    world.agree(report);
    work(world);
    REQUIRE(world.state(report) == "invoiced");
    const auto deal = world.deals().front();
    portal_call(world, "crm.item.update",
                "{\"entityTypeId\":2,\"id\":" + std::to_string(deal) +
                    ",\"fields\":{\"opportunity\":1}}");
    work(world);
    CHECK(world.state(report) == "invoiced");
    const auto asks = [&] { return asks_of(*world.books, report); };
    CHECK(asks() == "deal " + std::to_string(deal) + " says 1.00 BYN, the client agreed to " +
                        "135.00 BYN; put the amount right in the deal");
    // The card says it too.
    CHECK(card_field(world, cards(world).front(), "warnings").find("put the amount right") !=
          std::string::npos);
    work(world);
    CHECK(times_logged(world, report, "report.asks") == 1); // asked once

    // The rows besides: two questions, neither overwrites the other.
    const auto rows_of_the_deal = [&](const std::string& price) {
        portal_call(world, "crm.item.productrow.set",
                    "{\"ownerType\":\"D\",\"ownerId\":" + std::to_string(deal) +
                        ",\"productRows\":[{\"productName\":\"{now}\",\"price\":" + price +
                        ",\"quantity\":1}]}");
    };
    rows_of_the_deal("7");
    work(world);
    CHECK(codes_asked(*world.books, report) == "amount_differs rows_differ");
    CHECK(asks().find("the product rows of deal " + std::to_string(deal) +
                      " add up to 7.00 BYN, the client agreed to 135.00 BYN") != std::string::npos);
    // Each ends by itself.
    portal_call(world, "crm.item.update",
                "{\"entityTypeId\":2,\"id\":" + std::to_string(deal) +
                    ",\"fields\":{\"opportunity\":135}}");
    work(world);
    CHECK(codes_asked(*world.books, report) == "rows_differ");
    rows_of_the_deal("135");
    work(world);
    CHECK(codes_asked(*world.books, report) == "");
    CHECK(times_logged(world, report, "report.asks") == 2);
    CHECK(times_logged(world, report, "question.ended") == 2);
    CHECK(card_field(world, cards(world).front(), "warnings") == "");
    CHECK(world.state(report) == "invoiced");
    CHECK(world.verify() == "");
}
