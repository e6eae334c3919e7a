#include <set>

#include "kit.h"

// Faults that are about rows, rights and whole outages: by share, ids, person and project.

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;
using namespace std::chrono_literals;
using Delivery = HttpAnswer::Delivery;

namespace {

std::int64_t fault(Kit& kit, const std::string& json) {
    const auto answer = kit.control("faults", json);
    INFO(json << " -> " << answer.body);
    REQUIRE(answer.status == 200);
    const auto document = json::Document::parse(answer.body);
    return *document->root()["id"].integer();
}

std::string refusal(Kit& kit, const std::string& path, const std::string& json) {
    const auto answer = kit.control(path, json);
    CHECK(answer.status >= 400);
    CHECK(answer.status < 500);
    return answer.body;
}

json::Document entries(Kit& kit, const std::string& filter = "{}") {
    return kit.call("task.elapseditem.getlist",
                    R"([{"ID":"asc"},)" + filter +
                        R"(,["*"],{"NAV_PARAMS":{"nPageSize":50,"iNumPage":1}}])");
}

std::vector<std::string> texts(const json::Document& answer, const char* member) {
    std::vector<std::string> out;
    for (const auto row : answer.root()["result"]) out.push_back(row[member].dump());
    return out;
}

std::string first(const json::Document& answer, const char* member) {
    return answer.root()["result"][std::size_t{0}][member].dump();
}

json::Document tasks(Kit& kit, const std::string& more = R"("filter":{})") {
    return kit.call("tasks.task.list",
                    R"({"select":["ID","TITLE","GROUP_ID","RESPONSIBLE_ID","CHANGED_DATE"],)" +
                        more + "}");
}

std::int64_t total(const json::Document& answer) {
    return *answer.root()["total"].integer();
}

} // namespace

TEST_CASE("hidden time records are in no list and under no id until the fault is taken away") {
    AgencyKit kit;
    const auto all = texts(entries(kit), "ID");
    const std::string one = all[0].substr(1, all[0].size() - 2);
    const std::string task = first(entries(kit), "TASK_ID");
    const auto id = fault(kit, R"({"kind":"hide","what":"entries","ids":[")" + one + R"("]})");
    CHECK(texts(entries(kit), "ID")[0] == all[1]);
    CHECK(kit.raw("task.elapseditem.get", "[" + task + ",\"" + one + "\"]").status == 400);
    CHECK(kit.control("faults/" + std::to_string(id), "", "DELETE").status == 200);
    CHECK(texts(entries(kit), "ID") == all);
}

TEST_CASE("a share of rows is the same rows each time, and near to what was asked") {
    AgencyKit kit;
    const auto before = total(tasks(kit));
    fault(kit, R"({"kind":"hide","what":"tasks","share":0.25})");
    const auto left = total(tasks(kit));
    CHECK(left > before * 65 / 100);
    CHECK(left < before * 85 / 100);
    CHECK(total(tasks(kit)) == left);
    CHECK(kit.control("faults", "", "DELETE").status == 200);
    CHECK(total(tasks(kit)) == before);
    fault(kit, R"({"kind":"hide","what":"tasks","share":0.25,"seed":2})");
    CHECK(total(tasks(kit)) != before);
}

TEST_CASE("all time of a person or of a project is hidden, new time too") {
    AgencyKit kit;
    const std::string user = first(entries(kit), "USER_ID");
    const std::string of_user = R"({"USER_ID":)" + user + "}";
    REQUIRE(!texts(entries(kit, of_user), "ID").empty());
    fault(kit, R"({"kind":"hide","what":"entries","person":)" + user + "}");
    CHECK(texts(entries(kit, of_user), "ID").empty());
    const std::string task = first(entries(kit), "TASK_ID");
    const std::string number = task.substr(1, task.size() - 2);
    kit.control("entries", R"({"TASK_ID":)" + number + R"(,"SECONDS":60,"USER_ID":)" + user + "}");
    CHECK(texts(entries(kit, of_user), "ID").empty());
    CHECK(kit.control("faults", "", "DELETE").status == 200);

    const auto group = tasks(kit, R"("filter":{">GROUP_ID":0})")
                           .root()["result"]["tasks"][std::size_t{0}]["groupId"]
                           .dump();
    fault(kit, R"({"kind":"hide","what":"tasks","project":)" + group + "}");
    CHECK(total(tasks(kit, R"("filter":{"GROUP_ID":)" + group + "}")) == 0);
}

