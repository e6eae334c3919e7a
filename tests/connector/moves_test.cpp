#include <catch2/catch.hpp>

#include "application.h"
#include "samples.h"

using namespace hb;
using namespace wire;
using domain::Outcome;
using domain::WriteOp;

namespace {

const char* kLayout = R"({"entityTypeId":1044,"typeId":7,"category":"12","fields":{},"states":{}})";

WriteOp op(const char* kind, const char* target, std::string fields) {
    WriteOp out;
    out.kind = domain::parse_op_kind(kind).value();
    out.key = "hb-0a1b";
    out.target = target;
    out.fields = std::move(fields);
    return out;
}

// Moves of one type, ids 1 to `high`, as crm.stagehistory.list gives them.
net::Response history(const Seen& seen, const std::map<std::string, int>& high) {
    BatchAnswer answer;
    for (const auto& call : calls_of(seen)) {
        const int last = high.at(value_in(call.query, "entityTypeId"));
        const std::string after = value_in(call.query, "filter[>ID]");
        std::string rows;
        const bool newest_first = value_in(call.query, "order[ID]") == "DESC";
        for (int i = 0; i < 50; ++i) {
            const int id = newest_first ? last - i : (after.empty() ? 0 : std::stoi(after)) + 1 + i;
            if (id < 1 || id > last) break;
            rows += (rows.empty() ? "" : ",") + std::string(R"({"ID":)") + std::to_string(id) +
                    R"(,"OWNER_ID":")" + std::to_string(id * 10) + R"(","STAGE_ID":"S)" +
                    std::to_string(id) + "\"}";
        }
        answer.results[call.key] = "{\"items\":[" + rows + "]}";
    }
    return answer.response();
}

} // namespace

TEST_CASE("a portal without the history of stages tells no moves, and is asked again the next day "
          "(G55)") {
    Rig rig([](const Seen& seen) {
        BatchAnswer answer;
        for (const auto& call : calls_of(seen))
            answer.errors[call.key] =
                R"({"error":"ERROR_METHOD_NOT_FOUND","error_description":"Method not found!"})";
        return answer.response();
    });
    for (int times = 0; times < 2; ++times) {
        const auto page = rig.portal->read_moves(R"({"2":35})");
        REQUIRE(page.ok());
        CHECK(page->moves.empty());
        CHECK(page->complete);
        CHECK(rig.wire.seen.size() == 1);
    }
    rig.clock.advance(std::chrono::hours{24});
    REQUIRE(rig.portal->read_moves(R"({"2":35})").ok());
    CHECK(rig.wire.seen.size() == 2);
}

TEST_CASE("stage moves are learned silently at first, then told in their order, in one request") {
    std::map<std::string, int> high = {{"2", 35}, {"31", 0}, {"1044", 3}};
    Rig rig([&](const Seen& seen) { return history(seen, high); });
    rig.portal->use_cards(kLayout);
    const auto first = rig.portal->read_moves("");
    REQUIRE(first.ok());
    CHECK(first->moves.empty());
    CHECK(first->complete);
    CHECK(rig.wire.seen.size() == 1);
    high = {{"2", 37}, {"31", 1}, {"1044", 3}};
    const auto second = rig.portal->read_moves(first->cursor);
    REQUIRE(second.ok());
    CHECK(second->complete);
    std::string told;
    for (const auto& move : second->moves) told += to_string(move.what) + " " + move.stage + "\n";
    CHECK(told == "bitrix24:deal:360 S36\nbitrix24:deal:370 S37\nbitrix24:invoice:10 S1\n");
    CHECK(rig.portal->read_moves(second->cursor)->moves.empty());
    // More than a page is read on.
    high["2"] = 37 + 60;
    const auto many = rig.portal->read_moves(second->cursor);
    REQUIRE(many.ok());
    CHECK(many->moves.size() == 50);
    CHECK_FALSE(many->complete);
    CHECK(rig.portal->read_moves(many->cursor)->moves.size() == 10);
}

TEST_CASE("moves of a card type that came later begin with its newest, others go on") {
    std::map<std::string, int> high = {{"2", 35}, {"31", 5}, {"1044", 8}};
    Rig rig([&](const Seen& seen) { return history(seen, high); });
    const auto before = rig.portal->read_moves("");
    REQUIRE(before.ok());
    rig.portal->use_cards(kLayout);
    high["2"] = 36;
    const auto now = rig.portal->read_moves(before->cursor);
    REQUIRE(now.ok());
    CHECK(now->moves.size() == 1);
    high["1044"] = 9;
    const auto later = rig.portal->read_moves(now->cursor);
    REQUIRE(later.ok());
    REQUIRE(later->moves.size() == 1);
    CHECK(to_string(later->moves[0].what) == "bitrix24:card:90");
}

