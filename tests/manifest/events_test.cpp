#include <catch2/catch.hpp>

#include "connector/trial.h"
#include "engine/world.h"
#include "lanes/inbox_job.h"
#include "mapping/shipped.h"
#include "web/hooks.h"
#include "web/miss_limiter.h"
#include "web/router.h"

// Events of planners at the service's door: genuine ones bring the next pull forward, all others
// are nothing.
using namespace hb;

namespace {

const std::string kPathSecret = "path-secret-0123456789";

struct Door {
    test::World world;
    connector::trial::Folder folder;
    web::MissLimiter misses;
    web::PageCache pages;
    std::unique_ptr<web::Hooks> hooks;
    books::RemoteRuntime* planner = nullptr;

    explicit Door(const std::string& name, bool path_secret = false) {
        std::vector<connector::ManifestProblem> problems;
        auto loaded = connector::trial::load_folder(
            std::string(HB_SOURCE_DIR) + "/connectors/" + name, problems);
        REQUIRE(loaded.ok());
        folder = std::move(*loaded);
        world.clock.set(folder.story.now);
        auto options = connector::trial::options_of(folder.story);
        options.remote = name;
        auto runtime = std::make_unique<books::RemoteRuntime>();
        runtime->connector = connector::make_planner(
            folder.plan, options,
            std::make_unique<connector::trial::FakeServer>(
                folder.story, world.clock, std::make_shared<connector::trial::FakeServer::Log>()),
            world.clock);
        std::vector<mapping::FileProblem> wrong;
        runtime->mapping = std::make_unique<mapping::Mapping>(
            *mapping::Mapping::parse(mapping::shipped_mapping(name), name, wrong));
        store::Tx tx(*world.db);
        runtime->row = world.tables->sources.add_remote(name, name, runtime->connector->account(),
                                                        world.clock.now());
        // Nothing is due for an hour.
        world.tables->jobs.put({runtime->row.id,
                                "pull",
                                "",
                                world.clock.now() + std::chrono::hours{1},
                                0,
                                "",
                                {},
                                {}});
        tx.commit();
        planner = runtime.get();
        world.books->remotes.push_back(std::move(runtime));
        world.books->show_settings();
        web::HookKeysOf keys;
        keys[name] = {{}, path_secret ? Secret(kPathSecret) : Secret()};
        hooks = std::make_unique<web::Hooks>(*world.books, keys, lanes::InboxDoor::Commits::Shared);
    }

    web::Answer post(const connector::Delivery& delivery, const std::string& path = "") {
        const web::Site site{*world.books, misses, *hooks, pages};
        web::Asked asked{
            "POST", "/hook/" + folder.name + path, delivery.body, "203.0.113.5", "test-1", {}};
        asked.headers = delivery.headers;
        std::string_view route;
        return web::answer(site, asked, route);
    }
    std::size_t stored() { return world.tables->inbox.list("new", 1000).size(); }
    Instant pull_due() { return world.tables->jobs.find(planner->row.id, "pull", "")->due_at; }
};

} // namespace

TEST_CASE("A planner's signed event is kept as ids alone and makes its pull due at once") {
    for (const char* name : {"redmine", "jira", "toggl", "clockify"}) {
        INFO(name);
        Door door(name);
        REQUIRE(!door.folder.story.events.empty());
        const auto& event = door.folder.story.events.front();
        CHECK(door.post(event).status == 200);
        REQUIRE(door.stored() == 1);
        const auto row = door.world.tables->inbox.list("new", 1).front();
        CHECK(row.body.find("Grid and header") == std::string::npos); // nobody's data
        CHECK(row.body.find("s3cret") == std::string::npos);
        const auto hint = door.planner->connector->decode_event(row.body);
        REQUIRE(hint.ok());
        REQUIRE(hint->refs.size() == 1);
        CHECK(hint->refs[0].kind == "entry");
        // The same delivery again is no second letter.
        CHECK(door.post(event).status == 200);
        CHECK(door.stored() == 1);
        CHECK(door.pull_due() > door.world.clock.now());
        const auto looked = lanes::InboxJob(*door.world.books).step();
        CHECK(looked.pull);
        CHECK(door.pull_due() <= door.world.clock.now());
    }
}

TEST_CASE("A planner's event that does not prove itself leaves no row and no hint (S4)") {
    for (const char* name : {"redmine", "jira", "toggl", "clockify"}) {
        INFO(name);
        Door door(name);
        auto event = door.folder.story.events.front();
        auto changed = event;
        changed.body += " ";
        auto bare = event;
        bare.headers.clear();
        auto wrong = event;
        for (auto& [header, value] : wrong.headers)
            if (!value.empty()) value.back() = value.back() == '0' ? '1' : '0';
        CHECK(door.post(bare).status == 403);
        CHECK(door.post(wrong).status == 403);
        // A token says nothing of the body; a signature does.
        if (std::string(name) != "clockify") CHECK(door.post(changed).status == 403);
        CHECK(door.post(event, "/" + kPathSecret).status == 403); // none is configured
        CHECK(door.stored() == 0);
    }
}

TEST_CASE("A signed event that is too old is refused, where the sender signs its stamp") {
    Door door("jira");
    door.world.clock.advance(std::chrono::hours{3});
    CHECK(door.post(door.folder.story.events.front()).status == 403);
    CHECK(door.stored() == 0);
}

TEST_CASE("Where a secret stands in the path, an event without it is refused even when signed") {
    Door door("redmine", true);
    const auto& event = door.folder.story.events.front();
    CHECK(door.post(event).status == 403);
    CHECK(door.post(event, "/not-the-secret-00000").status == 403);
    CHECK(door.stored() == 0);
    CHECK(door.post(event, "/" + kPathSecret).status == 200);
    CHECK(door.stored() == 1);
}
