#include <catch2/catch.hpp>

#include "app/serving.h"
#include "store/connection.h"

// What /readyz asks, `check` asks (point 6): the same texts, from one function.
namespace hb::test {
namespace {

using Texts = std::vector<std::string>;

Texts texts(const json::Value& array) {
    Texts out;
    for (const auto& each : array) out.push_back(text(each));
    return out;
}

struct Asked {
    int status = 0, code = 0;
    Texts late, asks;          // of /readyz
    Texts machine, asks_check; // of check
    std::string ready, checked;
};

Asked ask(const Agency& agency, const Serving& service) {
    Asked out;
    const auto ready = service.get("/readyz");
    out.status = ready.status;
    out.ready = ready.body;
    const auto document = json::Document::parse(ready.body);
    REQUIRE(document.ok());
    out.late = texts(document->root()["late"]);
    out.asks = texts(document->root()["asks"]);
    const auto checked = agency.run({"check"});
    out.code = checked.code;
    out.checked = checked.err;
    out.machine = texts(checked.root()["machine"]);
    out.asks_check = texts(checked.root()["asks"]);
    return out;
}

void execute_in(const Agency& agency, const std::string& sql) {
    auto db = store::Access::connect(agency.folder.path("data/hourbridge.db"), 0x2 | 0x4);
    store::execute(*db, sql);
}

std::string agreed(const Agency& agency) {
    const auto id = std::to_string(agency.draft());
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    REQUIRE(agency.run({"report", "agree", id}).code == 0);
    return id;
}

bool may_mount() {
    static const bool may = std::system("unshare -m mount -t tmpfs tmpfs /tmp 2>/dev/null") == 0;
    return may;
}

} // namespace

TEST_CASE(
    "check asks what /readyz asks: parked and stuck writes, questions, refused events (G63)") {
    const Agency agency;
    agency.begin();
    const auto first = agreed(agency);
    REQUIRE(agency.run({"run", "--wait", "5"}).code == 0);
    std::string config = agency.folder.read("hourbridge.json");
    config.replace(config.find("\"settle_seconds\""), 0,
                   std::string("\"hook_secret\": \"") + kHookSecret + "\", ");
    agency.folder.write("hourbridge.json", config);
    Serving service(agency, Serving::AsItStands{});
    REQUIRE(soon([&] { return service.get("/readyz").status == 200; }));
    {
        const auto asked = ask(agency, service);
        INFO(asked.ready << asked.checked);
        CHECK(asked.asks.empty());
        CHECK(asked.asks_check.empty());
        CHECK(asked.code == 0);
    }
    const auto one_more = [&](const std::string& words) {
        const auto asked = ask(agency, service);
        INFO(words << "\n" << asked.ready << "\n" << asked.checked);
        CHECK(asked.status == 200);
        CHECK(asked.code == 1);
        CHECK(asked.asks == asked.asks_check);
        bool there = false;
        for (const auto& each : asked.asks) there = there || each.find(words) != std::string::npos;
        CHECK(there);
        CHECK(asked.checked.find(words) != std::string::npos); // a person reads it too
        return asked.asks.size();
    };
    CHECK(service.post(hook_path(), task_event(agency.first)).status == 403);
    CHECK(one_more("bitrix24: events are refused: no application_token is configured") == 1);
    CHECK(service.metric(
              "hourbridge_events_refused_total{remote=\"bitrix24\",reason=\"no_token\"}") == 1);
    execute_in(agency, "UPDATE outbox SET state = 'parked' WHERE kind = 'deal.rows'");
    CHECK(one_more("1 write waits for a person") == 2);
    execute_in(agency, "INSERT INTO op_troubles(op, failures, pauses, unknowns, told) "
                       "SELECT id, 20, 0, 0, 1 FROM outbox WHERE kind = 'comment.create' LIMIT 1;");
    execute_in(agency, "UPDATE outbox SET state = 'pending', due_at = 4000000000000 "
                       "WHERE id IN (SELECT op FROM op_troubles)");
    CHECK(one_more("1 write fails again and again while others pass") == 3);
    execute_in(agency, "INSERT INTO settings(remote, name, value, at) "
                       "VALUES (0, 'books.restored', 'x', 1000)");
    CHECK(one_more("the books were restored") == 4);
    service.stop();
}

TEST_CASE("check asks what /readyz asks: a full disk is exit 5, and damage is not forgotten") {
    const Agency agency;
    agency.begin();
    Serving service(agency, Serving::AsItStands{});
    REQUIRE(soon([&] { return service.get("/readyz").status == 200; }));
    // The service's own first look at its books may still be under way, and finds them whole.
    Asked asked;
    (void)soon([&] {
        execute_in(agency, "INSERT OR REPLACE INTO settings(remote, name, value, at) "
                           "VALUES (0, 'books.damaged', 'x', 1000)");
        asked = ask(agency, service);
        return asked.status == 503 && asked.code == 5;
    });
    INFO(asked.ready << asked.checked);
    CHECK(asked.status == 503);
    CHECK(asked.code == 5);
    CHECK(asked.late == asked.machine);
    REQUIRE(asked.machine.size() == 1);
    CHECK(asked.machine[0].find("the books are damaged") == 0);
    service.stop();
}

TEST_CASE("check says that the disk is nearly full, as /readyz does, and ends with 5") {
    if (!may_mount()) return;
    Agency agency;
    agency.begin();
    // The books on a disk with less room than SQLite's log may need.
    agency.folder.through = {"unshare",
                             "-m",
                             "sh",
                             "-c",
                             "mkdir -p small && mount -t tmpfs -o size=48m tmpfs small && "
                             "cp -a data/. small/ && mount --bind small data && exec \"$@\"",
                             "sh"};
    {
        Serving service(agency, Serving::AsItStands{});
        const auto ready = service.get("/readyz");
        CHECK(ready.status == 503);
        CHECK(ready.body.find("the disk is nearly full: ") != std::string::npos);
        service.stop();
    }
    const auto checked = agency.run({"check"});
    INFO(checked.out << checked.err);
    CHECK(checked.code == 5);
    REQUIRE(checked.root()["machine"].size() == 1);
    CHECK(text(checked.root()["machine"][0]).find("the disk is nearly full: ") == 0);
    CHECK(checked.err.find("Everything works") == std::string::npos);
    CHECK(checked.err.find("All is well") == std::string::npos);
}

} // namespace hb::test
