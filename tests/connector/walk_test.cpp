#include <catch2/catch.hpp>

#include <random>

#include "stub_list.h"

using namespace hb;
using namespace wire;
using domain::Reading;
using domain::ReadRequest;

namespace {

std::set<std::int64_t> range(std::int64_t from, std::int64_t to) {
    std::set<std::int64_t> ids;
    for (auto id = from; id <= to; ++id) ids.insert(id);
    return ids;
}

ReadRequest read(const char* stream, Reading reading, std::string cursor = "") {
    ReadRequest request;
    request.stream = stream;
    request.reading = reading;
    request.cursor = std::move(cursor);
    return request;
}

StubList entries(std::set<std::int64_t> ids) {
    StubList list;
    list.ids = std::move(ids);
    list.totals = true;
    return list;
}

StubList tasks(std::set<std::int64_t> ids) {
    StubList list;
    list.ids = std::move(ids);
    list.wrap = "tasks";
    list.id_name = "id";
    return list;
}

int most_requests(std::size_t rows, double factor) {
    const double pages = static_cast<double>((rows + 2499) / 2500);
    return static_cast<int>(factor * pages + 5);
}

} // namespace

TEST_CASE("a full walk over dense ids reads each row once and costs at most 1.10 x N/2500 + 5 "
          "requests (P1)") {
    for (const std::int64_t n : {1, 49, 50, 51, 2450, 2500, 10'000, 100'000}) {
        StubList list = tasks(range(1, n));
        Rig rig([&](const Seen& seen) { return list(seen); });
        const Walked walked = walk(rig, read("tasks", Reading::Full));
        INFO(n);
        CHECK(walked.ids.size() == static_cast<std::size_t>(n));
        CHECK(same_ids(walked.ids, list.ids));
        CHECK(walked.requests <= most_requests(list.ids.size(), 1.10));
        CHECK(rig.wire.seen.size() == static_cast<std::size_t>(walked.requests));
    }
}

TEST_CASE("a full walk over ids with half of them missing costs at most 1.5 x N/2500 + 5 requests "
          "(P1)") {
    std::mt19937 random(4711);
    for (const int kind : {0, 1}) {
        std::set<std::int64_t> ids;
        for (std::int64_t id = 1; ids.size() < 100'000; ++id)
            if (kind == 0 ? id % 2 == 0 : random() % 2 == 0) ids.insert(id);
        StubList list = entries(ids);
        Rig rig([&](const Seen& seen) { return list(seen); });
        const Walked walked = walk(rig, read("entries", Reading::Full));
        INFO(kind << ": " << walked.requests);
        CHECK(same_ids(walked.ids, ids));
        CHECK(walked.requests <= most_requests(ids.size(), 1.5));
    }
}

TEST_CASE("uneven ids are read whole: deserts, clusters, thin and thick stretches") {
    std::mt19937 random(7);
    std::set<std::int64_t> ids = range(400'000, 404'999); // a portal that deleted its first years
    for (std::int64_t id = 405'000; id < 500'000; id += 37) ids.insert(id);
    for (std::int64_t id = 500'000; id < 503'000; ++id) ids.insert(id);
    for (int i = 0; i < 5000; ++i) ids.insert(600'000 + static_cast<int>(random() % 400'000));
    StubList list = entries(ids);
    Rig rig([&](const Seen& seen) { return list(seen); });
    const Walked walked = walk(rig, read("entries", Reading::Full));
    INFO(walked.requests);
    CHECK(same_ids(walked.ids, ids));
    CHECK(walked.requests <= most_requests(ids.size(), 2.0));
}

TEST_CASE("a window that came back with exactly 50 rows is not believed: its rest is read") {
    // Thin first, so that the windows grow wide, then dense: wide windows fill up.
    std::set<std::int64_t> ids;
    for (std::int64_t id = 5; id <= 5000; id += 5) ids.insert(id);
    for (std::int64_t id = 5001; id <= 9000; ++id) ids.insert(id);
    StubList list = tasks(ids);
    bool filled_wide = false;
    Rig rig([&](const Seen& seen) {
        for (const auto& call : calls_of(seen)) {
            const auto above = value_in(call.query, "filter[>ID]");
            const auto up_to = value_in(call.query, "filter[<=ID]");
            if (above.empty() || above[0] == '$' || up_to.empty()) continue;
            const auto first = ids.upper_bound(std::stoll(above));
            const auto end = ids.upper_bound(std::stoll(up_to));
            if (std::distance(first, end) > 50) filled_wide = true;
        }
        return list(seen);
    });
    const Walked walked = walk(rig, read("tasks", Reading::Full));
    CHECK(filled_wide);
    CHECK(walked.ids.size() == ids.size()); // and nothing twice
    CHECK(same_ids(walked.ids, ids));
}

