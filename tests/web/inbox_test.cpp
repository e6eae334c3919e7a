#include <catch2/catch.hpp>

#include "lanes/inbox_job.h"
#include "shop.h"

using namespace hb;
using namespace hb::web;
using namespace hb::web::test;

namespace {

// A shop whose report has become deal DEAL, and the job that reads its inbox.
struct Mailed : Shop {
    Mailed() : job(*world.books) {
        REQUIRE(agree(hash()).status == 303);
        world.run();
        const auto deals = world.deals();
        REQUIRE(deals.size() == 1);
        deal = std::to_string(deals.front());
    }
    // Comes in by the door.
    void event(const std::string& name, const std::string& data, const std::string& ts = "1") {
        const Answer taken = post("/hook/bitrix24/path-secret-0123456789",
                                  "event=" + name + "&" + data + "&ts=" + ts +
                                      "&auth[application_token]=51856fefc120afa4b628cc82d3935cce");
        REQUIRE(taken.status == 200);
    }
    lanes::Looked look() { return job.step(); }
    std::string states() { // of every row, in order
        std::string out;
        for (const char* state : {"new", "done", "ignored", "failed"})
            for (std::size_t n = world.tables->inbox.list(state, 1000).size(); n > 0; --n)
                out += std::string(out.empty() ? "" : " ") + state;
        return out;
    }
    std::optional<store::JobRow> pull_job() {
        return world.tables->jobs.find(world.books->remotes.front()->row.id, "pull", "");
    }

    std::string deal;
    lanes::InboxJob job;
};

} // namespace

TEST_CASE("a task's event makes the pull due at once; the poll would have come later (R10)") {
    Mailed shop;
    REQUIRE(shop.pull_job()->due_at > shop.world.clock.now());
    shop.event("ONTASKUPDATE", "data[FIELDS_BEFORE][ID]=1&data[FIELDS_AFTER][ID]=1");
    const auto looked = shop.look();
    CHECK(looked.taken == 1);
    CHECK(looked.pull);
    CHECK(shop.pull_job()->due_at <= shop.world.clock.now());
    CHECK(shop.states() == "done");
    CHECK(shop.look().taken == 0);
    // A deletion is a hint as well.
    shop.event("ONTASKDELETE", "data[FIELDS_BEFORE][ID]=1&data[FIELDS_AFTER]=undefined", "2");
    CHECK(shop.look().pull);
}

TEST_CASE("a deal's event names the report whose deal it is, and no other") {
    Mailed shop;
    shop.event("ONCRMDEALUPDATE", "data[FIELDS][ID]=" + shop.deal);
    auto looked = shop.look();
    CHECK(looked.reports == std::set<std::int64_t>{shop.report});
    CHECK_FALSE(looked.pull);
    shop.event("ONCRMDEALUPDATE", "data[FIELDS][ID]=999999");
    shop.event("ONCRMDEALMOVETOCATEGORY",
               "data[FIELDS][ID]=" + shop.deal + "&data[FIELDS][CATEGORY_ID]=2");
    shop.event("ONCRMDEALDELETE", "data[FIELDS][ID]=" + shop.deal);
    looked = shop.look();
    CHECK(looked.taken == 3);
    CHECK(looked.reports == std::set<std::int64_t>{shop.report});
    CHECK(shop.states() == "done done done ignored");
}

TEST_CASE("a payment's event names the reports that wait for money, or the one it has paid") {
    Mailed shop;
    REQUIRE(shop.world.state(shop.report) == "invoiced");
    shop.event("ONPAYMENTENTITYSAVED", "data[FIELDS][ID]=300");
    CHECK(shop.look().reports == std::set<std::int64_t>{shop.report});
    const auto due = shop.world.tables->reports.find(shop.report)->total;
    const auto payment = shop.world.pay(std::stoll(shop.deal), due);
    lanes::Troubles errors;
    shop.world.service->check_payment(shop.report, errors);
    REQUIRE(shop.world.state(shop.report) == "paid");
    shop.event("ONPAYMENTENTITYSAVED", "data[FIELDS][ID]=" + std::to_string(payment), "2");
    CHECK(shop.look().reports == std::set<std::int64_t>{shop.report});
    shop.event("ONPAYMENTENTITYSAVED", "data[FIELDS][ID]=301", "3");
    CHECK(shop.look().reports.empty()); // nobody waits
}