TEST_CASE("people, groups, deals and companies can be hidden as well") {
    AgencyKit kit;
    fault(kit, R"({"kind":"hide","what":"users","ids":[3]})");
    fault(kit, R"({"kind":"hide","what":"groups"})");
    fault(kit, R"({"kind":"hide","what":"companies"})");
    CHECK(kit.call("user.get", R"({"ID":3})").root()["result"].size() == 0);
    CHECK(kit.call("user.get", R"({"ID":1})").root()["result"].size() == 1);
    CHECK(kit.call("sonet_group.get", R"({"IS_ADMIN":"Y"})").root()["result"].size() == 0);
    CHECK(kit.call("crm.company.list").root()["result"].size() == 0);
    CHECK(kit.call("crm.item.list", R"({"entityTypeId":4})").root()["result"]["items"].size() == 0);
}

TEST_CASE("a task in the recycle bin is gone and told, its time is still listed") {
    AgencyKit kit;
    REQUIRE(kit.control("hooks", R"({"url":"http://127.0.0.1:1/x","events":["ONTASKDELETE"]})")
                .status == 200);
    const std::string task = first(entries(kit), "TASK_ID");
    const std::string number = task.substr(1, task.size() - 2);
    const std::string of_task = R"({"TASK_ID":)" + number + "}";
    const auto time = texts(entries(kit, of_task), "ID");
    const auto id = fault(kit, R"({"kind":"bin","what":"tasks","ids":[)" + number + "]}");
    CHECK(total(tasks(kit, R"("filter":{"ID":)" + number + "}")) == 0);
    CHECK(texts(entries(kit, of_task), "ID") == time);
    const auto events = kit.portal.take_events();
    REQUIRE(events.size() == 1);
    CHECK(events[0].body.find("event=ONTASKDELETE") != std::string::npos);
    kit.control("faults/" + std::to_string(id), "", "DELETE");
    CHECK(total(tasks(kit, R"("filter":{"ID":)" + number + "}")) == 1);
}

TEST_CASE("a member is dropped, renamed, or of another type, in picked rows alone") {
    AgencyKit kit;
    const auto ids = texts(entries(kit), "ID");
    const std::string pick = R"("what":"entries","ids":[)" + ids[0] + "]";
    SECTION("dropped") {
        fault(kit, R"({"kind":"drop_member","member":"SECONDS",)" + pick + "}");
        const auto rows = entries(kit);
        CHECK(rows.root()["result"][std::size_t{0}]["SECONDS"].missing());
        CHECK_FALSE(rows.root()["result"][std::size_t{1}]["SECONDS"].missing());
    }
    SECTION("renamed") {
        const std::string seconds = first(entries(kit), "SECONDS");
        fault(kit, R"({"kind":"rename_member","member":"SECONDS","to":"DURATION",)" + pick + "}");
        CHECK(first(entries(kit), "DURATION") == seconds);
        CHECK(entries(kit).root()["result"][std::size_t{0}]["SECONDS"].missing());
    }
    SECTION("of another type") {
        const std::string seconds = first(entries(kit), "SECONDS");
        const std::string number = seconds.substr(1, seconds.size() - 2);
        const std::vector<std::pair<std::string, std::string>> table{
            {"number", number},
            {"null", "null"},
            {"list", "[" + seconds + "]"},
            {"map", "{\"value\":" + seconds + "}"},
            {"flag", "false"},
            {"text", seconds}};
        for (const auto& [to, wanted] : table) {
            fault(kit, R"({"kind":"retype_member","member":"SECONDS","count":1,"to":")" + to +
                           "\"," + pick + "}");
            CHECK(first(entries(kit), "SECONDS") == wanted);
        }
    }
}