TEST_CASE(
    "a command that failed inside a batch is read again, never skipped (protocol section 5)") {
    StubList list = tasks(range(1, 12'000));
    list.error_of = [](int call) {
        return call % 7 == 3 ? std::string("INTERNAL_SERVER_ERROR") : std::string();
    };
    Rig rig([&](const Seen& seen) { return list(seen); });
    const Walked walked = walk(rig, read("tasks", Reading::Full));
    CHECK(same_ids(walked.ids, list.ids));
    CHECK(walked.ids.size() == list.ids.size());
}

TEST_CASE("a batch in which every command failed is an error and leaves the old cursor good") {
    StubList list = tasks(range(1, 6000));
    Rig rig([&](const Seen& seen) { return list(seen); });
    const auto first = rig.portal->read(read("tasks", Reading::Full));
    REQUIRE(first.ok());
    REQUIRE_FALSE(first->complete);
    list.error_of = [](int) { return std::string("INTERNAL_SERVER_ERROR"); };
    const auto broken = rig.portal->read(read("tasks", Reading::Full, first->cursor));
    REQUIRE_FALSE(broken.ok());
    CHECK(broken.error().code == Code::Remote);
    CHECK(broken.error().message.find("bitrix24 is not available") != std::string::npos);
    list.error_of = nullptr;
    Walked rest = walk(rig, read("tasks", Reading::Full, first->cursor));
    for (const auto& record : first->records) rest.ids.push_back(std::stoll(record.id));
    CHECK(same_ids(rest.ids, list.ids));
}

TEST_CASE("a missing scope inside a batch stops the step and names the scope") {
    StubList list = tasks(range(1, 600));
    list.error_of = [](int call) {
        return call == 1 ? std::string("insufficient_scope") : std::string();
    };
    Rig rig([&](const Seen& seen) { return list(seen); });
    const auto page = rig.portal->read(read("tasks", Reading::Full));
    REQUIRE_FALSE(page.ok());
    CHECK(page.error().code == Code::Forbidden);
    CHECK(page.error().hint.find("scope task") != std::string::npos);
}

TEST_CASE("rows that come while a full walk runs are in it: nothing known is missing at its end") {
    StubList list = tasks(range(1, 7000));
    int batches = 0;
    Rig rig([&](const Seen& seen) {
        ++batches;
        const auto response = list(seen);
        for (int i = 0; i < 70; ++i) list.ids.insert(*list.ids.rbegin() + 1);
        return response;
    });
    const Walked walked = walk(rig, read("tasks", Reading::Full));
    // All but what was born in the last answer.
    const std::int64_t newest = *std::max_element(walked.ids.begin(), walked.ids.end());
    CHECK(newest >= *list.ids.rbegin() - 70);
    auto there = list.ids;
    there.erase(there.upper_bound(newest), there.end());
    CHECK(same_ids(walked.ids, there));
}

TEST_CASE("changes of entries are found by id: the last 500 ids again and everything above") {
    StubList list = entries(range(1, 4000));
    Rig rig([&](const Seen& seen) { return list(seen); });
    const Walked first = walk(rig, read("entries", Reading::Changes));
    CHECK(same_ids(first.ids, list.ids));
    list.ids.insert(4001);
    const Walked one = walk(rig, read("entries", Reading::Changes, first.cursor));
    CHECK(one.requests == 1);
    CHECK(same_ids(one.ids, range(3501, 4001)));
    for (auto id = 4002; id <= 9000; ++id) list.ids.insert(id);
    const Walked many = walk(rig, read("entries", Reading::Changes, one.cursor));
    CHECK(same_ids(many.ids, range(3502, 9000)));
    CHECK(many.requests <= 4);
}

TEST_CASE("an id that appears late, below the highest, is found by the overlap") {
    auto ids = range(1, 1000);
    ids.erase(901);
    StubList list = entries(ids);
    Rig rig([&](const Seen& seen) { return list(seen); });
    const Walked first = walk(rig, read("entries", Reading::Changes));
    list.ids.insert(901);
    const Walked next = walk(rig, read("entries", Reading::Changes, first.cursor));
    CHECK(std::count(next.ids.begin(), next.ids.end(), 901) == 1);
}

TEST_CASE("changes of an empty portal begin with nothing and go on from there") {
    StubList list = entries({});
    Rig rig([&](const Seen& seen) { return list(seen); });
    const Walked first = walk(rig, read("entries", Reading::Changes));
    CHECK(first.ids.empty());
    list.ids = {1, 2};
    const Walked next = walk(rig, read("entries", Reading::Changes, first.cursor));
    CHECK(next.ids == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("changes of tasks are asked for from ten minutes before the last walk began, by the "
          "portal's clock (G29)") {
    StubList list = tasks(range(1, 30));
    Rig rig([&](const Seen& seen) { return list(seen); });
    const Walked first = walk(rig, read("tasks", Reading::Full));
    rig.wire.seen.clear();
    const Walked next = walk(rig, read("tasks", Reading::Changes, first.cursor));
    CHECK(next.requests == 1);
    for (const auto& call : calls_of(rig.wire.seen.at(0)))
        // The stub's answers began at 04:06:40+03:00.
        CHECK(value_in(call.query, "filter[>=CHANGED_DATE]") == "2026-03-03T00:56:40+00:00");
}

TEST_CASE("the watermark of tasks moves only when its walk is complete (G29)") {
    StubList list = tasks(range(1, 400));
    int second = 0;
    Rig rig([&](const Seen& seen) {
        auto response = list(seen);
        const std::string old = "2026-03-03T04:06:40+03:00";
        const auto at = response.body.find(old);
        response.body.replace(at, old.size(),
                              "2026-03-03T05:00:" + std::to_string(10 + second++) + "+03:00");
        return response;
    });
    const Walked first = walk(rig, read("tasks", Reading::Full));
    auto request = read("tasks", Reading::Changes, first.cursor);
    std::set<std::string> asked;
    REQUIRE(first.requests == 3);
    const Walked next = walk(rig, request);
    REQUIRE(next.requests >= 3);
    for (std::size_t i = 3; i < rig.wire.seen.size(); ++i)
        for (const auto& call : calls_of(rig.wire.seen[i]))
            asked.insert(value_in(call.query, "filter[>=CHANGED_DATE]"));
    CHECK(asked == std::set<std::string>{"2026-03-03T01:50:10+00:00"});
    CHECK(next.cursor.find("2026-03-03T01:50:13+00:00") != std::string::npos);
}

TEST_CASE("a page cut short by the portal is not taken for the end of a list") {
    // The newest row tells that there must be more.
    for (const char* stream : {"users", "tasks"}) {
        StubList list;
        list.ids = range(1, 180);
        if (stream == std::string("tasks")) list = tasks(range(1, 180));
        Rig rig([&](const Seen& seen) { return list(seen); });
        const Walked first = walk(rig, read(stream, Reading::Full));
        int call = 0;
        list.page_of = [&](int) { return call++ == 3 ? std::size_t{12} : std::size_t{50}; };
        const Walked next = walk(rig, read(stream, Reading::Changes, first.cursor));
        INFO(stream);
        CHECK(same_ids(next.ids, list.ids));
    }
}

TEST_CASE("a page of entries shorter than its own count is read again") {
    StubList list = entries(range(1, 300));
    list.page_of = [](int call) { return call == 4 ? std::size_t{20} : std::size_t{50}; };
    Rig rig([&](const Seen& seen) { return list(seen); });
    const Walked walked = walk(rig, read("entries", Reading::Full));
    CHECK(same_ids(walked.ids, list.ids));
}

TEST_CASE("a window with half its rows or none, among full ones, is read once more before the rest "
          "counts as deleted") {
    const std::size_t rows = GENERATE(std::size_t{0}, std::size_t{25});
    StubList list = tasks(range(1, 5000));
    list.page_of = [&](int call) { return call == 7 || call == 60 ? rows : std::size_t{50}; };
    Rig rig([&](const Seen& seen) { return list(seen); });
    const Walked walked = walk(rig, read("tasks", Reading::Full));
    CHECK(same_ids(walked.ids, list.ids));
    // Ids that are really gone cost one look more and end the walk all the same.
    for (std::int64_t id = 1000; id < 1100; ++id) list.ids.erase(id);
    list.page_of = nullptr;
    CHECK(same_ids(walk(rig, read("tasks", Reading::Full)).ids, list.ids));
}

TEST_CASE("a window without rows is doubted also where every second id is gone, from the first "
          "windows on") {
    std::set<std::int64_t> ids;
    for (std::int64_t id = 2; id <= 6000; id += 2) ids.insert(id);
    StubList list = tasks(ids);
    list.page_of = [&](int call) { return call == 70 ? std::size_t{0} : std::size_t{50}; };
    Rig rig([&](const Seen& seen) { return list(seen); });
    CHECK(same_ids(walk(rig, read("tasks", Reading::Full)).ids, ids));
}

TEST_CASE("what stands in a chain after a short page is thrown away (protocol section 5)") {
    // 60 changed tasks: the second link is short, the third has an empty bound and starts anew.
    StubList list = tasks(range(1, 60));
    Rig rig([&](const Seen& seen) { return list(seen); });
    const Walked first = walk(rig, read("tasks", Reading::Full));
    const Walked next = walk(rig, read("tasks", Reading::Changes, first.cursor));
    CHECK(next.ids.size() == 60);
    CHECK(same_ids(next.ids, list.ids));
}

TEST_CASE("a portal that ignores the filter is found out instead of believed") {
    Rig rig([&](const Seen& seen) {
        BatchAnswer answer;
        for (const auto& call : calls_of(seen))
            answer.results[call.key] = R"({"tasks":[{"id":"1"},{"id":"2"},{"id":"99"}]})";
        return answer.response();
    });
    const auto page = rig.portal->read(read("tasks", Reading::Full));
    // The first windows fit by chance; the walk must never end with what was not asked for.
    if (page) {
        CHECK_FALSE(page->complete);
        const auto next = rig.portal->read(read("tasks", Reading::Full, page->cursor));
        REQUIRE_FALSE(next.ok());
        CHECK(next.error().code == Code::Malformed);
    } else {
        CHECK(page.error().code == Code::Malformed);
    }
}

TEST_CASE("users and groups are read whole each time, in one request when they are few") {
    for (const char* stream : {"users", "groups"}) {
        StubList list;
        list.ids = {1, 7, 12, 400};
        list.totals = stream == std::string("groups");
        Rig rig([&](const Seen& seen) { return list(seen); });
        const Walked first = walk(rig, read(stream, Reading::Changes));
        CHECK(same_ids(first.ids, list.ids));
        CHECK(first.requests == 1);
        const Walked again = walk(rig, read(stream, Reading::Changes, first.cursor));
        CHECK(same_ids(again.ids, list.ids));
        for (int i = 0; i < 700; ++i) list.ids.insert(1000 + 3 * i);
        const Walked many = walk(rig, read(stream, Reading::Full, again.cursor));
        CHECK(same_ids(many.ids, list.ids));
        CHECK(many.requests <= 4);
    }
}

TEST_CASE("the finished cursor of a full walk is a good cursor for changes, and full begins anew") {
    StubList list = entries(range(1, 800));
    Rig rig([&](const Seen& seen) { return list(seen); });
    const Walked full = walk(rig, read("entries", Reading::Full));
    const Walked changes = walk(rig, read("entries", Reading::Changes, full.cursor));
    CHECK(same_ids(changes.ids, range(301, 800)));
    const Walked again = walk(rig, read("entries", Reading::Full, changes.cursor));
    CHECK(same_ids(again.ids, list.ids));
}

TEST_CASE("entries of a window of work dates are asked for one day wider on both sides") {
    StubList list = entries(range(1, 320));
    Rig rig([&](const Seen& seen) { return list(seen); });
    ReadRequest request = read("entries", Reading::Window);
    request.from = *parse_day("2026-01-01");
    request.to = *parse_day("2026-01-31");
    const Walked walked = walk(rig, request);
    CHECK(same_ids(walked.ids, list.ids));
    CHECK(walked.requests <= 3);
    for (const auto& seen : rig.wire.seen)
        for (const auto& call : calls_of(seen)) {
            CHECK(value_in(call.query, "1[>=CREATED_DATE]") == "2025-12-31T00:00:00+00:00");
            CHECK(value_in(call.query, "1[<CREATED_DATE]") == "2026-02-02T00:00:00+00:00");
        }
}

TEST_CASE("a cursor that is not ours is refused, not guessed at") {
    Rig rig([](const Seen&) { return lost(); });
    for (const char* cursor :
         {"17", "{", "{}", R"({"v":2})", R"({"v":1,"high":"x"})",
          R"({"v":1,"high":1,"finished":1,"walk":{"kind":"full","width":0}})"}) {
        const auto page = rig.portal->read(read("tasks", Reading::Full, cursor));
        INFO(cursor);
        REQUIRE_FALSE(page.ok());
        CHECK(page.error().code == Code::Malformed);
    }
    CHECK(rig.wire.seen.empty());
}

TEST_CASE("an unknown stream, and a reading that a stream does not have, are usage errors") {
    Rig rig([](const Seen&) { return lost(); });
    CHECK(rig.portal->read(read("invoices", Reading::Full)).error().code == Code::Usage);
    CHECK(rig.portal->read(read("tasks", Reading::Window)).error().code == Code::Usage);
    CHECK(rig.portal->read(read("users", Reading::OfTasks)).error().code == Code::Usage);
    CHECK(rig.wire.seen.empty());
}
