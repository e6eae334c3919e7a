#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/wall_clock.h"
#include "lanes/standby_age.h"
#include "shop.h"
#include "web/metrics_text.h"
#include "web/server.h"
#include "wire.h"
#include "json/value.h"

using namespace hb;
using namespace hb::web;
using namespace hb::web::test;

namespace {

struct Watched : Shop {
    Watched() : watch(*world.books, "") {
        site.watch = &watch;
        site.version = "1.2.3";
    }
    Answer near(const std::string& path) { return get(path, "127.0.0.1"); }
    // "200", and the document
    std::pair<int, json::Document> ready() {
        const Answer answer = near("/readyz");
        auto document = json::Document::parse(answer.body);
        INFO(answer.body);
        REQUIRE(document.ok());
        return {answer.status, std::move(*document)};
    }
    // The value of one line of /metrics; "" when it is not there.
    std::string metric(const std::string& series) {
        std::istringstream lines(near("/metrics").body);
        for (std::string line; std::getline(lines, line);)
            if (line.rfind(series + " ", 0) == 0) return line.substr(series.size() + 1);
        return "";
    }
    void job(const std::string& reason) {
        store::Tx tx(*world.db);
        const auto remote = world.books->remotes.front()->row.id;
        auto job = *world.tables->jobs.find(remote, "pull", "");
        job.stopped = reason;
        job.what_to_do = "look at the rights";
        world.tables->jobs.put(job);
        tx.commit();
    }

