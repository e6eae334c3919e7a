#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "connector/bitrix24/items.h"
#include "wire.h"

using namespace hb;
using namespace wire;

namespace {

const char* kItem = R"({"item":{"id":342,"title":"HB2026-0001","stageId":"C9:WON",
    "stageSemanticId":"S","categoryId":9,"opportunity":2501.50,"currencyId":"BYN","companyId":5,
    "originatorId":"hourbridge","originId":"hb-1"}})";

BatchAnswer deal_answer() {
    BatchAnswer answer;
    answer.results["deal"] = kItem;
    answer.results["r0"] = R"({"productRows":[
        {"id":1,"productName":"Design","price":1500.5,"quantity":1,"taxRate":20,"taxIncluded":"Y"},
        {"id":2,"productName":"Layout","price":"1001.00","quantity":"1","taxRate":null}]})";
    for (const char* key : {"r1", "r2", "r3", "r4"}) answer.results[key] = R"({"productRows":[]})";
    answer.results["payments"] = R"([
        {"id":1036,"paid":"Y","datePaid":"2026-04-02T12:32:02+03:00","sum":2500,"currency":"BYN"},
        {"id":"1037","paid":"N","datePaid":null,"sum":"1.50","currency":"BYN"}])";
    return answer;
}

} // namespace

TEST_CASE("a deal is read with rows and payments in one request, amounts digit by digit") {
    Rig rig([](const Seen&) { return deal_answer().response(); });
    const auto deal = rig.portal->read_deal("342");
    REQUIRE(deal.ok());
    CHECK(rig.wire.seen.size() == 1);
    CHECK(deal->exists);
    CHECK(deal->id == "342");
    CHECK(deal->stage == "C9:WON");
    CHECK(deal->semantics == "S");
    CHECK(deal->opportunity == "2501.50");
    CHECK(deal->currency == "BYN");
    CHECK(deal->company == "5");
    CHECK(deal->origin_id == "hb-1");
    REQUIRE(deal->rows.size() == 2);
    CHECK(deal->rows[0].name == "Design");
    CHECK(deal->rows[0].price == "1500.5");
    CHECK(deal->rows[1].price == "1001.00");
    REQUIRE(deal->payments.size() == 2);
    CHECK(deal->payments[0].id == "1036");
    CHECK(deal->payments[0].paid);
    CHECK(deal->payments[0].sum == "2500");
    CHECK(deal->payments[0].date == "2026-04-02T12:32:02+03:00");
    CHECK_FALSE(deal->payments[1].paid);
    CHECK(deal->payments[1].date.empty());
}

TEST_CASE("a deal that is gone does not exist; any other failure is an error") {
    for (const auto& [error, text] : std::map<std::string, std::string>{
             {"NOT_FOUND", "Element not found"}, {"", "Not found"}, {"not_found", ""}}) {
        Rig rig([&](const Seen&) {
            BatchAnswer answer = deal_answer();
            answer.results.erase("deal");
            answer.errors["deal"] = R"({"error":)" + json::quote(error) +
                                    R"(,"error_description":)" + json::quote(text) + "}";
            return answer.response();
        });
        const auto deal = rig.portal->read_deal("342");
        INFO(error);
        REQUIRE(deal.ok());
        CHECK_FALSE(deal->exists);
    }
    for (const char* key : {"deal", "r0", "payments"})
        for (const char* error : {"ACCESS_DENIED", "INTERNAL_SERVER_ERROR", "insufficient_scope"}) {
            Rig rig([&](const Seen&) {
                BatchAnswer answer = deal_answer();
                answer.results.erase(key);
                answer.errors[key] =
                    R"({"error":)" + json::quote(error) + R"(,"error_description":""})";
                return answer.response();
            });
            INFO(key << " " << error);
            // Payments that are refused for good are "not known", and void only themselves (G55).
            const bool optional =
                std::string(key) == "payments" && std::string(error) != "INTERNAL_SERVER_ERROR";
            CHECK(rig.portal->read_deal("342").ok() == optional);
        }
}

TEST_CASE("payments that a portal lacks are remembered for a day, void only themselves, and are "
          "never told as \"none\" (G55)") {
    Rig rig([](const Seen& seen) {
        BatchAnswer answer = deal_answer();
        answer.results.erase("payments");
        for (const auto& call : calls_of(seen))
            if (call.key == "payments")
                answer.errors[call.key] =
                    R"({"error":"ERROR_METHOD_NOT_FOUND","error_description":"Method not found!"})";
        return answer.response();
    });
    const auto asked = [&] {
        const auto calls = calls_of(rig.wire.seen.back());
        return std::any_of(calls.begin(), calls.end(),
                           [](const Call& call) { return call.key == "payments"; });
    };
    for (int times = 0; times < 2; ++times) {
        const auto deal = rig.portal->read_deal("342");
        REQUIRE(deal.ok());
        CHECK(deal->rows.size() == 2);
        CHECK_FALSE(deal->payments_known);
        CHECK(asked() == (times == 0));
    }
    rig.clock.advance(std::chrono::hours{24});
    REQUIRE(rig.portal->read_deal("342").ok());
    CHECK(asked()); // the first try of the next day
}

