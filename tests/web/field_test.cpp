#include <catch2/catch.hpp>

#include <condition_variable>
#include <fstream>
#include <sstream>
#include <thread>

#include "lanes/inbox_job.h"
#include "shop.h"

// Cases of tests/samples/field about the portal's events.
using namespace hb;
using namespace hb::web;
using namespace hb::web::test;

namespace {

json::Document load(const std::string& name) {
    std::ifstream in(std::string(HB_SOURCE_DIR) + "/tests/samples/field/" + name + ".json");
    std::ostringstream text;
    text << in.rdbuf();
    auto document = json::Document::parse(text.str());
    REQUIRE(document.ok());
    return std::move(*document);
}

int deliver(Shop& shop, int count) {
    int taken = 0;
    for (int i = 0; i < count; ++i)
        taken += shop.post("/hook/bitrix24/path-secret-0123456789",
                           "event=ONTASKUPDATE&data[FIELDS_BEFORE][ID]=5&data[FIELDS_AFTER][ID]=5"
                           "&ts=" +
                               std::to_string(i) +
                               "&auth[application_token]=51856fefc120afa4b628cc82d3935cce")
                     .status == 200;
    return taken;
}

} // namespace

TEST_CASE("Field: one change that raises thirty events is one look at the portal") {
    const auto given = load("crm-events-in-a-storm");
    const int events = static_cast<int>(given.root()["given"]["events"].integer().value());
    Shop shop;
    shop.world.run();
    const auto before = shop.world.portal->counters().http_requests;
    CHECK(deliver(shop, events) == events);
    lanes::InboxJob job(*shop.world.books);
    CHECK(job.step().pull);
    shop.world.run();
    const auto requests = shop.world.portal->counters().http_requests - before;
    CHECK(requests > 0);
    CHECK(requests < 10); // "a handful"
}

// While a slow answer of the portal is waited for, its lane holds the remote; the door does not ask
// for it. (No clock here: a door that waited would never answer in this test.)
TEST_CASE("Field: events are taken at once while the portal is slow to answer a pull") {
    const auto given = load("crm-slow-handler");
    REQUIRE(given.root()["steps"][1].text_view() == "ten events");
    const int events = 10;
    Shop shop;
    std::mutex mutex;
    std::condition_variable changed;
    bool held = false, done = false;
    std::thread lane([&] {
        const std::lock_guard<std::recursive_mutex> busy(*shop.world.books->remotes.front()->busy);
        std::unique_lock<std::mutex> lock(mutex);
        held = true;
        changed.notify_all();
        changed.wait(lock, [&] { return done; });
    });
    {
        std::unique_lock<std::mutex> lock(mutex);
        changed.wait(lock, [&] { return held; });
    }
    const int taken = deliver(shop, events);
    {
        const std::lock_guard<std::mutex> lock(mutex);
        done = true;
    }
    changed.notify_all();
    lane.join();
    CHECK(taken == events);
}
