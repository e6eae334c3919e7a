#include <catch2/catch.hpp>

#include <sstream>

#include "app/serving.h"

// The text log as readers of logfmt see it: words, and key=value with values in quotes where they
// need some.
namespace hb::test {
namespace {

bool plain(char c) {
    return static_cast<unsigned char>(c) > ' ' && c != '"' && c != '=' && c != 0x7f;
}

// What is wrong with a line; "" nothing. Strict: a quote begins a value only and ends it only
// before a space, a backslash stands before a quote or backslash only.
std::string trouble_of(const std::string& line) {
    std::size_t at = 0;
    const auto word = [&] {
        const auto from = at;
        while (at < line.size() && plain(line[at])) ++at;
        return at > from;
    };
    while (at < line.size()) {
        if (!word()) return "no word at " + std::to_string(at);
        if (at < line.size() && line[at] == '=') {
            ++at;
            if (at < line.size() && line[at] == '"') {
                for (++at; at < line.size() && line[at] != '"'; ++at)
                    if (line[at] == '\\' && ++at < line.size() && line[at] != '"' &&
                        line[at] != '\\')
                        return "an unknown escape at " + std::to_string(at);
                if (at++ >= line.size()) return "an open quote";
            } else {
                word();
            }
        }
        if (at < line.size() && line[at++] != ' ') return "no space at " + std::to_string(at - 1);
    }
    return "";
}

sandbox::Fault fault(const std::string& method, int status, const std::string& code,
                     const std::string& description) {
    sandbox::Fault out;
    out.kind = sandbox::Fault::Kind::Error;
    out.method = method;
    out.count = -1;
    out.status = status;
    out.code = code;
    out.description = description;
    return out;
}

} // namespace

TEST_CASE("the reader refuses what logfmt readers misread") {
    CHECK(trouble_of("2026-11-30T12:49:50Z info report id=2 by=\"a b\" why=\"\\\"x\\\\\"") == "");
    CHECK(trouble_of("error=\"\"COMMIT\": database or disk is full\"") != "");
    CHECK(trouble_of("a=b=c") != "");
    CHECK(trouble_of("a=\"b") != "");
    CHECK(trouble_of("a  b") != "");
    CHECK(trouble_of("a=\"b\"c") != "");
}

TEST_CASE("every line of a life with failures is logfmt, at every level: refusals with quotes in "
          "them, an outage, wrong events, links that lead nowhere, a disk that is full") {
    const Agency agency;
    agency.begin();
    const std::string id = std::to_string(agency.draft());
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    open_hooks(agency);
    std::string config = agency.folder.read("hourbridge.json");
    config.insert(config.find('{') + 1, "\"log\": {\"level\": \"debug\", \"format\": \"text\"},");
    agency.folder.write("hourbridge.json", config);
    agency.portal->add_fault(
        fault("crm.timeline.comment.add", 403, "ACCESS_DENIED", "No \"right\" = \\ none\nat all"));
    agency.portal->add_fault(fault("user.get", 400, "ERROR_CORE", "a=\"b\" c='d'"));
    Serving service(agency, Serving::AsItStands{});
    REQUIRE(agency.run({"report", "agree", id}).code == 0);
    CHECK(service.post("/hook/bitrix24/wrong%22secret", task_event(agency.first)).status >= 400);
    CHECK(service.post(hook_path(), task_event(agency.first, "wrong token")).status == 403);
    CHECK(service.get("/r/" + std::string(43, 'A')).status == 404);
    for (int i = 0; i < 22; ++i) service.get("/r/x" + std::to_string(i));
    REQUIRE(agency.run({"remote", "pause", "bitrix24"}).code == 0);
    REQUIRE(agency.run({"remote", "resume", "bitrix24"}).code == 0);
    sandbox::Fault outage;
    outage.kind = sandbox::Fault::Kind::Outage;
    outage.for_seconds = 600;
    outage.count = -1;
    agency.portal->add_fault(outage);
    for (int i = 0; i < 3; ++i) CHECK(agency.run({"sync"}).code != 0); // a person's probes
    CHECK(soon([&] { return service.metric("hourbridge_outage{remote=\"bitrix24\"}") == 1; }));
    service.stop();
    std::istringstream lines(log_of(agency));
    int read = 0, warnings = 0;
    for (std::string line; std::getline(lines, line);) {
        if (line.size() < 21 || line[10] != 'T' || line[19] != 'Z')
            continue; // a command's own words
        INFO(line);
        CHECK(trouble_of(line) == "");
        ++read;
        warnings += line.find("Z warning ") == 19 || line.find("Z error ") == 19 ? 1 : 0;
    }
    CHECK(read > 20);
    CHECK(warnings >= 3);
}

} // namespace hb::test