    lanes::Watch watch;
};

std::string source(const std::string& path) {
    std::ifstream in(std::string(HB_SOURCE_DIR) + "/" + path);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

} // namespace

TEST_CASE("readyz tells the freshness of every stream against its poll, and 503 when one is late") {
    Watched shop;
    {
        const auto [status, document] = shop.ready();
        CHECK(status == 200);
        const auto root = document.root();
        CHECK(*root["ready"].boolean());
        const auto streams = root["remotes"][0]["streams"];
        CHECK(streams.size() == 6);
        for (const auto stream : streams) {
            CHECK(*stream["limit"].integer() == 3 * 300 + 300);
            CHECK_FALSE(*stream["late"].boolean());
        }
    }
    shop.world.advance(std::chrono::hours{1});
    const auto [status, document] = shop.ready();
    CHECK(status == 503);
    CHECK_FALSE(*document.root()["ready"].boolean());
    CHECK(document.root()["late"].size() == 6);
    CHECK(document.root()["late"][0].string()->find("60 min ago, expected every 5 min") !=
          std::string::npos);
    CHECK(shop.metric("hourbridge_ready") == "0");
    CHECK(shop.metric(R"(hourbridge_freshness_seconds{remote="bitrix24",stream="entries"})") ==
          "3600");
    shop.world.pull();
    CHECK(shop.ready().first == 200);
}

TEST_CASE(
    "a long walk whose pages come makes nothing late; a stream that fails again and again does") {
    Watched shop;
    shop.world.advance(std::chrono::hours{2});
    // Only the last stream has news: the walk is under way.
    store::Tx tx(*shop.world.db);
    const auto remote = shop.world.books->remotes.front()->row.id;
    auto cursor = *shop.world.tables->sources.find_cursor(remote, "entries", "full");
    cursor.page_at = shop.world.clock.now();
    shop.world.tables->sources.keep_cursor(remote, cursor);
    tx.commit();
    CHECK(shop.ready().first == 200);
    store::Tx again(*shop.world.db);
    auto job = *shop.world.tables->jobs.find(remote, "pull", "");
    job.failures = 3;
    job.last_error = "no right to read tasks";
    shop.world.tables->jobs.put(job);
    again.commit();
    const auto [status, document] = shop.ready();
    CHECK(status == 503);
    CHECK(*document.root()["remotes"][0]["failures"].integer() == 3);
}

TEST_CASE("readyz names what a portal lacks or refuses, and stays ready (G55)") {
    Watched shop;
    store::Tx tx(*shop.world.db);
    shop.world.tables->lacks.put(
        shop.world.books->remotes.front()->row.id,
        {{"im.notify.system.add", "", domain::LackWhy::Scope, "the webhook lacks the scope im",
          "tick it", shop.world.clock.now(), shop.world.clock.now()}});
    tx.commit();
    const auto [status, document] = shop.ready();
    CHECK(status == 200);
    REQUIRE(document.root()["lacks"].size() == 1);
    CHECK(*document.root()["lacks"][0].string() == "bitrix24: the webhook lacks the scope im");
}

TEST_CASE(
    "what waits for a person is told and keeps the service ready: parked ops, a stopped guard") {
    Watched shop;
    shop.job("100 are known, the remote showed none of them");
    shop.agree(shop.hash());
    store::Tx tx(*shop.world.db);
    auto op = shop.world.tables->outbox.list(store::OpState::Pending, 10).front();
    op.state = store::OpState::Parked;
    shop.world.tables->outbox.update(op);
    tx.commit();
    const auto [status, document] = shop.ready();
    CHECK(status == 200);
    const auto root = document.root();
    CHECK(*root["parked"].integer() == 1);
    CHECK(root["asks"].size() == 2);
    const auto remote = root["remotes"][0];
    CHECK(*remote["stopped"]["what_to_do"].string() == "look at the rights");
    CHECK(*remote["ops"]["parked"].integer() == 1);
    CHECK(shop.metric(R"(hourbridge_ops{remote="bitrix24",state="parked"})") == "1");
    CHECK(shop.metric(R"(hourbridge_guard_stopped{remote="bitrix24"})") == "1");
}

TEST_CASE("what is parked for want of a right, and what waits behind it, goes on by itself: it is "
          "counted apart from what waits for a person") {
    Watched shop;
    shop.agree(shop.hash());
    {
        store::Tx tx(*shop.world.db);
        auto& outbox = shop.world.tables->outbox;
        auto ops = outbox.list(store::OpState::Pending, 10);
        REQUIRE(ops.size() >= 3);
        for (std::size_t i = 0; i < ops.size(); ++i) {
            ops[i].state = store::OpState::Parked;
            ops[i].attempts = i == 1 ? 0 : 1;
            if (i == 1) ops[i].after = ops[0].id;
            outbox.update(ops[i]);
        }
        shop.world.tables->op_lacks.put({ops[0].id, "crm.item.add", "", true, Instant{}});
        tx.commit();
    }
    const auto rest = shop.world.tables->outbox.count(store::OpState::Parked) - 2;
    const auto [status, document] = shop.ready();
    const auto root = document.root();
    CHECK(status == 200);
    CHECK(*root["parked"].integer() == rest);
    CHECK(*root["lacking"].integer() == 2);
    CHECK(*root["remotes"][0]["ops"]["parked"].integer() == rest);
    CHECK(*root["remotes"][0]["ops"]["lacking"].integer() == 2);
    REQUIRE(root["notes"].size() == 1);
    CHECK(root["notes"][0].string()->find("2 writes wait for a right or a call that is missing; "
                                          "they are tried each day and go on by themselves") !=
          std::string::npos);
    for (const auto ask : root["asks"]) CHECK(ask.string()->find("right") == std::string::npos);
    CHECK(shop.metric(R"(hourbridge_ops{remote="bitrix24",state="lacking"})") == "2");
    CHECK(shop.metric(R"(hourbridge_ops{remote="bitrix24",state="parked"})") ==
          std::to_string(rest));
    CHECK(shop.metric(R"(hourbridge_ops{remote="bitrix24",state="uncertain"})") == "0");
}

TEST_CASE("events that nothing configured can prove ask for a person, until something can") {
    Watched shop;
    const std::string body = "event=ONCRMDEALUPDATE&data[FIELDS][ID]=7&ts=1&"
                             "auth[application_token]=x";
    const auto asks = [&] {
        const auto [status, document] = shop.ready();
        CHECK(status == 200); // pulls find everything without events
        std::string all;
        for (const auto each : document.root()["asks"]) all += *each.string() + "\n";
        return all;
    };
    CHECK(shop.post("/hook/bitrix24", body).status == 403);
    CHECK(asks() == ""); // a wrong secret or token says nothing of our configuration
    shop.hooks.use({{"bitrix24", {{}, Secret("")}}});
    CHECK(shop.post("/hook/bitrix24", body).status == 403);
    const std::string asked = asks();
    CHECK(asked.find("bitrix24: events are refused: no application_token is configured; the last "
                     "one at " +
                     wall_clock_text(shop.world.clock.now(), shop.world.books->settings.zone)) ==
          0);
    CHECK(asked.find("Put the token of the outgoing webhook into application_token of bitrix24") !=
          std::string::npos);
    CHECK(shop.metric(R"(hourbridge_events_refused_total{remote="bitrix24",reason="no_token"})") ==
          "1");
    shop.watch.expect({lanes::polls_of(*shop.world.books), {"bitrix24"}});
    CHECK(asks() == "");
}

TEST_CASE("damage that a check of the books found is not forgotten by the next start") {
    Watched shop;
    store::Tx tx(*shop.world.db);
    shop.world.tables->kept.put(0, "books.damaged", "a page is broken", shop.world.clock.now());
    tx.commit();
    const auto [status, document] = shop.ready();
    CHECK(status == 503);
    CHECK(document.root()["late"][0].string()->find("the books are damaged") == 0);
}

TEST_CASE("a standby copy that falls behind is shown with its age and asks for a person, also when "
          "whoever keeps it hangs (R15)") {
    Watched shop;
    CHECK(shop.metric("hourbridge_standby_age_seconds") == ""); // there is none
    auto& meters = shop.world.books->meters;
    meters.set(books::meter::kStandbyTime, {}, to_epoch_seconds(shop.world.clock.now()));
    meters.set(books::meter::kStandbyLimit, {}, 630);
    shop.world.advance(std::chrono::seconds{630});
    shop.world.pull();
    CHECK(shop.metric("hourbridge_standby_age_seconds") == "630");
    const auto asks = [&] {
        const auto [status, document] = shop.ready();
        CHECK(status == 200); // nobody is hindered by it
        std::string all;
        for (const auto each : document.root()["asks"]) all += *each.string() + "\n";
        return all;
    };
    CHECK(asks().find("standby") == std::string::npos);
    shop.world.advance(std::chrono::seconds{1});
    CHECK(asks().find("the standby copy is 10 min behind the books") != std::string::npos);
    meters.set(books::meter::kStandbyTime, {}, 0); // turned off
    CHECK(asks().find("standby") == std::string::npos);
}

TEST_CASE("the oldest write that is wanted and not done is told by kind, although it is put off") {
    Watched shop;
    const std::string metric = "hourbridge_op_oldest_unfinished_timestamp_seconds";
    const auto of = [&](const char* kind) {
        return shop.metric(metric + R"({remote="bitrix24",kind=")" + kind + "\"}");
    };
    CHECK(of("deal.create") == "0");
    CHECK(of("task.mark") == "0");
    CHECK(of("telegram.send") == ""); // another kind of place
    {
        const auto [status, document] = shop.ready();
        CHECK(document.root()["remotes"][0]["ops"]["oldest_unfinished"].null());
    }
    const Instant wanted = shop.world.clock.now();
    shop.agree(shop.hash());
    shop.world.advance(std::chrono::minutes{6});
    store::Tx tx(*shop.world.db);
    for (auto op : shop.world.tables->outbox.list(store::OpState::Pending, 10)) {
        op.due_at = shop.world.clock.now() + std::chrono::hours{1};
        shop.world.tables->outbox.update(op);
    }
    tx.commit();
    const auto [status, document] = shop.ready();
    const auto ops = document.root()["remotes"][0]["ops"];
    CHECK(ops["oldest_due"].null());
    CHECK(*ops["oldest_unfinished"]["wanted_since"].string() == format_instant(wanted));
    CHECK(of("deal.create") == std::to_string(to_epoch_seconds(wanted)));
    CHECK(of("invoice.create") == "0");
}

