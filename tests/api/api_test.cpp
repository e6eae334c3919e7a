#include <catch2/catch.hpp>

#include "house.h"

// The order of refusals, versions, wishes sent twice, and what a wish leaves in the books.

namespace hb::test {

TEST_CASE("refusals come in one order, whatever else is wrong with the request") {
    House house;
    const auto ann = house.owner();
    const auto id = std::to_string(house.draft());
    const std::string path = "/reports/" + id + "/recall";
    Wish wish{"POST", path, "{}"};
    wish.headers = {{"Host", "elsewhere.example"}, {"Origin", "https://evil.example"}};
    CHECK(house.raw(wish).code() == "wrong_host");
    wish.headers["Host"] = house.address().substr(7);
    wish.body = std::string(70'000, ' ');
    CHECK(house.raw(wish).status == 413);
    wish.body = "nonsense";
    CHECK(house.raw(wish).code() == "not_same_origin");
    wish.headers["Origin"] = "null";
    CHECK(house.raw(wish).code() == "not_same_origin");
    wish.headers["Origin"] = house.address();
    wish.headers["X-HB-Request"] = "1";
    CHECK(house.raw(wish).code() == "unauthenticated");
    wish.headers["Cookie"] = ann.cookie;
    CHECK(house.raw(wish).code() == "csrf");
    wish.headers["X-HB-CSRF"] = ann.csrf;
    Wish lost = wish;
    lost.path = "/reports/" + id + "/burn";
    CHECK(house.raw(lost).status == 404);
    CHECK(house.raw({"POST", "/burn", "", {}}).code() == "not_same_origin");
    CHECK(house.raw({"GET", "/burn", "", {}}).code() == "unauthenticated");
    lost = wish;
    lost.method = "PUT";
    CHECK(house.raw(lost).status == 405);
    CHECK(house.raw(lost).header("Allow") == "POST");
    CHECK(house.raw(wish).code() == "content_type");
    wish.headers["Content-Type"] = "application/json; charset=utf-8";
    CHECK(house.raw(wish).code() == "not_json");
    wish.body = "{}";
    Wish none = wish;
    none.path = "/reports/999/recall";
    CHECK(house.raw(none).code() == "not_found");
    CHECK(house.raw(wish).code() == "if_match_needed");
    wish.headers["If-Match"] = "*";
    CHECK(house.raw(wish).status == 428);
    wish.headers["If-Match"] = "\"of long ago\"";
    CHECK(house.raw(wish).code() == "stale");
    wish.headers["If-Match"] = house.page({"GET", "/reports/" + id}, ann.cookie).header("ETag");
    const auto conflict = house.raw(wish); // a draft can't be recalled
    CHECK(conflict.status == 409);
    CHECK(conflict.code() == "conflict");
    CHECK(conflict.header("Content-Type") == "application/problem+json");
    CHECK(text(conflict.root()["request_id"]) == conflict.header("X-Request-Id"));
    const auto unknown = house.page({"GET", "/reports?colour=red"}, ann.cookie);
    CHECK(unknown.code() == "query");
    CHECK(house.page({"GET", "/reports?limit=1&limit=2"}, ann.cookie).code() == "query");
    CHECK(house.page({"GET", "/reports?limit=900"}, ann.cookie).code() == "query");
    CHECK(house.page({"GET", "/reports?cursor=1.abc"}, ann.cookie).code() == "cursor");
}

TEST_CASE("of two who edit the same version the second one is told to read again") {
    House house;
    const auto id = std::to_string(house.draft());
    const auto tag = house.as("manager", {"GET", "/reports/" + id}).header("ETag");
    REQUIRE(tag.size() > 10);
    Wish note{"POST", "/reports/" + id + "/note", R"({"text":"- --json, wait"})"};
    note.headers["If-Match"] = tag;
    const auto first = house.as("manager", note);
    INFO(first.bytes);
    CHECK(first.status == 200);
    CHECK(text(first.root()["note"]) == "- --json, wait");
    const auto second = house.as("owner", note);
    CHECK(second.status == 412);
    CHECK(second.code() == "stale");
    note.headers["If-Match"] = first.header("ETag");
    note.body = R"({"text":"mine"})";
    CHECK(house.as("owner", note).status == 200);
}

TEST_CASE("a wish sent twice by one key is done once, and another wish may not use the key") {
    House house;
    Wish wish{"POST", "/reports",
              R"({"company":"bitrix24:company:)" + std::to_string(house.company) +
                  R"(","period":"2026-03"})"};
    CHECK(house.as("manager", wish).code() == "idempotency_key_needed");
    wish.headers["Idempotency-Key"] = "one-key-of-this-test";
    const auto first = house.as("manager", wish);
    INFO(first.bytes);
    REQUIRE(first.status == 201);
    REQUIRE_FALSE(first.root()["id"].null());
    const auto again = house.as("manager", wish);
    CHECK(again.status == 201);
    CHECK(again.text == first.text);
    CHECK(again.header("ETag") == first.header("ETag"));
    CHECK(house.run({"report", "list"}).root()["reports"].size() == 1);
    wish.body.insert(wish.body.size() - 1, R"(,"status":"all")");
    CHECK(house.as("manager", wish).code() == "idempotency_key_reused");
}