TEST_CASE("moves of odd shape are an error, and a kind that the portal lacks moves nothing") {
    for (const char* odd : {"[]", "{}", R"({"items":{}})", R"({"items":[{"ID":0,"OWNER_ID":1}]})",
                            R"({"items":[{"OWNER_ID":1}]})", R"({"items":[{"ID":9}]})"}) {
        Rig rig([&](const Seen& seen) {
            BatchAnswer answer;
            for (const auto& call : calls_of(seen)) answer.results[call.key] = odd;
            return answer.response();
        });
        INFO(odd);
        CHECK_FALSE(rig.portal->read_moves(R"({"2":5,"31":5})").ok());
    }
    std::string error = R"({"error":0,"error_description":"entity is not supported"})";
    Rig rig([&](const Seen& seen) {
        BatchAnswer answer;
        for (const auto& call : calls_of(seen))
            if (value_in(call.query, "entityTypeId") == "31")
                answer.errors[call.key] = error;
            else
                answer.results[call.key] = R"({"items":[{"ID":"6","OWNER_ID":1,"STAGE_ID":null}]})";
        return answer.response();
    });
    const auto moves = rig.portal->read_moves(R"({"2":5,"31":5})");
    REQUIRE(moves.ok());
    CHECK(moves->moves.size() == 1);
    CHECK(moves->cursor == R"({"2":6,"31":5})");
    // One kind that is not for us to see holds up no other (G55); a limit is of the whole portal.
    error = R"({"error":"ACCESS_DENIED"})";
    const auto others = rig.portal->read_moves(R"({"2":5,"31":5})");
    REQUIRE(others.ok());
    CHECK(others->cursor == R"({"2":6,"31":5})");
    // What was refused is not asked for before a day is over, or somebody wants to know.
    rig.portal->try_lacking();
    error = R"({"error":"QUERY_LIMIT_EXCEEDED"})";
    CHECK_FALSE(rig.portal->read_moves(R"({"2":5,"31":5})").ok());
    // A cursor that can't be read learns anew.
    rig.wait();
    error = R"({"error":0})";
    CHECK(rig.portal->read_moves("nonsense")->moves.empty());
}

TEST_CASE("a webhook's notice counts on no tag; undelivered is told, an odd answer is repeated") {
    const WriteOp notice =
        op("notice.send", "5", R"({"message":"Report 17 is paid","tag":"hb-1"})");
    std::string result = "12345";
    Rig rig([&](const Seen&) { return ok(result); });
    const auto sent = rig.portal->write(notice);
    CHECK(sent.outcome == Outcome::Done);
    CHECK(sent.id == "12345");
    CHECK(rig.wire.seen.at(0).method == "im.notify.system.add");
    CHECK(rig.wire.seen.at(0).body == R"({"USER_ID":5,"MESSAGE":"Report 17 is paid"})");
    result = "\"12346\"";
    CHECK(rig.portal->write(notice).id == "12346");
    result = "false";
    const auto kept = rig.portal->write(notice);
    CHECK(kept.outcome == Outcome::Rejected);
    CHECK(kept.error.code == Code::NeedsPerson);
    for (const char* odd : {"null", "[]", "{}", "0"}) {
        result = odd;
        CHECK(rig.portal->write(notice).outcome == Outcome::Unknown);
    }
    for (const char* code : {"USER_ID_EMPTY", "MESSAGE_EMPTY", "ATTACH_ERROR", "WRONG_AUTH_TYPE",
                             "insufficient_scope"}) {
        rig.wire.answer = [&](const Seen&) { return failed(400, code); };
        INFO(code);
        CHECK(rig.portal->write(notice).outcome == Outcome::Rejected);
    }
    rig.wire.answer = [](const Seen&) { return failed(403, "insufficient_scope"); };
    CHECK(rig.portal->write(notice).error.hint.find("im") != std::string::npos);
    CHECK(rig.portal->write(op("notice.send", "5", R"({"message":"x"})")).outcome ==
          Outcome::Rejected);
    CHECK(rig.portal->write(op("notice.send", "me", R"({"message":"x","tag":"y"})")).outcome ==
          Outcome::Rejected);
}

TEST_CASE("comments stand on invoices and cards under the names of their timelines (G20)") {
    Rig rig([](const Seen&) { return ok("999"); });
    rig.portal->use_cards(kLayout);
    const std::pair<const char*, const char*> kinds[] = {
        {"deal", "deal"}, {"invoice", "dynamic_31"}, {"card", "dynamic_1044"}};
    for (const auto& [kind, name] : kinds) {
        const WriteOp comment =
            op("comment.create", "7",
               std::string(R"({"entityType":")") + kind + R"(","comment":"Sent [hb-0a1b]"})");
        rig.wire.answer = [](const Seen&) { return ok("999"); };
        CHECK(rig.portal->write(comment).outcome == Outcome::Done);
        CHECK(rig.wire.seen.back().body ==
              std::string(R"({"fields":{"ENTITY_ID":7,"ENTITY_TYPE":")") + name +
                  R"(","COMMENT":"Sent [hb-0a1b]"}})");
        rig.wire.answer = [&, type = std::string(name)](const Seen& seen) {
            BatchAnswer answer;
            for (const auto& call : calls_of(seen)) {
                CHECK(value_in(call.query, "filter[ENTITY_TYPE]") == type);
                answer.results[call.key] = R"([{"ID":"5","COMMENT":"Sent [hb-0a1b]"}])";
            }
            return answer.response();
        };
        CHECK(*rig.portal->find(comment) == std::vector<std::string>{"5"});
    }
    rig.portal->use_cards("");
    const WriteOp card =
        op("comment.create", "7", R"({"entityType":"card","comment":"Sent [hb-0a1b]"})");
    CHECK(rig.portal->write(card).outcome == Outcome::Rejected);
    CHECK_FALSE(rig.portal->find(card).ok());
}

