#include <catch2/catch.hpp>

#include "app/program.h"
#include "sandbox/worksection.h"

// Links by rule, through the program's own commands, with a Worksection account.
namespace hb::test {
namespace {

sandbox::WorksectionOptions fast() {
    sandbox::WorksectionOptions options;
    options.per_second = 50; // the connector is told the same
    return options;
}

// A Worksection account with a project that is called like the client of the portal, and another.
struct Account {
    Agency agency;
    Clock& clock = agency.clock;
    sandbox::Worksection account{clock, fast()};
    sandbox::Server server{
        [this](const sandbox::HttpRequest& request) { return account.handle(request); }};
    std::string own, other, company;

    Account() {
        company = "bitrix24:company:" + std::to_string(agency.company);
        REQUIRE(server.start(0).ok());
        agency.folder.write(
            "hourbridge.json",
            R"({"data_dir": "data", "listen": "127.0.0.1:0", "time_zone": "Europe/Minsk",
  "remotes": {
    "bitrix24": {"connector": "bitrix24", "webhook_url": ")" +
                agency.webhook() +
                R"(", "settle_seconds": 1, "limits": {"burst": 1000, "per_second": 100}},
    "worksection": {"connector": "worksection", "base_url": ")" +
                server.url() + R"(", "settings": {"api_key": ")" +
                std::string(sandbox::kWorksectionKey) +
                R"(", "oldest": "2026-01-01", "requests_per_second": 50}}},
  "crm": {"remote": "bitrix24"}
})");
    }
    ~Account() { server.stop(); }

    // The portal's client is called "Acme Ltd".
    void begin() {
        const std::string ivan = account.add_person("Ivan Petrov", "ivan@acme.example");
        own = account.add_project("  ACME, LLC");
        other = account.add_project("Acme website");
        account.add_cost(account.add_task(own, "Support"), ivan, "2026-03-04", 60, "Weekly call");
        account.add_cost(account.add_task(other, "Shop"), ivan, "2026-03-05", 90, "Basket");
        agency.begin();
    }
    Ended good(const std::vector<std::string>& args, int code = 0) const {
        auto ended = agency.run(args);
        INFO(args.front() << " " << args.back() << ": " << ended.out << ended.err);
        REQUIRE(ended.code == code);
        return ended;
    }
};

} // namespace