TEST_CASE("payments that are no evidence are not asked for (G55)") {
    Wire line;
    line.answer = [](const Seen& seen) {
        for (const auto& call : calls_of(seen)) CHECK(call.method != "crm.item.payment.list");
        return deal_answer().response();
    };
    ManualClock clock(kNow);
    connector::Bitrix24Options options;
    options.webhook_url = Secret(kUrl);
    options.payments = false;
    auto portal = connector::make_bitrix24(options, std::make_unique<WireClient>(line), clock);
    REQUIRE(portal.ok());
    const auto deal = (*portal)->read_deal("342");
    REQUIRE(deal.ok());
    CHECK_FALSE(deal->payments_known);
    CHECK(deal->payments.empty());
}

TEST_CASE("a deal's answer of wrong shape is an error, never a deal with zeros") {
    for (const auto& [key, value] : std::multimap<std::string, std::string>{
             {"deal", "[]"},
             {"deal", R"({"item":[]})"},
             {"deal", R"({"item":{"id":342,"stageId":"NEW","opportunity":"abc"}})"},
             {"deal", R"({"item":{"id":342,"stageId":"NEW"}})"},
             {"r0", R"({"productRows":5})"},
             {"r0", R"({"productRows":[{"productName":"x","price":"x","quantity":1}]})"},
             {"payments", R"([{"id":1,"sum":"x","paid":"Y"}])"},
             {"payments", R"([{"id":1,"sum":1,"paid":"perhaps"}])"}}) {
        Rig rig([&, k = key, v = value](const Seen&) {
            BatchAnswer answer = deal_answer();
            answer.results[k] = v;
            return answer.response();
        });
        INFO(key << " " << value);
        const auto deal = rig.portal->read_deal("342");
        REQUIRE_FALSE(deal.ok());
        CHECK(deal.error().code == Code::Malformed);
    }
    Rig twice([](const Seen&) {
        BatchAnswer answer = deal_answer();
        answer.results["deal"] =
            R"({"item":{"id":342,"stageId":"NEW","opportunity":1,"opportunity":2}})";
        return answer.response();
    });
    CHECK_FALSE(twice.portal->read_deal("342").ok());
}

TEST_CASE("rows on several pages are all read, and a page shorter than its count is not believed") {
    const auto page = [](int from, int count) {
        json::Writer out;
        out.begin_object().key("productRows").begin_array();
        for (int i = 0; i < count; ++i)
            out.begin_object()
                .member("productName", "row " + std::to_string(from + i))
                .member("price", 1)
                .member("quantity", 1)
                .end_object();
        out.end_array().end_object();
        return out.take();
    };
    BatchAnswer answer = deal_answer();
    answer.results["r0"] = page(0, 50);
    answer.results["r1"] = page(50, 50);
    answer.results["r2"] = page(100, 3);
    for (const char* key : {"r0", "r1", "r2"}) answer.totals[key] = 103;
    Rig rig([&](const Seen&) { return answer.response(); });
    CHECK(rig.portal->read_deal("342")->rows.size() == 103);
    answer.results["r1"] = page(50, 20);
    CHECK_FALSE(rig.portal->read_deal("342").ok());
}

TEST_CASE("the stage with a meaning and the lowest SORT in the deal's pipeline is found (G4)") {
    Rig rig([](const Seen& seen) {
        CHECK(seen.body.find("\"DEAL_STAGE_9\"") != std::string::npos);
        return ok(R"([
            {"ENTITY_ID":"DEAL_STAGE_9","STATUS_ID":"C9:NEW","SORT":"10","SEMANTICS":null},
            {"ENTITY_ID":"DEAL_STAGE_9","STATUS_ID":"C9:WORK","SORT":"5","SEMANTICS":""},
            {"ENTITY_ID":"DEAL_STAGE_9","STATUS_ID":"C9:WON","SORT":"60","SEMANTICS":"S"},
            {"ENTITY_ID":"DEAL_STAGE_9","STATUS_ID":"C9:APOLOGY","SORT":"80","SEMANTICS":"F"},
            {"ENTITY_ID":"DEAL_STAGE_9","STATUS_ID":"C9:LOSE","SORT":"70","SEMANTICS":"F"}])");
    });
    CHECK(*rig.portal->deal_stage("9", "F") == "C9:LOSE");
    CHECK(*rig.portal->deal_stage("9", "S") == "C9:WON");
    CHECK(*rig.portal->deal_stage("9", "P") == "C9:WORK");
    rig.wire.answer = [](const Seen& seen) {
        CHECK(seen.body.find("\"DEAL_STAGE\"") != std::string::npos);
        return ok("[]");
    };
    CHECK(rig.portal->deal_stage("0", "F").error().code == Code::NotFound);
    CHECK(rig.portal->deal_stage("", "F").error().code == Code::NotFound);
}

