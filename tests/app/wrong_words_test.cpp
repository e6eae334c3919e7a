#include <catch2/catch.hpp>

#include "app/program.h"

// What people type wrong: unknown numbers and references, words that are none, what belongs to
// another client. Each ends with its exit code and one sentence, and changes nothing.
namespace hb::test {
namespace {

struct Row {
    int code;
    std::vector<std::string> words;
    std::string says; // part of the sentence
};

// A client with a sent report and one with a draft; both have time.
struct Two {
    const Agency agency;
    std::string sent, draft, other; // reports; the other client
    std::string task, entry;        // of the other client

    Two() {
        const auto company = agency.control_made("companies", R"({"title":"Borealis"})");
        other = "bitrix24:company:" + std::to_string(company);
        const auto made = agency.control_made(
            "tasks", R"({"TITLE":"Menu","RESPONSIBLE_ID":1,"STATUS":5,"UF_CRM_TASK":["CO_)" +
                         std::to_string(company) + R"("]})");
        task = "bitrix24:task:" + std::to_string(made);
        entry = "bitrix24:entry:" + std::to_string(agency.add_entry(made, 5400, "2026-03-12"));
        agency.begin();
        sent = std::to_string(agency.draft());
        REQUIRE(agency.run({"report", "send", sent}).code == 0);
    }
    std::size_t events() const {
        return agency.run({"dump", "events", "--limit", "1000"}).root()["rows"].size();
    }
};

} // namespace

