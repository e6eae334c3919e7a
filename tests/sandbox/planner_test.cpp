#include "planner_kit.h"

#include "sandbox/server.h"

// Stand-ins for planners: state, pages, keys and faults. tests/manifest/stand_in_test.cpp asks each
// of them by its connector.

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;
using namespace std::chrono_literals;
using Delivery = HttpAnswer::Delivery;

namespace {

struct Redmine : PlannerKit {
    Redmine()
        : PlannerKit("redmine",
                     {{"X-Redmine-API-Key", "0123456789abcdef0123456789abcdef01234567"}}) {}
    json::Document entries(const std::string& more = "") {
        return get("/time_entries.json?from=2025-01-01&to=2025-01-31&limit=100&offset=0" + more);
    }
};

struct ClickUp : PlannerKit {
    ClickUp() : PlannerKit("clickup", {{"Authorization", "pk_token-of-the-story"}}) {}
    json::Document entries(const std::string& people) {
        return get(
            "/team/333/time_entries?start_date=1735689600000&end_date=1738281600000&assignee=" +
            people);
    }
};

struct Asana : PlannerKit {
    Asana() : PlannerKit("asana", {{"Authorization", "Bearer asana-token-of-the-story"}}) {}
};

std::string refusal(PlannerKit& kit, const std::string& path, const std::string& body,
                    const std::string& verb = "POST") {
    const auto answer = kit.control(path, body, verb);
    INFO(path << " " << body << " -> " << answer.body);
    CHECK(answer.status >= 400);
    CHECK(answer.status < 500);
    return answer.body;
}

std::string first(const json::Document& answer, const char* list, const char* member) {
    return answer.root()[list][std::size_t{0}].pointer(member).dump();
}

} // namespace

TEST_CASE("a stand-in keeps rows: added, edited and deleted ones show at once") {
    Redmine kit;
    REQUIRE(kit.entries().root()["time_entries"].size() == 2);
    kit.change("rows/entries",
               R"({"id":"9100","day":"2025-01-20","seconds":5400,"name":"Call","person":7})");
    const auto all = kit.entries();
    REQUIRE(all.root()["time_entries"].size() == 3);
    CHECK(*all.root()["total_count"].integer() == 3);
    const auto added = all.root()["time_entries"][std::size_t{2}];
    CHECK(added["id"].dump() == "9100");
    CHECK(added["hours"].dump() == "1.5");
    CHECK(added["spent_on"].dump() == "\"2025-01-20\"");
    CHECK(added["comments"].dump() == "\"Call\"");
    kit.change("rows/entries/9100", R"({"set":{"/hours":2.25},"day":"2025-03-01"})");
    CHECK(kit.entries().root()["time_entries"].size() == 2);
    CHECK(kit.control("rows/entries/9100", "", "GET").body.find("2.25") != std::string::npos);
    kit.change("rows/entries/9001", "", "DELETE");
    CHECK(kit.entries().root()["time_entries"].size() == 1);
    kit.change("reset");
    CHECK(kit.entries().root()["time_entries"].size() == 2);
}

TEST_CASE("an edited row is in the list of changes, an old one is not") {
    Redmine kit;
    const std::string changes = "/issues.json?status_id=*&sort=updated_on&limit=100&offset=0&"
                                "updated_on=%3E%3D2025-01-15T10:00:00Z";
    CHECK(kit.get(changes).root()["issues"].size() == 0);
    kit.clock.advance(60s);
    kit.change("rows/tasks/421", R"({"name":"Landing page, again"})");
    CHECK(first(kit.get(changes), "issues", "/subject") == "\"Landing page, again\"");
    CHECK(first(kit.get(changes), "issues", "/updated_on") == "\"2025-01-15T10:01:00Z\"");
}

TEST_CASE("a closed project comes only to a request that asks for it") {
    Redmine kit;
    kit.change("projects/12", R"({"archived":true})");
    CHECK(kit.get("/projects.json?limit=100&offset=0").root()["projects"].size() == 0);
    CHECK(kit.get("/projects.json?status=1%7C5&limit=100&offset=0").root()["projects"].size() == 1);
    kit.change("projects/12", R"({"archived":false})");
    CHECK(kit.get("/projects.json?limit=100&offset=0").root()["projects"].size() == 1);
}

TEST_CASE("somebody who left is in no list of people, his time is still there by its id") {
    ClickUp kit;
    REQUIRE(kit.entries("183,184").root()["data"].size() == 3);
    kit.change("people/184", R"({"left":true})");
    CHECK(kit.get("/team").root()["teams"][std::size_t{0}]["members"].size() == 1);
    CHECK(kit.entries("183").root()["data"].size() == 2);
    CHECK(kit.get("/team/333/time_entries/2000000000000009002").root()["data"]["id"].dump() ==
          "\"2000000000000009002\"");
    kit.change("people/184", R"({"left":false})");
    CHECK(kit.get("/team").root()["teams"][std::size_t{0}]["members"].size() == 2);
}

