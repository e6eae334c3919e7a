#include <catch2/catch.hpp>

#include "wire.h"

using namespace hb;
using namespace wire;
using namespace std::chrono_literals;
using domain::Outcome;

namespace {

domain::WriteOp stage() {
    domain::WriteOp op;
    op.kind = domain::OpKind::DealStage;
    op.target = "42";
    op.fields = R"({"stageId":"WON"})";
    return op;
}

std::string all_texts(const Error& error) {
    return error.message + " " + error.detail + " " + error.hint;
}

} // namespace

TEST_CASE("answers that are no REST answers are survived: a read fails, a write may have run") {
    struct Row {
        int status;
        const char* body;
    };
    const Row rows[] = {
        {200, ""},
        {200, "<html><body>Log in</body></html>"},
        {200, R"({"result":{"it)"},
        {200, "[]"},
        {200, "null"},
        {200, "17"},
        {200, "{}"},
        {200, R"({"time":{}})"},
        {502, "<html>Bad gateway</html>"},
        {503, "<html>Service unavailable</html>"},
        {504, ""},
        {500, R"({"error":"INTERNAL_SERVER_ERROR","error_description":"x"})"},
        {500, "{}"},
        {403, "<html>forbidden by a proxy</html>"},
        {200, "{\"result\":\"\xff\xfe\"}"},
    };
    for (const auto& row : rows) {
        Rig rig([&](const Seen&) { return answered(row.status, row.body); });
        INFO(row.status << " " << row.body);
        const auto read = rig.portal->currencies();
        REQUIRE_FALSE(read.ok());
        CHECK((read.error().code == Code::Malformed || read.error().code == Code::Remote));
        const auto written = rig.portal->write(stage());
        CHECK(written.outcome == Outcome::Unknown);
    }
}

TEST_CASE("an error of any JSON type is an error, also with status 200") {
    for (const char* error : {"0", R"("")", R"("0")", R"("Invalid parameters.")", R"("0x1")",
                              R"({"code":"BITRIX_REST_V3","message":"m"})", "[1]", "true"}) {
        for (const int status : {200, 400}) {
            Rig rig([&](const Seen&) {
                return answered(status, std::string(R"({"error":)") + error +
                                            R"(,"error_description":"no<br>"})");
            });
            INFO(error << " " << status);
            CHECK_FALSE(rig.portal->currencies().ok());
            // At 200 an unknown error is no proof that nothing was done.
            CHECK(rig.portal->write(stage()).outcome ==
                  (status == 200 ? Outcome::Unknown : Outcome::Rejected));
        }
    }
}

TEST_CASE("a call that never left may be tried again, a lost one may have run") {
    net::Response unsent;
    unsent.reach = net::Reach::NotSent;
    unsent.trouble = "Couldn't connect to server";
    Rig rig([&](const Seen&) { return unsent; });
    CHECK(rig.portal->write(stage()).outcome == Outcome::Refused);
    CHECK(rig.portal->currencies().error().code == Code::Remote);
    rig.wire.answer = [](const Seen&) { return lost(); };
    CHECK(rig.portal->write(stage()).outcome == Outcome::Unknown);
}

TEST_CASE("a redirect that leads nowhere is named, with what to do") {
    Rig rig([](const Seen&) {
        auto response = answered(302, "<html>moved</html>");
        response.headers = {{"location", "https://new.example/auth/?backurl=x"}};
        return response;
    });
    const auto read = rig.portal->currencies();
    REQUIRE_FALSE(read.ok());
    CHECK(read.error().code == Code::Remote);
    CHECK(read.error().hint.find("renamed") != std::string::npos);
    CHECK(read.error().detail.find("new.example") != std::string::npos);
    CHECK(rig.wire.seen.size() == 1);
}

