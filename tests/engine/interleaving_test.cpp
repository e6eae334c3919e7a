#include <algorithm>
#include <cstdio>
#include <random>

#include <catch2/catch.hpp>

#include "engine/kanban.h"
#include "engine/pulls.h"

using namespace hb;
using namespace hb::test;

// Rule 53: portal edits, managers' moves and events in any order, lost, doubled and replayed, end
// where one full pull ends.
namespace {

constexpr int kSeeds = 24;

std::uint64_t first_seed() {
    const char* given = std::getenv("HB_SEED");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : 53;
}

void hook(World& world) {
    const auto answer = world.portal->handle(
        {"POST", "/sandbox/hooks", "", "application/json",
         "{\"url\":\"https://reports.example.com/hook/bitrix24\",\"application_token\":\"t\","
         "\"events\":[\"ONTASKADD\",\"ONTASKUPDATE\",\"ONTASKDELETE\",\"ONCRMDEALUPDATE\","
         "\"ONCRMDYNAMICITEMADD\",\"ONCRMDYNAMICITEMUPDATE\",\"ONCRMCOMPANYUPDATE\"]}",
         "127.0.0.1"});
    INFO(answer.body);
    REQUIRE(answer.status == 200);
}

void agency(World& world) {
    const auto client = world.company("Client");
    const auto worker = world.user("Worker");
    for (int i = 0; i < 4; ++i) {
        const auto task = world.task({"Task " + std::to_string(i),
                                      {"CO_" + std::to_string(client)},
                                      {},
                                      0,
                                      0,
                                      i == 3 ? 2 : 5});
        for (int e = 0; e < 3; ++e)
            world.entry(task, worker, 1800 + 60 * e + i,
                        "2026-06-1" + std::to_string(e) + "T10:00:00+03:00");
    }
    REQUIRE_FALSE(world.pull().error);
    world.contract(client);
    setup_portal(world);
    hook(world);
}

// What happens at the portal in one phase, decided by the seed alone.
using Edit = std::function<void(World&)>;
std::vector<Edit> edits_of(std::mt19937_64& dice, int phase) {
    const auto roll = [&dice](int sides) {
        return static_cast<int>(dice() % static_cast<unsigned>(sides));
    };
    std::vector<Edit> out;
    for (int i = 0; i < 4; ++i) {
        const int entry = 1 + roll(12);
        const int seconds = 600 + 60 * roll(100);
        switch (roll(phase == 0 ? 4 : 3)) {
        case 0:
            out.push_back([=](World& w) {
                bool there = false;
                w.portal->edit([&](sandbox::State& s) { there = s.entry(entry) != nullptr; });
                if (there) w.edit_entry(entry, seconds);
            });
            break;
        case 1:
            out.push_back([=](World& w) {
                w.entry(1 + entry % 4, 100, seconds, "2026-06-20T12:00:00+03:00");
            });
            break;
        case 2:
            out.push_back([=](World& w) {
                bool there = false;
                w.portal->edit([&](sandbox::State& s) { there = s.entry(entry) != nullptr; });
                if (there) w.delete_entry(entry);
            });
            break;
        default:
            out.push_back([=](World& w) { w.tag_task(1 + entry % 4, {"bug"}); });
        }
    }
    return out;
}

void look_whole(World& world) {
    // Every fact again, however it became known, then everything that follows.
    REQUIRE_FALSE(world.pull(test::whole_nightly_pull()).error);
    const auto ran = world.run(std::chrono::seconds{900});
    for (const auto& error : ran.errors) UNSCOPED_INFO(error);
    CHECK(ran.errors.empty());
}

// Events reach the inbox in any order; some twice, some long after, some never.
void deliver(World& world, std::mt19937_64& dice, std::vector<std::string>& old) {
    std::vector<std::string> bodies;
    for (auto& event : world.portal->take_events()) bodies.push_back(std::move(event.body));
    std::shuffle(bodies.begin(), bodies.end(), dice);
    if (!old.empty() && dice() % 2 == 0) bodies.push_back(old[dice() % old.size()]);
    store::Tx tx(*world.db);
    int n = 0;
    for (const auto& body : bodies) {
        if (dice() % 4 == 0) continue; // lost
        const int times = dice() % 4 == 0 ? 2 : 1;
        for (int i = 0; i < times; ++i)
            world.tables->inbox.add(world.books->crm()->row.id,
                                    std::to_string(dice()) + "-" + std::to_string(n++), body,
                                    world.clock.now());
        old.push_back(body);
    }
    tx.commit();
}

std::string state_of(World& world) {
    std::string out;
    for (const auto& row : world.tables->reports.list(std::nullopt, std::nullopt)) {
        out += "report " + std::string(domain::to_string(row.state)) + " total " +
               std::to_string(row.total) + " settled " + std::to_string(row.settled) + "\n";
        for (const auto& line : world.tables->reports.lines(row.id, store::counting_revision(row)))
            out += "  task " + std::to_string(line.line.task) + " " +
                   std::to_string(line.line.worked_seconds) + " s " +
                   std::to_string(line.line.amount) + "\n";
    }
    std::vector<std::string> late; // their order is that in which they were seen
    for (const auto& row : world.books->late(std::nullopt, false))
        late.push_back(row.kind + " " + row.entry + " " + std::to_string(row.seconds) + " " +
                       row.amount + "\n");
    std::sort(late.begin(), late.end());
    for (const auto& row : late) out += row;
    return out + crm_text(world) + world.portal_text();
}

// The same edits and moves; with `events`, the service looks at some moments in between, told by
// whatever events arrive, without them only when the phase is over.
std::string live(std::uint64_t seed, bool events) {
    World world({"", "on_agree", domain::LatePolicy::Ask, true, false});
    agency(world);
    std::mt19937_64 story(seed);
    std::mt19937_64 chance(seed * 7919 + 1);
    std::vector<std::string> old;
    std::int64_t card = 0;
    const std::vector<Edit> moves = {
        [&card](World& w) {
            card = make_card(w, {1, "2026-06-01", "2026-06-30"});
        },
        [&card](World& w) { move_card(w, card, "sent"); },
        [&card](World& w) {
            // Warnings were read, and what pulls changed is accepted; edits ask again.
            for (int i = 0; i < 3 && card_state(w, card) == "draft"; ++i) {
                move_card(w, card, "sent");
                look_whole(w);
            }
        },
        [&card](World& w) { move_card(w, card, "agreed"); },
        [](World& w) {
            for (const auto invoice : invoices(w)) move_invoice(w, invoice, "S");
        },
    };
    for (std::size_t phase = 0; phase < moves.size(); ++phase) {
        auto edits = edits_of(story, static_cast<int>(phase));
        for (const auto& edit : edits) {
            edit(world);
            world.advance(std::chrono::seconds{90});
            if (!events || chance() % 2 == 0) continue;
            deliver(world, chance, old);
            lanes::Troubles errors;
            world.service->work_inbox(errors, false);
            CHECK(errors.empty());
            if (chance() % 2 == 0) world.pull();
        }
        look_whole(world);
        moves[phase](world);
        if (events) {
            deliver(world, chance, old);
            lanes::Troubles errors;
            world.service->work_inbox(errors, false);
            CHECK(errors.empty());
        }
        look_whole(world);
    }
    INFO(world.verify());
    CHECK(world.verify() == "");
    return state_of(world);
}

} // namespace

