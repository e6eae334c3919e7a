// What pulls take from drafts adds up, is judged in money, and waits for a person above the bounds
// (G47).
#include <catch2/catch.hpp>

#include <functional>

#include "books/unbilled.h"
#include "desk/reports.h"
#include "desk/terms.h"
#include "engine/pulls.h"
#include "engine/world.h"
#include "mapping/contract_file.h"
#include "store/draft_moves.h"

using namespace hb;
using test::World;

namespace {

// A client with twenty tasks of an hour each at 60.00.
struct Month : World {
    std::int64_t client = 0, worker = 0, report = 0;
    std::vector<std::int64_t> tasks, entries;

    Month() {
        client = company("Blue Harbor");
        worker = user("Worker");
        for (int i = 0; i < 20; ++i) {
            tasks.push_back(a_task());
            entries.push_back(entry(tasks.back(), worker, 3600, "2026-06-10T10:00:00+03:00"));
        }
        look();
        terms("60.00");
        report = draft(client, "2026-06-01", "2026-06-30");
        REQUIRE(total(report) == "1200.00");
    }
    std::int64_t a_task() {
        return task({"Task", {"CO_" + std::to_string(client)}, {"design"}, 0, 0, 5});
    }
    void terms(const std::string& rate) {
        contract(client, rate, R"("work_types":[{"tag":"bug","type":"bug","billable":false}],)");
    }
    void look() {
        advance(std::chrono::hours{24});
        const auto told = pull(test::whole_nightly_pull());
        REQUIRE_FALSE(told.error);
        INFO((told.stopped ? told.stopped->reason : ""));
        CHECK_FALSE(told.stopped);
        CHECK(verify() == "");
    }
    void tag(int first, int last, const std::string& with) {
        for (int i = first; i < last; ++i) tag_task(tasks[static_cast<std::size_t>(i)], {with});
        look();
    }
    // "" or what the draft says, which nothing but an acceptance takes away.
    std::string says(const std::string& code) {
        const auto view = books->show(report).value();
        for (const auto& warning : view.warnings)
            if (warning.code == code && warning.blocking) return warning.message;
        return "";
    }
    std::string losses() {
        std::string out;
        for (const char* code : {"shrunk", "grown"})
            if (!says(code).empty()) out += std::string(out.empty() ? "" : " ") + code;
        return out;
    }
    void accept(const std::string& code) {
        REQUIRE(desk::accept(*books, report, code, "", actor).ok());
        CHECK(says(code).empty());
        CHECK_FALSE(desk::accept(*books, report, code, "", actor).ok()); // twice
    }
    bool is_sent() { return desk::send(*books, report, "", false, false, actor).ok(); }
};

} // namespace

TEST_CASE("a draft that lost more than a twentieth and an hour to pulls says from what to what, "
          "since when, and is not sent (G47)") {
    Month month;
    month.tag(0, 1, "bug"); // an hour, which is a twentieth: not above either bound
    CHECK(month.losses().empty());
    month.tag(1, 2, "bug"); // another one a day later: it adds up
    CHECK(month.says("shrunk") == "1200.00 BYN, now 1080.00 BYN: 2:00 h taken away by what "
                                  "planners changed in 2 time entries since " +
                                      format_day(std::chrono::floor<std::chrono::days>(
                                          month.clock.now() - std::chrono::hours{24})));
    CHECK_FALSE(month.is_sent());
    // What comes back is taken off again.
    month.tag(0, 2, "design");
    CHECK(month.losses().empty());
    CHECK(month.is_sent());
}

TEST_CASE("time that is deleted, or goes to another client, is lost to its draft (G47)") {
    Month month;
    SECTION("its records are deleted") {
        for (std::size_t i = 0; i < 2; ++i) month.delete_entry(month.entries[i]);
    }
    SECTION("its tasks are deleted") {
        sandbox::Fault gone;
        gone.kind = sandbox::Fault::Kind::Hide; // asked by an administrator, that is proof
        gone.pick.what = "tasks";
        for (std::size_t i = 0; i < 2; ++i) gone.pick.ids.push_back(std::to_string(month.tasks[i]));
        month.portal->add_fault(gone);
    }
    SECTION("its records go to a task of nobody") {
        const auto nobody = month.task({"Nobody's", {}, {"design"}, 0, 0, 5});
        for (std::size_t i = 0; i < 2; ++i) month.move_entry(month.entries[i], nobody);
    }
    SECTION("its tasks go to another client") {
        const auto other = month.company("Red Harbor");
        for (std::size_t i = 0; i < 2; ++i) month.link_task(month.tasks[i], other);
    }
    month.look();
    CHECK(month.says("shrunk").find("1200.00 BYN, now 1080.00 BYN: 2:00 h taken away") == 0);
    CHECK_FALSE(month.is_sent());
    month.accept("shrunk");
    CHECK(month.is_sent());
    CHECK(month.total(month.report) == "1080.00");
}

