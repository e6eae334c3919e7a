#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

#include "app/program.h"

// What a build for tests reads of its environment, and what people run does not.
namespace hb::test {
namespace {

std::string bytes_of(const std::string& file) {
    std::stringstream bytes;
    bytes << std::ifstream(file, std::ios::binary).rdbuf();
    REQUIRE(bytes.str().size() > 1'000'000);
    return bytes.str();
}

// When a note was written down, by the program's clock.
std::string noted_at(const Agency& agency, const std::string& report,
                     const std::map<std::string, std::string>& environment) {
    const auto noted = agency.run({"report", "note", report, "a note"}, environment);
    INFO(noted.out << noted.err);
    REQUIRE(noted.code == 0);
    const auto events = agency.run({"dump", "events", "--limit", "100000"});
    const auto rows = events.root()["rows"];
    REQUIRE(rows.size() > 0);
    return text(rows[rows.size() - 1]["at"]);
}

} // namespace

TEST_CASE("the program that people run does not know the seams, the one of the tests does") {
    const std::string plain = bytes_of(HB_PLAIN_PROGRAM);
    const std::string tested = bytes_of(HB_PROGRAM);
    for (const char* name : {"HB_NOW", "HB_MACHINE", "HB_BOOT", "HB_FAILPOINT"}) {
        INFO(name);
        CHECK(plain.find(name) == std::string::npos);
        CHECK(tested.find(name) != std::string::npos);
    }
}

TEST_CASE("HB_NOW is a time that the clock shows when its file is written, or a shift (R21)") {
    const Agency agency;
    agency.begin();
    const auto report = std::to_string(agency.draft());
    const auto at = [&](const std::string& now) {
        agency.folder.write("now", now);
        return noted_at(agency, report, {{"HB_NOW", agency.folder.path("now")}});
    };
    CHECK(at("2028-02-29T23:59:00+03:00\n").substr(0, 15) == "2028-02-29T20:5"); // and runs on
    CHECK(at("2031-01-01T00:00:30Z").substr(0, 10) == "2031-01-01");
    const std::string now = noted_at(agency, report, {{"-HB_NOW", ""}});
    CHECK(at("+0") >= now);
    CHECK(at("+0").substr(0, 10) < at("+172800").substr(0, 10));
    agency.folder.write("now", "tomorrow");
    const auto refused =
        agency.run({"report", "note", report, "a note"}, {{"HB_NOW", agency.folder.path("now")}});
    CHECK(refused.code == 5);
    CHECK(refused.err.find("HB_NOW holds") != std::string::npos);
}

TEST_CASE("a program that other machines may reach has the true clock, whatever HB_NOW says") {
    const Agency agency;
    agency.begin();
    const auto report = std::to_string(agency.draft());
    agency.folder.write("now", "2031-01-01T00:00:30Z");
    std::string config = agency.folder.read("hourbridge.json");
    const std::string listen = "\"127.0.0.1:0\"";
    REQUIRE(config.find(listen) != std::string::npos);
    config.replace(config.find(listen), listen.size(), R"("0.0.0.0:8480", "allow_direct": true)");
    agency.folder.write("hourbridge.json", config);
    const std::map<std::string, std::string> moved{{"HB_NOW", agency.folder.path("now")}};
    CHECK(noted_at(agency, report, moved) < "2031");
}

TEST_CASE("HB_FAILPOINT ends the program at that moment, and the next start goes on") {
    const Agency agency;
    agency.begin();
    const auto id = std::to_string(agency.draft());
    CHECK(agency.run({"report", "send", id}, {{"HB_FAILPOINT", "1"}}).code == 137);
    CHECK(agency.run({"report", "send", id}, {{"HB_FAILPOINT_COUNT", agency.folder.path("count")}})
              .code == 0);
    CHECK(std::stoi(agency.folder.read("count")) > 2);
}

} // namespace hb::test
