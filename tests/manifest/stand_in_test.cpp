#include <cstdio>
#include <set>

#include "stand_in.h"

// Every connector reads the stand-in of its planner: the sandbox answers, the manifest asks.

using namespace hb;
using namespace hb::connector;
using stand_in::names;
using stand_in::Wire;

namespace {

struct Rig {
    explicit Rig(const std::string& name)
        : folder(stand_in::load(name)), clock(folder.story.now),
          played(std::move(*sandbox::Planner::load(stand_in::folder_of(name), clock))) {
        auto options = trial::options_of(folder.story);
        options.base_url = "http://127.0.0.1:1" + played->base_path();
        planner = make_planner(folder.plan, options, std::make_unique<Wire>(*played), clock);
    }

    std::set<std::string> ids(const std::string& stream,
                              domain::Reading reading = domain::Reading::Full) {
        domain::ReadRequest request;
        request.stream = stream;
        request.reading = reading;
        std::set<std::string> out;
        for (int step = 0; step < 500; ++step) {
            clock.wait_until(planner->earliest());
            const auto page = planner->read(request);
            if (!page.ok()) UNSCOPED_INFO(stream << ": " << to_string(page.error()));
            REQUIRE(page.ok());
            for (const auto& record : page->records) out.insert(record.id);
            if (page->complete) return out;
            request.cursor = page->cursor;
        }
        FAIL(stream << " never ends");
        return out;
    }

    std::string control(const std::string& path, const std::string& body,
                        const std::string& verb = "POST") {
        return stand_in::control(*played, path, body, verb);
    }

    std::set<std::string> told(const std::string& stream) const {
        const auto at = folder.story.records.find(stream);
        if (at == folder.story.records.end()) return {};
        return {at->second.begin(), at->second.end()};
    }

    trial::Folder folder;
    ManualClock clock;
    std::unique_ptr<sandbox::Planner> played;
    std::unique_ptr<Connector> planner;
};

} // namespace

TEST_CASE("Each connector reads from its stand-in what its story tells, whatever the page size") {
    REQUIRE(names().size() >= 14);
    for (const auto& name : names()) {
        for (const int page_rows : {0, 1}) {
            // Where the next offset is reckoned by the size asked for, pages are whole.
            const std::set<std::string> by_short_page{"everhour", "youtrack", "toggl", "kaiten"};
            if (page_rows == 1 && by_short_page.count(name) > 0) continue;
            Rig rig(name);
            rig.control("options", "{\"page_rows\":" + std::to_string(page_rows) + "}");
            for (const auto& stream : rig.planner->capabilities().streams) {
                INFO(name << " " << stream << ", " << page_rows << " rows a page");
                CHECK(rig.ids(stream) == rig.told(stream));
            }
        }
    }
}

TEST_CASE("Each connector sees a time record that is added, and misses one that is deleted") {
    for (const auto& name : names()) {
        INFO(name);
        Rig rig(name);
        const auto before = rig.ids("entries");
        REQUIRE(!before.empty());
        rig.clock.advance(std::chrono::minutes{5});
        const std::string made = rig.control("rows/entries", "{}");
        const std::string id = made.substr(7, made.size() - 9);
        // The id of Yandex Tracker's time begins with its issue's.
        const std::string issue = name == "yandex_tracker"
                                      ? before.begin()->substr(0, before.begin()->find('-') + 1)
                                      : "";
        auto wanted = before;
        wanted.insert(issue + id);
        CHECK(rig.ids("entries") == wanted);
        rig.control("rows/entries/" + before.begin()->substr(issue.size()), "", "DELETE");
        wanted.erase(*before.begin());
        CHECK(rig.ids("entries") == wanted);
    }
}

TEST_CASE("A key that dies stops each connector with a refusal, and a living one lets it go on") {
    for (const auto& name : names()) {
        INFO(name);
        Rig rig(name);
        rig.control("access", R"({"alive":false})");
        domain::ReadRequest request;
        request.stream = "users";
        request.reading = domain::Reading::Full;
        rig.clock.wait_until(rig.planner->earliest());
        CHECK_FALSE(rig.planner->read(request).ok());
        rig.control("access", R"({"alive":true})");
        rig.clock.advance(std::chrono::hours{2});
        CHECK(rig.ids("users") == rig.told("users"));
    }
}

// docs/benchmarks.md holds the figures; an account of one project and two records costs no more.
TEST_CASE("A first reading of a small account costs few requests") {
    for (const auto& name : names()) {
        INFO(name);
        Rig rig(name);
        std::string parts;
        std::int64_t before = 0;
        for (const auto& stream : rig.planner->capabilities().streams) {
            (void)rig.ids(stream);
            const auto now = rig.planner->counters().requests;
            parts += (parts.empty() ? "" : ", ") + stream + " " + std::to_string(now - before);
            before = now;
        }
        std::printf("%s: %lld requests (%s)\n", name.c_str(), static_cast<long long>(before),
                    parts.c_str());
        CHECK(before <= 30); // an hour of the smallest plans
    }
}