TEST_CASE(
    "a wish of the API leaves the row in the log that the command leaves, but for who asked") {
    House house;
    const auto id = std::to_string(house.draft());
    const std::string task = "bitrix24:task:" + std::to_string(house.second);
    const auto rows = [&] {
        std::vector<std::string> out;
        const auto dumped = house.run({"dump", "events", "--limit", "10000"});
        for (const auto row : dumped.root()["rows"])
            if (text(row["action"]) == "entry.excluded" ||
                text(row["action"]) == "report.excluded" || text(row["report"]) == id)
                out.push_back(text(row["action"]) + " " + text(row["subject"]) + " " +
                              text(row["data"]));
        return out;
    };
    const std::size_t before = rows().size();
    REQUIRE(house.run({"report", "exclude", id, task, "--reason", "talk later"}).code == 0);
    const auto by_command = rows();
    REQUIRE(by_command.size() > before);
    REQUIRE(house.run({"report", "include", id, task}).code == 0);
    const std::size_t between = rows().size();
    Wish wish{"POST", "/reports/" + id + "/exclude",
              R"({"what":")" + task + R"(","reason":"talk later"})"};
    wish.headers["If-Match"] = house.as("manager", {"GET", "/reports/" + id}).header("ETag");
    const auto done = house.as("manager", wish);
    INFO(done.bytes);
    REQUIRE(done.status == 200);
    const auto by_api = rows();
    REQUIRE(by_api.size() - between == by_command.size() - before);
    for (std::size_t i = 0; i < by_command.size() - before; ++i)
        CHECK(by_api[between + i] == by_command[before + i]);
    const auto events = house.run({"dump", "events"});
    CHECK(events.out.find("token:t-manager") != std::string::npos);
    CHECK(house.run({"dump", "event_askers"}).out.find("bearer") != std::string::npos);
}

TEST_CASE("a month is drafted and sent as long work, and lists are cut into pages") {
    House house;
    Wish batch{"POST", "/reports/batch", R"({"month":"2026-03"})"};
    batch.headers["Idempotency-Key"] = "batch-of-this-march";
    const auto started = house.as("manager", batch);
    INFO(started.bytes);
    REQUIRE(started.status == 202);
    Said job;
    const auto wait_for = [&](const std::string& name) {
        return soon([&] {
            job = house.as("manager", {"GET", "/jobs/" + name});
            return text(job.root()["state"]) == "done" || text(job.root()["state"]) == "failed";
        });
    };
    REQUIRE(wait_for(text(started.root()["job"])));
    INFO(job.text);
    CHECK(text(job.root()["state"]) == "done");
    const auto month = house.as("manager", {"GET", "/month?month=2026-03"});
    INFO(month.text);
    REQUIRE(month.status == 200);
    const auto row = month.root()["clients"][std::size_t{0}];
    CHECK(text(row["next"]) == "send");
    CHECK(text(row["amount"]) == "288.00");
    Wish send{"POST", "/reports/send",
              R"({"reports":[{"id":)" + row["report"].dump() + R"(,"etag":)" + row["etag"].dump() +
                  R"(},{"id":999,"etag":"\"x\""}]})"};
    send.headers["Idempotency-Key"] = "send-of-this-march";
    const auto sending = house.as("manager", send);
    REQUIRE(sending.status == 202);
    REQUIRE(wait_for(text(sending.root()["job"])));
    INFO(job.text);
    CHECK(job.root()["result"]["reports"].size() == 1);
    CHECK(job.root()["result"]["refused"].size() == 1);
    CHECK(job.text.find("/r/") == std::string::npos); // no link's address
    CHECK(house.as("viewer", {"GET", "/jobs/" + text(sending.root()["job"])}).status == 403);
    const auto page = house.as("office", {"GET", "/reports?limit=1"});
    CHECK(page.root()["reports"].size() == 1);
    CHECK(page.root()["next"].null());
    CHECK(house.as("owner", {"GET", "/overview"}).root()["reports"]["sent"].integer().value() == 1);
    CHECK(house.as("admin", {"GET", "/overview"}).root()["sums"].missing());
}

