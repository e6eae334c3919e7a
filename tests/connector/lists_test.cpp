#include <catch2/catch.hpp>

#include "stub_list.h"

using namespace hb;
using namespace wire;
using domain::Reading;
using domain::ReadRequest;

namespace {

ReadRequest by_ids(const char* stream, std::vector<std::string> ids) {
    ReadRequest request;
    request.stream = stream;
    request.reading = Reading::ByIds;
    request.ids = std::move(ids);
    return request;
}

struct Listed {
    std::vector<std::int64_t> ids;
    std::vector<std::string> absent;
    std::vector<std::string> covered;
    int requests = 0;
};

Listed read_list(Rig& rig, ReadRequest request) {
    Listed out;
    for (int page = 0; page < 200; ++page) {
        rig.connect(); // only the cursor lives on
        rig.wait();
        const auto got = rig.portal->read(request);
        if (!got) throw std::runtime_error(to_string(got.error()));
        for (const auto& record : got->records) out.ids.push_back(std::stoll(record.id));
        out.absent.insert(out.absent.end(), got->absent.begin(), got->absent.end());
        out.covered.insert(out.covered.end(), got->covered.begin(), got->covered.end());
        out.requests += got->requests;
        if (got->complete) return out;
        request.cursor = got->cursor;
    }
    throw std::runtime_error("the reading does not end");
}

std::vector<std::string> numbers(int from, int to) {
    std::vector<std::string> out;
    for (int i = from; i <= to; ++i) out.push_back(std::to_string(i));
    return out;
}

} // namespace

TEST_CASE("records by id come 2,500 a request; what was asked and not given is absent") {
    StubList list;
    list.totals = true;
    for (int id = 1; id <= 6000; ++id)
        if (id % 100 != 0) list.ids.insert(id);
    Rig rig([&](const Seen& seen) { return list(seen); });
    const Listed got = read_list(rig, by_ids("entries", numbers(1, 6000)));
    CHECK(got.requests == 3);
    CHECK(same_ids(got.ids, list.ids));
    CHECK(got.absent.size() == 60);
    CHECK(got.absent.front() == "100");
    CHECK(got.covered.size() == 6000);
}

TEST_CASE("an id is absent only when an answer covered it: failed commands are asked again") {
    StubList list;
    for (int id = 1; id <= 500; ++id) list.ids.insert(id);
    list.error_of = [](int call) {
        return call == 2 || call == 7 ? std::string("OPERATION_TIME_LIMIT") : std::string();
    };
    Rig rig([&](const Seen& seen) { return list(seen); });
    const Listed got = read_list(rig, by_ids("entries", numbers(1, 500)));
    CHECK(got.absent.empty());
    CHECK(same_ids(got.ids, list.ids));
    CHECK(got.covered.size() == 500);
}

TEST_CASE("a page shorter than its own count proves no absence") {
    StubList list;
    list.totals = true;
    for (int id = 1; id <= 50; ++id) list.ids.insert(id);
    list.page_of = [](int call) { return call == 0 ? std::size_t{10} : std::size_t{50}; };
    Rig rig([&](const Seen& seen) { return list(seen); });
    const Listed got = read_list(rig, by_ids("entries", numbers(1, 50)));
    CHECK(got.absent.empty());
    CHECK(got.ids.size() == 50);
}

TEST_CASE("an answer without any row is asked for twice before its ids are absent") {
    StubList list;
    for (int id = 1; id <= 100; ++id) list.ids.insert(id);
    list.page_of = [](int call) { return call == 1 ? std::size_t{0} : std::size_t{50}; };
    Rig rig([&](const Seen& seen) { return list(seen); });
    const Listed got = read_list(rig, by_ids("tasks", {}));
    CHECK(got.requests == 0);
    list.wrap = "tasks";
    list.id_name = "id";
    const Listed tasks = read_list(rig, by_ids("tasks", numbers(1, 100)));
    CHECK(tasks.absent.empty());
    CHECK(tasks.ids.size() == 100);
    // Half a page, and no count to show it.
    list.page_of = [calls = 0](int) mutable { return calls++ == 0 ? std::size_t{25} : 50; };
    CHECK(read_list(rig, by_ids("tasks", numbers(1, 100))).absent.empty());
    const Listed gone = read_list(rig, by_ids("tasks", {"777"}));
    CHECK(gone.absent == std::vector<std::string>{"777"});
    CHECK(gone.requests == 2);
}

TEST_CASE("rows that were not asked for fail the reading by id: the filter was not understood") {
    Rig rig([](const Seen& seen) {
        BatchAnswer answer;
        for (const auto& call : calls_of(seen)) answer.results[call.key] = R"([{"ID":"999"}])";
        return answer.response();
    });
    const auto page = rig.portal->read(by_ids("entries", {"1", "2"}));
    REQUIRE_FALSE(page.ok());
    CHECK(page.error().code == Code::Malformed);
}

TEST_CASE("what can't be an id is absent without a question, and an empty list is complete") {
    Rig rig([](const Seen& seen) {
        BatchAnswer answer;
        for (const auto& call : calls_of(seen)) {
            CHECK(call.query.find("abc") == std::string::npos);
            answer.results[call.key] = R"([{"ID":"5"}])";
        }
        return answer.response();
    });
    const auto page = rig.portal->read(by_ids("entries", {"abc", "5", "-1", ""}));
    REQUIRE(page.ok());
    CHECK(page->complete);
    CHECK(page->absent == std::vector<std::string>{"abc", "-1", ""});
    rig.wire.seen.clear();
    const auto none = rig.portal->read(by_ids("entries", {}));
    REQUIRE(none.ok());
    CHECK(none->complete);
    CHECK(none->requests == 0);
    const auto strange = rig.portal->read(by_ids("entries", {"x"}));
    REQUIRE(strange.ok());
    CHECK(strange->complete);
    CHECK(rig.wire.seen.empty());
}

TEST_CASE("all entries of given tasks come, page by page where a task has more than 50") {
    StubList list;
    list.totals = true;
    std::int64_t id = 0;
    for (int task = 1; task <= 120; ++task)
        for (int i = 0; i < (task == 7 ? 130 : task == 8 ? 50 : task % 3); ++i) {
            list.ids.insert(++id);
            list.owner[id] = task;
        }
    list.error_of = [](int call) {
        return call == 20 ? std::string("INTERNAL_SERVER_ERROR") : std::string();
    };
    Rig rig([&](const Seen& seen) { return list(seen); });
    ReadRequest request = by_ids("entries", numbers(1, 120));
    request.reading = Reading::OfTasks;
    const Listed got = read_list(rig, request);
    CHECK(same_ids(got.ids, list.ids));
    CHECK(got.ids.size() == list.ids.size());
    CHECK(got.covered.size() == 120);
    CHECK(got.absent.empty());
    CHECK(got.requests <= 5); // tasks without entries are asked twice
}

TEST_CASE("entries of another task in a task's list fail the reading") {
    Rig rig([](const Seen& seen) {
        BatchAnswer answer;
        for (const auto& call : calls_of(seen))
            answer.results[call.key] = R"([{"ID":"1","TASK_ID":"2"}])";
        return answer.response();
    });
    ReadRequest request = by_ids("entries", {"691"});
    request.reading = Reading::OfTasks;
    CHECK_FALSE(rig.portal->read(request).ok());
}
