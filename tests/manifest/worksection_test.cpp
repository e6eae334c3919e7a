#include <catch2/catch.hpp>

#include "base/text.h"
#include "rig.h"

using namespace hb;
using namespace hb::connector;

namespace {

const std::string kKey = "0123456789abcdef0123456789abcdef";

std::string costs(const std::string& rows) {
    return R"({"status": "ok", "data": [)" + rows +
           R"(], "total": {"time": "0:00", "money": "0.00"}})";
}
std::string cost(int id, const std::string& date) {
    return R"({"id": ")" + std::to_string(id) +
           R"(", "comment": "", "time": "1:00", "money": "0.00", "date": ")" + date +
           R"(", "is_timer": false, "user_from": {"id": "3101"}, "task": {"id": "41001"}})";
}

struct Account : rig::Rig {
    Account(const char* key_name = "api_key") {
        options.remote = "worksection";
        options.base_url = "https://acme.worksection.com";
        options.settings[key_name] = Secret(kKey);
        options.settings["time_zone"] = Secret("UTC");
        options.settings["oldest"] = Secret("2024-12-01");
        wire.answer = [](const net::Request&) { return rig::answered(200, costs("")); };
        connect(rig::shipped("worksection"));
    }
    domain::ReadRequest entries(domain::Reading reading = domain::Reading::Full) const {
        domain::ReadRequest request;
        request.stream = "entries";
        request.reading = reading;
        return request;
    }
    // Reads to the end; the ids in the order in which they came.
    std::string walk(domain::ReadRequest request, std::string* end = nullptr) {
        std::vector<std::string> ids;
        for (int steps = 0; steps < 500; ++steps) {
            const auto page = read(request);
            if (!page) return to_string(page.error());
            for (const auto& record : page->records) ids.push_back(record.id);
            for (const auto& id : page->absent) ids.push_back("-" + id);
            request.cursor = page->cursor;
            if (end != nullptr) *end = page->cursor;
            if (page->complete) return join(ids, " ");
        }
        return "it never ends";
    }
};

} // namespace