TEST_CASE("pages may be shorter than asked, and their tokens die") {
    Asana kit;
    kit.change("options", R"({"page_rows":1})");
    const std::string users = "/users?workspace=1100&limit=100&opt_fields=name";
    const auto page = kit.get(users);
    REQUIRE(page.root()["data"].size() == 1);
    const std::string token{*page.root()["next_page"]["offset"].string()};
    const auto rest = kit.get(users + "&offset=" + token);
    CHECK(rest.root()["data"].size() == 1);
    CHECK(rest.root()["next_page"].null());
    CHECK(first(rest, "data", "/gid") != first(page, "data", "/gid"));
    kit.change("cursors", "", "DELETE");
    CHECK(kit.raw(users + "&offset=" + token).status == 400);
}

TEST_CASE("without its key, and with one that died, a stand-in refuses") {
    Redmine kit;
    CHECK(kit.raw("/users.json").status == 200);
    kit.change("access", R"({"alive":false})");
    CHECK(kit.raw("/users.json").status == 401);
    kit.change("access", R"({"alive":true})");
    kit.headers.clear();
    CHECK(kit.raw("/users.json").status == 401);
}

TEST_CASE("a quota counts the requests of an hour and says when to come again") {
    Redmine kit;
    kit.change("options", R"({"requests_per_hour":2})");
    CHECK(kit.raw("/users.json").status == 200);
    kit.clock.advance(60s);
    CHECK(kit.raw("/users.json").status == 200);
    const auto refused = kit.raw("/users.json");
    CHECK(refused.status == 429);
    CHECK(refused.headers ==
          std::vector<std::pair<std::string, std::string>>{{"Retry-After", "3540"}});
    kit.clock.advance(3540s);
    CHECK(kit.raw("/users.json").status == 200);
}

TEST_CASE("faults of rows: hidden, spoilt and moved ones, by id, person and project") {
    Redmine kit;
    kit.change("faults", R"({"kind":"hide","what":"entries","person":7})");
    CHECK(kit.entries().root()["time_entries"].size() == 0);
    kit.change("faults", "", "DELETE");
    kit.change("faults",
               R"({"kind":"scale","what":"entries","member":"hours","factor":60,"ids":[9001]})");
    kit.change("faults", R"({"kind":"shift","what":"entries","member":"spent_on","days":1})");
    kit.change("faults", R"({"kind":"drop_member","what":"entries","member":"activity/id"})");
    kit.change("faults",
               R"({"kind":"rename_member","what":"entries","member":"user","to":"author"})");
    const auto rows = kit.entries();
    const auto row = rows.root()["time_entries"][std::size_t{0}];
    CHECK(row["hours"].dump() == "409.8");
    CHECK(rows.root()["time_entries"][std::size_t{1}]["hours"].dump() == "6.83");
    CHECK(row["spent_on"].dump() == "\"2025-01-11\"");
    CHECK(row["activity"]["id"].missing());
    CHECK_FALSE(row["author"].missing());
    kit.change("faults", "", "DELETE");
    kit.change("faults", R"({"kind":"move_row","what":"entries","ids":[9001],"method":"entries"})");
    CHECK(first(kit.entries(), "time_entries", "/id") == "9002");
}

TEST_CASE("faults of whole answers: short pages, totals that lie, errors, cuts, outages") {
    Redmine kit;
    kit.change("faults", R"({"kind":"short_page","method":"entries"})");
    const auto half = kit.entries();
    CHECK(half.root()["time_entries"].size() == 1);
    CHECK(*half.root()["total_count"].integer() == 2);
    kit.change(
        "faults",
        R"({"kind":"scale","what":"envelope","member":"total_count","factor":0.5,"count":1})");
    CHECK(*kit.entries().root()["total_count"].integer() == 1);
    kit.change("faults", R"({"kind":"no_total","method":"entries"})");
    CHECK(kit.entries().root()["total_count"].missing());
    kit.change("faults", R"({"kind":"503","method":"entries"})");
    CHECK(kit.raw("/time_entries.json").status == 503);
    kit.change("faults", R"({"kind":"lost_answer","method":"*"})");
    CHECK(kit.raw("/users.json").delivery == Delivery::Drop);
    kit.change("faults", R"({"kind":"outage","for_seconds":240})");
    CHECK(kit.raw("/users.json").status == 503);
    kit.clock.advance(240s);
    CHECK(kit.raw("/users.json").status == 200);
    kit.change("faults", R"({"kind":"no_method","method":"users"})");
    CHECK(kit.raw("/users.json").status == 404);
}

TEST_CASE("a key of an employee sees his own time alone") {
    ClickUp kit;
    kit.change("faults", R"({"kind":"narrow","person":183})");
    CHECK(kit.entries("183,184").root()["data"].size() == 2);
}

