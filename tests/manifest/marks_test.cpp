#include <catch2/catch.hpp>

#include "base/text.h"
#include "rig.h"

// What a mark looks at before it writes, and members whose names are settings.

using namespace hb;
using namespace hb::connector;

namespace {

domain::WriteOp mark_of(const std::string& target, const std::string& percent) {
    domain::WriteOp op;
    op.kind = domain::OpKind::TaskMark;
    op.target = target;
    op.fields = R"({"UF_HB_PAID":")" + percent + R"(","UF_HB_REPORT":"HB-1"})";
    return op;
}

void use_openproject(rig::Rig& rig) {
    rig.options.remote = "openproject";
    rig.options.base_url = "https://op.acme.example";
    rig.options.settings = {{"token", Secret("the-token")},
                            {"paid_field", Secret("customField9")},
                            {"report_field", Secret("customField10")}};
    rig.connect(rig::shipped("openproject"));
}

} // namespace

TEST_CASE("A mark carries the version that was read just before, in fields named by settings") {
    rig::Rig rig;
    int version = 5;
    std::string sent;
    rig.wire.answer = [&](const net::Request& request) {
        if (request.verb == net::Verb::Patch) {
            sent = request.body;
            ++version;
        }
        return rig::answered(200, R"({"lockVersion":)" + std::to_string(version) +
                                      R"(,"customField9":"100","customField10":"HB-1"})");
    };
    use_openproject(rig);
    const auto write = [&](const std::string& percent) {
        rig.clock.wait_until(rig.planner->earliest());
        return rig.planner->write(mark_of("421", percent)).outcome;
    };
    CHECK(write("100") == domain::Outcome::Done);
    CHECK(sent == R"({"lockVersion":5,"customField9":"100","customField10":"HB-1"})");
    CHECK(write("100") == domain::Outcome::Done); // read anew: the version has moved on
    CHECK(sent == R"({"lockVersion":6,"customField9":"100","customField10":"HB-1"})");
    rig.clock.advance(std::chrono::seconds{1});
    (void)write("");
    CHECK(sent == R"({"lockVersion":7,"customField9":null,"customField10":null})");
}

TEST_CASE(
    "A write that another one overtook did not run, and is tried again with the new version") {
    rig::Rig rig;
    int version = 5;
    rig.wire.answer = [&](const net::Request& request) {
        if (request.verb != net::Verb::Patch)
            return rig::answered(200, R"({"lockVersion":)" + std::to_string(version) +
                                          R"(,"customField9":"100","customField10":"HB-1"})");
        if (request.body.find("\"lockVersion\":6") == std::string::npos) {
            version = 6;
            return rig::answered(409, R"({"message":"changed since you last viewed it"})");
        }
        return rig::answered(200, R"({"lockVersion":7})");
    };
    use_openproject(rig);
    const auto refused = rig.planner->write(mark_of("421", "100"));
    CHECK(refused.outcome == domain::Outcome::Refused);
    rig.clock.wait_until(rig.planner->earliest());
    CHECK(rig.planner->write(mark_of("421", "100")).outcome == domain::Outcome::Done);
}

TEST_CASE(
    "A mark that can't be read is proven by the answer of its own write, where that tells (R11)") {
    rig::Rig rig;
    std::string tags = R"(["paid"])";
    rig.wire.answer = [&](const net::Request&) {
        return rig::answered(200, R"({"id":500009001)" + (tags.empty() ? "" : ",\"tags\":" + tags) +
                                      "}");
    };
    rig.options.remote = "toggl";
    rig.options.base_url = "https://api.track.toggl.com";
    rig.options.settings = {{"token", Secret("the-token")}, {"workspace", Secret("4470")}};
    rig.connect(rig::shipped("toggl"));
    const auto write = [&](const std::string& percent) {
        rig.clock.wait_until(rig.planner->earliest());
        auto op = mark_of("500009001", percent);
        op.kind = domain::OpKind::EntryMark;
        return rig.planner->write(op);
    };
    CHECK(write("100").outcome == domain::Outcome::Done);
    tags = R"(["review"])";
    const auto ignored = write("100");
    CHECK(ignored.outcome == domain::Outcome::Rejected);
    CHECK(ignored.error.message.find("the answer does not show it") != std::string::npos);
    CHECK(ignored.error.hint.find("outbox retry") != std::string::npos);
    CHECK(write("").outcome == domain::Outcome::Done);
    tags = "null";
    CHECK(write("").outcome == domain::Outcome::Done);
    tags = "";
    CHECK(write("100").outcome == domain::Outcome::Done);
}