TEST_CASE("cards, documents and the portal's own queue are handed on; the rest is let go") {
    Mailed shop;
    shop.event("ONCRMDYNAMICITEMUPDATE", "data[FIELDS][ID]=24&data[FIELDS][ENTITY_TYPE_ID]=1220");
    shop.event("ONCRMDOCUMENTGENERATORDOCUMENTADD",
               "data[FIELDS][ID]=18&data[FIELDS][ENTITY_TYPE_ID]=2&data[FIELDS][ENTITY_ID]=" +
                   shop.deal);
    shop.event("ONOFFLINEEVENT", "x=1");
    shop.event("ONAPPUPDATE", "data[VERSION]=2");
    shop.event("ONCRMCONTACTUPDATE", "data[FIELDS][ID]=4");
    shop.event("ONSOMETHINGNEW", "data[FIELDS][ID]=4");
    const auto looked = shop.look();
    CHECK(looked.cards == std::set<std::string>{"24"});
    CHECK(looked.documents == std::set<std::string>{"18"});
    CHECK(looked.reports == std::set<std::int64_t>{shop.report});
    CHECK(looked.offline);
    CHECK_FALSE(looked.pull);
    CHECK(shop.states() == "done done done ignored ignored ignored");
}

TEST_CASE("rows of no remote, and rows that are no event, do no harm") {
    Mailed shop;
    {
        store::Tx tx(*shop.world.db);
        shop.world.tables->inbox.add({}, "a", "event=ONTASKADD", shop.world.clock.now());
        shop.world.tables->inbox.add(shop.world.books->remotes.front()->row.id, "b", "nonsense",
                                     shop.world.clock.now());
        tx.commit();
    }
    const auto looked = shop.look();
    CHECK(looked.taken == 2);
    CHECK_FALSE(looked.any());
    CHECK(shop.states() == "ignored failed");
    CHECK(shop.world.tables->inbox.list("failed", 1).front().last_error.find("no event") !=
          std::string::npos);
    // Replayed by a person it is read again.
    const auto id = shop.world.tables->inbox.list("failed", 1).front().id;
    {
        store::Tx tx(*shop.world.db);
        shop.world.tables->inbox.settle(id, "new", "");
        tx.commit();
    }
    CHECK(shop.look().taken == 1);
    CHECK(shop.states() == "ignored failed");
}

TEST_CASE("our own mark comes back as an event of its task and is no reason to pull") {
    Mailed shop;
    const auto op = shop.world.tables->outbox.of_purpose(domain::Purpose::task_mark(1));
    REQUIRE((op && op->done_at));
    const auto stamp = [&](std::chrono::seconds later) {
        return std::to_string(to_epoch_seconds(*op->done_at + later));
    };
    const std::string task = shop.world.tables->sources.find_task(std::int64_t{1})->ref.id;
    const std::string data = "data[FIELDS_BEFORE][ID]=" + task + "&data[FIELDS_AFTER][ID]=" + task;
    shop.event("ONTASKUPDATE", data, stamp(std::chrono::seconds{5}));
    CHECK_FALSE(shop.look().pull);
    CHECK(shop.states() == "ignored");
    shop.event("ONTASKUPDATE", data, stamp(std::chrono::seconds{61}));
    CHECK(shop.look().pull);
}

TEST_CASE("an event ends neither the pause after a failure nor a guard's question") {
    Mailed shop;
    auto job = shop.pull_job().value();
    const Instant later = shop.world.clock.now() + std::chrono::minutes{4};
    const auto put = [&](int failures, std::optional<std::string> stopped) {
        job.due_at = later;
        job.failures = failures;
        job.stopped = std::move(stopped);
        store::Tx tx(*shop.world.db);
        shop.world.tables->jobs.put(job);
        tx.commit();
    };
    put(2, std::nullopt);
    shop.event("ONTASKUPDATE", "data[FIELDS_AFTER][ID]=1");
    CHECK_FALSE(shop.look().pull);
    CHECK(shop.pull_job()->due_at == later);
    put(0, "the source looks empty");
    shop.event("ONTASKUPDATE", "data[FIELDS_AFTER][ID]=1", "2");
    CHECK_FALSE(shop.look().pull);
    CHECK(shop.pull_job()->due_at == later);
}

TEST_CASE("a thousand events are read 200 at a time, and old settled rows are forgotten") {
    Mailed shop;
    for (int i = 1; i <= 1000; ++i)
        shop.event("ONCRMDEALUPDATE", "data[FIELDS][ID]=" + std::to_string(500000 + i));
    for (int i = 0; i < 5; ++i) CHECK(shop.look().taken == 200);
    CHECK(shop.look().taken == 0);
    CHECK(shop.world.tables->inbox.list("ignored", 5000).size() == 1000);
    shop.event("ONCRMDEALUPDATE", "data[FIELDS][ID]=7", "2");
    shop.world.advance(std::chrono::hours{24 * 31});
    CHECK(shop.look().taken == 1);
    CHECK(shop.look().taken == 0);
    CHECK(shop.world.tables->inbox.list("ignored", 5000).empty());
}