TEST_CASE("currencies are listed once each") {
    Rig rig([](const Seen&) {
        return ok(R"([{"CURRENCY":"USD"},{"CURRENCY":"USD"},{"CURRENCY":"BYN"}])");
    });
    CHECK(*rig.portal->currencies() == std::vector<std::string>{"USD", "BYN"});
}

TEST_CASE("only plain decimal text travels as a number; equal amounts compare equal") {
    using hb::connector::bitrix24::is_decimal;
    using hb::connector::bitrix24::plain_decimal;
    for (const char* good :
         {"0", "1", "2501", "2501.50", "-0.50", "0.001", "99999999999999999999.99"})
        CHECK(is_decimal(good));
    for (const char* bad : {"", "-", ".5", "5.", "1e5", "01", "1,5", "1 000", "+1", "NaN", "0x1",
                            "1.2.3", "1\n", "--1"})
        CHECK_FALSE(is_decimal(bad));
    CHECK(plain_decimal("2501.00") == "2501");
    CHECK(plain_decimal("2501.50") == "2501.5");
    CHECK(plain_decimal("100") == "100");
    CHECK(plain_decimal("-0.00") == "0");
}

namespace {

// A portal with rows on each item; answers whatever a batch asks for.
struct Shelf {
    std::map<std::string, int> rows;           // "D 5" -> how many; others have one
    std::set<std::string> missing;             // "2 5"
    std::map<std::string, std::string> errors; // "D 5" -> what its rows answer

    net::Response operator()(const Seen& seen) const {
        BatchAnswer answer;
        for (const auto& call : calls_of(seen)) {
            const auto type = value_in(call.query, "entityTypeId");
            if (call.method == "crm.item.get") {
                const auto id = value_in(call.query, "id");
                if (missing.count(type + " " + id) != 0)
                    answer.errors[call.key] =
                        R"({"error":"NOT_FOUND","error_description":"Element not found"})";
                else
                    answer.results[call.key] =
                        R"({"item":{"id":)" + id + R"(,"stageId":"NEW","stageSemanticId":"P",)" +
                        R"("opportunity":)" + id + R"(,"currencyId":"BYN","companyId":7}})";
            } else if (call.method == "crm.item.payment.list") {
                answer.results[call.key] = R"([{"id":)" + value_in(call.query, "entityId") +
                                           R"(,"paid":"Y","sum":1,"currency":"BYN"}])";
            } else {
                page(call, answer);
            }
        }
        return answer.response();
    }

private:
    void page(const Call& call, BatchAnswer& answer) const {
        const auto owner = value_in(call.query, "filter[=ownerType]") + " " +
                           value_in(call.query, "filter[=ownerId]");
        if (errors.count(owner) != 0) {
            answer.errors[call.key] = errors.at(owner);
            return;
        }
        const int all = rows.count(owner) == 0 ? 1 : rows.at(owner);
        const auto from = static_cast<int>(*parse_integer(value_in(call.query, "start")));
        json::Writer out;
        out.begin_object().key("productRows").begin_array();
        for (int i = from; i < std::min(all, from + 50); ++i)
            out.begin_object()
                .member("productName", owner)
                .member("price", 1)
                .member("quantity", 1)
                .end_object();
        out.end_array().end_object();
        answer.results[call.key] = out.take();
        answer.totals[call.key] = all;
    }
};

std::vector<domain::ObjectReading> deals_and_invoices(int reports) {
    std::vector<domain::ObjectReading> out;
    for (int id = 1; id <= reports; ++id)
        for (const bool invoice : {false, true}) {
            out.emplace_back();
            out.back().invoice = invoice;
            out.back().id = std::to_string(id);
        }
    return out;
}

bool all_done(const std::vector<domain::ObjectReading>& objects) {
    return std::all_of(objects.begin(), objects.end(), [](const auto& each) { return each.done; });
}

// How many requests it takes; each is full but the last.
std::size_t read_all(Rig& rig, std::vector<domain::ObjectReading>& objects) {
    const auto before = rig.wire.seen.size();
    while (!all_done(objects)) {
        rig.wait();
        const auto read = rig.portal->read_objects(objects);
        INFO((read ? "" : to_string(read.error())));
        REQUIRE(read.ok());
    }
    return rig.wire.seen.size() - before;
}

} // namespace