TEST_CASE("edits, moves and events in any order, lost and doubled, end where one full pull ends "
          "(rule 53)") {
    const auto first = first_seed();
    for (std::uint64_t seed = first; seed < first + kSeeds; ++seed) {
        INFO("HB_SEED=" << seed);
        const std::string expected = live(seed, false);
        CHECK(expected.find("report paid") != std::string::npos);
        REQUIRE(live(seed, true) == expected);
    }
}

namespace {

// Every event of the phase, in so many orders: some lost, some doubled, old ones among them.
constexpr int kPermutations = 10'000;
constexpr int kOrdersOfAPhase = 25;

std::string facts_of(World& world) {
    std::vector<std::string> rows;
    const auto table = store::dump_table(*world.db, "entries", 1'000'000);
    REQUIRE(table.ok());
    for (const auto& row : *table) {
        std::string line;
        for (const auto& [name, value] : row)
            if (name == "remote_id" || name == "seconds" || name == "deleted" ||
                name == "work_date")
                line += name + "=" + value + " ";
        rows.push_back(line);
    }
    std::sort(rows.begin(), rows.end());
    std::string out;
    for (const auto& row : rows) out += row + "\n";
    return out + state_of(world);
}

void deliver_in_some_order(World& world, std::vector<std::string> bodies, std::mt19937_64& dice) {
    std::shuffle(bodies.begin(), bodies.end(), dice);
    {
        store::Tx tx(*world.db);
        for (const auto& body : bodies) {
            const auto chance = dice() % 4;
            for (unsigned i = 0; i < (chance == 0 ? 0U : chance == 1 ? 2U : 1U); ++i)
                world.tables->inbox.add(world.books->crm()->row.id, std::to_string(dice()), body,
                                        world.clock.now());
        }
        tx.commit();
    }
    lanes::Troubles errors;
    world.service->work_inbox(errors, false);
    CHECK(errors.empty());
}

} // namespace

TEST_CASE("10,000 orders of events, lost, doubled, replayed, leave the books as no event at all "
          "does (R6, R9)") {
    const char* given = std::getenv("HB_SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::printf("orders of events: HB_SEED=%llu\n", static_cast<unsigned long long>(seed));
    INFO("HB_SEED=" << seed);
    World told({"", "on_agree", domain::LatePolicy::Ask, true, false});
    World alone({"", "on_agree", domain::LatePolicy::Ask, true, false});
    for (World* world : {&told, &alone}) {
        agency(*world);
        world->draft(1, "2026-06-01", "2026-06-30");
    }
    std::mt19937_64 story(seed), dice(seed + 1);
    std::vector<std::string> old;
    int orders = 0;
    for (int phase = 0; orders < kPermutations; ++phase) {
        for (const auto& edit : edits_of(story, phase))
            for (World* world : {&told, &alone}) edit(*world);
        std::vector<std::string> bodies;
        for (auto& event : told.portal->take_events()) bodies.push_back(std::move(event.body));
        alone.portal->take_events();
        for (int i = 0; i < 3 && !old.empty(); ++i) bodies.push_back(old[dice() % old.size()]);
        old.insert(old.end(), bodies.begin(), bodies.end());
        for (int i = 0; i < kOrdersOfAPhase; ++i, ++orders) {
            deliver_in_some_order(told, bodies, dice);
            if (i % 10 == 0) told.pull();
        }
        for (World* world : {&told, &alone}) {
            world->advance(std::chrono::minutes{6});
            REQUIRE_FALSE(world->pull(test::whole_nightly_pull()).error);
        }
        if (phase % 20 == 0) REQUIRE(facts_of(told) == facts_of(alone));
    }
    REQUIRE(facts_of(told) == facts_of(alone));
    CHECK(told.verify() == "");
    // Nothing is left to do, and nothing was written that nobody decided.
    for (World* world : {&told, &alone}) CHECK(world->run(std::chrono::seconds{900}).parked == 0);
    CHECK(told.writes() == alone.writes());
}