TEST_CASE("a write that nobody works on makes it late, one that waits for another does not") {
    Watched shop;
    shop.agree(shop.hash());
    const auto due = [&] {
        const auto [status, document] = shop.ready();
        return document.root()["remotes"][0]["ops"]["oldest_due"].integer().value();
    };
    CHECK(due() == 0);
    shop.world.advance(std::chrono::minutes{16});
    shop.world.pull();
    const auto [status, document] = shop.ready();
    CHECK(status == 503);
    CHECK(document.root()["late"][0].string()->find("a write has been due for 16 min") !=
          std::string::npos);
    // The deal is held back: its rows are not late by themselves.
    store::Tx tx(*shop.world.db);
    for (auto op : shop.world.tables->outbox.list(store::OpState::Pending, 10)) {
        if (op.after) continue;
        op.due_at = shop.world.clock.now() + std::chrono::hours{1};
        shop.world.tables->outbox.update(op);
    }
    tx.commit();
    CHECK(shop.ready().first == 200);
}

TEST_CASE("strangers learn nothing of readyz and metrics: the page for unknown paths") {
    Watched shop;
    const Answer unknown = shop.get("/nothing-here");
    for (const char* path : {"/readyz", "/metrics"}) {
        const Answer answer = shop.get(path, "203.0.113.5");
        CHECK(answer.status == 404);
        CHECK(answer.body == unknown.body);
        CHECK(shop.get(path, "unix").status != 404);
        CHECK(shop.get(path, "::1").status != 404);
    }
}

