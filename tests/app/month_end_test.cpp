#include <catch2/catch.hpp>

#include "app/program.h"

// The end of a month at the prompt: what is unbilled, who has no terms, several reports at once,
// and names instead of references.

namespace hb::test {
namespace {

using Words = std::vector<std::string>;

// Besides the agency's client: Delta, with time and without terms; two companies of one name.
struct MonthEnd : Agency {
    MonthEnd() {
        delta = made("companies", R"({"title":"Delta GmbH"})");
        made("companies", R"({"title":"Café Zürich"})");
        made("companies", R"({"title":"Twin"})");
        made("companies", R"({"title":"\"Twin\""})");
        const auto task =
            made("tasks",
                 R"({"TITLE":"Delta's shop","RESPONSIBLE_ID":1,"STATUS":5,"UF_CRM_TASK":["CO_)" +
                     std::to_string(delta) + "\"]}");
        add_entry(task, 7200, "2026-03-12");
        begin();
    }
    std::int64_t made(const std::string& what, const std::string& body) {
        return control_made(what, body);
    }
    std::int64_t delta = 0;
};

json::Value row_of(const json::Value& rows, const std::string& name) {
    for (const auto row : rows)
        if (text(row["name"]) == name) return row;
    FAIL("no row of " << name);
    return rows;
}

} // namespace

TEST_CASE("unbilled, check and batch name the client that has time and no terms (point 7)") {
    MonthEnd agency;
    const auto unbilled = agency.run({"unbilled"});
    REQUIRE(unbilled.code == 0);
    const auto rows = unbilled.root()["clients"];
    const auto acme = row_of(rows, "Acme Ltd");
    CHECK(number(acme["seconds"]) == 12600); // 900 are a bug
    CHECK(text(acme["amount"]) == "240.00"); // 1:30 at 80, 2:00 at 60
    CHECK(text(acme["currency"]) == "EUR");
    CHECK(text(acme["oldest"]) == "2026-03-05");
    CHECK(number(acme["nonbillable_seconds"]) == 900);
    CHECK(acme["months"].size() == 1);
    const auto delta = row_of(rows, "Delta GmbH");
    CHECK(number(delta["seconds"]) == 7200);
    CHECK(delta["amount"].null());
    CHECK_FALSE(*delta["terms"].flag());

    const auto check = agency.run({"check"});
    REQUIRE(check.root()["without_terms"].size() == 1);
    CHECK(number(check.root()["without_terms"][0]["seconds"]) == 7200);

    const auto batch = agency.run({"report", "batch", "--month", "2026-03"});
    CHECK(batch.code == 1);
    CHECK(text(row_of(batch.root()["reports"], "Delta GmbH")["outcome"]) == "no terms");
    CHECK(text(row_of(batch.root()["reports"], "Acme Ltd")["outcome"]) == "made");

    const auto clients = agency.run({"client", "list"});
    CHECK(clients.root()["clients"].size() == 2);
    CHECK_FALSE(*row_of(clients.root()["clients"], "Delta GmbH")["terms"].flag());
    CHECK(agency.run({"client", "list", "--all"}).root()["clients"].size() >= 5);
    CHECK(agency.run({"client", "list", "cafe"}).root()["clients"].size() == 1);
}

TEST_CASE("names and numbers stand for companies and tasks; what fits two is listed, exit 4") {
    MonthEnd agency;
    const auto dry = [&](const std::string& company) {
        return agency.run(
            {"report", "create", "--company", company, "--period", "2026-03", "--dry-run"});
    };
    for (const std::string& name :
         Words{"Acme Ltd", "acme", "\"ACME\"", "name:acme ltd", std::to_string(agency.company)}) {
        INFO(name);
        const auto made = dry(name);
        CHECK(made.code == 0);
        CHECK(text(made.root()["client"]["name"]) == "Acme Ltd");
    }
    CHECK(agency.run({"report", "list"}).root()["reports"].size() == 0);

    const auto two = dry("twin");
    CHECK(two.code == 4);
    CHECK(two.err.find("fits 2") != std::string::npos);
    const auto none = dry("acne");
    CHECK(none.code == 4);
    CHECK(none.err.find("did you mean \"Acme Ltd\"?") != std::string::npos);
    CHECK(dry("bitrix24:company").code == 4);     // no name, and no reference
    CHECK(dry("bitrix24:company:x:y").code == 4); // an id may be anything
    CHECK(dry("a:b:c").code == 2);
    CHECK(dry("bitrix24::1").code == 2);
    CHECK(dry("bitrix24:deal:1").code == 2);
    CHECK(dry("99999").code == 4);

    // Presets keep the reference, not the name.
    REQUIRE(
        agency.run({"preset", "save", "acme", "--company", "acme", "--period", "2026-03"}).code ==
        0);
    const auto presets = agency.run({"preset", "list"});
    CHECK(text(presets.root()["presets"][0]["filter"]["company"]) ==
          "bitrix24:company:" + std::to_string(agency.company));

    const auto draft = std::to_string(agency.draft());
    const auto excluded =
        agency.run({"report", "exclude", draft, "landing page", "--reason", "a gift"});
    INFO(excluded.err);
    CHECK(excluded.code == 0);
    CHECK(number(excluded.root()["worked_seconds"]) == 8100);
    CHECK(agency.run({"report", "include", draft, std::to_string(agency.first)}).code == 0);
    const auto explained = agency.run({"explain", "landing page"});
    CHECK(explained.code == 0);
    CHECK(explained.out.find("bitrix24:task:" + std::to_string(agency.first)) != std::string::npos);
    CHECK(agency.run({"explain", "nobody's page"}).code == 4);
    CHECK(agency.run({"explain", "4711"}).code == 4);
}