TEST_CASE("one rule links the projects that are called like their clients; what is left is listed "
          "with what to type (G13, M-S11)") {
    Account world;
    world.begin();
    const auto needed = world.good({"link", "needed"}, 1);
    REQUIRE(needed.root()["needed"].size() == 2);
    CHECK(number(needed.root()["seconds"]) == 9000);
    for (const auto row : needed.root()["needed"]) {
        REQUIRE(row["candidates"].size() == 1);
        CHECK(text(row["candidates"][0]["ref"]) == world.company);
        CHECK(text(row["command"]) ==
              "hourbridge link set " + text(row["subject"]) + " " + world.company);
    }
    REQUIRE(needed.root()["rules"].size() == 1);
    CHECK(text(needed.root()["rules"][0]["command"]) ==
          "hourbridge link rule preview worksection --what project --by name");

    const std::vector<std::string> rule{"worksection", "--what", "project", "--by", "name"};
    const auto with = [&](const std::string& verb, std::vector<std::string> more = {}) {
        std::vector<std::string> args{"link", "rule", verb};
        args.insert(args.end(), rule.begin(), rule.end());
        args.insert(args.end(), more.begin(), more.end());
        return args;
    };
    const auto preview = world.good(with("preview"));
    REQUIRE(preview.root()["changes"].size() == 1);
    CHECK(text(preview.root()["changes"][0]["subject"]) == "worksection:project:" + world.own);
    CHECK(text(preview.root()["changes"][0]["after"]) == world.company);
    CHECK(preview.root()["changes"][0]["before"].null());
    CHECK(number(preview.root()["tasks"]) == 1);
    CHECK(number(preview.root()["free_seconds"]) == 3600);
    CHECK(world.good({"link", "rule", "list"}).root()["rules"].size() == 0);

    const auto added = world.good(with("add", {"--note", "as the sales call them"}));
    CHECK(number(added.root()["rule"]) == 1);
    CHECK(world.agency.run(with("add")).code == 4);
    const auto listed = world.good({"link", "rule", "list"});
    REQUIRE(listed.root()["rules"].size() == 1);
    const auto first = listed.root()["rules"][0];
    CHECK(number(first["finds"]) == 1);
    CHECK(text(first["by"]) == "name");
    CHECK(first["to"].null());
    CHECK(text(first["note"]) == "as the sales call them");
    CHECK(text(first["actor"]).rfind("cli:", 0) == 0);

    const auto links = world.good({"link", "list"});
    REQUIRE(links.root()["links"].size() == 1);
    CHECK(text(links.root()["links"][0]["subject"]) == "worksection:project:" + world.own);
    CHECK(number(links.root()["links"][0]["rule"]) == 1);
    CHECK(links.root()["ambiguous"].size() == 0);

    // 1.5 h design at 80.00 and 2 h at 60.00 in Bitrix24, one hour at 60.00 in Worksection.
    const auto draft = std::to_string(world.agency.draft());
    const auto subtotal = [&] {
        return text(world.good({"report", "show", draft}).root()["subtotal"]);
    };
    CHECK(subtotal() == "300.00");
    world.good({"link", "set", "worksection:project:" + world.other, world.company});
    CHECK(subtotal() == "390.00");
    CHECK(world.good({"link", "list"}).root()["links"].size() == 2);
    CHECK(world.good({"link", "needed"}).root()["needed"].size() == 0);
    world.good({"sync"});
    CHECK(subtotal() == "390.00");

    const auto removed = world.good({"link", "rule", "remove", "1"});
    CHECK(number(removed.root()["removed"]) == 1);
    CHECK(number(removed.root()["tasks"]) == 1);
    CHECK(removed.root()["drafts"].size() == 1);
    CHECK(subtotal() == "330.00");
    CHECK(number(world.good({"check"}).root()["needs_mapping"]["count"]) == 1);
    CHECK(world.good({"verify"}).code == 0);
}

TEST_CASE("wrong rules are refused with what is meant instead (G28)") {
    Account world;
    world.begin();
    const auto refused = [&](std::vector<std::string> args, int code) {
        args.insert(args.begin(), {"link", "rule"});
        const auto ended = world.agency.run(args);
        INFO(ended.out << ended.err);
        CHECK(ended.code == code);
        return ended.out + ended.err;
    };
    const auto has = [](const std::string& text, const char* words) {
        return text.find(words) != std::string::npos;
    };
    CHECK(has(refused({"add", "worksectoin", "--by", "name"}, 4), "remotes: "));
    CHECK(has(refused({"add", "worksection", "--by", "colour"}, 2), "name, key, tag"));
    CHECK(has(refused({"add", "worksection", "--what", "deal", "--by", "name"}, 2), "project"));
    CHECK(has(refused({"add", "worksection"}, 2), "--by"));
    CHECK(has(refused({"add", "worksection", "--by", "tag"}, 2), "--what task"));
    CHECK(has(refused({"add", "worksection", "--by", "name", "--match", "x"}, 2), "--to"));
    CHECK(has(refused({"add", "worksection", "--by", "field", "--at", "x"}, 2), "slash"));
    CHECK(has(refused({"add", "worksection", "--by", "name", "--match", "x*", "--to",
                       "bitrix24:company:999"},
                      4),
              "nothing is known"));
    CHECK(has(
        refused({"add", "worksection", "--by", "name", "--match", "x*", "--to", "bitrix24:user:1"},
                2),
        "company"));
    CHECK(has(refused({"add", "bitrix24", "--what", "user", "--by", "name"}, 2), "CRM's own"));
    CHECK(has(refused({"remove", "7"}, 4), "no rule 7"));
    CHECK(has(refused({"chnage", "7"}, 2), "there is no command"));
    // People: the portal's colleague and the account's are one by e-mail or name.
    const auto person =
        world.good({"link", "rule", "preview", "worksection", "--what", "user", "--by", "name"});
    CHECK(person.root()["changes"].size() <= 1);
}

} // namespace hb::test
