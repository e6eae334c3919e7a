#include <catch2/catch.hpp>

#include <filesystem>

#include "engine/world.h"
#include "lanes/restored.h"
#include "store/restore.h"

using namespace hb;
using namespace hb::test;

namespace {

// A report that is sent; the backup is of this moment.
struct Yesterday {
    std::string folder, file, backup;
    std::unique_ptr<World> world;
    std::int64_t client = 0, report = 0;

    Yesterday() {
        std::string name =
            (std::filesystem::temp_directory_path() / "hourbridge-old-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        folder = name;
        file = folder + "/hourbridge.db";
        backup = folder + "/backup.db";
        WorldOptions options;
        options.file = file;
        world = std::make_unique<World>(options);
        client = world->company("Romashka LLC");
        World::TaskMaker maker;
        maker.links = {"CO_" + std::to_string(client)};
        const auto task = world->task(maker);
        world->entry(task, world->user("Worker"), 3600, "2026-06-10T10:00:00+03:00");
        REQUIRE_FALSE(world->pull().error);
        world->contract(client);
        report = world->draft(client, "2026-06-01", "2026-06-30");
        world->send(report);
    }
    ~Yesterday() {
        world.reset();
        std::filesystem::remove_all(folder);
    }
    void back_up() { REQUIRE(world->db->backup_to(backup).ok()); }
    // The books of the backup under the same portal.
    void restore() {
        world->service.reset();
        world->books.reset();
        world->tables.reset();
        world->db.reset();
        const auto done =
            store::restore_books(backup, file, file + ".kept", [&](store::Database& db) {
                lanes::mark_restored(db, world->clock.now());
            });
        INFO((done ? "" : to_string(done.error())));
        REQUIRE(done.ok());
        world->restart();
    }
    lanes::Comparison compare() {
        const auto found = world->service->compare_with_crm();
        INFO((found ? "" : to_string(found.error())));
        REQUIRE(found.ok());
        return *found;
    }
    std::size_t deals() const { return world->deals().size(); }
};

} // namespace

TEST_CASE("after a restore a deal that the books never heard of holds every create back (G18)") {
    Yesterday story;
    story.back_up();
    story.world->agree(story.report);
    story.world->run();
    REQUIRE(story.deals() == 1);
    story.restore();
    // The client agrees again: in these books there is no deal yet.
    REQUIRE(story.world->state(story.report) == "sent");
    story.world->agree(story.report);
    story.world->run();
    CHECK(story.deals() == 1);
    const auto compared = story.compare();
    REQUIRE(compared.unknown.size() == 1);
    CHECK_FALSE(compared.released);
    story.world->advance(std::chrono::hours{1});
    story.world->run();
    CHECK(story.deals() == 1);

    const auto what = compared.unknown[0].what;
    CHECK(what.kind == "deal");
    const auto adopted = lanes::adopt_object(*story.world->books, *story.world->books->crm(), what,
                                             story.report, story.world->actor);
    INFO((adopted ? "" : to_string(adopted.error())));
    REQUIRE(adopted.ok());
    CHECK(story.compare().released);
    story.world->advance(std::chrono::hours{1});
    story.world->run();
    CHECK(story.deals() == 1);
    CHECK(story.world->state(story.report) == "invoiced");
    CHECK(story.compare().wrong.empty());
    CHECK(story.world->verify() == "");
}

TEST_CASE(
    "a create that was planned before the backup is found by its key and adopted (G18, G21)") {
    Yesterday story;
    story.world->agree(story.report); // planned, not sent
    story.back_up();
    story.world->run();
    REQUIRE(story.deals() == 1);
    story.restore();
    story.world->run();
    CHECK(story.deals() == 1);
    CHECK(story.world->state(story.report) == "invoiced");
    CHECK(story.compare().released);
}

TEST_CASE("a create that never went out goes out once everything of ours is known (G18)") {
    Yesterday story;
    story.world->agree(story.report);
    story.back_up();
    story.restore();
    story.world->run();
    CHECK(story.deals() == 0);
    const auto waiting = story.world->tables->outbox.list(store::OpState::Pending, 10);
    REQUIRE_FALSE(waiting.empty());
    CHECK(waiting.front().last_error.find("verify --remote") != std::string::npos);
    CHECK(story.compare().released);
    CHECK_FALSE(lanes::restored_at(story.world->books->read()));
    story.world->advance(std::chrono::minutes{10});
    story.world->run();
    CHECK(story.deals() == 1);
    CHECK(story.world->state(story.report) == "invoiced");
}

TEST_CASE("adopted as it is, an object belongs to nobody and is asked about no more (G18)") {
    Yesterday story;
    story.back_up();
    story.world->agree(story.report);
    story.world->run();
    story.restore();
    const auto unknown = story.compare().unknown;
    REQUIRE(unknown.size() == 1);
    auto& books = *story.world->books;
    REQUIRE(
        lanes::adopt_object(books, *books.crm(), unknown[0].what, std::nullopt, story.world->actor)
            .ok());
    CHECK(story.compare().released);
    CHECK_FALSE(lanes::adopt_object(books, *books.crm(), {"bitrix24", "deal", "99999"},
                                    std::nullopt, story.world->actor)
                    .ok());
}

TEST_CASE("a deal of another report, or of another client, is not adopted (G18)") {
    Yesterday story;
    const auto other = story.world->company("Borealis");
    World::TaskMaker maker;
    maker.links = {"CO_" + std::to_string(other)};
    story.world->entry(story.world->task(maker), story.world->user("Worker"), 3600,
                       "2026-06-11T10:00:00+03:00");
    REQUIRE_FALSE(story.world->pull().error);
    story.world->contract(other);
    const auto theirs = story.world->draft(other, "2026-06-01", "2026-06-30");
    story.world->send(theirs);
    story.back_up();
    story.world->agree(story.report);
    story.world->run();
    const domain::Ref deal{"bitrix24", "deal", std::to_string(story.world->deals().front())};
    const auto adopt = [&](std::int64_t report) {
        auto& books = *story.world->books;
        const auto done =
            lanes::adopt_object(books, *books.crm(), deal, report, story.world->actor);
        return done ? std::string("adopted") : done.error().message;
    };
    // Known: it stays whose it is.
    CHECK(adopt(theirs).find("of another client") != std::string::npos);
    CHECK(story.world->tables->outbox.of_purpose(domain::Purpose::deal(theirs)) == std::nullopt);
    story.restore();
    REQUIRE(story.compare().unknown.size() == 1);
    CHECK(adopt(theirs).find("of another client, company") != std::string::npos);
    CHECK(story.compare().unknown.size() == 1);
    CHECK(adopt(story.report) == "adopted");
    CHECK(adopt(story.report) != "adopted"); // it has it
    CHECK(story.compare().released);
    CHECK(story.world->verify() == "");
}

TEST_CASE("a deal of the same client's other report is not adopted for a second one (G18)") {
    Yesterday story;
    World::TaskMaker maker;
    maker.links = {"CO_" + std::to_string(story.client)};
    story.world->entry(story.world->task(maker), story.world->user("Worker"), 3600,
                       "2026-07-11T10:00:00+03:00");
    REQUIRE_FALSE(story.world->pull().error);
    const auto second = story.world->draft(story.client, "2026-07-01", "2026-07-31");
    story.world->send(second);
    story.world->agree(story.report);
    story.world->run();
    auto& books = *story.world->books;
    const domain::Ref deal{"bitrix24", "deal", std::to_string(story.world->deals().front())};
    for (const auto report : {std::optional(second), std::optional<std::int64_t>()}) {
        const auto done =
            lanes::adopt_object(books, *books.crm(), deal, report, story.world->actor);
        REQUIRE_FALSE(done.ok());
        CHECK(done.error().code == Code::Conflict);
        CHECK(done.error().message.find("belongs to report " + std::to_string(story.report) +
                                        " already") != std::string::npos);
    }
    CHECK(story.compare().wrong.empty());
}

TEST_CASE("the comparison names what is gone, and what stands there twice") {
    Yesterday story;
    story.world->agree(story.report);
    story.world->run();
    CHECK(story.compare().wrong.empty());
    const auto deal = story.world->deals().front();
    story.world->portal->edit([&](sandbox::State& state) { state.crm.at(2).items.erase(deal); });
    const auto compared = story.compare();
    REQUIRE(compared.wrong.size() == 1);
    CHECK(compared.wrong[0].find("the CRM has no deal with this key") != std::string::npos);
}

TEST_CASE("a number that was given after the backup was made is not given again (rule 15)") {
    Yesterday story;
    auto& world = *story.world;
    const auto number = [&](std::int64_t report) {
        return story.world->tables->reports.find(report)->number.value_or("none");
    };
    story.back_up();
    World::TaskMaker maker;
    maker.links = {"CO_" + std::to_string(story.client)};
    world.entry(world.task(maker), world.user("Worker"), 3600, "2026-07-10T10:00:00+03:00");
    REQUIRE_FALSE(world.pull().error);
    const auto lost = world.draft(story.client, "2026-07-01", "2026-07-31");
    world.send(lost);
    const auto first = number(story.report), given = number(lost);
    REQUIRE(given > first);
    story.restore();
    REQUIRE_FALSE(story.world->pull().error);
    const auto report = story.world->draft(story.client, "2026-07-01", "2026-07-31");
    CHECK(report == lost); // its place in the books is given again
    story.world->send(report);
    CHECK(number(report) > given);
    CHECK(number(story.report) == first);
    CHECK(story.world->verify() == "");
}

TEST_CASE("a backup takes over the numbers of the books that it replaces; where nobody knows them, "
          "they go on further (rule 15)") {
    const auto books = [] { return store::Database::in_memory().value(); };
    const auto next = [](store::Database& db, const char* series) {
        store::Tx tx(db);
        auto number = store::Reports(db).next_number(series, 4);
        tx.commit();
        return number;
    };
    const Instant now = *parse_instant("2026-12-31T12:00:00Z");
    const auto until_now = books();
    for (int i = 0; i < 3; ++i) next(*until_now, "2026");
    next(*until_now, "C1-2026");
    const auto known = books();
    next(*known, "2026");
    {
        store::Tx tx(*known);
        CHECK(lanes::keep_numbers_given(until_now.get(), false, *known, now));
        tx.commit();
    }
    CHECK(next(*known, "2026") == "2026-0004");
    CHECK(next(*known, "C1-2026") == "C1-2026-0002");
    CHECK(next(*known, "2027") == "2027-0001");

    const auto blind = books();
    next(*blind, "2026");
    {
        store::Tx tx(*blind);
        CHECK_FALSE(lanes::keep_numbers_given(nullptr, false, *blind, now));
        tx.commit();
    }
    CHECK(next(*blind, "2026") == "2026-1002");
    CHECK(next(*blind, "C1-2026") == "C1-2026-1001"); // a brand's first number may have been given
    CHECK(next(*blind, "2027") == "2027-1001");       // by a clock that is ahead
    CHECK(next(*blind, "2028") == "2028-0001");

    const auto beside = books();
    store::Tx tx(*beside);
    CHECK(lanes::keep_numbers_given(nullptr, true, *beside, now)); // the file tells
}