TEST_CASE("A tag on ClickUp's time record is read back from the record itself (R11)") {
    rig::Rig rig;
    std::string tags;
    std::string asked;
    rig.wire.answer = [&](const net::Request& request) {
        if (request.verb == net::Verb::Get) {
            asked = request.url.reveal();
            return rig::answered(200, R"({"data":{"id":"7","tags":[)" + tags + "]}}");
        }
        return rig::answered(200, "{}");
    };
    rig.options.remote = "clickup";
    rig.options.base_url = "https://api.clickup.com/api/v2";
    rig.options.settings = {{"token", Secret("pk_1")}, {"workspace", Secret("333")}};
    rig.connect(rig::shipped("clickup"));
    auto op = mark_of("7", "100");
    op.kind = domain::OpKind::EntryMark;
    const auto read = [&] {
        rig.clock.wait_until(rig.planner->earliest());
        return rig.planner->read_back(op);
    };
    CHECK(rig.planner->write(op).outcome == domain::Outcome::Done);
    auto there = read();
    REQUIRE(there.ok());
    CHECK(*there != op.fields); // the answer to the write said nothing of it
    CHECK(asked.find("/team/333/time_entries/7") != std::string::npos);
    tags = R"({"name":"paid","tag_fg":"#fff"})";
    there = read();
    REQUIRE(there.ok());
    CHECK(*there == op.fields);
}

TEST_CASE("Nothing is written when what the mark needs could not be read") {
    rig::Rig rig;
    bool patched = false;
    std::string answer = R"({"subject":"no version here"})";
    rig.wire.answer = [&](const net::Request& request) {
        patched = patched || request.verb == net::Verb::Patch;
        net::Response lost;
        lost.reach = net::Reach::Unknown;
        return answer.empty() ? lost : rig::answered(200, answer);
    };
    use_openproject(rig);
    const auto rejected = rig.planner->write(mark_of("421", "100"));
    CHECK(rejected.outcome == domain::Outcome::Rejected);
    CHECK(to_string(rejected.error).find("lock") != std::string::npos);
    answer = "";
    rig.clock.wait_until(rig.planner->earliest());
    // A look that is lost leaves no doubt about the write.
    CHECK(rig.planner->write(mark_of("421", "100")).outcome == domain::Outcome::Refused);
    CHECK_FALSE(patched);
}

TEST_CASE("A member whose name is a setting that is not there is left out of the body") {
    rig::Rig rig;
    std::string sent;
    rig.wire.answer = [&](const net::Request& request) {
        if (request.verb == net::Verb::Post) sent = request.body;
        return rig::answered(200, "{}");
    };
    std::string text(shipped_manifest("youtrack"));
    const std::string from = R"("json": {"query": "tag {settings.paid_tag}")";
    REQUIRE(text.find(from) != std::string::npos);
    text.replace(text.find(from), from.size(),
                 R"("json": {"{settings.paid_tag}": "a", "{settings.oldest}": "b", "{{c}}": "d")");
    rig.options.base_url = "https://acme.youtrack.cloud";
    rig.options.settings = {{"token", Secret("the-token")}};
    rig.connect(rig::parsed(text));
    (void)rig.planner->write(mark_of("2-421", "100"));
    CHECK(sent == R"({"paid":"a","{c}":"d","issues":[{"id":"2-421"}]})");
}

TEST_CASE("Asana's search finds \"unpaid\" for \"paid\": the tag whose name is equal is set") {
    rig::Rig rig;
    std::string sent;
    rig.wire.answer = [&](const net::Request& request) {
        if (request.verb == net::Verb::Post) sent = request.body;
        if (request.url.reveal().find("typeahead") != std::string::npos)
            return rig::answered(
                200, R"({"data":[{"gid":"903","name":"unpaid"},{"gid":"902","name":"paid"}]})");
        return rig::answered(200, R"({"data":{"tags":[{"gid":"902","name":"paid"}]}})");
    };
    rig.options.settings = {{"token", Secret("the-token")}, {"workspace", Secret("1100")}};
    rig.connect(rig::shipped("asana"));
    CHECK(rig.planner->write(mark_of("4200", "100")).outcome == domain::Outcome::Done);
    CHECK(sent == R"({"data":{"tag":"902"}})");
}