TEST_CASE("money alone is a loss: half an hour at a rate of its own (G47)") {
    World world;
    const auto client = world.company("Blue Harbor"), other = world.company("Red Harbor");
    const auto worker = world.user("Worker"), expert = world.user("Expert");
    const std::string link = "CO_" + std::to_string(client);
    const auto usual = world.task({"Usual", {link}, {}, 0, 0, 5});
    const auto special = world.task({"Special", {link}, {}, 0, 0, 5});
    for (int day = 10; day < 20; ++day)
        world.entry(usual, worker, 3600, "2026-06-" + std::to_string(day) + "T10:00:00+03:00");
    world.entry(special, expert, 1800, "2026-06-10T15:00:00+03:00");
    REQUIRE_FALSE(world.pull().error);
    const std::string text =
        R"({"client":"bitrix24:company:)" + std::to_string(client) +
        R"(","valid_from":"2025-01-01","currency":"BYN","rates":[{"amount":"60.00"},)"
        R"({"person":"bitrix24:user:)" +
        std::to_string(expert) + R"(","amount":"400.00"}]})";
    std::vector<mapping::FileProblem> problems;
    const auto terms = mapping::parse_contract(text, "terms", {"Europe/Minsk", "en"}, problems);
    REQUIRE(terms);
    REQUIRE(desk::apply_contract(*world.books, *terms, {"BYN"}, false, world.actor).ok());
    const auto report = world.draft(client, "2026-06-01", "2026-06-30");
    REQUIRE(world.total(report) == "800.00");
    world.link_task(special, other);
    world.advance(std::chrono::hours{1});
    REQUIRE_FALSE(world.pull().error);
    CHECK(world.total(report) == "600.00");
    CHECK_FALSE(desk::send(*world.books, report, "", false, false, world.actor).ok());
    REQUIRE(desk::accept(*world.books, report, "shrunk", "600.00", world.actor).ok());
    CHECK(desk::send(*world.books, report, "", false, false, world.actor).ok());
}

TEST_CASE("new time, small edits, what people decide and what terms change count for neither "
          "(G47)") {
    Month month;
    // New time, and a lot of it.
    for (int i = 0; i < 20; ++i)
        month.entry(month.a_task(), month.worker, 3600, "2026-06-12T10:00:00+03:00");
    month.look();
    CHECK(month.total(month.report) == "2400.00");
    CHECK(month.losses().empty());
    // Slips of less than an hour, each.
    for (std::size_t i = 0; i < 8; ++i)
        month.edit_entry(month.entries[i], 3600 - 600 - 60 * static_cast<std::int64_t>(i));
    month.look();
    CHECK(month.losses().empty());
    // A person takes out a task and frees an entry.
    for (std::size_t i = 8; i < 12; ++i)
        REQUIRE(desk::exclude(*month.books, month.report,
                              {"bitrix24", "task", std::to_string(month.tasks[i])}, "a favour",
                              month.actor)
                    .ok());
    for (std::size_t i = 12; i < 16; ++i)
        REQUIRE(desk::override_entry(*month.books, month.report,
                                     {"bitrix24", "entry", std::to_string(month.entries[i])}, false,
                                     "a favour", month.actor)
                    .ok());
    month.look();
    CHECK(month.losses().empty());
    // Terms show their own money.
    month.terms("30.00");
    month.look();
    CHECK(month.losses().empty());
    // A report that took the time is cancelled: it comes back to no draft as a gain.
    const auto other = month.draft(month.client, "2026-06-01", "2026-06-30");
    CHECK(other != month.report);
    REQUIRE(desk::cancel(*month.books, month.report, "again", month.actor).ok());
    month.report = other;
    month.look();
    CHECK(month.losses().empty());
}

