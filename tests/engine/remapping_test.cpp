// Mappings that are edited while there are books: what a new version changes, and what it must not.
#include <catch2/catch.hpp>

#include "desk/remapping.h"
#include "engine/pulls.h"
#include "engine/world.h"
#include "mapping/shipped.h"

using namespace hb;
using test::Killed;
using test::World;

namespace {

std::string shipped() {
    return std::string(mapping::shipped_mapping("bitrix24"));
}

std::string with(const std::string& from, const std::string& to) {
    std::string text = shipped();
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

// Every entry counts as long as its number says, in quarters of an hour.
std::string other_seconds() {
    return with(R"({"to": "seconds", "from": "/SECONDS", "as": "seconds", "required": true})",
                R"({"to": "seconds", "from": "/USER_ID", "as": "seconds", "required": true})");
}

std::string nobody_reads_entries() {
    return with(R"("from": "/SECONDS")", R"("from": "/NO_SUCH_FIELD")");
}

mapping::Mapping parsed(const std::string& text) {
    std::vector<mapping::FileProblem> problems;
    auto out = mapping::Mapping::parse(text, "test", problems);
    for (const auto& problem : problems) UNSCOPED_INFO(to_string(problem));
    REQUIRE(out);
    return std::move(*out);
}

desk::Remapping remapping(World& world) {
    return {*world.books, *world.books->remotes.front(), shipped()};
}

// A month of one client: the user has id 101 or so, which is what the other mapping takes as
// seconds.
struct Month {
    Month() {
        const auto client = world.company("Client");
        const auto worker = world.user("Worker");
        const auto task =
            world.task({"Landing page", {"CO_" + std::to_string(client)}, {}, 0, 0, 2});
        world.entry(task, worker, 3600, "2026-06-10T10:00:00+03:00", "layout");
        world.entry(task, worker, 1800, "2026-06-11T10:00:00+03:00", "menu");
        world.pull();
        world.contract(client);
    }
    World world;
};

std::vector<std::int64_t> seconds(World& world) {
    std::vector<std::int64_t> out;
    for (const char* id : {"1", "2"})
        out.push_back(world.tables->sources.find_entry({"bitrix24", "entry", id})->seconds);
    return out;
}

desk::MappingEffect::Stream of(const desk::MappingEffect& effect, const std::string& name) {
    for (const auto& stream : effect.streams)
        if (stream.name == name) return stream;
    return {};
}

} // namespace

TEST_CASE("a preview tells what a mapping would change on the kept records, and changes nothing") {
    Month month;
    auto& world = month.world;
    const auto draft = world.draft(1, "2026-06-01", "2026-06-30");
    const auto calls = world.portal->counters().http_requests;
    const std::string before = world.books_text();
    auto work = remapping(world);
    const auto effect = work.preview(parsed(other_seconds()));
    CHECK(of(effect, "entries").records == 2);
    CHECK(of(effect, "entries").changed == 2);
    CHECK(of(effect, "tasks").changed == 0);
    CHECK(effect.drafts == std::vector<std::int64_t>{draft});
    CHECK(effect.sent.empty());
    REQUIRE(effect.samples.size() == 2);
    CHECK(effect.samples[0].ref == "bitrix24:entry:1");
    CHECK(effect.samples[0].before == "seconds 3600");
    CHECK(world.books_text() == before);
    CHECK(work.versions().size() == 1);
    CHECK(work.preview(parsed(shipped())).nothing());
    CHECK(world.portal->counters().http_requests == calls);
}

TEST_CASE("an applied mapping reads the kept records anew without a call: drafts follow, what was "
          "sent stays (rules 16, 19)") {
    Month month;
    auto& world = month.world;
    const auto sent = world.draft(1, "2026-06-01", "2026-06-10");
    world.send(sent);
    const auto draft = world.draft(1, "2026-06-11", "2026-06-30");
    CHECK(world.total(draft) == "45.00");
    const auto calls = world.portal->counters().http_requests;
    auto work = remapping(world);
    const auto applied =
        work.apply(other_seconds(), parsed(other_seconds()), 1, "a test", world.actor);
    REQUIRE(applied.ok());
    CHECK(applied->version == 2);
    CHECK(world.portal->counters().http_requests == calls);
    const auto now = seconds(world);
    CHECK(now[0] == now[1]);
    CHECK(now[0] < 1800);
    CHECK(world.total(sent) == "90.00");
    CHECK(world.tables->reports.find(sent)->drifted);
    CHECK(world.total(draft) != "45.00");
    CHECK(world.verify() == "");
    // A pull finds what it knows: nothing is read or written twice.
    world.pull(test::whole_pull());
    CHECK(seconds(world) == now);

    REQUIRE(work.apply(shipped(), parsed(shipped()), 2, "back", world.actor).ok());
    CHECK(seconds(world) == std::vector<std::int64_t>{3600, 1800});
    CHECK(world.total(draft) == "45.00");
    CHECK(work.versions().size() == 3);
    CHECK(world.verify() == "");
}

TEST_CASE("two admins at once: the second is told what is in force (compare and swap)") {
    Month month;
    auto work = remapping(month.world);
    REQUIRE(work.apply(other_seconds(), parsed(other_seconds()), 1, "", month.world.actor).ok());
    const auto second = work.apply(nobody_reads_entries(), parsed(nobody_reads_entries()), 1, "",
                                   books::Actor{"cli:second"});
    REQUIRE_FALSE(second.ok());
    CHECK(second.error().code == Code::Conflict);
    CHECK(second.error().message.find("version 2") != std::string::npos);
    CHECK(second.error().message.find("by test") != std::string::npos);
    // The same text again is no version.
    const auto same =
        work.apply(other_seconds(), parsed(other_seconds()), 2, "", month.world.actor);
    REQUIRE(same.ok());
    CHECK(same->version == 2);
}

TEST_CASE(
    "a mapping that can't read a record any more loses nothing: the record keeps what it was, "
    "and is shown") {
    Month month;
    auto& world = month.world;
    const auto draft = world.draft(1, "2026-06-01", "2026-06-30");
    auto work = remapping(world);
    const auto effect = work.preview(parsed(nobody_reads_entries()));
    CHECK(of(effect, "entries").broken == 2);
    REQUIRE(work.apply(nobody_reads_entries(), parsed(nobody_reads_entries()), 1, "", world.actor)
                .ok());
    CHECK(seconds(world) == std::vector<std::int64_t>{3600, 1800});
    CHECK(world.tables->sources.problems(10).size() == 2);
    CHECK(world.total(draft) == "135.00");
    CHECK(world.verify() == "");
    REQUIRE(work.apply(shipped(), parsed(shipped()), 2, "mended", world.actor).ok());
    CHECK(world.tables->sources.problems(10).empty());
    CHECK(world.total(draft) == "135.00");
}

TEST_CASE("killed at any moment of an apply, the next start ends it") {
    Month reference;
    REQUIRE(remapping(reference.world)
                .apply(other_seconds(), parsed(other_seconds()), 1, "", reference.world.actor)
                .ok());
    const auto expected = seconds(reference.world);
    const auto text = reference.world.books_text();
    int killed = 0;
    for (int moment = 1;; ++moment) {
        Month month;
        auto& world = month.world;
        world.kill_at(moment);
        bool died = false;
        try {
            const auto applied = remapping(world).apply(other_seconds(), parsed(other_seconds()), 1,
                                                        "", world.actor);
            REQUIRE(applied.ok());
        } catch (const Killed&) {
            died = true;
        }
        if (!died) break;
        ++killed;
        world.kill_at(0);
        world.restart();
        INFO("killed at moment " << moment);
        const auto newest = store::Mappings(*world.db).newest(world.books->remotes.front()->row.id);
        if (newest) { // as the program does when it starts
            world.books->remotes.front()->mapping =
                std::make_unique<mapping::Mapping>(parsed(newest->text));
            remapping(world).finish(nullptr);
        } else {
            REQUIRE(remapping(world)
                        .apply(other_seconds(), parsed(other_seconds()), 1, "", world.actor)
                        .ok());
        }
        CHECK(seconds(world) == expected);
        CHECK(world.books_text() == text);
        CHECK(world.verify() == "");
    }
    CHECK(killed > 10);
}

TEST_CASE("a mapping that exchanges time within a draft asks for its money, though the total stays "
          "(G62, G47)") {
    World world;
    const auto client = world.company("Client");
    const auto worker = world.user("Worker");
    const auto task = world.task({"Page", {"CO_" + std::to_string(client)}, {}, 0, 0, 2});
    world.entry(task, worker, 36000, "2026-06-10T10:00:00+03:00", "7200");
    world.entry(task, worker, 7200, "2026-06-11T10:00:00+03:00", "36000");
    world.pull();
    world.contract(client);
    const auto draft = world.draft(client, "2026-06-01", "2026-06-30");
    const auto total = world.total(draft);
    const auto exchanged = with(R"("from": "/SECONDS", "as": "seconds")",
                                R"("from": "/COMMENT_TEXT", "as": "seconds")");
    auto work = remapping(world);
    const auto effect = work.preview(parsed(exchanged));
    REQUIRE(effect.money.size() == 1);
    CHECK(effect.money[0].before.total == effect.money[0].after.total);
    CHECK(effect.money[0].moved.lost.seconds == 28800);
    CHECK(effect.money[0].moved.gained.seconds == 28800);
    CHECK(effect.moves_money());
    CHECK(world.total(draft) == total);
    const auto asked = desk::judge_mapping(effect, {});
    REQUIRE_FALSE(asked.ok());
    CHECK(asked.error().hint.find("--accept-money") != std::string::npos);
    CHECK(desk::judge_mapping(effect, {std::nullopt, true, false}).ok());
    // By the bounds of the configuration, as for pulls.
    world.books->change([&] { world.books->settings.guards.loss_percent = 90; });
    CHECK(desk::judge_mapping(work.preview(parsed(exchanged)), {}).ok());
}

TEST_CASE("seven drafts whose money changes are seven figures and a sum (G62)") {
    World world;
    const auto worker = world.user("Worker");
    std::vector<std::int64_t> drafts, clients;
    for (int i = 0; i < 7; ++i) {
        clients.push_back(world.company("Client " + std::to_string(i)));
        const auto task =
            world.task({"Page", {"CO_" + std::to_string(clients.back())}, {}, 0, 0, 2});
        world.entry(task, worker, 7200, "2026-06-10T10:00:00+03:00", "3600");
    }
    world.pull();
    for (const auto client : clients) {
        world.contract(client);
        drafts.push_back(world.draft(client, "2026-06-01", "2026-06-30"));
    }
    const auto halved = with(R"("from": "/SECONDS", "as": "seconds")",
                             R"("from": "/COMMENT_TEXT", "as": "seconds")");
    auto work = remapping(world);
    const auto effect = work.preview(parsed(halved));
    REQUIRE(effect.money.size() == 7);
    for (const auto& money : effect.money) {
        CHECK(money.before.total == 18000);
        CHECK(money.after.total == 9000);
        CHECK(money.beyond);
    }
    CHECK_FALSE(desk::judge_mapping(effect, {}).ok());
    for (const auto draft : drafts) CHECK(world.total(draft) == "180.00");
}
