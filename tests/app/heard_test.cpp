#include <catch2/catch.hpp>

#include "app/heard_http.h"
#include "app/serving.h"
#include "sandbox/seed.h"

// What the log shows at level debug of an answer that is none.
namespace hb::test {
namespace {

net::Request request() {
    net::Request out;
    out.url = Secret("https://portal.example/rest/1/topsecrettoken/crm.item.list?auth=othersecret");
    out.headers = {{"Authorization", "Bearer thirdsecret"}};
    return out;
}

net::Response response(int status, const std::string& body) {
    net::Response out;
    out.reach = net::Reach::Answered;
    out.status = status;
    out.body = body;
    return out;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("an answer that is a failure or no JSON is heard by its beginning, any other is not") {
    CHECK(app::heard_line("p", request(), response(200, "{\"result\":[]}")) == "");
    CHECK(app::heard_line("p", request(), response(404, " \n[1]")) == "");
    CHECK(app::heard_line("p", request(), response(503, "<html>Not now</html>")) ==
          "answer remote=p status=503 bytes=20 begins=\"<html>Not now</html>\"");
    CHECK(has(app::heard_line("p", request(), response(500, "{}")), "status=500"));
    CHECK(has(app::heard_line("p", request(), response(200, "")), "bytes=0 begins=\"\""));
    net::Response cut;
    cut.reach = net::Reach::NotSent;
    cut.trouble = "Could not resolve host: portal.example";
    CHECK(has(app::heard_line("p", request(), cut), "resolve host"));
}

TEST_CASE("what is heard holds no secret of the request, is short, and is one line of the log") {
    std::string page =
        "<p>GET /rest/1/topsecrettoken/crm.item.list?auth=othersecret\r\nAuthorization: "
        "Bearer thirdsecret\" level=critical \x1b[2J";
    const std::string line = app::heard_line("p", request(), response(502, page));
    INFO(line);
    for (const char* secret : {"topsecrettoken", "othersecret", "thirdsecret"})
        CHECK_FALSE(has(line, secret));
    CHECK(has(line, "***"));
    CHECK(line.find_first_of("\r\n\x1b") == std::string::npos);
    CHECK(has(line, "\\\" level=critical")); // within its value
    page.assign(1'000'000, 'x');
    CHECK(app::heard_line("p", request(), response(200, page)).size() < 400);
}

TEST_CASE("a service at level debug shows how an outage answers; at info it does not") {
    for (const std::string level : {"debug", "info"}) {
        const Agency agency;
        agency.begin();
        sandbox::Fault fault;
        fault.kind = sandbox::Fault::Kind::Outage;
        fault.for_seconds = 240;
        fault.count = -1;
        agency.portal->add_fault(fault);
        Serving service(agency, "\"log\": {\"level\": \"" + level + "\", \"format\": \"text\"},");
        for (int i = 0; i < 3; ++i) (void)agency.run({"sync"}); // each of them fails
        REQUIRE(
            soon([&] { return has(log_of(agency), "outage remote=bitrix24 state=began"); }, 60));
        agency.portal->clear_faults();
        service.stop();
        const auto log = log_of(agency);
        INFO(log);
        CHECK(has(log, "debug answer remote=bitrix24 status=503") == (level == "debug"));
        CHECK(has(log, "begins=\"<html>") == (level == "debug"));
        CHECK_FALSE(has(log, sandbox::kAdminToken));
    }
}

} // namespace hb::test