TEST_CASE("a month shows the report that waits first, with the figures and the tag of one moment") {
    House house;
    house.add_entry(house.second, 3600, "2026-03-20");
    REQUIRE(house.run({"sync"}).code == 0);
    const auto half = [&](const char* from, const char* to) {
        const auto made = house.run({"report", "create", "--company",
                                     "bitrix24:company:" + std::to_string(house.company), "--from",
                                     from, "--to", to});
        INFO(made.out << made.err);
        REQUIRE(made.code == 0);
        return number(made.root()["id"]);
    };
    const auto first = half("2026-03-01", "2026-03-15"), second = half("2026-03-16", "2026-03-31");
    const auto shown = [&] {
        const auto month = house.as("owner", {"GET", "/month?month=2026-03"});
        REQUIRE(month.status == 200);
        for (const auto row : month.root()["clients"])
            if (number(row["report"]) == first || number(row["report"]) == second) {
                const auto id = std::to_string(number(row["report"]));
                const auto report = house.as("owner", {"GET", "/reports/" + id});
                CHECK(text(row["etag"]) == report.header("ETag"));
                CHECK(text(row["amount"]) == text(report.root()["total"]));
                return id + " " + text(row["state"]) + " " + text(row["next"]);
            }
        return std::string("none");
    };
    REQUIRE(house.run({"report", "send", std::to_string(second)}).code == 0);
    CHECK(shown() == std::to_string(first) + " draft send");
    REQUIRE(house.run({"report", "send", std::to_string(first)}).code == 0);
    REQUIRE(house.run({"report", "agree", std::to_string(second)}).code == 0);
    CHECK(shown() == std::to_string(first) + " sent agree");
}

TEST_CASE("an answer equals what the command says for the same thing") {
    House house;
    house.draft();
    const auto same = [&](const std::string& path, const std::vector<std::string>& words) {
        const auto api = house.as("owner", {"GET", path});
        const auto command = house.run(words);
        INFO(path << "\n" << api.bytes << "\n" << command.out);
        CHECK(api.status == 200);
        CHECK(api.root().dump() == command.root().dump());
    };
    const auto fits = [&](const std::string& operation, const std::string& path) {
        const auto said = house.as("owner", {"GET", path});
        INFO(path << "\n" << said.bytes);
        CHECK(said.status == 200);
        CHECK(misfit(operation, said) == "");
    };
    fits("listReports", "/reports");
    fits("getReport", "/reports/1");
    fits("getReportLines", "/reports/1/lines?by=person");
    fits("getReportHistory", "/reports/1/history");
    fits("getOverview", "/overview");
    fits("getMonth", "/month?month=2026-03");
    fits("listNeeds", "/needs");
    fits("listClients", "/clients");
    fits("listOutbox", "/outbox");
    fits("getMapping", "/mappings/bitrix24");
    fits("getRemoteHistory", "/remotes/bitrix24/history");
    same("/unbilled", {"unbilled"});
    same("/remotes", {"remote", "list"});
    same("/mappings", {"mapping", "list"});
    same("/clients/bitrix24%3Acompany%3A" + std::to_string(house.company) + "/contracts",
         {"contract", "show", "bitrix24:company:" + std::to_string(house.company)});
    const auto late = house.as("owner", {"GET", "/late"});
    CHECK(late.root()["late"].size() == 0);
    const auto needs = house.as("owner", {"GET", "/needs"});
    INFO(needs.bytes);
    CHECK(needs.status == 200);
    const auto file = house.as("owner", {"GET", "/reports/1/export?format=csv"});
    CHECK(file.status == 200);
    CHECK(file.header("Content-Disposition").starts_with("attachment"));
    CHECK(house.as("owner", {"GET", "/openapi.json"}).root()["openapi"].text_view() == "3.1.0");
}

TEST_CASE("terms are tried, put in force once, and a mapping is tried without a trace") {
    House house;
    const std::string ref = "bitrix24:company:" + std::to_string(house.company);
    const auto terms = [&](const std::string& amount) {
        return R"({"contract":{"client":")" + ref +
               R"(","valid_from":"2026-01-01","currency":"EUR","rates":[{"amount":")" + amount +
               "\"}]}}";
    };
    const auto tried =
        house.as("manager", {"POST", "/clients/" + ref + "/contracts/preview", terms("90.00")});
    INFO(tried.bytes);
    CHECK(tried.status == 200);
    const auto shown = house.as("manager", {"GET", "/clients/" + ref + "/contracts"});
    CHECK(shown.root()["versions"].size() == 1);
    Wish put{"PUT", "/clients/" + ref + "/contracts/2026-01-01", terms("90.00")};
    CHECK(house.as("manager", put).code() == "if_match_needed");
    put.headers["If-Match"] = shown.header("ETag");
    const auto done = house.as("manager", put);
    INFO(done.bytes);
    CHECK(done.status == 200);
    CHECK(house.as("manager", put).code() == "stale");
    put.path = "/clients/" + ref + "/contracts/2026-02-01";
    CHECK(house.as("manager", put).code() == "invalid");
    const auto office = house.as("office", {"GET", "/clients/" + ref + "/contracts"});
    CHECK(office.text.find("\"rates\"") == std::string::npos);
    const auto mapping = house.as("admin", {"GET", "/mappings/bitrix24"});
    REQUIRE(mapping.status == 200);
    const auto effect = house.as("admin", {"POST", "/mappings/bitrix24/preview",
                                           R"({"text":)" + mapping.root()["text"].dump() + "}"});
    INFO(effect.bytes);
    CHECK(effect.status == 200);
    const auto wrong =
        house.as("admin", {"POST", "/mappings/bitrix24/preview", R"({"text":"{\"x\":1}"})"});
    CHECK(wrong.code() == "invalid");
    CHECK(wrong.root()["errors"].size() > 0);
}

} // namespace hb::test