TEST_CASE("The header of the vendor's clients is signed as in the published example") {
    Account account;
    auto request = account.entries();
    // At 2025-01-01T00:00:00Z, the moment of the example: the control sums go first.
    REQUIRE(account.read(request).ok());
    account.clock.set(from_epoch_seconds(1'735'689'600));
    account.connect(rig::shipped("worksection"));
    account.wire.seen.clear();
    domain::ReadRequest window = account.entries(domain::Reading::Window);
    window.from = *parse_day("2025-01-01");
    window.to = *parse_day("2025-01-31");
    REQUIRE(account.read(window).ok());
    const auto& sent = account.wire.seen.back();
    CHECK(sent.url.reveal() == "https://acme.worksection.com/api/admin/v2?action=get_costs");
    CHECK(rig::header(sent, "Authorization") ==
          "Admin 1735689600_7607e2fb48cd65d1eeac1fd6d410e3d3364d149d13fdf0671f0f2b318c1664b5");
    CHECK(sent.body == R"({"datestart":"01.01.2025","dateend":"31.01.2025"})");
    CHECK(sent.verb == net::Verb::Post);
}

TEST_CASE("A signed query carries the MD5 of the very bytes before it") {
    Account account("query_key");
    domain::WriteOp op;
    op.kind = domain::OpKind::TaskMark;
    op.target = "41001";
    op.fields = R"({"UF_HB_PAID":"100","UF_HB_REPORT":"A-1"})";
    account.wire.answer = [](const net::Request&) {
        return rig::answered(200, R"({"status":"ok"})");
    };
    CHECK(account.planner->write(op).outcome == domain::Outcome::Done);
    // md5("action=update_task_tags&id_task=41001&plus=paid" + key)
    CHECK(
        account.wire.seen.front().url.reveal() ==
        "https://acme.worksection.com/api/admin/v2/?action=update_task_tags&id_task=41001&plus=paid"
        "&hash=36bdb4360fd0144d3a0173b5c218dd7a");
    CHECK(account.wire.seen.front().verb == net::Verb::Get);
}

TEST_CASE("The vendor's own MD5 vector comes out of the signing words") {
    rig::Rig rig;
    const auto plan = rig::parsed(R"({
        "version": 1, "connector": "vector", "title": "Vector",
        "settings": {"key": {"kind": "secret"}},
        "base_url": "https://acme.worksection.com",
        "access": [{"when": ["key"], "request": {"path": "/api/admin/v2/", "query": {"hash": "{signature}"}},
                    "sign": {"hash": "md5", "message": "{query}{settings.key}"}}],
        "request": {"query": {"action": "{action}"}},
        "streams": {
            "users": {"request": {"action": "get_tasks", "params": {"id_project": "26"}}, "rows": "/data",
                      "id": "/id", "read": {"kind": "all"}},
            "groups": {"request": {"action": "x"}, "rows": "", "id": "/id", "read": {"kind": "all"}},
            "tasks": {"request": {"action": "search_tasks", "params": {"filter": "name has 'Report'"}},
                      "rows": "/data", "id": "/id", "read": {"kind": "all"}},
            "entries": {"request": {"action": "x"}, "rows": "", "id": "/id", "read": {"kind": "all"}}}})");
    rig.wire.answer = [](const net::Request&) { return rig::answered(200, R"({"data": []})"); };
    rig.options.settings["key"] = Secret("7776461cd931e7b1c8e9632ff8e979ce");
    rig.connect(plan);
    domain::ReadRequest request;
    request.stream = "users";
    REQUIRE(rig.read(request).ok());
    CHECK(rig.wire.seen.back().url.reveal() ==
          "https://acme.worksection.com/api/admin/v2/?action=get_tasks&id_project=26"
          "&hash=ec3ab2c28f21b4a07424f8ed688d6644");
    // A space is %20 and nothing is encoded again after it was hashed.
    rig.options.settings["key"] = Secret(kKey);
    rig.connect(plan);
    request.stream = "tasks";
    REQUIRE(rig.read(request).ok());
    CHECK(rig.wire.seen.back().url.reveal() ==
          "https://acme.worksection.com/api/admin/v2/"
          "?action=search_tasks&filter=name%20has%20%27Report%27"
          "&hash=3f89fab8466c2f28d3dde5bed26cca64");
}

TEST_CASE("A window that the record cap cut off is split until every row was seen") {
    Account account;
    // Two rows are too many for one answer: only single days fit.
    account.wire.answer = [](const net::Request& request) {
        if (request.url.reveal().find("get_costs_total") != std::string::npos)
            return rig::answered(200, R"({"status":"ok","projects":[]})");
        const auto day = [&](const char* name) {
            const auto at = request.body.find(name) + std::string(name).size() + 3;
            const std::string text = request.body.substr(at, 10);
            return text.substr(6, 4) + "-" + text.substr(3, 2) + "-" + text.substr(0, 2);
        };
        std::vector<std::string> rows;
        int id = 0;
        for (const char* date : {"2024-12-10", "2024-12-11", "2025-01-02"}) {
            ++id;
            if (day("datestart") <= date && date <= day("dateend")) rows.push_back(cost(id, date));
        }
        if (rows.size() > 1)
            return rig::answered(200,
                                 R"x({"status":"error","message":"Too many costs (10000 max)"})x");
        return rig::answered(200, costs(join(rows, ",")));
    };
    CHECK(account.walk(account.entries()) == "3 2 1");
}

TEST_CASE("Too many rows in one day are told to a person and delete nothing") {
    Account account;
    account.wire.answer = [](const net::Request& request) {
        if (request.url.reveal().find("get_costs_total") != std::string::npos)
            return rig::answered(200, R"({"status":"ok"})");
        return rig::answered(200, R"x({"status":"error","message":"Too many costs (10000 max)"})x");
    };
    const std::string said = account.walk(account.entries());
    CHECK(said.find("more than one answer of this planner holds") != std::string::npos);
}

TEST_CASE("An older month is read again when its sums have changed, and only then") {
    Account account;
    std::string december = R"({"time":"1:00","money":"0.00"})";
    std::string old = cost(1, "2024-06-10");
    account.options.settings["oldest"] = Secret("2024-06-01");
    account.connect(rig::shipped("worksection"));
    account.wire.answer = [&](const net::Request& request) {
        if (request.url.reveal().find("get_costs_total") != std::string::npos)
            return rig::answered(
                200, R"({"status":"ok","projects":{"7201":{"id":"7201","monthly":{"2024-06":)" +
                         december + "}}}}");
        const bool june = request.body.find("01.06.2024") != std::string::npos;
        return rig::answered(200, costs(june ? old : ""));
    };
    std::string cursor;
    CHECK(account.walk(account.entries(), &cursor) == "1");
    account.clock.advance(std::chrono::hours{7});
    auto changes = account.entries(domain::Reading::Changes);
    changes.cursor = cursor;
    account.wire.seen.clear();
    CHECK(account.walk(changes, &changes.cursor).empty());
    CHECK(account.wire.seen.size() == 3); // the sums, and the last 45 days in two windows
    for (const auto& sent : account.wire.seen)
        if (sent.url.reveal().find("get_costs_total") == std::string::npos)
            CHECK(sent.body.find("06.2024") == std::string::npos);
    // Somebody adds half an hour to a day in June.
    december = R"({"time":"1:30","money":"0.00"})";
    old = cost(1, "2024-06-10") + "," + cost(2, "2024-06-11");
    account.clock.advance(std::chrono::hours{7});
    CHECK(account.walk(changes, &changes.cursor) == "1 2");
    account.clock.advance(std::chrono::hours{7});
    CHECK(account.walk(changes).empty());
}

TEST_CASE("Ids that a whole walk does not show are gone; one that it shows ends the walk early") {
    Account account;
    account.wire.answer = [](const net::Request& request) {
        const bool december = request.body.find(".12.2024") != std::string::npos;
        return rig::answered(200, costs(december ? cost(1, "2024-12-10") : cost(2, "2025-01-01")));
    };
    auto request = account.entries(domain::Reading::ByIds);
    request.ids = {"2"};
    CHECK(account.walk(request) == "2");
    CHECK(account.wire.seen.size() == 1); // the newest window held it
    account.clock.advance(std::chrono::hours{1});
    request.ids = {"1", "2", "77"};
    CHECK(account.walk(request) == "2 1 -77");
    // What one walk saw answers for the next ids, too.
    const auto before = account.wire.seen.size();
    request.ids = {"1", "78"};
    CHECK(account.walk(request) == "-78");
    CHECK(account.wire.seen.size() == before);
}

TEST_CASE("A tag that no set of the project holds parks the mark with the way out (G44)") {
    Account account;
    account.wire.answer = [](const net::Request&) {
        return rig::answered(
            200,
            R"({"status":"error","status_code":16,"message":"Tag is invalid","message_details":"paid"})");
    };
    domain::WriteOp op;
    op.kind = domain::OpKind::TaskMark;
    op.target = "41001";
    op.fields = R"({"UF_HB_PAID":"100","UF_HB_REPORT":"A-1"})";
    const auto result = account.planner->write(op);
    CHECK(result.outcome == domain::Outcome::Rejected);
    CHECK(result.error.hint.find("switch the tag group") != std::string::npos);
}

TEST_CASE("At less than 100 percent the paid tag is taken away, and nothing else (G44)") {
    Account account;
    std::vector<std::string> bodies;
    account.wire.answer = [&](const net::Request& request) {
        bodies.push_back(request.body);
        return rig::answered(200, R"({"status":"ok","data":{"id":"41001","tags":{"7":"urgent"}}})");
    };
    domain::WriteOp op;
    op.kind = domain::OpKind::TaskMark;
    op.target = "41001";
    op.fields = R"({"UF_HB_PAID":"50","UF_HB_REPORT":"A-1"})";
    CHECK(account.planner->write(op).outcome == domain::Outcome::Done);
    CHECK(bodies.front() == R"({"id_task":"41001","minus":"paid"})");
    account.clock.advance(std::chrono::seconds{2});
    CHECK(*account.planner->read_back(op) == op.fields);
}

TEST_CASE("The tag and its group are made when they are missing, one request a second (G44)") {
    Account account;
    std::vector<std::string> actions;
    account.wire.answer = [&](const net::Request& request) {
        const std::string& url = request.url.reveal();
        actions.push_back(url.substr(url.find("action=") + 7) + " " + request.body);
        if (url.find("add_task_tag_groups") != std::string::npos)
            return rig::answered(200, R"({"status":"ok","data":[{"title":"Billing","id":110}]})");
        if (url.find("add_task_tags") != std::string::npos)
            return rig::answered(200, R"({"status":"ok","data":[{"title":"paid","id":90501}]})");
        return rig::answered(200, R"({"status":"ok"})");
    };
    domain::WriteOp op;
    op.kind = domain::OpKind::TaskField;
    op.fields = R"({"name":"UF_HB_PAID"})";
    int refused = 0;
    for (; refused < 10; ++refused) {
        const auto result = account.planner->write(op);
        if (result.outcome == domain::Outcome::Done) break;
        REQUIRE(result.outcome == domain::Outcome::Refused);
        account.clock.wait_until(account.planner->earliest());
    }
    CHECK(refused == 3);
    CHECK(actions ==
          std::vector<std::string>{
              R"(get_task_tag_groups {"type":"label"})",
              R"(add_task_tag_groups {"title":"Billing","type":"label","access":"private"})",
              R"(get_task_tags {"group":"110"})",
              R"(add_task_tags {"group":"110","title":"paid"})"});
}
