// What the writer's lock is held for at a time (P23), counted instead of timed: clients that a
// commit settles, and rows that it writes.
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "books/rehearsal.h"
#include "desk/remapping.h"
#include "engine/world.h"
#include "mapping/shipped.h"

using namespace hb;
using namespace hb::test;

namespace {

constexpr const char* kLengths = R"("from": "/SECONDS", "as": "seconds")";

std::string edited(const std::string& to) {
    std::string text(mapping::shipped_mapping("bitrix24"));
    REQUIRE(text.find(kLengths) != std::string::npos);
    return text.replace(text.find(kLengths), std::string(kLengths).size(), to);
}
// Entries are as long as their texts say.
std::string by_text() {
    return edited(R"("from": "/COMMENT_TEXT", "as": "seconds")");
}
mapping::Mapping parsed(const std::string& text) {
    std::vector<mapping::FileProblem> problems;
    auto out = mapping::Mapping::parse(text, "test", problems);
    REQUIRE(out);
    return std::move(*out);
}

// So many clients, each with a draft of two hours that the texts of its entries make one of three.
struct Office : World {
    explicit Office(int count) {
        const auto person = user("Worker");
        for (int i = 0; i < count; ++i) {
            const auto client = company("Client " + std::to_string(i + 1));
            TaskMaker maker;
            maker.links = {"CO_" + std::to_string(client)};
            const auto of_client = task(maker);
            entries.push_back(entry(of_client, person, 3600, "2026-06-03T10:00:00+03:00", "7200"));
            entry(of_client, person, 3600, "2026-06-04T10:00:00+03:00", "3600");
            clients.push_back(client);
        }
        pull();
        for (const auto client : clients) {
            contract(client);
            drafts.push_back(draft(client, "2026-06-01", "2026-06-30"));
        }
    }
    desk::Remapping remapping() {
        return {*books, *books->remotes.front(), std::string(mapping::shipped_mapping("bitrix24"))};
    }
    std::vector<std::int64_t> clients, entries, drafts;
};

struct Counted {
    std::vector<std::size_t> settled; // clients, by each commit
    std::int64_t rows = 0;            // of the commit that wrote most
    std::int64_t commits = 0;
};

// Of the commits after the first moment "between settlements".
Counted count_settlements(Office& office, const std::function<void()>& work) {
    Counted out;
    bool counting = false;
    std::size_t waiting = 0;
    std::int64_t changes = 0;
    const auto of_books = std::exchange(office.books->failpoint, [&](std::string_view moment) {
        if (moment != "between settlements" || std::exchange(counting, true)) return;
        waiting = office.tables->touched.put_off().size();
        changes = office.db->total_changes();
    });
    const auto of_file = std::exchange(office.db->failpoint, [&](std::string_view moment) {
        if (!counting || moment != "after commit") return;
        const auto left = office.tables->touched.put_off().size();
        if (waiting > 0) {
            out.settled.push_back(waiting - left);
            out.rows = std::max(out.rows, office.db->total_changes() - changes);
        }
        waiting = left;
        changes = office.db->total_changes();
    });
    work();
    office.books->failpoint = of_books;
    office.db->failpoint = of_file;
    return out;
}

Counted read_changes(Office& office) {
    for (const auto entry : office.entries) office.edit_entry(entry, 5400);
    return count_settlements(office, [&] { CHECK_FALSE(office.pull().error); });
}

Counted apply(Office& office) {
    return count_settlements(office, [&] {
        REQUIRE(office.remapping().apply(by_text(), parsed(by_text()), 1, "", office.actor).ok());
    });
}

// Rows that the commits of this wrote.
std::int64_t rows_of_new_terms(int entries) {
    World world;
    const auto client = world.company("Client");
    World::TaskMaker maker;
    maker.links = {"CO_" + std::to_string(client)};
    const auto task = world.task(maker);
    const auto person = world.user("Worker");
    for (int i = 0; i < entries; ++i) world.entry(task, person, 3600, "2026-06-03T10:00:00+03:00");
    world.pull();
    world.contract(client);
    const auto before = world.db->total_changes();
    world.contract(client, "95.00");
    return world.db->total_changes() - before;
}

std::vector<std::string> files_beside(const World& world) {
    auto& place = world.db->prepare("SELECT file FROM pragma_database_list");
    REQUIRE(place.step());
    const std::filesystem::path file = place.text(0);
    place.reset();
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(file.parent_path()))
        out.push_back(entry.path().filename());
    std::sort(out.begin(), out.end());
    return out;
}

} // namespace