TEST_CASE(
    "offline events are taken with a reservation and put away by name (protocol section 22)") {
    application::App app;
    app.portal = [](const net::Request&) {
        return ok(R"({"process_id":"p1","events":[
            {"ID":"1","TIMESTAMP_X":"2024-07-18T12:32:31+02:00","EVENT_NAME":"ONCRMDEALUPDATE",
             "EVENT_DATA":{"FIELDS":{"ID":"123"}},"MESSAGE_ID":"0123456789abcdef0123456789abcdef"},
            {"ID":"2","EVENT_NAME":"ONCRMDYNAMICITEMDELETE","MESSAGE_ID":"m2",
             "EVENT_DATA":{"FIELDS":{"ID":9,"ENTITY_TYPE_ID":31}}},
            {"ID":"3","EVENT_NAME":"ONCRMLEADADD","EVENT_DATA":false,"MESSAGE_ID":"m3"},
            {"ID":"4","EVENT_NAME":"","EVENT_DATA":false,"MESSAGE_ID":null}]})");
    };
    const auto taken = app.connector->take_events();
    REQUIRE(taken.ok());
    CHECK(taken->process_id == "p1");
    REQUIRE(taken->events.size() == 4);
    CHECK(taken->events[0].first == "0123456789abcdef0123456789abcdef");
    CHECK(to_string(taken->events[0].second.refs.at(0)) == "bitrix24:deal:123");
    CHECK(taken->events[0].second.at == "2024-07-18T12:32:31+02:00");
    CHECK(to_string(taken->events[1].second.refs.at(0)) == "bitrix24:invoice:9");
    CHECK(taken->events[1].second.deleted);
    CHECK(taken->events[2].second.refs.empty());
    CHECK(taken->events[3].first == "id:4");
    const auto asked = json::Document::parse(app.seen.at(0).body);
    CHECK(*asked->root()["clear"].integer() == 0);
    app.seen.clear();
    app.portal = [](const net::Request&) { return ok("true"); };
    REQUIRE(app.connector->finish_events("p1", {"m2", "id:4"}, {"m3"}).ok());
    CHECK(app.calls() == "POST https://portal.example/rest/event.offline.clear\n"
                         "POST https://portal.example/rest/event.offline.clear\n"
                         "POST https://portal.example/rest/event.offline.error\n");
    CHECK(app.seen[0].body.find(R"("process_id":"p1","message_id":["m2"])") != std::string::npos);
    CHECK(app.seen[1].body.find(R"("id":["4"])") != std::string::npos);
    CHECK(app.seen[2].body.find(R"("message_id":["m3"])") != std::string::npos);
    // A call without names would take the whole reservation.
    app.seen.clear();
    REQUIRE(app.connector->finish_events("p1", {}, {}).ok());
    REQUIRE(app.connector->finish_events("", {"m2"}, {}).ok());
    CHECK(app.seen.empty());
}

TEST_CASE("without the plan, without an application or without a reservation there are no events") {
    application::App app;
    for (const char* code : {"WRONG_LICENSE", "ACCESS_DENIED", "WRONG_AUTH_TYPE"}) {
        app.portal = [&](const net::Request&) { return failed(403, code); };
        const auto none = app.connector->take_events();
        INFO(code);
        REQUIRE(none.ok());
        CHECK(none->process_id.empty());
    }
    app.portal = [](const net::Request&) { return failed(500, "INTERNAL_SERVER_ERROR"); };
    CHECK_FALSE(app.connector->take_events().ok());
    for (const char* result :
         {"[]", R"({"process_id":"p","events":[]})",
          R"({"process_id":null,"events":[{"ID":"1","EVENT_NAME":"X","MESSAGE_ID":"1"}]})"}) {
        app.portal = [&](const net::Request&) { return ok(result); };
        const auto none = app.connector->take_events();
        INFO(result);
        REQUIRE(none.ok());
        CHECK(none->process_id.empty());
        CHECK(none->events.empty());
    }
    const auto sample = samples::load("event.offline.get");
    app.portal = [&](const net::Request&) {
        return answered(200, sample.root()["response_later_revision"].dump());
    };
    CHECK(app.connector->take_events()->events.size() == 1);
    Rig webhook([](const Seen&) { return ok("{}"); });
    REQUIRE(webhook.portal->take_events().ok());
    CHECK(webhook.wire.seen.empty());
}
