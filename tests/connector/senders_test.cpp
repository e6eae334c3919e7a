#include <catch2/catch.hpp>

#include <functional>

#include "base/base64.h"
#include "base/clock.h"
#include "base/digest.h"
#include "connector/senders.h"
#include "json/value.h"

using namespace hb;
using namespace hb::connector;
using domain::Outcome;
using domain::WriteOp;

namespace {

const std::string kToken = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw";

struct Place {
    net::Response next;
    std::vector<net::Request> sent;
    ManualClock clock{*parse_instant("2026-03-05T10:00:00Z")};
    std::unique_ptr<Connector> sender;

    class Http final : public net::HttpClient {
    public:
        explicit Http(Place& place) : place_(place) {}
        net::Response send(const net::Request& request) override {
            place_.sent.push_back(request);
            return place_.next;
        }

    private:
        Place& place_;
    };

    void telegram() {
        sender = make_telegram({"telegram", Secret(kToken)}, std::make_unique<Http>(*this), clock);
    }
    void hook(std::vector<Secret> secrets) {
        sender = make_outgoing_hook(
            {"hook", Secret("https://example.com/in?key=s3cr3t"), std::move(secrets)},
            std::make_unique<Http>(*this), clock);
    }
    void answers(int status, std::string body = "{}") {
        next.reach = net::Reach::Answered;
        next.status = status;
        next.body = std::move(body);
    }
    domain::WriteResult tell(const char* kind, const std::string& target,
                             const std::string& fields) {
        WriteOp op;
        op.kind = domain::parse_op_kind(kind).value();
        op.target = target;
        op.fields = fields;
        auto result = sender->write(op);
        CHECK(to_string(result.error).find("AAHdq") == std::string::npos);
        CHECK(to_string(result.error).find("s3cr3t") == std::string::npos);
        return result;
    }
    domain::WriteResult say(const std::string& text = "Paid") {
        return tell("telegram.send", "-100123", R"({"text":")" + text + "\"}");
    }
};

} // namespace

TEST_CASE("Telegram: a message goes to its chat without a preview, and its number comes back") {
    Place place;
    place.telegram();
    place.answers(200, R"({"ok":true,"result":{"message_id":17}})");
    const auto result = place.say();
    CHECK(result.outcome == Outcome::Done);
    CHECK(result.id == "17");
    REQUIRE(place.sent.size() == 1);
    CHECK(place.sent[0].url.reveal() == "https://api.telegram.org/bot" + kToken + "/sendMessage");
    CHECK(place.sent[0].fresh_connection);
    CHECK(place.sent[0].body ==
          R"({"chat_id":"-100123","text":"Paid","disable_web_page_preview":true})");
    CHECK(place.sender->account() == "telegram bot 110201543 at https://api.telegram.org");
    // A group takes twenty a minute.
    CHECK(place.sender->earliest() == place.clock.now() + std::chrono::seconds{3});
}

TEST_CASE("Telegram: only what certainly did not go out is tried again (G20)") {
    Place place;
    place.telegram();
    place.next.reach = net::Reach::NotSent;
    const auto first = place.say();
    CHECK(first.outcome == Outcome::Refused);
    REQUIRE(first.due);
    CHECK(*first.due > place.clock.now());
    place.next.reach = net::Reach::Unknown;
    CHECK(place.say().outcome == Outcome::Unknown);
    place.answers(502, "<html>");
    CHECK(place.say().outcome == Outcome::Unknown);
    place.answers(200, "not json");
    CHECK(place.say().outcome == Outcome::Unknown);
    place.answers(
        429,
        R"({"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":35}})");
    const auto busy = place.say();
    CHECK(busy.outcome == Outcome::Refused);
    CHECK(busy.due == place.clock.now() + std::chrono::seconds{35});
    CHECK(place.sender->earliest() == *busy.due);
}

TEST_CASE("Telegram: a refusal says what to mend, and never the token") {
    Place place;
    place.telegram();
    place.answers(401, R"({"ok":false,"description":"Unauthorized bot)" + kToken + "\"}");
    const auto token = place.say();
    CHECK(token.outcome == Outcome::Rejected);
    CHECK(token.error.hint == "take the token of @BotFather again");
    place.answers(400, R"({"ok":false,"description":"Bad Request: chat not found"})");
    const auto chat = place.say();
    CHECK(chat.outcome == Outcome::Rejected);
    CHECK(chat.error.message == "Telegram refused: Bad Request: chat not found");
    place.answers(400, R"({"ok":false,"description":"group upgraded to )" + kToken +
                           R"(","parameters":{"migrate_to_chat_id":-1009}})");
    const auto moved = place.say();
    CHECK(moved.error.hint.find("write chat_id -1009") != std::string::npos);
    CHECK(moved.error.message.find("…") != std::string::npos);
}

TEST_CASE("Telegram: check asks the bot who it is") {
    Place place;
    place.telegram();
    place.answers(200, R"({"ok":true,"result":{"username":"studio_bot"}})");
    const auto good = place.sender->check();
    CHECK(good.authorised);
    CHECK(good.who == "@studio_bot");
    place.answers(401);
    CHECK_FALSE(place.sender->check().problems.empty());
    place.next.reach = net::Reach::NotSent;
    CHECK_FALSE(place.sender->check().reachable);
}

TEST_CASE("an outgoing webhook is signed as Standard Webhooks 1.0 show in their example") {
    // The example of the specification's libraries.
    CHECK(hook_signature({Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")},
                         "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})") ==
          "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST_CASE(
    "an outgoing webhook carries id, time and a signature of each secret, the new one first") {
    Place place;
    place.hook(
        {Secret("a new secret of thirty characters"), Secret("an old secret of thirty chars")});
    place.answers(204, "");
    const std::string fields = R"({"id":"msg_1","event":{"type":"report.paid"}})";
    CHECK(place.tell("webhook.send", "", fields).outcome == Outcome::Done);
    REQUIRE(place.sent.size() == 1);
    const auto& request = place.sent[0];
    CHECK(request.body == R"({"type":"report.paid"})");
    std::map<std::string, std::string> headers(request.headers.begin(), request.headers.end());
    CHECK(headers["webhook-id"] == "msg_1");
    CHECK(headers["webhook-timestamp"] == "1772704800");
    const std::string text = "msg_1.1772704800." + request.body;
    CHECK(headers["webhook-signature"] ==
          "v1," + base64(hmac_sha256("a new secret of thirty characters", text)) + " v1," +
              base64(hmac_sha256("an old secret of thirty chars", text)));
}

TEST_CASE("an outgoing webhook repeats what was not taken, longer each time; 410 ends it (G20)") {
    Place place;
    place.hook({Secret("a secret of some thirty characters")});
    const std::string fields = R"({"id":"msg_1","event":{}})";
    std::chrono::milliseconds before{0};
    for (const int status : {500, 404, 302, 0}) {
        place.answers(status);
        if (status == 0) place.next.reach = net::Reach::Unknown;
        const auto result = place.tell("webhook.send", "", fields);
        CHECK(result.outcome == Outcome::Refused);
        REQUIRE(result.due);
        CHECK(*result.due - place.clock.now() > before);
        before = *result.due - place.clock.now();
        CHECK(place.sender->earliest() == *result.due);
    }
    place.answers(503);
    place.next.headers = {{"retry-after", "1800"}};
    CHECK(*place.tell("webhook.send", "", fields).due ==
          place.clock.now() + std::chrono::minutes{30});
    place.answers(410);
    CHECK(place.tell("webhook.send", "", fields).outcome == Outcome::Rejected);
    CHECK(place.sender->account().find("s3cr3t") == std::string::npos);
}
