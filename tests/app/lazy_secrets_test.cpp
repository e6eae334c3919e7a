#include <catch2/catch.hpp>

#include "app/program.h"

// Secrets are needed when their remote is first called, and not before (ASVS 13.3.2).
using namespace hb;
using namespace hb::test;

namespace {

constexpr const char* kWebhook = "HOURBRIDGE_TEST_WEBHOOK";
constexpr const char* kKey = "HOURBRIDGE_TEST_KEY";

using Environment = std::map<std::string, std::string>;

// An agency whose configuration holds no secret.
struct Lazy : Agency {
    explicit Lazy(const std::string& more = "") { configure_lazily(more); }

    void configure_lazily(const std::string& more) const {
        std::string config = (configure(more), folder.read("hourbridge.json"));
        const std::string inside = "\"" + webhook() + "\"";
        config.replace(config.find(inside), inside.size(), R"({"env": "HOURBRIDGE_TEST_WEBHOOK"},
      "hook_secret": {"env": "HOURBRIDGE_TEST_HOOK"},
      "application_token": {"file": "not-there.token"})");
        folder.write("hourbridge.json", config);
    }
    Environment with_secret() const { return {{kWebhook, webhook()}}; }
    void begin_with_secret() const {
        write_contract();
        REQUIRE(run({"sync"}, with_secret()).code == 0);
        const auto applied = run({"contract", "apply", folder.path("acme.json")}, with_secret());
        INFO(applied.out << applied.err);
        REQUIRE(applied.code == 0);
    }
    std::string client() const { return "bitrix24:company:" + std::to_string(company); }
};

std::vector<std::vector<std::string>> looks(const Lazy& agency) {
    const std::string task = "bitrix24:task:" + std::to_string(agency.first);
    return {{"report", "list"},
            {"report", "show", "1"},
            {"report", "export", "1", "csv"},
            {"report", "link", "1"},
            {"explain", task},
            {"explain", "1"},
            {"dump", "reports"},
            {"verify"},
            {"unbilled"},
            {"client", "list"},
            {"contract", "list"},
            {"contract", "show", agency.client()},
            {"late", "list"},
            {"link", "list"},
            {"link", "needed"},
            {"alias", "list"},
            {"preset", "list"},
            {"outbox", "list"},
            {"inbox", "list"},
            {"payment", "list", "1"},
            {"mapping", "list"},
            {"mapping", "show", "bitrix24"},
            {"overhead", "--from", "2026-03", "--to", "2026-03"},
            {"sync", "history"}};
}

} // namespace

TEST_CASE("what only looks into the books shows the same with and without a remote's secret") {
    const Lazy agency;
    agency.begin_with_secret();
    REQUIRE(agency.draft() == 1); // planned without the secret
    const auto sent = agency.run({"report", "send", "1"}, agency.with_secret());
    INFO(sent.out << sent.err);
    REQUIRE(sent.code == 0);
    for (const auto& words : looks(agency)) {
        INFO(words[0] << " " << (words.size() > 1 ? words[1] : ""));
        const auto with = agency.run(words, agency.with_secret());
        const auto without = agency.run(words);
        INFO(without.out << without.err);
        CHECK(without.code == with.code);
        CHECK((without.code == 0 || without.code == 1));
        CHECK(without.out == with.out); // addresses of the portal's pages too
    }
    const auto copied = agency.run({"backup", agency.folder.path("copy.db")});
    INFO(copied.err);
    CHECK(copied.code == 0);
    CHECK(agency.run({"report", "note", "1", "seen"}).code == 0);
    CHECK(agency.run({"config", "show"}).code == 0);
}