TEST_CASE("no error text ever holds the token, wherever a portal repeats it") {
    const std::string echo = "call to " + kUrl + "x failed, token " + kToken;
    const std::vector<net::Response> answers = {
        failed(400, "ERROR_CORE", echo),
        failed(403, "INVALID_CREDENTIALS", echo),
        failed(500, kToken, echo),
        answered(200, "<html>" + echo),
        lost(echo),
        answered(400, R"({"error":{"code":")" + kToken + R"(","message":")" + echo + R"("}})"),
    };
    for (const auto& response : answers) {
        Rig rig([&](const Seen&) { return response; });
        const auto read = rig.portal->currencies();
        CHECK(all_texts(read.error()).find(kToken) == std::string::npos);
        CHECK(all_texts(rig.portal->write(stage()).error).find(kToken) == std::string::npos);
        for (const auto& problem : rig.portal->check().problems)
            CHECK((problem.what + problem.hint).find(kToken) == std::string::npos);
    }
}

TEST_CASE("503 QUERY_LIMIT_EXCEEDED refuses the write until the limiter's pause is over") {
    Rig rig([](const Seen&) { return failed(503, "QUERY_LIMIT_EXCEEDED", "Too many requests"); });
    const auto first = rig.portal->write(stage());
    CHECK(first.outcome == Outcome::Refused);
    REQUIRE(first.due.has_value());
    CHECK(*first.due >= kNow + 1s);
    CHECK(rig.portal->earliest() == *first.due);
    // Before that nothing goes out at all.
    const auto second = rig.portal->write(stage());
    CHECK(second.outcome == Outcome::Refused);
    CHECK(rig.wire.seen.size() == 1);
    CHECK(rig.portal->currencies().error().code == Code::Remote);
    CHECK(rig.wire.seen.size() == 1);
    rig.wire.answer = [](const Seen&) { return ok(R"({"item":{"id":42,"stageId":"WON"}})"); };
    rig.wait();
    CHECK(rig.portal->write(stage()).outcome == Outcome::Done);
}

TEST_CASE("429 holds back one method only, and only until its reset") {
    bool busy = true;
    Rig rig([&](const Seen& seen) {
        if (seen.method == "crm.item.update" && busy)
            return answered(429, R"({"error":"OPERATION_TIME_LIMIT","error_description":"x"})");
        if (seen.method == "crm.item.update") return ok(R"({"item":{"id":42,"stageId":"WON"}})");
        return ok("[]");
    });
    const auto refused = rig.portal->write(stage());
    CHECK(refused.outcome == Outcome::Refused);
    REQUIRE(refused.due.has_value());
    CHECK(*refused.due == kNow + 10s);
    CHECK(rig.portal->currencies().ok());
    CHECK(rig.portal->write(stage()).outcome == Outcome::Refused);
    busy = false;
    rig.clock.set(*refused.due);
    CHECK(rig.portal->write(stage()).outcome == Outcome::Done);
}