TEST_CASE("the end of a reading settles one client under one hold, however many it touched (P23)") {
    Office few(3), many(9);
    const auto of_few = read_changes(few), of_many = read_changes(many);
    CHECK(of_few.settled == std::vector<std::size_t>(3, 1));
    CHECK(of_many.settled == std::vector<std::size_t>(9, 1));
    CHECK(of_few.rows > 0);
    CHECK(of_many.rows == of_few.rows);
    for (const auto draft : many.drafts) CHECK(many.total(draft) == "225.00");
}

TEST_CASE("an applied mapping settles one client under one hold (P23)") {
    Office few(3), many(9);
    const auto of_few = apply(few), of_many = apply(many);
    CHECK(of_few.settled == std::vector<std::size_t>(3, 1));
    CHECK(of_many.settled == std::vector<std::size_t>(9, 1));
    CHECK(of_many.rows == of_few.rows);
    for (const auto draft : many.drafts) CHECK(many.total(draft) == "270.00");
}

TEST_CASE("new terms write no more for a client with much free time, where no day moves (P23)") {
    const auto rows = rows_of_new_terms(2);
    CHECK(rows > 0);
    CHECK(rows_of_new_terms(40) == rows);
}

TEST_CASE("a mapping is tried out while somebody writes, and nothing of it is in the books (P23)") {
    Office office(3);
    const auto before = files_beside(office);
    const auto& mapping = office.books->remotes.front()->mapping;
    const auto* in_force = mapping.get();
    desk::MappingEffect effect;
    const books::Step open = office.books->begin(); // held until the end
    const auto changes = office.db->total_changes();
    std::thread([&] { effect = office.remapping().preview(parsed(by_text())); }).join();
    REQUIRE(effect.money.size() == 3);
    CHECK(effect.money[0].before.total == 18000);
    CHECK(effect.money[0].after.total == 27000);
    CHECK(office.db->total_changes() == changes);
    CHECK(mapping.get() == in_force);
    CHECK(files_beside(office) == before);
}

TEST_CASE(
    "a rehearsal sees what was committed, keeps what is done to it to itself, and has no file") {
    Office office(1);
    office.db->use_chain_key(office.books->settings.key);
    {
        books::Step step = office.books->begin();
        auto& rows = office.db->prepare("SELECT max(seq) FROM events");
        REQUIRE(rows.step());
        const std::string last = std::to_string(rows.integer(0));
        rows.reset();
        step->kept.put(0, "chain.begins", last, step.now());
        step->events.begin_key(step.now()); // the log is sealed from here on
        step.done();
    }
    const auto before = files_beside(office);
    books::Rehearsal rehearsal(*office.books);
    CHECK(files_beside(office) == before);
    {
        books::Step step = rehearsal.books().begin();
        CHECK(step->reports.find(office.drafts[0])->total == 18000);
        step->kept.put(0, "tried", "yes", step.now());
        step->events.add(step.now(), "test", "tried", std::nullopt, "", "{}");
        step.done();
    }
    CHECK(rehearsal.books().view()->kept.get(0, "tried") == "yes");
    CHECK_FALSE(office.books->view()->kept.get(0, "tried"));
    CHECK(rehearsal.books().view().crm()->can() == office.books->crm()->can());
    CHECK(office.verify() == "");
}