TEST_CASE("a mark shows in the row and is read back; the clearing too") {
    Redmine kit;
    const std::string mark =
        R"({"issue":{"custom_fields":[{"id":9,"value":"40"},{"id":10,"value":"A-7"}]}})";
    CHECK(kit.raw("/issues/421.json", "PUT", mark).status == 204);
    const auto issue = kit.get("/issues/421.json");
    const auto fields = issue.root()["issue"]["custom_fields"];
    CHECK(fields.dump().find(R"("value":"40")") != std::string::npos);
    CHECK(fields.dump().find(R"("value":"A-7")") != std::string::npos);
    CHECK(kit.raw("/issues/99999.json", "PUT", mark).status == 404);

    ClickUp other;
    const std::string tags = "/team/333/time_entries/tags";
    const std::string paid =
        R"({"time_entry_ids":["2000000000000009002"],"tags":[{"name":"paid"}]})";
    const std::string record = "/team/333/time_entries/2000000000000009002";
    CHECK(other.raw(tags, "POST", paid).status == 200);
    CHECK(other.get(record).root()["data"]["tags"].dump().find("\"paid\"") != std::string::npos);
    CHECK(other.raw(tags, "DELETE", paid).status == 200);
    CHECK(other.get(record).root()["data"]["tags"].dump().find("\"paid\"") == std::string::npos);
}

TEST_CASE("a stand-in listens on a port like the portal does") {
    Redmine kit;
    Server server([&](const HttpRequest& request, const Server::Headers& headers) {
        return kit.planner->handle(request, headers);
    });
    const auto port = server.start(0);
    REQUIRE(port.ok());
    CHECK(*port > 0);
}

TEST_CASE("wrong control calls of a stand-in are refused with the reason, and change nothing") {
    Redmine kit;
    const std::vector<std::tuple<std::string, std::string, std::string>> table{
        {"nothing", "{}", "unknown control call"},
        {"rows", "{}", "no such list"},
        {"rows/tickets", "{}", "no such list"},
        {"rows/entries/1", "{}", "no such row: 1"},
        {"rows/entries", R"({"like":"1"})", "no such row: 1"},
        {"rows/entries", R"({"id":"9001"})", "that row exists"},
        {"rows/entries", R"({"day":"20.01.2025"})", "day has to be YYYY-MM-DD"},
        {"rows/entries", R"({"seconds":"long"})", "seconds has to be"},
        {"rows/entries", R"({"seconds":-5})", "seconds has to be"},
        {"rows/entries", R"({"hours":1})", "unknown word: hours"},
        {"rows/entries", R"({"set":{"hours":1}})", "set takes pointers"},
        {"rows/entries", R"([1])", "a row is edited by an object"},
        {"rows/users/7", R"({"day":"2025-01-01"})", "have no day"},
        {"rows/entries/9001", R"({"set":{"/id":5}})", "an id does not change"},
        {"people/99", R"({"left":true})", "no such row: 99"},
        {"people/7", R"({"gone":true})", "send {"},
        {"people", R"({"left":true})", "whose"},
        {"projects/99", R"({"archived":true})", "no such row: 99"},
        {"options", R"({"page_rows":"few"})", "page_rows has to be"},
        {"options", R"({"pages":1})", "unknown option: pages"},
        {"options", R"({"quota_status":200})", "unknown option"},
        {"access", R"({"dead":true})", "send {"},
        {"clock", R"({})", "send advance_seconds"},
        {"faults", R"({"kind":"hide","what":"deals"})", "unknown kind of rows: deals"},
        {"faults", R"({"kind":"hide","what":"entries","ids":[1]})", "no such row of entries: 1"},
        {"faults", R"({"kind":"hide","what":"entries","person":99})", "no such person: 99"},
        {"faults", R"({"kind":"hide","what":"entries","project":99})", "no such project: 99"},
        {"faults", R"({"kind":"hide","what":"entries","share":2})", "share has to be"},
        {"faults", R"({"kind":"503","method":"invoices"})", "no such request: invoices"},
        {"faults", R"({"kind":)", "error"}};
    const std::string before = kit.control("state", "", "GET").body;
    for (const auto& [path, body, reason] : table) {
        INFO(path << " " << body);
        const std::string told = refusal(kit, path, body);
        CHECK(told.find(json::quote(reason).substr(1, json::quote(reason).size() - 2)) !=
              std::string::npos);
    }
    CHECK(refusal(kit, "faults/5", "", "DELETE").find("no such fault") != std::string::npos);
    CHECK(kit.control("state", "", "GET").body == before);
    CHECK(kit.control("rows/tickets", "", "GET").status == 404);
    CHECK(kit.control("nothing", "", "GET").status == 404);
}

TEST_CASE("a folder without a manifest or with one that can't be read is no planner") {
    ManualClock clock(from_epoch_seconds(1'736'935'200));
    CHECK(Planner::load(kConnectors + "nobody", clock).error().code == Code::NotFound);
    CHECK(Planner::load(kConnectors + "bitrix24", clock).error().code == Code::NotFound);
}