TEST_CASE("a call without its secret ends with 2, names variable and remote, and changes nothing") {
    const Lazy agency;
    agency.begin_with_secret();
    agency.draft();
    const auto before = agency.run({"dump", "events"}).out;
    const std::vector<std::vector<std::string>> calls{
        {"sync"},
        {"sync", "bitrix24", "--full"},
        {"report", "send", "1"},
        {"contract", "apply", agency.folder.path("acme.json")},
        {"portal", "status"},
        {"portal", "setup"},
        {"remote", "renew", "bitrix24"},
        {"remote", "moved", "bitrix24"},
        {"verify", "--remote"}};
    for (const auto& words : calls) {
        const auto refused = agency.run(words);
        INFO(words[0] << " " << (words.size() > 1 ? words[1] : "") << "\n"
                      << refused.out << refused.err);
        CHECK(refused.code == 2);
        CHECK(refused.err.find(kWebhook) != std::string::npos);
        CHECK(refused.err.find("bitrix24") != std::string::npos);
    }
    for (const auto& words : {std::vector<std::string>{"run"}, {"serve"}}) {
        const auto refused = agency.run(words);
        INFO(words[0] << "\n" << refused.out << refused.err);
        CHECK(refused.code == 2);
        // All of them, those of events too: a variable and a file.
        for (const char* lacking : {kWebhook, "HOURBRIDGE_TEST_HOOK", "not-there.token"})
            CHECK(refused.err.find(lacking) != std::string::npos);
    }
    CHECK(agency.run({"dump", "events"}).out == before);
    CHECK(agency.run({"dump", "remotes"}, agency.with_secret()).code == 0);
}

TEST_CASE("check without secrets judges the rest, and names each secret with its line") {
    const Lazy agency;
    agency.begin_with_secret();
    const auto checked = agency.run({"check"});
    INFO(checked.out << checked.err);
    CHECK(checked.code == 2);
    REQUIRE(checked.is_json);
    std::vector<std::string> paths;
    for (const auto problem : checked.root()["problems"]) {
        paths.push_back(text(problem["path"]));
        CHECK(number(problem["line"]) > 0);
    }
    CHECK(paths == std::vector<std::string>{"/remotes/bitrix24/webhook_url/env",
                                            "/remotes/bitrix24/application_token/file",
                                            "/remotes/bitrix24/hook_secret/env"});
    CHECK(checked.root()["needs_mapping"].is_object());
}

TEST_CASE("a key in the environment is needed for links and writing, not for looking") {
    const Lazy agency(R"("secret_key": {"env": "HOURBRIDGE_TEST_KEY"},)");
    const Environment all{{kWebhook, agency.webhook()}, {kKey, "0123456789abcdef0123456789abcdef"}};
    agency.write_contract();
    REQUIRE(agency.run({"sync"}, all).code == 0);
    REQUIRE(agency.run({"contract", "apply", agency.folder.path("acme.json")}, all).code == 0);
    REQUIRE(agency
                .run({"report", "create", "--company", agency.client(), "--from", "2026-03-01",
                      "--to", "2026-03-31"},
                     all)
                .code == 0);
    REQUIRE(agency.run({"report", "send", "1"}, all).code == 0);
    CHECK(agency.run({"report", "list"}).code == 0);
    CHECK(agency.run({"verify"}).code == 0);
    const auto shown = agency.run({"report", "show", "1"});
    INFO(shown.out << shown.err);
    CHECK(shown.code == 0);
    CHECK(shown.root()["url"].null()); // never a link that opens nothing
    for (const auto& words :
         {std::vector<std::string>{"report", "link", "1"}, {"report", "note", "1", "x"}}) {
        const auto refused = agency.run(words);
        INFO(refused.out << refused.err);
        CHECK(refused.code == 2);
        CHECK(refused.err.find(kKey) != std::string::npos);
    }
}

TEST_CASE("a notice whose place comes from a secret is not planned without it") {
    const Lazy agency(
        R"("notify": [{"on": ["agreed"], "webhook": {"url": {"env": "HOURBRIDGE_TEST_NOTIFY"}, "secret": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}}],)");
    const Environment all{{kWebhook, agency.webhook()},
                          {"HOURBRIDGE_TEST_NOTIFY", "https://notify.invalid/x"}};
    REQUIRE(agency.run({"sync"}, all).code == 0);
    CHECK(agency.run({"report", "list"}).code == 0);
    const auto refused = agency.run(
        {"preset", "save", "acme", "--company", agency.client(), "--period", "last-month"},
        agency.with_secret());
    INFO(refused.out << refused.err);
    CHECK(refused.code == 2);
    CHECK(refused.err.find("HOURBRIDGE_TEST_NOTIFY") != std::string::npos);
    CHECK(refused.err.find("notify/0") != std::string::npos);
}