TEST_CASE("the run time that answers report slows a method down before the portal blocks it") {
    Rig rig([](const Seen&) {
        return answered(200, R"({"result":{"item":{"id":42,"stageId":"WON"}},"time":)"
                             R"({"operating":477.25,"operating_reset_at":1772500300}})");
    });
    CHECK(rig.portal->write(stage()).outcome == Outcome::Done);
    const auto held = rig.portal->write(stage());
    CHECK(held.outcome == Outcome::Refused);
    REQUIRE(held.due.has_value());
    CHECK(*held.due == from_epoch_seconds(1'772'500'301));
    CHECK(rig.wire.seen.size() == 1);
    CHECK(rig.portal->earliest() == *held.due);
    // Another method has a budget of its own.
    rig.wire.answer = [](const Seen&) { return ok("[]"); };
    CHECK(rig.portal->currencies().ok());
    CHECK(rig.portal->earliest() == kNow);
}

TEST_CASE("how long a method may run within ten minutes is a setting") {
    const auto earliest = [](std::chrono::seconds budget, const char* used) {
        Rig rig([used](const Seen&) {
            return answered(200, std::string(R"({"result":{"item":{"id":42,"stageId":"WON"}},)") +
                                     R"("time":{"operating":)" + used +
                                     R"(,"operating_reset_at":1772500300}})");
        });
        rig.limits.budget = budget;
        rig.connect();
        CHECK(rig.portal->write(stage()).outcome == Outcome::Done);
        (void)rig.portal->write(stage());
        return rig.portal->earliest();
    };
    CHECK(earliest(420s, "99.5") == kNow);
    CHECK(earliest(100s, "99.5") == from_epoch_seconds(1'772'500'301));
    CHECK(earliest(600s, "417") < from_epoch_seconds(1'772'500'301));
    CHECK(earliest(420s, "417") == from_epoch_seconds(1'772'500'301));
}

TEST_CASE("the time block of an answer may lack everything or hold nonsense") {
    for (const char* time : {"", R"(,"time":null)", R"(,"time":[])", R"(,"time":"x")",
                             R"(,"time":{"operating":"x","operating_reset_at":-1})",
                             R"(,"time":{"operating":1e300,"operating_reset_at":9e99})",
                             R"(,"time":{"operating":0,"operating_reset_at":99999999999999999})"}) {
        Rig rig([&](const Seen&) {
            return answered(200, R"({"result":[{"CURRENCY":"BYN"}])" + std::string(time) + "}");
        });
        INFO(time);
        CHECK(rig.portal->currencies().ok());
    }
}

TEST_CASE("a client that asks earliest() is never refused by a portal with the published limits") {
    double level = 0;
    Instant at = kNow;
    Rig* self = nullptr;
    Rig rig([&](const Seen&) {
        const Instant now = self->clock.now();
        level = std::max(0.0, level - std::chrono::duration<double>(now - at).count() * 2.0) + 1;
        at = now;
        REQUIRE(level <= 50);
        return ok("[]");
    });
    self = &rig;
    for (int i = 0; i < 300; ++i) {
        rig.wait();
        REQUIRE(rig.portal->currencies().ok());
    }
    CHECK(rig.portal->counters().requests == 300);
}

TEST_CASE("counters tell requests and the calls inside batches") {
    Rig rig([](const Seen&) { return lost(); });
    (void)rig.portal->currencies();
    (void)rig.portal->check();
    CHECK(rig.portal->counters().requests == 2);
    CHECK(rig.portal->counters().commands >= 5);
}

TEST_CASE(
    "what gets no answer of the portal's REST is a failure of the connection, in plain words; "
    "refusals and request limits are answers (G63)") {
    struct Case {
        net::Response response;
        bool failure;
        std::string why, message;
    };
    net::Response unsent;
    unsent.trouble = "Connection refused";
    const std::vector<Case> cases{
        {answered(503, "<html>Service Unavailable</html>"), true, "HTTP 503",
         "bitrix24 is not available (HTTP 503)"},
        {answered(200, "<html>log in</html>"), true, "HTTP 200", ""},
        {lost(), true, "no whole answer: Timeout was reached", ""},
        {unsent, true, "no connection: Connection refused", ""},
        {failed(503, "QUERY_LIMIT_EXCEEDED"), false, "", ""},
        {failed(400, "ERROR_CORE", "no"), false, "", ""},
        {failed(401, "INVALID_CREDENTIALS"), false, "", ""},
    };
    for (const auto& each : cases) {
        Rig rig([&](const Seen&) { return each.response; });
        const auto told = rig.portal->currencies();
        REQUIRE_FALSE(told.ok());
        const auto contact = rig.portal->contact();
        INFO(to_string(told.error()));
        CHECK(contact.failed == (each.failure ? 1 : 0));
        CHECK(contact.failed_in_a_row == contact.failed);
        CHECK(contact.answered == (each.failure ? 0 : 1));
        CHECK(contact.why == each.why);
        if (!each.message.empty()) CHECK(to_string(told.error()) == each.message);
        CHECK(to_string(told.error()).find("JSON") == std::string::npos);
        CHECK(to_string(told.error()).find("expected a value") == std::string::npos);
    }
}