TEST_CASE("metrics are Prometheus text: every series has its help and type, and no secret") {
    Watched shop;
    shop.world.books->meters.add("hourbridge_answers_total",
                                 {{"route", "/r/{token}"}, {"status", "200"}});
    const Answer answer = shop.near("/metrics");
    CHECK(answer.status == 200);
    CHECK(answer.type == "text/plain; version=0.0.4; charset=utf-8");
    std::istringstream lines(answer.body);
    std::string name;
    for (std::string line; std::getline(lines, line);) {
        INFO(line);
        if (line.rfind("# HELP ", 0) == 0) {
            name = line.substr(7, line.find(' ', 7) - 7);
        } else if (line.rfind("# TYPE ", 0) == 0) {
            const std::string type = line.substr(line.rfind(' ') + 1);
            CHECK(line == "# TYPE " + name + " " + type);
            CHECK((type == "gauge" || type == "counter" || type == "histogram"));
        } else {
            CHECK(line.rfind(name, 0) == 0);
            CHECK((name.rfind("hourbridge_", 0) == 0 || name.rfind("process_", 0) == 0));
            const auto value = line.substr(line.rfind(' ') + 1);
            CHECK(value.find_first_not_of("0123456789.") == std::string::npos);
        }
    }
    CHECK(shop.metric(R"(hourbridge_build_info{version="1.2.3"})") == "1");
    CHECK(shop.metric(
              R"(hourbridge_rows_total{remote="bitrix24",stream="entries",what="added"})") == "1");
    CHECK(shop.metric(R"(hourbridge_pulls_total{remote="bitrix24",result="done"})") == "1");
    CHECK(shop.metric(R"(hourbridge_table_rows_total{table="entries"})") == "1");
    CHECK(shop.metric(R"(hourbridge_reports{state="credited"})") == "0");
    CHECK(shop.metric(R"(hourbridge_reports{state="sent"})") == "1");
    CHECK(answer.body.find(shop.link.substr(3)) == std::string::npos);
}

