#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

#include "app/program.h"

// hourbridge and hourbridge-sandbox: two programs, two packages.
namespace hb::test {
namespace {

std::string bytes_of(const std::string& file) {
    std::stringstream bytes;
    bytes << std::ifstream(file, std::ios::binary).rdbuf();
    REQUIRE(bytes.str().size() > 1'000'000);
    return bytes.str();
}

// A copy of hourbridge with no other program beside it and this PATH.
Ended alone(const std::string& path, const std::vector<std::string>& args) {
    Folder folder;
    folder.through = {"bash", "-c",
                      "cp \"$1\" hourbridge && PATH=" + path + " ./hourbridge \"${@:2}\"", "bash"};
    return folder.run(args);
}

const std::string kBeside = std::string(HB_PROGRAM).substr(0, std::string(HB_PROGRAM).rfind('/'));

} // namespace

TEST_CASE("what pretends to be a portal or an account is in hourbridge-sandbox alone") {
    const std::string plain = bytes_of(HB_PLAIN_PROGRAM);
    const std::string tested = bytes_of(HB_PROGRAM);
    const std::string sandbox = bytes_of(kBeside + "/hourbridge-sandbox");
    // Its namespace as the linker writes it, the secret of its OAuth server, a client of its
    // agency.
    for (const char* name : {"N2hb7sandbox", "sandbox-secret", "Blue Harbor"}) {
        INFO(name);
        CHECK(plain.find(name) == std::string::npos);
        CHECK(tested.find(name) == std::string::npos);
        CHECK(sandbox.find(name) != std::string::npos);
    }
    // And the demo has nothing of what it shows.
    for (const char* name : {"N2hb5lanes", "N2hb5store", "N2hb9connector", "sqlite3_"}) {
        INFO(name);
        CHECK(plain.find(name) != std::string::npos);
        CHECK(sandbox.find(name) == std::string::npos);
    }
}

TEST_CASE("without hourbridge-sandbox, demo and sandbox name its package and end with 2") {
    for (const std::vector<std::string>& args : {std::vector<std::string>{"demo", "--fast"},
                                                 {"--json", "sandbox", "--port", "0"},
                                                 {"sandbox", "planner", "redmine", "--json"}}) {
        const auto ended = alone("/nowhere", args);
        INFO(ended.out << ended.err);
        CHECK(ended.code == 2);
        CHECK(ended.err.find("a part of the package hourbridge-sandbox, which is not installed") !=
              std::string::npos);
    }
    const auto help = alone("/nowhere", {"demo", "--help"});
    CHECK(help.code == 0);
    CHECK(help.out.find("of the package hourbridge-sandbox") != std::string::npos);
}

TEST_CASE("hourbridge finds hourbridge-sandbox in PATH when it is not beside it") {
    const auto found = alone(kBeside, {"sandbox", "--version"});
    INFO(found.err);
    CHECK(found.code == 0);
    CHECK(found.out.rfind("hourbridge-sandbox ", 0) == 0);
    const Folder folder;
    const auto beside = folder.run({"sandbox", "--version"}, {{"PATH", "/nowhere"}});
    CHECK(beside.code == 0);
    CHECK(beside.out == found.out);
}

TEST_CASE("the list of commands says where demo and sandbox come from") {
    const Folder folder;
    const auto help = folder.run({"--help"});
    std::stringstream lines(help.out);
    int named = 0;
    for (std::string line; std::getline(lines, line);)
        if (line.rfind("  demo ", 0) == 0 || line.rfind("  sandbox ", 0) == 0) ++named;
    CHECK(named == 2);
    const auto first = help.out.find("(of the package hourbridge-sandbox)");
    REQUIRE(first != std::string::npos);
    CHECK(help.out.find("(of the package hourbridge-sandbox)", first + 1) != std::string::npos);
}

TEST_CASE("the demo says so when the program that it shows is missing (exit 2)") {
    Folder folder;
    folder.through = {"bash", "-c",
                      "cp \"$(dirname \"$1\")\"/hourbridge-sandbox . && PATH=/nowhere "
                      "./hourbridge-sandbox \"${@:2}\"",
                      "bash"};
    const auto ended = folder.run({"demo", "--fast", "--json"});
    INFO(ended.out << ended.err);
    CHECK(ended.code == 2);
    CHECK(text(ended.root()["error"]["code"]) == "usage");
    CHECK(ended.err.find("the program hourbridge, which is not here") != std::string::npos);
}

} // namespace hb::test
