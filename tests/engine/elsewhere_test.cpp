#include <catch2/catch.hpp>

#include "engine/world.h"
#include "lanes/since_sent.h"

// Books that wake up on another machine, after another start of it, or under a unit that hides both
// (G58).
using namespace hb;
using test::Wakes;
using test::World;

namespace {

sandbox::Fault fault(sandbox::Fault::Kind kind, const char* method) {
    sandbox::Fault out;
    out.kind = kind;
    out.method = method;
    return out;
}

// A client agreed to a report. Its deal is created, shown only after a minute, and the answer is
// lost; the first look at it fails too.
struct Agreed {
    World world;
    std::int64_t report = 0;

    Agreed() {
        const auto client = world.company("Client");
        const auto worker = world.user("Worker");
        const auto task = world.task({"Landing page", {"CO_" + std::to_string(client)}, {}, 0, 0});
        world.entry(task, worker, 3600, "2026-06-10T10:00:00+03:00");
        world.pull();
        world.contract(client);
        report = world.draft(client, "2026-06-01", "2026-06-30");
        world.send(report);
        auto late = fault(sandbox::Fault::Kind::LateVisible, "crm.item.add");
        late.seconds = 60;
        world.portal->add_fault(late);
        world.portal->add_fault(fault(sandbox::Fault::Kind::LostAnswer, "crm.item.add"));
        auto look = fault(sandbox::Fault::Kind::Reset, "crm.item.list");
        look.containing = "hb-"; // by our key: pulls list deals, too
        world.portal->add_fault(look);
        world.agree(report);
        world.run(std::chrono::seconds{0});
        REQUIRE(creates() == 1);
        REQUIRE(world.tables->outbox.count(store::OpState::Uncertain) == 1);
    }
    std::int64_t creates() const { return world.portal->counters().calls.at("crm.item.add"); }
    std::string sent() const {
        for (const auto& op : world.tables->outbox.list(store::OpState::Uncertain, 10))
            return world.tables->kept.get(op.remote, "sent." + std::to_string(op.id)).value_or("");
        return "";
    }
    void keep_as_sent(const std::string& text) const {
        store::Tx tx(*world.db);
        for (const auto& op : world.tables->outbox.list(store::OpState::Uncertain, 10)) {
            const std::string name = "sent." + std::to_string(op.id);
            if (text.empty())
                world.tables->kept.erase(op.remote, name);
            else
                world.tables->kept.put(op.remote, name, text, world.clock.now());
        }
        tx.commit();
    }
    void ends_well() {
        for (int i = 0; i < 30; ++i) {
            world.advance(std::chrono::seconds{14});
            world.run(std::chrono::seconds{0});
        }
        CHECK(creates() == 1);
        CHECK(world.deals().size() == 1);
        CHECK(world.state(report) == "invoiced");
        CHECK(world.verify() == "");
    }
};

} // namespace

TEST_CASE("a deal whose answer was lost is created once, wherever the books wake up (R25, G58)") {
    for (const auto where : test::kElsewhere) {
        Agreed agreed;
        agreed.world.advance(std::chrono::seconds{14});
        agreed.world.wake(where);
        INFO("where " << static_cast<int>(where));
        agreed.ends_well();
    }
}

TEST_CASE("books that move again and again wait each time, and end with one deal (G58)") {
    Agreed agreed;
    for (int i = 0; i < 12; ++i) {
        agreed.world.advance(std::chrono::seconds{i < 6 ? 9 : 40});
        agreed.world.wake(test::kElsewhere[i % 4]);
        agreed.world.run(std::chrono::seconds{0});
        CHECK(agreed.creates() == 1);
    }
    agreed.ends_well();
}

TEST_CASE("what an older program or a hidden machine wrote down proves nothing: the delay begins "
          "at the first look, and that is written down (G58)") {
    for (const char* old : {"", "1000", "1000 ", "1000 boot", "1000  boot", "1000 machine ",
                            "x machine boot", "1000 machine boot more"}) {
        INFO("kept: \"" << old << "\"");
        Agreed agreed;
        agreed.keep_as_sent(old);
        agreed.world.advance(std::chrono::seconds{14});
        agreed.world.run(std::chrono::seconds{0});
        CHECK(agreed.creates() == 1);
        CHECK(agreed.sent() ==
              std::to_string(agreed.world.books->up().at.count()) + " machine boot");
        agreed.ends_well();
    }
}

TEST_CASE("time passes between two moments of one machine since one start, forwards (G58)") {
    using lanes::time_between;
    const auto at = [](const char* machine, const char* boot, int seconds) {
        return Uptime{machine, boot, std::chrono::seconds{seconds}};
    };
    const Uptime then = at("m", "b", 100);
    CHECK(time_between(then, at("m", "b", 190)) == std::chrono::seconds{90});
    CHECK(time_between(then, then) == std::chrono::seconds{0});
    CHECK(!time_between(then, at("m", "b", 99)));
    CHECK(!time_between(then, at("other", "b", 190)));
    CHECK(!time_between(then, at("m", "other", 190)));
    CHECK(!time_between(at("", "b", 100), at("", "b", 190)));
    CHECK(!time_between(at("m", "", 100), at("m", "", 190)));
}