TEST_CASE("many deals and invoices are read 50 commands a request, each whole (P21)") {
    Shelf shelf;
    Rig rig(shelf);
    auto objects = deals_and_invoices(90);
    CHECK(read_all(rig, objects) == 11); // 540 commands
    for (std::size_t i = 0; i + 1 < rig.wire.seen.size(); ++i)
        CHECK(calls_of(rig.wire.seen[i]).size() == 50);
    for (const auto& object : objects) {
        INFO(object.id);
        CHECK_FALSE(object.error.has_value());
        CHECK(object.state.exists);
        CHECK(object.state.id == object.id);
        CHECK(object.state.opportunity == object.id);
        REQUIRE(object.state.rows.size() == 1);
        CHECK(object.state.rows[0].name == (object.invoice ? "SI " : "D ") + object.id);
        REQUIRE(object.state.payments.size() == 1);
        CHECK(object.state.payments[0].id == object.id);
        CHECK(object.state.payments_known);
    }
}

TEST_CASE("pages of rows that follow are read as well; what is gone or broken is so alone") {
    Shelf shelf;
    shelf.rows = {{"D 1", 50}, {"D 2", 51}, {"SI 2", 103}, {"D 3", 0}, {"D 9", 400}};
    shelf.missing = {"2 4", "31 5"};
    shelf.errors["D 6"] = R"({"error":"INTERNAL_SERVER_ERROR","error_description":""})";
    Rig rig(shelf);
    auto objects = deals_and_invoices(9);
    objects[12].id = "x"; // the deal of the seventh report
    read_all(rig, objects);
    std::map<std::string, const domain::ObjectReading*> by;
    for (const auto& object : objects) by[(object.invoice ? "SI " : "D ") + object.id] = &object;
    CHECK(by["D 1"]->state.rows.size() == 50);
    CHECK(by["D 2"]->state.rows.size() == 51);
    CHECK(by["SI 2"]->state.rows.size() == 103);
    CHECK(by["D 3"]->state.rows.empty());
    for (const char* gone : {"D 4", "SI 5"}) {
        CHECK_FALSE(by[gone]->error.has_value());
        CHECK_FALSE(by[gone]->state.exists);
        CHECK_FALSE(by[gone]->state.id.empty());
    }
    for (const char* broken : {"D 6", "D x", "D 9"}) CHECK(by[broken]->error.has_value());
    for (const char* good : {"SI 4", "D 5", "SI 6", "D 8", "SI 9"})
        CHECK((by[good]->state.exists && !by[good]->error));
}

TEST_CASE("a request that fails changes nothing of what was read, and the next one goes on") {
    Shelf shelf;
    int times = 0;
    Rig rig([&](const Seen& seen) {
        return ++times == 2 ? failed(503, "QUERY_LIMIT_EXCEEDED") : shelf(seen);
    });
    auto objects = deals_and_invoices(20);
    rig.wait();
    REQUIRE(rig.portal->read_objects(objects).ok());
    CHECK_FALSE(all_done(objects));
    rig.wait();
    CHECK_FALSE(rig.portal->read_objects(objects).ok());
    CHECK(read_all(rig, objects) == 2); // 120 commands in all
    for (const auto& object : objects) CHECK(object.state.rows.size() == 1);
}

TEST_CASE("a pause that the portal asks for in the middle of a request makes no object an error") {
    Shelf shelf;
    shelf.errors["D 3"] = R"({"error":"QUERY_LIMIT_EXCEEDED","error_description":"Too many"})";
    Rig rig([&](const Seen& seen) { return shelf(seen); });
    auto objects = deals_and_invoices(4);
    rig.wait();
    const auto read = rig.portal->read_objects(objects);
    REQUIRE_FALSE(read.ok());
    CHECK(read.error().code == Code::Remote);
    CHECK(objects.at(0).done); // what was read before stays read
    CHECK_FALSE(objects.at(4).done);
    shelf.errors.clear();
    CHECK(read_all(rig, objects) == 1);
    for (const auto& object : objects) {
        CHECK_FALSE(object.error.has_value());
        CHECK(object.state.rows.size() == 1);
    }
}