TEST_CASE(
    "an acceptance names its caller and both figures, and ends when the loss grows by another "
    "twentieth (G47)") {
    Month month;
    month.tag(0, 4, "bug");
    CHECK(month.losses() == "shrunk");
    month.accept("shrunk");
    const auto accepted = month.tables->draft_moves.accepted(month.report, "shrunk");
    REQUIRE(accepted);
    CHECK(accepted->actor == month.actor.name);
    CHECK(accepted->figure == domain::Billed{4 * 3600, 24000});
    month.edit_entry(month.entries[10], 2700); // a slip, which is no loss
    month.look();
    CHECK(month.losses().empty());
    month.tag(4, 5, "bug"); // an hour of sixteen
    CHECK(month.losses() == "shrunk");
    CHECK_FALSE(month.is_sent());
}

TEST_CASE("what was accepted and came back is accepted no longer: another loss of the same size "
          "asks again (G47)") {
    Month month;
    month.tag(0, 4, "bug");
    month.accept("shrunk");
    month.tag(0, 4, "design");
    CHECK(month.total(month.report) == "1200.00");
    CHECK(month.losses().empty());
    month.tag(10, 14, "bug");
    CHECK(month.total(month.report) == "960.00");
    CHECK(month.losses() == "shrunk");
    CHECK_FALSE(month.is_sent());
    month.accept("shrunk");
    CHECK(month.is_sent());
}

TEST_CASE("a gain that was accepted and went away is accepted no longer (G47)") {
    Month month;
    const auto other = month.company("Red Harbor");
    std::vector<std::int64_t> theirs;
    for (int i = 0; i < 8; ++i) {
        theirs.push_back(
            month.task({"Theirs", {"CO_" + std::to_string(other)}, {"design"}, 0, 0, 5}));
        month.entry(theirs.back(), month.worker, 3600, "2026-06-11T10:00:00+03:00");
    }
    month.look();
    const auto give = [&](std::size_t first, std::size_t last, std::int64_t to) {
        for (auto i = first; i < last; ++i) month.link_task(theirs[i], to);
        month.look();
    };
    give(0, 4, month.client);
    CHECK(month.losses() == "grown");
    month.accept("grown");
    give(0, 4, other);
    CHECK(month.losses() == "");
    give(4, 8, month.client);
    CHECK(month.losses() == "grown");
    CHECK_FALSE(month.is_sent());
}

TEST_CASE("what was not shown, was accepted and is shown again asks anew when other time is hidden "
          "(G47, G48)") {
    Month month;
    const auto hide = [&](std::size_t first, std::size_t last) {
        month.portal->clear_faults();
        sandbox::Fault narrow;
        narrow.kind = sandbox::Fault::Kind::Narrow;
        narrow.token = "sandbox";
        narrow.pick.person = std::to_string(month.worker);
        sandbox::Fault fault;
        fault.kind = sandbox::Fault::Kind::Hide;
        fault.pick.what = "entries";
        for (auto i = first; i < last; ++i)
            fault.pick.ids.push_back(std::to_string(month.entries[i]));
        if (first < last) month.portal->add_fault(narrow); // tasks of others go with it
        if (first < last) month.portal->add_fault(fault);
        month.advance(std::chrono::hours{24});
        REQUIRE_FALSE(month.pull(test::whole_pull()).error); // by day: no comparison of everybody
        CHECK(month.verify() == "");
    };
    hide(0, 4);
    CHECK_FALSE(month.says("not_shown").empty());
    CHECK_FALSE(month.is_sent());
    month.accept("not_shown");
    hide(0, 0);
    CHECK(month.losses().empty());
    hide(10, 14);
    CHECK(month.total(month.report) == "1200.00");
    CHECK_FALSE(month.says("not_shown").empty());
    CHECK_FALSE(month.is_sent());
}

