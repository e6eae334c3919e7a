#include <catch2/catch.hpp>

#include <thread>

#include "books/books.h"
#include "dies.h"
#include "engine/world.h"
#include "render/report_view.h"

using namespace hb;
using namespace hb::test;

namespace {

// May another thread write now?
bool is_free(books::Books& books) {
    bool free = false;
    std::thread([&] { free = !books.held(); }).join();
    return free;
}

struct Agency : World {
    Agency() {
        const auto client = company("Romashka LLC");
        TaskMaker maker;
        maker.links = {"CO_" + std::to_string(client)};
        entry(task(maker), user("Designer Five"), 3600, "2026-06-03T10:00:00+03:00");
        pull();
        contract(client);
        report = draft(client, "2026-06-01", "2026-06-30");
    }
    std::int64_t report = 0;
};

} // namespace

TEST_CASE("a view neither waits for whoever writes nor keeps them waiting") {
    Agency agency;
    {
        books::View view = agency.books->view();
        CHECK(is_free(*agency.books));
        CHECK(books::Lookup(view).show(agency.report)->worked_seconds == 3600);
    }
    {
        const books::Step open = agency.books->begin();
        std::int64_t seen = 0;
        std::thread([&] {
            books::View view = agency.books->view();
            seen = books::Lookup(view).show(agency.report)->worked_seconds;
        }).join();
        CHECK(seen == 3600);
    }
}

TEST_CASE("a list of reports waits for nobody who writes") {
    Agency agency;
    auto& books = *agency.books;
    std::int64_t found = 0;
    std::size_t listed = 0;
    const books::Step open = books.begin();
    std::thread([&] {
        found = books.find_report(std::to_string(agency.report)).value();
        listed = books.list(std::nullopt, std::nullopt, "").size();
    }).join();
    CHECK(found == agency.report);
    CHECK(listed == 1);
}

TEST_CASE("a view shows the moment at which it was made") {
    Agency agency;
    books::View before = agency.books->view();
    std::thread([&] { agency.send(agency.report); }).join();
    CHECK(before->reports.find(agency.report)->state == domain::State::Draft);
    books::View after = agency.books->view();
    CHECK(after->reports.find(agency.report)->state == domain::State::Sent);
}

TEST_CASE("a view tells a report exactly as the books do") {
    Agency agency;
    agency.send(agency.report);
    const auto own = agency.books->show(agency.report).value();
    books::View view = agency.books->view();
    const auto seen = books::Lookup(view).show(agency.report).value();
    for (const auto audience : {render::Audience::Staff, render::Audience::Client})
        CHECK(render::report_json(seen, audience) == render::report_json(own, audience));
    const std::string token = own.url->substr(own.url->find("/r/") + 3);
    const auto head = books::Lookup(view).by_token(token, books::Detail::Head);
    REQUIRE(head.has_value());
    CHECK(head->view.hash == own.hash);
    CHECK(head->view.lines.empty());
    CHECK(head->view.canonical.empty());
    const auto whole = books::Lookup(view).by_token(token);
    CHECK(render::report_json(whole->view, render::Audience::Client) ==
          render::report_json(own, render::Audience::Client));
}

TEST_CASE("without connections for reading a view reads under the lock") {
    Agency agency;
    agency.books->readers.reset();
    {
        books::View view = agency.books->view();
        CHECK_FALSE(is_free(*agency.books));
        CHECK(books::Lookup(view).show(agency.report)->worked_seconds == 3600);
    }
    CHECK(is_free(*agency.books));
}

TEST_CASE("a remote is never called, and nothing is waited for, by who holds the books") {
    Agency agency;
    domain::ReadRequest request;
    request.stream = "users";
    const auto call = [&] { (void)agency.books->crm()->connector->read(request); };
    CHECK_FALSE(dies(call));
    CHECK(dies([&] {
        const books::Read held = agency.books->read();
        call();
    }));
    CHECK(dies([&] {
        const books::Step step = agency.books->begin();
        call();
    }));
    CHECK(dies([&] {
        const books::View view = agency.books->view();
        agency.clock.wait_until(agency.clock.now());
    }));
}
