#include <catch2/catch.hpp>

#include "application.h"
#include "stub_list.h"

// G32: two batches of one walk in flight together.
using namespace hb;
using namespace wire;
using domain::Reading;

namespace {

std::set<std::int64_t> range(std::int64_t from, std::int64_t to) {
    std::set<std::int64_t> ids;
    for (auto id = from; id <= to; ++id) ids.insert(id);
    return ids;
}

StubList tasks(std::set<std::int64_t> ids) {
    StubList list;
    list.ids = std::move(ids);
    list.wrap = "tasks";
    list.id_name = "id";
    return list;
}

domain::ReadRequest full_walk() {
    domain::ReadRequest request;
    request.stream = "tasks";
    request.reading = Reading::Full;
    return request;
}

// Which requests were handed over together: the sizes of the groups, in their order.
class Together final : public net::HttpClient {
public:
    Together(std::function<net::Response(const Seen&)> answer, std::vector<std::size_t>& groups)
        : answer_(std::move(answer)), groups_(groups) {}
    net::Response send(const net::Request& request) override {
        groups_.push_back(1);
        return one(request);
    }
    std::vector<net::Response> send_all(const std::vector<net::Request>& requests) override {
        groups_.push_back(requests.size());
        std::vector<net::Response> out;
        for (const auto& request : requests) out.push_back(one(request));
        return out;
    }

private:
    net::Response one(const net::Request& request) {
        return answer_({"batch", request.body, false});
    }
    std::function<net::Response(const Seen&)> answer_;
    std::vector<std::size_t>& groups_;
};

struct Pair {
    ManualClock clock{kNow};
    std::vector<std::size_t> groups;
    std::unique_ptr<connector::Connector> portal;
    std::string cursor;
    std::vector<std::int64_t> ids;
    std::vector<std::string> errors;
    int steps = 0;

    explicit Pair(std::function<net::Response(const Seen&)> answer, int in_flight = 2) {
        connector::Bitrix24Options options;
        options.webhook_url = Secret(kUrl);
        options.batches_in_flight = in_flight;
        auto made = connector::make_bitrix24(
            options, std::make_unique<Together>(std::move(answer), groups), clock);
        if (!made) throw std::logic_error(to_string(made.error()));
        portal = std::move(*made);
    }
    // As a lane does: an error keeps the old cursor, and the next try comes later.
    bool step() {
        clock.wait_until(portal->earliest());
        auto request = full_walk();
        request.cursor = cursor;
        const auto page = portal->read(request);
        ++steps;
        if (!page) {
            errors.push_back(page.error().message);
            clock.advance(std::chrono::seconds{5});
            return false;
        }
        for (const auto& record : page->records) ids.push_back(std::stoll(record.id));
        cursor = page->cursor;
        return page->complete;
    }
    void walk() {
        while (!step())
            if (steps > 500) throw std::runtime_error("the walk does not end");
    }
};

} // namespace