TEST_CASE("numbers are scaled and moments shifted; their form stays") {
    AgencyKit kit;
    const auto before = entries(kit);
    fault(kit, R"({"kind":"scale","member":"SECONDS","factor":60})");
    fault(kit, R"({"kind":"shift","member":"CREATED_DATE","days":1,"seconds":-3600})");
    const auto after = entries(kit);
    const auto was = before.root()["result"][std::size_t{0}];
    const auto is = after.root()["result"][std::size_t{0}];
    CHECK(std::stoll(std::string{*is["SECONDS"].string()}) ==
          60 * std::stoll(std::string{*was["SECONDS"].string()}));
    const auto moment = [](const json::Value& row) {
        return to_epoch_seconds(*parse_instant(*row["CREATED_DATE"].string()));
    };
    CHECK(moment(is) - moment(was) == 86400 - 3600);
    CHECK(is["CREATED_DATE"].string()->substr(19) == was["CREATED_DATE"].string()->substr(19));
    CHECK(is["ID"].dump() == was["ID"].dump());
}

TEST_CASE("a fault of rows hits commands of a batch, and those of its kind only") {
    AgencyKit kit;
    fault(kit, R"({"kind":"drop_member","member":"title","what":"tasks"})");
    const auto answer = kit.call(
        "batch",
        R"({"cmd":{"t":"tasks.task.list?select[]=ID&select[]=TITLE","c":"crm.item.list?entityTypeId=4"}})");
    const auto result = answer.root()["result"]["result"];
    CHECK(result["t"]["tasks"][std::size_t{0}]["title"].missing());
    CHECK_FALSE(result["c"]["items"][std::size_t{0}]["title"].missing());
}

TEST_CASE("a row that is touched between two pages leaves its place in the order") {
    AgencyKit kit;
    const std::string by_change = R"("order":{"CHANGED_DATE":"asc","ID":"asc"},"start":)";
    const auto first_page = tasks(kit, by_change + "0");
    const auto second_page = tasks(kit, by_change + "50");
    const auto id_at = [](const json::Document& page, std::size_t at) {
        return std::string{*page.root()["result"]["tasks"][at]["id"].string()};
    };
    const std::string moved = id_at(first_page, 0);
    const std::string lost = id_at(second_page, 0);
    fault(kit, R"({"kind":"move_row","what":"tasks","ids":[)" + moved +
                   R"(],"method":"tasks.task.list","skip":1})");
    CHECK(id_at(tasks(kit, by_change + "0"), 0) == moved);
    CHECK(id_at(tasks(kit, by_change + "50"), 0) != lost); // it slipped to the first page
    CHECK(id_at(tasks(kit, by_change + "0"), 49) == lost);
}

TEST_CASE("a webhook that an employee made again sees what he sees") {
    AgencyKit kit;
    const auto all = total(tasks(kit));
    const auto id = fault(kit, R"({"kind":"narrow","person":3})");
    CHECK(*kit.call("profile").root()["result"]["ID"].string() == "3");
    const auto his = total(tasks(kit));
    CHECK(his < all);
    CHECK(his == total(kit.call("tasks.task.list", "{}", "3/plain")));
    CHECK(
        kit.call("crm.company.list").root()["result"].size() ==
        kit.call("crm.company.list", R"({"filter":{"ASSIGNED_BY_ID":3}})").root()["result"].size());
    kit.control("faults/" + std::to_string(id), "", "DELETE");
    CHECK(total(tasks(kit)) == all);
    fault(kit, R"({"kind":"narrow","person":3})");
    kit.control("users/3", R"({"active":false})");
    CHECK(kit.failure("profile").find("INVALID_CREDENTIALS") != std::string::npos);
}

