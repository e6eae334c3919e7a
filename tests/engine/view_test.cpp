#include <catch2/catch.hpp>

#include <thread>

#include "base/text.h"
#include "books/books.h"
#include "books/owners.h"
#include "desk/remapping.h"
#include "dies.h"
#include "engine/world.h"
#include "mapping/shipped.h"
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
        client = company("Romashka LLC");
        TaskMaker maker;
        maker.links = {"CO_" + std::to_string(client)};
        entry(task(maker), user("Designer Five"), 3600, "2026-06-03T10:00:00+03:00");
        pull();
        contract(client);
        report = draft(client, "2026-06-01", "2026-06-30");
    }
    // Of the client's task, with a length and without an instant.
    void unreadable_record() {
        const auto task = tables->sources.entries_of_report(report).front().task;
        const auto known = tables->sources.find_task(task);
        books::Step step = books->begin();
        const store::Sources::Keep context{books->crm()->row.id, "entries", 0, 1, 1, step.now()};
        const domain::SourceRecord record{"entries", "900",
                                          R"({"ID":"900","TASK_ID":")" + known->ref.id +
                                              R"(","SECONDS":"5400","USER_ID":"1"})",
                                          "h"};
        step->sources.keep(context, {{record, std::nullopt, "at /CREATED_DATE: expected a moment"}},
                           {}, books::calendar_lookup(step), {});
        step.done();
    }
    std::int64_t client = 0, report = 0;
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
        const books::View view = books.view();
        listed = books::Lookup(view).list(std::nullopt, std::nullopt, "").size();
    }).join();
    CHECK(found == agency.report);
    CHECK(listed == 1);
}

namespace {

// What is asked of the books about reports, as one text.
std::string all_answers(books::Books& books, Agency& agency) {
    const auto client = agency.filter(agency.client, "2026-06-01", "2026-06-30");
    std::string out =
        render::report_json(books.show(agency.report).value(), render::Audience::Staff);
    out += render::report_json(books.preview(client, agency.actor)->view, render::Audience::Staff);
    const books::View view = books.view();
    books::Lookup look(view);
    out += "\nfilter " + std::to_string(look.check_filter(client).ok());
    for (const auto& [remote, ids] : look.entries_to_read(agency.report))
        out += "\nread " + remote + " " + join(ids, ",");
    out += "\nprint " + books.fingerprint(agency.report);
    out += "\nlate " + render::late_list_json(books.late(std::nullopt, true));
    out += "\ncontracts " + std::to_string(books.contracts_of(1).size());
    return out;
}

} // namespace

TEST_CASE("what is shown of a draft waits for nobody who writes, and is what the books show") {
    Agency agency;
    agency.unreadable_record();
    auto& books = *agency.books;
    // Through the writer's connection, under its lock.
    auto readers = std::move(books.readers);
    const std::string own = all_answers(books, agency);
    books.readers = std::move(readers);
    // The parts that need a remote: its mapping, its capabilities, its addresses.
    CHECK_THAT(own, Catch::Contains("\"unread_records\":1,\"unread_seconds\":5400"));
    CHECK_THAT(own, Catch::Contains("/company/personal/user/"));
    CHECK(books::View(books).crm()->can() == books.crm()->can());
    CHECK(books::View(books).crm()->can() != nullptr);
    std::string seen;
    {
        const books::Step open = books.begin();
        std::thread([&] { seen = all_answers(books, agency); }).join();
    }
    CHECK(seen == own);
}

TEST_CASE("a view goes on with the mapping that it knows while another one is tried or applied") {
    Agency agency;
    auto& books = *agency.books;
    const auto before = books::View(books).find_remote("bitrix24")->mapping;
    std::vector<mapping::FileProblem> problems;
    std::string text(mapping::shipped_mapping("bitrix24"));
    const std::string member = "\"/SECONDS\"";
    REQUIRE(text.find(member) != std::string::npos);
    text.replace(text.find(member), member.size(), "\"/MINUTES\"");
    desk::Remapping work(books, *books.remotes.front(),
                         std::string(mapping::shipped_mapping("bitrix24")));
    CHECK(work.preview(*mapping::Mapping::parse(text, "own.json", problems)).breaks() == 1);
    CHECK(books::View(books).find_remote("bitrix24")->mapping == before);
    REQUIRE(work.apply(text, std::move(*mapping::Mapping::parse(text, "own.json", problems)),
                       std::nullopt, "", agency.actor)
                .ok());
    CHECK(books::View(books).find_remote("bitrix24")->mapping->digest() != before->digest());
    CHECK(books::View(books).find_remote("bitrix24")->mapping == books.crm()->mapping);
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