TEST_CASE("a filter of what is unknown is refused with what is known") {
    MonthEnd agency;
    const auto create = [&](const Words& more) {
        Words words{"report", "create", "--company", "acme", "--period", "2026-03"};
        words.insert(words.end(), more.begin(), more.end());
        return agency.run(words);
    };
    const auto type = create({"--type", "desing"});
    CHECK(type.code == 4);
    CHECK(type.err.find("known: bug, design") != std::string::npos);
    const auto project = create({"--project", "bitrix24:group:99999"});
    CHECK(project.code == 4);
    CHECK(project.err.find("99999") != std::string::npos);
    CHECK(create({"--status", "flying"}).code == 2);
    CHECK(create({"--percent-paid", "<101"}).code == 2);
    CHECK(create({"--task-dates", "born:2026-03-01..2026-03-31"}).code == 2);
    CHECK(create({"--company", "bitrix24:company:99999"}).code != 0);
    CHECK(agency.run({"report", "list"}).root()["reports"].size() == 0);
}

TEST_CASE("several reports are sent by one command, each by itself") {
    MonthEnd agency;
    const auto create = [&](const char* from, const char* to) {
        const auto made =
            agency.run({"report", "create", "--company", "acme", "--from", from, "--to", to});
        INFO(made.err);
        REQUIRE(made.code == 0);
        return std::to_string(number(made.root()["id"]));
    };
    const auto first = create("2026-03-01", "2026-03-05");
    const auto second = create("2026-03-06", "2026-03-08");
    const auto third = create("2026-03-09", "2026-03-31");
    CHECK(agency.run({"report", "send"}).code == 2);
    CHECK(agency.run({"report", "send", first, "--month", "2026-03"}).code == 2);
    CHECK(agency.run({"report", "send", first, "4711"}).code == 4);
    CHECK(agency.run({"report", "send", "--month", "2026-02"}).code == 1);
    REQUIRE(agency.run({"report", "send", second}).code == 0);

    // The second one was sent already: it is refused, and holds nothing up.
    const auto sent = agency.run({"report", "send", first, second, first});
    CHECK(sent.code == 4);
    REQUIRE(sent.root()["reports"].size() == 1);
    CHECK(text(sent.root()["reports"][0]["state"]) == "sent");
    REQUIRE(sent.root()["refused"].size() == 1);
    CHECK(number(sent.root()["refused"][0]["report"]) == std::stoll(second));
    CHECK(text(sent.root()["refused"][0]["code"]) == "conflict");
    CHECK(text(sent.root()["refused"][0]["total_was"]) == text(sent.root()["refused"][0]["total"]));

    const auto month = agency.run({"report", "send", "--month", "2026-03"});
    CHECK(month.code == 0);
    REQUIRE(month.root()["reports"].size() == 1);
    CHECK(number(month.root()["reports"][0]["id"]) == std::stoll(third));
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("check names terms that bill in the name of a client, and send refuses (G57)") {
    MonthEnd agency;
    const auto draft = std::to_string(agency.draft());
    agency.portal_call("companies/" + std::to_string(agency.own), R"({"isMyCompany":"N"})");
    REQUIRE(agency.run({"sync"}).code == 0);
    const auto check = agency.run({"check"});
    CHECK(check.code == 1);
    CHECK(check.root()["own_companies"].size() == 1);
    CHECK(agency.run({"contract", "show", "acme"}).code == 0);
    CHECK(agency.run({"report", "send", draft}).code == 4);
    CHECK(agency.run({"contract", "apply", "acme.json"}).code == 2);
}

} // namespace hb::test