TEST_CASE("wrong numbers, words and other clients' things end with a code and one sentence, and "
          "change nothing (G28)") {
    const Two two;
    const auto& agency = two.agency;
    const std::string one = "bitrix24:company:" + std::to_string(agency.company);
    const std::string first = "bitrix24:task:" + std::to_string(agency.first);
    const Row rows[] = {
        {2, {"outbox", "retry"}, "which writes? a number is missing"},
        {2, {"outbox", "retry", "x"}, "ID"},
        {2, {"outbox", "retry", "1", "--all"}, ""},
        {4, {"outbox", "retry", "99999"}, "there is no op 99999"},
        {4, {"outbox", "retry", "--all", "--remote", "bitrix25"}, "did you mean bitrix24?"},
        {4, {"outbox", "retry", "--all", "--kind", "deal.creat"}, "no kind of write"},
        {4, {"outbox", "park", "99999"}, "there is no op 99999"},
        {2, {"outbox", "park", "first"}, "ID"},
        {2, {"outbox", "list", "--state", "lost"}, "lost"},
        {2, {"outbox", "adopt", "deal 5"}, "deal 5"},
        {2, {"outbox", "adopt", "worksection:deal:5"}, "is not in the CRM"},
        {4, {"outbox", "adopt", "bitrix24:deal:5"}, "does not carry our mark"},
        {4, {"outbox", "adopt", "bitrix24:deal:5", "--report", "77"}, "77"},

        {4, {"report", "link", "77", "--new"}, "there is no report \"77\""},
        {2, {"report", "link", "--new"}, ""},
        {2, {"report", "link", two.sent, "--new", "--all"}, ""},
        {2, {"report", "link", two.sent, "--all"}, ""},
        {2, {"report", "link", "--all", "--revoke"}, ""},
        {2, {"report", "link", two.sent, "--new", "--revoke"}, ""},
        {4,
         {"report", "accept-crm", two.sent, "--reason", "x"},
         "the CRM shows what the client agreed to"},
        {4, {"report", "accept-crm", "77", "--reason", "x"}, "there is no report \"77\""},
        {2, {"report", "accept-crm", two.sent}, "--reason"},
        {4, {"report", "show", "HB2026-0077"}, "there is no report"},

        {4, {"link", "remove", first}, "no link of " + first},
        {4, {"link", "remove", two.task}, "no link of " + two.task},
        {2, {"link", "remove", one}, "company"},
        {4, {"link", "remove", "task 7"}, "is called \"task 7\""},
        {4, {"link", "remove", "asana:task:7"}, "asana"},
        {4, {"link", "set", "bitrix24:task:999", one}, "999"},
        {4, {"link", "set", first, "bitrix24:company:999"}, "999"},
        {2, {"link", "set", first, one, "--from", "tomorrow"}, "tomorrow"},
        {4, {"link", "rule", "remove", "7"}, "there is no rule 7"},
        {2, {"link", "rule", "remove", "seven"}, "RULE"},
        {4, {"link", "rule", "add", "asana", "--by", "name"}, "no remote is called \"asana\""},
        {2, {"link", "rule", "add", "bitrix24", "--by", "smell"}, "smell"},
        {2, {"link", "rule", "add", "bitrix24", "--by", "name", "--what", "shop"}, "shop"},
        {2, {"link", "rule", "add", "bitrix24", "--by", "name", "--to", first}, "company"},
        {4,
         {"link", "rule", "add", "bitrix24", "--by", "name", "--to", "bitrix24:company:999"},
         "999"},
        {4, {"link", "rule", "preview", "asana", "--by", "name"}, "asana"},
        {2, {"link", "rule", "confirm"}, "say what to confirm"},
        {4, {"link", "rule", "confirm", "bitrix24:group:999"}, "999"},

        {4, {"entry", "accept", "bitrix24:entry:999", "--reason", "x"}, "999"},
        {4, {"entry", "accept", two.entry, "--reason", "x"}, two.entry},
        {2, {"entry", "accept", two.task, "--reason", "x"}, "entry"},
        {2, {"entry", "accept", two.entry}, "--reason"},
        {2, {"entry", "accept", two.entry, "--reason", " "}, "reason"},

        {4, {"late", "decide", "bitrix24:entry:999", "--write-off", "--reason", "x"}, "999"},
        {4, {"late", "decide", "bitrix24:entry:1", "--write-off", "--reason", "x"}, "is on report"},
        {4, {"late", "decide", "adjustment:7", "--write-off", "--reason", "x"}, "adjustment:7"},
        {2, {"late", "decide", "adjustment:x", "--write-off", "--reason", "x"}, "adjustment:x"},
        {2, {"late", "decide", two.entry, "--reason", "x"}, "no decision given"},
        {2,
         {"late", "decide", two.entry, "--next-report", "--write-off", "--reason", "x"},
         "no decision given"},
        {2, {"late", "decide", two.entry, "--write-off"}, "--reason"},
        {4, {"late", "list", "--client", "bitrix24:company:999"}, "999"},
        {2, {"late", "list", "--client", first}, "company"},

        {2,
         {"payment", "add", two.sent, "--amount", "lots", "--date", "2026-04-01", "--ref", "1"},
         "lots"},
        {2,
         {"payment", "add", two.sent, "--amount", "1.00", "--date", "soon", "--ref", "1"},
         "soon"},
        {4,
         {"payment", "add", "77", "--amount", "1.00", "--date", "2026-04-01", "--ref", "1"},
         "there is no report"},
        {4, {"payment", "reverse", "7", "--reason", "x"}, "there is no payment 7"},
        {4, {"remote", "renew", "asana"}, "asana"},
    };
    const auto before = two.events();
    for (const auto& row : rows) {
        const auto ended = agency.run(row.words);
        std::string typed;
        for (const auto& word : row.words) typed += word + " ";
        INFO(typed << "\n" << ended.out << ended.err);
        CHECK(ended.code == row.code);
        REQUIRE(ended.is_json);
        const std::string said =
            text(ended.root()["error"]["message"]) + " " + text(ended.root()["error"]["hint"]);
        CHECK_FALSE(text(ended.root()["error"]["message"]).empty());
        CHECK(said.find(row.says) != std::string::npos);
        CHECK(said.find("terminate") == std::string::npos);
    }
    CHECK(two.events() == before);
    CHECK(agency.run({"verify"}).code == 0);
    CHECK(text(agency.run({"report", "show", two.sent}).root()["state"]) == "sent");
}

} // namespace hb::test
