#include <set>

#include "kit.h"
#include "sandbox/seed_state.h"

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;

TEST_CASE("the agency has the promised size and is the same each time") {
    AgencyKit one;
    AgencyKit two;
    const std::string state = one.control("state", "", "GET").body;
    CHECK(state == two.control("state", "", "GET").body);
    const auto document = json::Document::parse(state);
    REQUIRE(document.ok());
    CHECK(document->root()["tasks"].dump() == "1200");
    CHECK(document->root()["entries"].dump() == "6000");
    CHECK(document->root()["groups"].dump() == "18");
    CHECK(document->root()["companies"].dump() == "9");
    const std::string page = R"([{"ID":"ASC"},{">ID":3000},["*"],{"NAV_PARAMS":{"nPageSize":50}}])";
    CHECK(one.raw("task.elapseditem.getlist", page).body ==
          two.raw("task.elapseditem.getlist", page).body);
}

TEST_CASE("another seed is another agency, another day moves it") {
    Kit one;
    seed_agency(one.portal, one.portal.today(), 2);
    AgencyKit other;
    const std::string page = R"([{"ID":"ASC"}])";
    CHECK(one.raw("task.elapseditem.getlist", page).body !=
          other.raw("task.elapseditem.getlist", page).body);
    Kit earlier;
    seed_agency(earlier.portal, *parse_day("2025-12-31"));
    earlier.portal.edit([](State& state) {
        Seconds last = 0;
        for (const auto& entry : state.entries().rows())
            last = std::max(last, Seconds{entry.created});
        CHECK(write_moment(last, 180).substr(0, 7) == "2025-12");
    });
}

TEST_CASE("the day that is given makes the agency, whatever the clock shows (R21)") {
    Kit one, later;
    later.clock.advance(std::chrono::hours{24 * 40 + 5});
    const Day day = *parse_day("2028-02-29");
    for (Kit* kit : {&one, &later}) {
        seed_agency(kit->portal, day);
        seed_story(kit->portal, day);
    }
    for (const char* method : {"task.elapseditem.getlist", "crm.deal.list"}) {
        const std::string body = method[0] == 't' ? R"([{"ID":"DESC"}])" : R"({"order":{}})";
        INFO(method);
        // Each answer ends by telling how long it took, and when.
        const auto rows = [&](Kit& kit) {
            const std::string text = kit.raw(method, body).body;
            return text.substr(0, text.rfind("\"time\""));
        };
        CHECK(rows(one) == rows(later));
    }
}

TEST_CASE("what the demo shows lies in the month before, on each day of eight years (R21)") {
    Kit kit;
    seed_agency(kit.portal, kit.portal.today(), 1, {20, 20, 3, 3});
    State agency;
    kit.portal.edit([&](State& state) { agency = state; });
    const auto before = agency.entries().size();
    for (Day day = *parse_day("2023-12-28"); day < *parse_day("2032-01-04");
         day += std::chrono::days{1}) {
        State state = agency;
        fill_story(state, day, 180);
        const std::string month = format_day(day - std::chrono::days{static_cast<int>(unsigned{
                                                       std::chrono::year_month_day(day).day()})})
                                      .substr(0, 7);
        std::set<std::string> tags;
        for (std::size_t i = before; i < state.entries().size(); ++i) {
            const auto& entry = state.entries().rows()[i];
            const Task& task = *state.tasks.find(entry.task);
            tags.insert(task.tags.begin(), task.tags.end());
            if (write_moment(entry.created, 180).substr(0, 7) != month || task.status != 5 ||
                write_moment(task.closed, 180).substr(0, 7) != month)
                FAIL(format_day(day) << " " << task.title);
        }
        REQUIRE(tags == std::set<std::string>{"bug", "design", "development"});
    }
}

TEST_CASE("the agency has the oddities of a real portal") {
    AgencyKit kit;
    kit.portal.edit([](State& state) {
        std::set<std::string> hours;
        std::size_t backdated = 0, zero = 0, long_ones = 0, gaps = 0;
        std::uint32_t newest = 0, before = 0;
        for (const auto& entry : state.entries().rows()) {
            const std::string at = write_moment(entry.created, 180);
            hours.insert(at.substr(11, 8));
            backdated += entry.created < newest ? 1u : 0u;
            newest = std::max(newest, entry.created);
            zero += entry.seconds == 0 ? 1u : 0u;
            long_ones += entry.seconds > 86'400 ? 1u : 0u;
            gaps += before != 0 && entry.id != before + 1 ? 1u : 0u;
            before = entry.id;
            const Task* task = state.tasks.find(entry.task);
            REQUIRE(task != nullptr);
            CHECK(Seconds{entry.created} + 86'400 > task->created);
        }
        CHECK(hours.count("00:00:00") == 1);
        CHECK(hours.count("23:59:59") == 1);
        CHECK(hours.count("23:50:00") == 1);
        CHECK(backdated > 100);
        CHECK(zero > 10);
        CHECK(long_ones >= 3);
        CHECK(gaps > 100);
    });
}

TEST_CASE("tasks of the agency lead to their clients in every documented way") {
    AgencyKit kit;
    kit.portal.edit([](State& state) {
        std::map<std::string, int> kinds;
        std::set<std::string> tags;
        std::size_t longest = 0;
        for (const auto& task : state.tasks.rows()) {
            const std::string link = task.crm.empty() ? "none" : task.crm.front();
            ++kinds[link.substr(0, link.find('_'))];
            if (link == "CO_99999" || link == "D_88888") ++kinds["broken"];
            if (task.parent != 0) ++kinds["subtask"];
            if (task.group == 1 && !task.crm.empty()) ++kinds["internal with link"];
            tags.insert(task.tags.begin(), task.tags.end());
            longest = std::max(longest, task.title.size());
        }
        CHECK(kinds["CO"] > 500);
        CHECK(kinds["D"] > 80);
        CHECK(kinds["none"] > 200);
        CHECK(kinds["broken"] > 10);
        CHECK(kinds["subtask"] > 80);
        CHECK(kinds["internal with link"] == 0);
        CHECK(tags == std::set<std::string>{"Bug", "account", "bug", "design", "development"});
        CHECK(longest > 1000);
    });
}

TEST_CASE("pages of a large portal cost a page, not a scan") {
    EmptyKit kit;
    seed_rows(kit.portal, 1000, 50'000, 2);
    const auto answer = kit.call("task.elapseditem.getlist",
                                 R"([{"ID":"ASC"},{">ID":90000,"<=ID":90300},["*"],{}])");
    CHECK(answer.root()["result"].size() == 50);
    CHECK(answer.root()["total"].dump() == "100");
    const auto some =
        kit.call("task.elapseditem.getlist", R"([{"ID":"ASC"},{"ID":[1,2,3,4,149998]}])");
    CHECK(some.root()["total"].dump() == "3");
}