TEST_CASE("a method that does not exist fails alone, in batches too, and is not offered") {
    EmptyKit kit;
    fault(kit, R"({"kind":"no_method","method":"crm.item.payment.list"})");
    CHECK(kit.failure("crm.item.payment.list", R"({"entityTypeId":2,"entityId":1})") ==
          R"(404 "ERROR_METHOD_NOT_FOUND": Method not found!)");
    const auto batch = kit.call(
        "batch",
        R"({"cmd":{"a":"crm.item.payment.list?entityTypeId=2&entityId=1","b":"profile"}})");
    CHECK(batch.root()["result"]["result_error"]["a"]["error"].dump() ==
          "\"ERROR_METHOD_NOT_FOUND\"");
    CHECK_FALSE(batch.root()["result"]["result"]["b"].missing());
    CHECK(kit.call("methods").root()["result"].dump().find("crm.item.payment.list") ==
          std::string::npos);
    CHECK(kit.call("method.get", R"({"name":"crm.item.payment.list"})")
              .root()["result"]["isExisting"]
              .dump() == "false");
    fault(kit, R"({"kind":"no_method","method":"crm.timeline.*"})");
    CHECK(kit.failure("crm.timeline.comment.list").starts_with("404"));
}

TEST_CASE("an outage lasts for a time of the portal's clock, or for a number of requests") {
    EmptyKit kit;
    fault(kit, R"({"kind":"outage","for_seconds":240,"retry_after":30})");
    kit.clock.advance(239s);
    const HttpAnswer down = kit.raw("profile", "");
    CHECK(down.status == 503);
    CHECK(down.content_type.starts_with("text/html"));
    CHECK(down.headers == std::vector<std::pair<std::string, std::string>>{{"Retry-After", "30"}});
    CHECK(kit.control("faults", "", "GET").body.find("\"seconds_left\":1") != std::string::npos);
    kit.clock.advance(1s);
    CHECK(kit.raw("profile", "").status == 200);

    fault(kit, R"({"kind":"outage","count":2,"answer":"json","status":500})");
    CHECK(kit.failure("profile").starts_with("500 \"INTERNAL_SERVER_ERROR\""));
    CHECK(kit.raw("batch", R"({"cmd":{"a":"profile"}})").status == 500);
    CHECK(kit.raw("profile", "").status == 200);

    const auto id = fault(kit, R"({"kind":"outage","for_seconds":3600,"answer":"reset"})");
    CHECK(kit.raw("profile", "").delivery == Delivery::Drop);
    kit.control("faults/" + std::to_string(id), "", "DELETE");
    CHECK(kit.raw("profile", "").status == 200);
}

TEST_CASE("any fault may last for a time") {
    EmptyKit kit;
    fault(kit, R"({"kind":"503","method":"profile","count":-1,"for_seconds":60})");
    fault(kit, R"({"kind":"hide","what":"users","for_seconds":60})");
    CHECK(kit.raw("profile", "").status == 503);
    CHECK(kit.call("user.get").root()["result"].size() == 0);
    kit.clock.advance(60s);
    CHECK(kit.raw("profile", "").status == 200);
    CHECK(kit.call("user.get").root()["result"].size() > 0);
}

