#include <catch2/catch.hpp>

#include "app/serving.h"
#include "json/value.h"

// What the service's log says of links that lead nowhere.
namespace hb::test {
namespace {

std::vector<json::Document> lines_about_links(const Agency& agency) {
    std::vector<json::Document> found;
    std::string line;
    for (const char c : log_of(agency)) {
        if (c != '\n') {
            line += c;
            continue;
        }
        auto document = json::Document::parse(line);
        if (document && text(document->root()["part"]) == "link")
            found.push_back(std::move(*document));
        line.clear();
    }
    return found;
}

std::string guess(int number) {
    std::string digits = std::to_string(number);
    return "/r/Guess" + std::string(35 - digits.size(), 'x') + digits;
}

} // namespace

TEST_CASE(
    "links that lead nowhere are two lines of the service's log a minute and address, without "
    "their paths, and a good link goes on") {
    const Agency agency;
    agency.begin();
    const auto id = std::to_string(agency.draft());
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    const std::string url = text(agency.run({"report", "show", id}).root()["url"]);
    Serving service(agency, R"("log": {"level": "info", "format": "json"},)");
    for (int i = 0; i < 20; ++i) CHECK(service.get(guess(i)).status == 404);
    const auto limited = service.get(guess(20));
    CHECK(limited.status == 429);
    CHECK(limited.header("retry-after") == "60");
    for (int i = 21; i < 40; ++i) CHECK(service.get(guess(i)).status == 429);
    CHECK(service.get(url.substr(url.find("/r/"))).status == 200);
    service.stop();

    const auto lines = lines_about_links(agency);
    INFO(log_of(agency));
    REQUIRE(lines.size() == 2);
    CHECK(text(lines[0].root()["found"]) == "no");
    CHECK(text(lines[0].root()["level"]) == "info");
    CHECK(text(lines[0].root()["address"]) == "127.0.0.1");
    CHECK(text(lines[1].root()["limited"]) == "yes");
    CHECK(text(lines[1].root()["level"]) == "warning");
    CHECK(log_of(agency).find("Guess") == std::string::npos);
    CHECK(log_of(agency).find("/r/G") == std::string::npos);
}

} // namespace hb::test