TEST_CASE("a long walk has two batches in flight, over ids that no other batch asks for (G32)") {
    StubList list = tasks(range(1, 10'000));
    Pair pair([&](const Seen& seen) { return list(seen); });
    pair.walk();
    CHECK(pair.groups == std::vector<std::size_t>{2, 2, 2});
    CHECK(pair.ids.size() == 10'000); // nothing twice
    CHECK(same_ids(pair.ids, list.ids));
}

TEST_CASE("one batch at a time where the connection is told so, and the same rows") {
    StubList list = tasks(range(1, 10'000));
    Pair one([&](const Seen& seen) { return list(seen); }, 1);
    one.walk();
    CHECK(one.groups == std::vector<std::size_t>{1, 1, 1, 1, 1});
    CHECK(same_ids(one.ids, list.ids));
}

TEST_CASE("a small portal costs no second request to ask what one can") {
    StubList list = tasks(range(1, 40));
    Pair pair([&](const Seen& seen) { return list(seen); });
    pair.walk();
    CHECK(pair.groups == std::vector<std::size_t>{2}); // the newest row, and the rows
    const auto before = pair.groups.size();
    domain::ReadRequest changes = full_walk();
    changes.reading = Reading::Changes;
    changes.cursor = pair.cursor;
    REQUIRE(pair.portal->read(changes).ok());
    CHECK(pair.groups.size() == before + 1);
    CHECK(pair.groups.back() == 1);
}

TEST_CASE("one of two batches that is lost, cut, refused or no JSON costs nothing but its own "
          "repetition: what the other brought is kept, and every row comes exactly once") {
    const int which = GENERATE(2, 3, 4, 5); // of the second and third pair, the first or the second
    const int how = GENERATE(0, 1, 2, 3, 4);
    StubList list = tasks(range(1, 12'000));
    int request = 0;
    Pair pair([&](const Seen& seen) {
        if (request++ != which) return list(seen);
        switch (how) {
        case 0:
            return lost();
        case 1:
            return answered(200, list(seen).body.substr(0, 700));
        case 2:
            return failed(503, "QUERY_LIMIT_EXCEEDED");
        case 3:
            return answered(502, "<html>Bad gateway</html>");
        default:
            return answered(200, R"({"result":{"result":[],"result_error":[]}})");
        }
    });
    pair.walk();
    INFO(which << " " << how);
    CHECK(pair.errors.empty());
    CHECK(pair.ids.size() == 12'000);
    CHECK(same_ids(pair.ids, list.ids));
}

TEST_CASE("after a trouble batches go out one by one for a minute, then two again") {
    StubList list = tasks(range(1, 60'000));
    int request = 0;
    Pair pair([&](const Seen& seen) { return request++ == 3 ? lost() : list(seen); });
    pair.step();
    pair.step();
    pair.step();
    CHECK(pair.groups == std::vector<std::size_t>{2, 2, 1});
    pair.clock.advance(std::chrono::seconds{61});
    pair.step();
    CHECK(pair.groups.back() == 2);
    pair.walk();
    CHECK(same_ids(pair.ids, list.ids));
}

TEST_CASE("both of two batches lost is an error; the old cursor stays good") {
    StubList list = tasks(range(1, 12'000));
    int request = 0;
    Pair pair([&](const Seen& seen) {
        const int number = request++;
        return number == 2 || number == 3 ? lost() : list(seen);
    });
    pair.walk();
    CHECK(pair.errors.size() == 1);
    CHECK(pair.ids.size() == 12'000);
    CHECK(same_ids(pair.ids, list.ids));
}

TEST_CASE(
    "a right that is missing in one of two batches stops the step, whatever the other brought") {
    StubList list = tasks(range(1, 12'000));
    int request = 0;
    Pair pair([&](const Seen& seen) {
        return request++ == 3 ? failed(401, "insufficient_scope") : list(seen);
    });
    CHECK_FALSE(pair.step());
    const std::string before = pair.cursor;
    CHECK_FALSE(pair.step());
    CHECK(pair.errors.size() == 1);
    CHECK(pair.cursor == before);
}

TEST_CASE("a row that is born between the probe's answer and the first window's is not lost") {
    StubList list = tasks(range(1, 7));
    int request = 0;
    Pair pair([&](const Seen& seen) {
        // The window was answered before the row was there, the probe after it.
        const bool probe = request++ == 0;
        if (probe) list.ids.insert(8);
        auto answer = list(seen);
        if (probe) list.ids.erase(8);
        if (request == 2) list.ids.insert(8);
        return answer;
    });
    pair.walk();
    CHECK(same_ids(pair.ids, range(1, 8)));
}

TEST_CASE("the request bucket is asked for both: a full one lets a single batch through") {
    StubList list = tasks(range(1, 400'000));
    Pair pair([&](const Seen& seen) { return list(seen); });
    std::vector<Instant> moments;
    while (pair.groups.size() < 60) pair.step();
    // 22 pairs are the burst of 45 and one is left; from then on two a second, one by one.
    std::size_t sent = 0;
    for (const auto group : pair.groups) sent += group;
    const auto passed =
        std::chrono::duration_cast<std::chrono::milliseconds>(pair.clock.now() - kNow);
    CHECK(sent <= 45 + static_cast<std::size_t>(passed.count() / 500) + 1);
    CHECK(std::count(pair.groups.begin(), pair.groups.begin() + 22, std::size_t{2}) == 22);
    CHECK(std::count(pair.groups.begin() + 22, pair.groups.end(), std::size_t{1}) == 38);
}

TEST_CASE("two batches whose token has ended are renewed for once and both repeated (G34)") {
    StubList list = tasks(range(1, 10'000));
    application::App app;
    int renewals = 0;
    app.server = [&](const net::Request&) {
        ++renewals;
        return app.fresh(renewals + 1);
    };
    int refused = 0, answers = 0;
    app.portal = [&](const net::Request& request) {
        const bool ended = answers >= 2 && request.body.find("\"access-1\"") != std::string::npos;
        if (ended) {
            ++refused;
            return failed(401, "expired_token");
        }
        ++answers;
        return list({"batch", request.body, false});
    };
    domain::ReadRequest request = full_walk();
    std::vector<std::int64_t> ids;
    for (bool complete = false; !complete;) {
        const auto page = app.connector->read(request);
        REQUIRE(page.ok());
        for (const auto& record : page->records) ids.push_back(std::stoll(record.id));
        request.cursor = page->cursor;
        complete = page->complete;
    }
    CHECK(refused == 2);
    CHECK(renewals == 1);
    CHECK(ids.size() == 10'000);
    CHECK(same_ids(ids, list.ids));
}

TEST_CASE("two batches that a renamed portal redirects are both followed, and the next ones go "
          "there at once") {
    struct Renamed final : net::HttpClient {
        explicit Renamed(StubList& rows) : list(rows) {}
        net::Response send(const net::Request& request) override {
            const std::string& url = request.url.reveal();
            if (url.find("acme.bitrix24.com") == std::string::npos)
                return list({"batch", request.body, false});
            net::Response moved = answered(302, "");
            moved.headers.emplace_back("location",
                                       "https://neu.bitrix24.de" + url.substr(url.find("/rest/")));
            return moved;
        }
        StubList& list;
    };
    StubList list = tasks(range(1, 5000));
    ManualClock clock{kNow};
    connector::Bitrix24Options options;
    options.webhook_url = Secret("https://acme.bitrix24.com/rest/7/" + kToken + "/");
    options.keeper = std::make_shared<application::MemoryKeeper>();
    auto made = connector::make_bitrix24(options, std::make_unique<Renamed>(list), clock);
    REQUIRE(made.ok());
    domain::ReadRequest request = full_walk();
    const auto first = (*made)->read(request);
    REQUIRE(first.ok());
    CHECK((*made)->counters().requests == 4); // two, and each once more
    CHECK(options.keeper->moved_to("acme.bitrix24.com") == "neu.bitrix24.de");
    request.cursor = first->cursor;
    REQUIRE((*made)->read(request).ok());
    CHECK((*made)->counters().requests == 6);
}

namespace {

struct ByIds {
    std::vector<std::string> absent;
    std::vector<std::int64_t> ids;
    std::vector<std::string> errors;
};

ByIds read_by_ids(Pair& pair, int up_to) {
    domain::ReadRequest request;
    request.stream = "entries";
    request.reading = Reading::ByIds;
    for (int id = 1; id <= up_to; ++id) request.ids.push_back(std::to_string(id));
    ByIds out;
    for (int step = 0; step < 100; ++step) {
        pair.clock.wait_until(pair.portal->earliest());
        const auto page = pair.portal->read(request);
        if (!page) {
            out.errors.push_back(page.error().message);
            pair.clock.advance(std::chrono::seconds{5});
            continue;
        }
        for (const auto& record : page->records) out.ids.push_back(std::stoll(record.id));
        out.absent.insert(out.absent.end(), page->absent.begin(), page->absent.end());
        request.cursor = page->cursor;
        if (page->complete) return out;
    }
    throw std::runtime_error("the reading does not end");
}

StubList entries_without(int up_to, std::set<std::int64_t> gone) {
    StubList list;
    list.totals = true;
    for (int id = 1; id <= up_to; ++id)
        if (gone.count(id) == 0) list.ids.insert(id);
    return list;
}

} // namespace

TEST_CASE("records by their ids come two batches at a time too (G32)") {
    StubList list = entries_without(7'500, {100, 4'000});
    Pair pair([&](const Seen& seen) { return list(seen); });
    const ByIds got = read_by_ids(pair, 7'500);
    CHECK(pair.groups == std::vector<std::size_t>{2, 1});
    CHECK(same_ids(got.ids, list.ids));
    CHECK(got.absent == std::vector<std::string>{"100", "4000"});
}

TEST_CASE("of two batches by ids one is lost: its ids are asked again and none is taken for gone") {
    StubList list = entries_without(5'000, {100, 4'000});
    int request = 0;
    Pair pair([&](const Seen& seen) {
        if (++request == 2) return net::Response{}; // no answer came
        return list(seen);
    });
    const ByIds got = read_by_ids(pair, 5'000);
    CHECK(got.errors.empty());
    CHECK(pair.groups == std::vector<std::size_t>{2, 1});
    CHECK(same_ids(got.ids, list.ids));
    CHECK(got.absent == std::vector<std::string>{"100", "4000"});
}