TEST_CASE("a fault with an unknown word, id, share or type is refused with the reason") {
    AgencyKit kit;
    const std::vector<std::pair<std::string, std::string>> table{
        {R"({"kind":"vanish"})", "unknown kind of fault: vanish"},
        {R"({})", "unknown kind of fault: "},
        {R"([1])", "unknown word of a fault: 0"},
        {R"({"kind":"hide","what":"tasks","shares":0.5})", "unknown word of a fault: shares"},
        {R"({"kind":"hide","what":"tickets"})", "unknown kind of rows: tickets"},
        {R"({"kind":"hide","what":"items/9999"})", "unknown kind of rows: items/9999"},
        {R"({"kind":"hide"})", "which rows"},
        {R"({"kind":"hide","what":"tasks","share":1.5})", "share has to be"},
        {R"({"kind":"hide","what":"tasks","share":0})", "share has to be"},
        {R"({"kind":"hide","what":"tasks","share":-1})", "share has to be"},
        {R"({"kind":"hide","what":"tasks","share":"half"})", "share has to be a number"},
        {R"({"kind":"hide","what":"tasks","share":[1]})", "share has to be a number"},
        {R"({"kind":"hide","what":"tasks","ids":[99999999]})", "no such row of tasks: 99999999"},
        {R"({"kind":"hide","what":"tasks","ids":["x"]})", "no such row of tasks: x"},
        {R"({"kind":"hide","what":"tasks","ids":7})", "ids has to be a list"},
        {R"({"kind":"hide","what":"tasks","ids":[]})", "ids has to be a list"},
        {R"({"kind":"drop_member","member":"X","ids":[1]})", "ids need to say"},
        {R"({"kind":"hide","what":"tasks","person":999})", "no such person: 999"},
        {R"({"kind":"hide","what":"tasks","person":"Anna"})", "no such person: Anna"},
        {R"({"kind":"hide","what":"tasks","project":999})", "no such project: 999"},
        {R"({"kind":"drop_member","what":"tasks"})", "drop_member needs a member"},
        {R"({"kind":"drop_member","member":{"a":1}})", "member has to be a text"},
        {R"({"kind":"rename_member","member":"A"})", "needs the new name"},
        {R"({"kind":"retype_member","member":"A","to":"date"})", "one of text, number"},
        {R"({"kind":"scale","member":"A"})", "scale needs a factor"},
        {R"({"kind":"scale","member":"A","factor":"much"})", "factor has to be a number"},
        {R"({"kind":"shift","member":"A"})", "shift needs seconds or days"},
        {R"({"kind":"shift","member":"A","days":"one"})", "days has to be a whole number"},
        {R"({"kind":"bin","what":"users"})", "no recycle bin"},
        {R"({"kind":"move_row","what":"entries"})", "they move nowhere"},
        {R"({"kind":"narrow"})", "needs the person"},
        {R"({"kind":"narrow","person":999})", "no such person: 999"},
        {R"({"kind":"narrow","person":3,"token":"none"})", "no such token: none"},
        {R"({"kind":"no_method"})", "needs the name"},
        {R"({"kind":"no_method","method":"crm.deal.fly"})", "no such method: crm.deal.fly"},
        {R"({"kind":"outage"})", "needs an end"},
        {R"({"kind":"outage","for_seconds":9,"answer":"silence"})", "html, json or reset"},
        {R"({"kind":"outage","for_seconds":9,"method":"profile"})", "no method"},
        {R"({"kind":"outage","for_seconds":-9})", "for_seconds has to be"},
        {R"({"kind":"outage","for_seconds":9,"status":7})", "status has to be one of HTTP"},
        {R"({"kind":"503","count":"many"})", "count has to be a whole number"},
        {R"({"kind":"503","count":-2})", "count has to be a whole number"}};
    for (const auto& [json, reason] : table) {
        INFO(json);
        CHECK(refusal(kit, "faults", json).find(reason) != std::string::npos);
    }
    CHECK(refusal(kit, "faults", R"({"kind":)").find("error") != std::string::npos);
    CHECK(kit.control("faults", "", "GET").body == R"({"faults":[]})");
    CHECK(kit.control("faults/77", "", "DELETE").status == 404);
}

TEST_CASE("a member that is not there, or holds nothing of the kind, stays as it is") {
    AgencyKit kit;
    const std::string before = tasks(kit).root()["result"].dump();
    fault(kit, R"({"kind":"drop_member","member":"nothing/at/all"})");
    fault(kit, R"({"kind":"scale","member":"title","factor":2})");
    fault(kit, R"({"kind":"shift","member":"title","days":1})");
    fault(kit, R"({"kind":"rename_member","member":"title/x","to":"y"})");
    CHECK(tasks(kit).root()["result"].dump() == before);
}
