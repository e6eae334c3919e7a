#include <catch2/catch.hpp>

#include "app/program.h"

// What the program says to wrong words.
namespace hb::test {

TEST_CASE("an unknown command ends with 2 and names the one that was meant") {
    const Folder folder;
    const auto ended = folder.run({"reprot", "list"});
    CHECK(ended.code == 2);
    CHECK(ended.out.empty());
    CHECK(ended.err.find("no command \"hourbridge reprot\"") != std::string::npos);
    CHECK(ended.err.find("did you mean: hourbridge report") != std::string::npos);
}

TEST_CASE("a wrong option ends with 2 and names the one that was meant") {
    const Folder folder;
    const auto ended = folder.run({"sync", "--ful"});
    CHECK(ended.code == 2);
    CHECK(ended.err.find("--ful") != std::string::npos);
    CHECK(ended.err.find("did you mean --full?") != std::string::npos);
}

TEST_CASE("no command at all ends with 2 and points to the help") {
    const Folder folder;
    const auto ended = folder.run({});
    CHECK(ended.code == 2);
    CHECK(ended.err.find("--help") != std::string::npos);
}

TEST_CASE("with --json an error is one JSON document with code, message and hint") {
    const Folder folder;
    for (const auto& args : std::vector<std::vector<std::string>>{
             {"--json", "nonsense"}, {"report", "show", "--json"}, {"sync", "--json"}}) {
        const auto ended = folder.run(args);
        INFO(ended.out << ended.err);
        CHECK(ended.code == 2);
        REQUIRE(ended.is_json);
        CHECK(text(ended.root()["error"]["code"]) == "usage");
        CHECK(!text(ended.root()["error"]["message"]).empty());
        CHECK(!text(ended.root()["error"]["hint"]).empty());
    }
}

TEST_CASE("every command has a help with an example that names the command itself (G27)") {
    const Folder folder;
    const std::vector<std::vector<std::string>> commands = {{"init"},
                                                            {"check"},
                                                            {"sync"},
                                                            {"contract", "list"},
                                                            {"contract", "show"},
                                                            {"contract", "apply"},
                                                            {"report", "create"},
                                                            {"report", "batch"},
                                                            {"report", "list"},
                                                            {"report", "show"},
                                                            {"report", "send"},
                                                            {"report", "recall"},
                                                            {"report", "agree"},
                                                            {"report", "invoice"},
                                                            {"report", "accept-crm"},
                                                            {"report", "restore-crm"},
                                                            {"report", "cancel"},
                                                            {"report", "exclude"},
                                                            {"report", "include"},
                                                            {"report", "note"},
                                                            {"report", "override"},
                                                            {"report", "link"},
                                                            {"report", "export"},
                                                            {"mapping", "list"},
                                                            {"mapping", "show"},
                                                            {"mapping", "check"},
                                                            {"mapping", "preview"},
                                                            {"mapping", "diff"},
                                                            {"mapping", "apply"},
                                                            {"mapping", "rollback"},
                                                            {"mapping", "export"},
                                                            {"preset", "save"},
                                                            {"preset", "list"},
                                                            {"late", "list"},
                                                            {"late", "decide"},
                                                            {"payment", "add"},
                                                            {"payment", "list"},
                                                            {"payment", "reverse"},
                                                            {"link", "set"},
                                                            {"link", "list"},
                                                            {"link", "remove"},
                                                            {"alias", "list"},
                                                            {"alias", "decide"},
                                                            {"adopt"},
                                                            {"outbox", "list"},
                                                            {"outbox", "retry"},
                                                            {"outbox", "park"},
                                                            {"inbox", "list"},
                                                            {"remote", "rename"},
                                                            {"remote", "moved"},
                                                            {"explain"},
                                                            {"overhead"},
                                                            {"verify"},
                                                            {"run"},
                                                            {"serve"},
                                                            {"sandbox"},
                                                            {"demo"},
                                                            {"backup"},
                                                            {"dump"},
                                                            {"completion"},
                                                            {"manual"}};
    for (auto args : commands) {
        std::string name = "hourbridge";
        for (const auto& word : args) name += " " + word;
        args.emplace_back("--help");
        const auto ended = folder.run(args);
        INFO(name << "\n" << ended.out << ended.err);
        CHECK(ended.code == 0);
        CHECK(ended.out.find("Example:\n  " + name) != std::string::npos);
    }
}

TEST_CASE("all problems of a configuration are told at once, each with its line (exit 2)") {
    const Folder folder;
    folder.write("broken.json", R"({
  "data_dir": "data",
  "time_zone": "Europe/Minks",
  "remotes": {"portal": {"connector": "bitrix24", "webhook_url": "http://portal.example/rest/1/topsecret/"}},
  "crm": {"remote": "portl"},
})");
    const auto ended = folder.run({"sync", "--json", "--config", folder.path("broken.json")});
    INFO(ended.out << ended.err);
    CHECK(ended.code == 2);
    REQUIRE(ended.is_json);
    CHECK(ended.root()["problems"].size() == 3);
    CHECK(ended.err.find("broken.json:3: /time_zone") != std::string::npos);
    CHECK(ended.err.find("broken.json:5: /crm/remote") != std::string::npos);
    CHECK((ended.out + ended.err).find("topsecret") == std::string::npos);
}

TEST_CASE("init writes a configuration that only its owner may read, and never overwrites it") {
    const Folder folder;
    const auto first = folder.run({"init", "--time-zone", "Europe/Berlin", "--json"});
    INFO(first.out << first.err);
    CHECK(first.code == 0);
    const std::string written = folder.read("config/hourbridge.json");
    CHECK(written.find("\"time_zone\": \"Europe/Berlin\"") != std::string::npos);
    const auto second = folder.run({"init"});
    CHECK(second.code == 2);
    CHECK(folder.read("config/hourbridge.json") == written);
    // G33: a secret of its own for the address of the events, another one each time.
    CHECK(folder.run({"init", "--force"}).code == 0);
    CHECK(folder.read("config/hourbridge.json") != written);
}

TEST_CASE("what init wrote is a good configuration as soon as the webhook is known") {
    const Folder folder;
    REQUIRE(folder.run({"init", "--webhook-url-env", "MY_HOOK"}).code == 0);
    // Nobody listens on the port: the configuration is read, the portal is what fails (G28: 3).
    const auto ended =
        folder.run({"check", "--json"}, {{"MY_HOOK", "http://127.0.0.1:9/rest/1/verysecret/"}});
    INFO(ended.out << ended.err);
    CHECK(ended.code == 3);
    REQUIRE(ended.is_json);
    CHECK(ended.root()["problems"].size() == 0);
    CHECK(text(ended.root()["remotes"][0]["name"]) == "bitrix24");
    CHECK((ended.out + ended.err).find("verysecret") == std::string::npos);
}

} // namespace hb::test