TEST_CASE("metrics tell moments, durations in buckets and results by class, and the process by its "
          "usual names") {
    Watched shop;
    const auto now = to_epoch_seconds(shop.world.clock.now());
    const auto number = [&](const std::string& series) { return std::stod(shop.metric(series)); };
    const auto read = R"({remote="bitrix24",stream="entries"})";
    CHECK(number(std::string("hourbridge_last_read_timestamp_seconds") + read) ==
          static_cast<double>(now) - number(std::string("hourbridge_freshness_seconds") + read));
    CHECK(shop.metric(R"(hourbridge_op_oldest_due_timestamp_seconds{remote="bitrix24"})") == "");
    auto& meters = shop.world.books->meters;
    for (const int ms : {3, 5, 6, 700, 70000})
        meters.observe(books::meter::kRequestTimes, {{"remote", "bitrix24"}},
                       std::chrono::milliseconds{ms});
    const std::string times = "hourbridge_remote_request_duration_seconds";
    CHECK(shop.metric(times + R"(_bucket{remote="bitrix24",le="0.005000"})") == "2");
    CHECK(shop.metric(times + R"(_bucket{remote="bitrix24",le="0.010000"})") == "3");
    CHECK(shop.metric(times + R"(_bucket{remote="bitrix24",le="60.000000"})") == "4");
    CHECK(shop.metric(times + R"(_bucket{remote="bitrix24",le="+Inf"})") == "5");
    CHECK(shop.metric(times + R"(_count{remote="bitrix24"})") == "5");
    CHECK(shop.metric(times + R"(_sum{remote="bitrix24"})") == "70.714000");
    meters.add(books::meter::kResponses,
               {{"remote", "bitrix24"}, {"code", books::status_class(204)}});
    CHECK(shop.metric(R"(hourbridge_remote_responses_total{remote="bitrix24",code="2xx"})") == "1");
    CHECK(shop.metric(R"(hourbridge_remote_responses_total{remote="bitrix24",code="none"})") ==
          "0");
    CHECK(number("process_resident_memory_bytes") > 1e6);
    CHECK(number("process_cpu_seconds_total") > 0);
    CHECK(number("process_open_fds") >= 3);
    CHECK(number("process_max_fds") >= number("process_open_fds"));
    CHECK(std::abs(number("process_start_time_seconds") - static_cast<double>(now)) < 86400);
}

TEST_CASE("docs/operations.md lists exactly the metrics that there are") {
    const std::string page = source("docs/operations.md");
    for (const auto& metric : metrics()) {
        INFO(metric.name);
        CHECK(page.find("`" + std::string(metric.name)) != std::string::npos);
    }
    std::size_t at = 0;
    while ((at = page.find("`hourbridge_", at)) != std::string::npos) {
        const auto end = page.find_first_of("`{", at + 1);
        const std::string name = page.substr(at + 1, end - at - 1);
        INFO(name);
        CHECK(std::any_of(metrics().begin(), metrics().end(),
                          [&](const Metric& metric) { return metric.name == name; }));
        at = end;
    }
}

TEST_CASE(
    "readyz and metrics answer while the service holds its books (a look that waits for nobody)") {
    const std::string file =
        (std::filesystem::temp_directory_path() / "hourbridge-watch-test.db").string();
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file + end);
    hb::test::WorldOptions options;
    options.file = file;
    hb::test::World world(options);
    world.company("Romashka LLC");
    world.pull();
    lanes::Watch watch(*world.books, file);
    WebServer server(*world.books, {"127.0.0.1:0", false, {}, &watch, "1"});
    REQUIRE(server.start().ok());
    {
        // A transaction is open, and the lock is held by another thread than the server's.
        const books::Step step = world.books->begin();
        CHECK(status_of(get(server.port(), "/readyz")) == 200);
        const std::string metrics = get(server.port(), "/metrics");
        CHECK(status_of(metrics) == 200);
        CHECK(metrics.find("hourbridge_file_bytes{file=\"database\"}") != std::string::npos);
        CHECK(metrics.find("hourbridge_answers_total{route=\"/readyz\",status=\"200\"} 1") !=
              std::string::npos);
    }
    server.stop();
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file + end);
}