TEST_CASE("a look accepts and records nothing, however often and in whatever form (G47)") {
    Month month;
    month.tag(0, 4, "bug");
    const auto before = month.db->total_changes();
    for (int i = 0; i < 3; ++i) {
        CHECK_FALSE(month.says("shrunk").empty());
        {
            const books::View view = month.books->view();
            (void)books::Lookup(view).list({}, {}, "");
        }
        (void)month.books->preview(month.filter(month.client, "2026-06-01", "2026-06-30"),
                                   month.actor);
        (void)month.books->fingerprint(month.report);
    }
    CHECK(month.db->total_changes() == before);
    CHECK_FALSE(month.is_sent());
    CHECK(month.losses() == "shrunk");
    // What is sent by month skips it and names it.
    DayRange june{*parse_day("2026-06-01"), *parse_day("2026-06-30")};
    bool asks = false;
    for (const auto& row : desk::batch(*month.books, june, month.actor))
        asks = asks || (row.asks && row.outcome.find("shrunk") != std::string::npos);
    CHECK(asks);
}

namespace {

// Two clients, so that the end of a reading settles them one after the other; six tasks of the
// first one turn free.
struct Reading : Month {
    Reading() {
        const auto other = company("Red Harbor");
        const auto theirs = task({"Theirs", {"CO_" + std::to_string(other)}, {}, 0, 0, 5});
        const auto at = entry(theirs, worker, 3600, "2026-06-11T10:00:00+03:00");
        look();
        contract(other, "60.00");
        (void)draft(other, "2026-06-01", "2026-06-30");
        for (int i = 0; i < 6; ++i) tag_task(tasks[static_cast<std::size_t>(i)], {"bug"});
        edit_entry(at, 4000);
        advance(std::chrono::hours{24});
    }
    // Does something between two steps of the reading, at its n-th call or pause; false: it has
    // no such moment.
    bool read_and(int moment, const std::function<void()>& something) {
        const auto before = books->failpoint;
        int at = 0;
        books->failpoint = [&](std::string_view) {
            if (++at == moment) something();
        };
        REQUIRE_FALSE(pull(test::whole_nightly_pull()).error);
        books->failpoint = before;
        return at >= moment;
    }
};

} // namespace

TEST_CASE("a person who edits a draft while its planner is being read hides nothing of what the "
          "reading takes (G47)") {
    using Edit = std::function<void(Month&)>;
    const auto excludes = [](Month& month) {
        const domain::Ref favour{"bitrix24", "task", std::to_string(month.tasks[19])};
        REQUIRE(desk::exclude(*month.books, month.report, favour, "a favour", month.actor).ok());
    };
    const auto refilters = [](Month& month) {
        const auto until = month.filter(month.client, "2026-06-01", "2026-06-20");
        REQUIRE(desk::refilter(*month.books, month.report, until, month.actor).ok());
    };
    const auto overrides = [](Month& month) {
        const domain::Ref entry{"bitrix24", "entry", std::to_string(month.entries[19])};
        REQUIRE(
            desk::override_entry(*month.books, month.report, entry, false, "a favour", month.actor)
                .ok());
    };
    const auto new_terms = [](Month& month) { month.terms("50.00"); };
    const std::vector<std::pair<std::string, Edit>> edits{{"excludes", excludes},
                                                          {"refilters", refilters},
                                                          {"overrides", overrides},
                                                          {"new terms", new_terms}};
    for (const auto& [name, edit] : edits) {
        int moments = 0;
        for (int moment = 1; moment < 60; ++moment) {
            Reading month;
            if (!month.read_and(moment, [&] { edit(month); })) break;
            ++moments;
            INFO(name << " at moment " << moment);
            CHECK(month.losses() == "shrunk");
            CHECK(month.says("shrunk").find("6:00 h") != std::string::npos);
            CHECK_FALSE(month.is_sent());
            CHECK(month.verify() == "");
        }
        CHECK(moments > 5);
    }
}

TEST_CASE("what a reading takes from time that is on no report is shown, whatever a person decides "
          "in the middle of it (G47)") {
    int moments = 0;
    for (int moment = 1; moment < 60; ++moment) {
        Reading month;
        REQUIRE(desk::cancel(*month.books, month.report, "not yet", month.actor).ok());
        if (!month.read_and(moment, [&] { month.terms("50.00"); })) break;
        ++moments;
        INFO("new terms at moment " << moment);
        const auto taken = books::taken_away(month.books->view());
        REQUIRE(taken.size() == 1);
        CHECK(taken.front().sum.lost.seconds == 6 * 3600);
        CHECK(month.verify() == "");
    }
    CHECK(moments > 5);
}
