// An edited mapping begins to read what decides money of records that were compared before: that is
// a change of the mapping (G62), never a question about values (G46) nor a silent correction.
#include <catch2/catch.hpp>

#include "books/unbilled.h"
#include "desk/remapping.h"
#include "engine/pulls.h"
#include "engine/world.h"
#include "mapping/shipped.h"
#include "store/waiting.h"

using namespace hb;
using test::World;

namespace {

constexpr int kEntries = 24; // an hour each; every second one says "0"

std::string shipped() {
    return std::string(mapping::shipped_mapping("bitrix24"));
}
// The comment of a time record says something about it, too.
std::string reading(const std::string& rule) {
    std::string text = shipped();
    const std::string before = R"({"to": "text", "from": "/COMMENT_TEXT", "as": "plain"},)";
    const auto at = text.find(before);
    REQUIRE(at != std::string::npos);
    return text.insert(at + before.size(), rule);
}
std::string billable() {
    return reading(R"({"to": "billable", "from": "/COMMENT_TEXT", "as": "flag"},)");
}
std::string billed_elsewhere() {
    return reading(R"({"to": "billed_elsewhere", "from": "/COMMENT_TEXT", "as": "not_flag"},)");
}
std::string tags() {
    return reading(R"({"to": "tags", "from": "/COMMENT_TEXT", "as": "lines"},)");
}

struct Month : World {
    std::int64_t client = 0, report = 0;
    std::vector<std::int64_t> entries;

    explicit Month(const std::string& terms = "") {
        client = company("Blue Harbor");
        const auto worker = user("Worker");
        for (int i = 0; i < kEntries; ++i) {
            const auto on = task({"Task", {"CO_" + std::to_string(client)}, {}, 0, 0, 5});
            entries.push_back(
                entry(on, worker, 3600, "2026-06-10T10:00:00+03:00", i % 2 == 0 ? "0" : "1"));
        }
        contract_later(terms);
    }
    void contract_later(const std::string& terms) {
        look();
        contract(client, "60.00", terms);
        look(); // they were compared before
    }
    void look() {
        for (const auto& options :
             {lanes::PullOptions(), test::whole_pull(), test::whole_nightly_pull()}) {
            advance(std::chrono::hours{24});
            const auto told = pull(options);
            REQUIRE_FALSE(told.error);
            INFO((told.stopped ? told.stopped->reason : ""));
            CHECK_FALSE(told.stopped);
        }
        CHECK(verify() == "");
        for (const char* stream : {"tasks", "entries"})
            CHECK(store::Waiting(*db).of_stream(1, stream).empty());
    }
    void make_draft() { report = draft(client, "2026-06-01", "2026-06-30"); }

    mapping::Mapping parsed(const std::string& text) {
        std::vector<mapping::FileProblem> problems;
        auto out = mapping::Mapping::parse(text, "test", problems);
        for (const auto& problem : problems) UNSCOPED_INFO(to_string(problem));
        REQUIRE(out);
        return std::move(*out);
    }
    desk::Remapping work() { return {*books, *books->remotes.front(), shipped()}; }
    desk::MappingEffect preview(const std::string& text) {
        auto remapping = work();
        return remapping.preview(parsed(text));
    }
    void apply(const std::string& text) {
        auto remapping = work();
        REQUIRE(remapping.apply(text, parsed(text), std::nullopt, "reads more", actor).ok());
        CHECK(verify() == "");
    }
    std::size_t corrections() { return tables->reports.adjustments({}, true).size(); }
    bool warns(std::string_view code) {
        const auto view = books->show(report).value();
        return std::any_of(view.warnings.begin(), view.warnings.end(),
                           [&](const auto& warning) { return warning.code == code; });
    }
};

} // namespace

TEST_CASE("a mapping that begins to read whether time is billable asks for a draft's money, and is "
          "no question about values afterwards (G62, G46)") {
    Month month;
    month.make_draft();
    CHECK(month.total(month.report) == "1440.00");
    const auto effect = month.preview(billable());
    REQUIRE(effect.money.size() == 1);
    CHECK(effect.money[0].before.total == 144000);
    CHECK(effect.money[0].after.total == 72000);
    CHECK(effect.moves_money());
    CHECK(month.total(month.report) == "1440.00");
    const auto asked = desk::judge_mapping(effect, {});
    REQUIRE_FALSE(asked.ok());
    CHECK(asked.error().hint.find("--accept-money") != std::string::npos);
    CHECK(desk::judge_mapping(effect, {std::nullopt, true, false}).ok());

    month.apply(billable());
    CHECK(month.total(month.report) == "720.00");
    CHECK_FALSE(month.warns("shrunk")); // it has shown its own money
    CHECK_FALSE(month.warns("held"));
    month.look();
    CHECK(month.total(month.report) == "720.00");
    CHECK(books::taken_away(month.books->view()).empty());
    month.send(month.report);

    // What people change from now on is a change.
    CHECK(month.preview(shipped()).corrections.drifted == std::vector<std::int64_t>{month.report});
}

TEST_CASE("on reports that were sent a mapping that begins to read whether time is billable makes "
          "corrections that are counted, priced and accepted, and takes them back (G62)") {
    Month month;
    month.make_draft();
    month.send(month.report);
    month.agree(month.report);
    const auto effect = month.preview(billable());
    CHECK(effect.corrections.count == kEntries / 2);
    CHECK(effect.corrections.sums.at("BYN") == -72000);
    const auto asked = desk::judge_mapping(effect, {std::nullopt, false, false});
    REQUIRE_FALSE(asked.ok());
    CHECK(asked.error().hint.find("--accept-corrections") != std::string::npos);
    CHECK(month.corrections() == 0);

    month.apply(billable());
    CHECK(month.corrections() == kEntries / 2);
    month.look();
    CHECK(month.corrections() == kEntries / 2);
    CHECK(month.total(month.report) == "1440.00");
    month.apply(shipped());
    CHECK(month.corrections() == 0);
    month.look();
    CHECK(month.corrections() == 0);
}

TEST_CASE("a mapping that begins to read tags of time records moves no draft unasked (G62, G51)") {
    Month month(R"("work_types":[{"tag":"0","type":"favour","billable":false}],)");
    month.make_draft();
    const auto effect = month.preview(tags());
    CHECK(effect.moves_money());
    CHECK_FALSE(desk::judge_mapping(effect, {}).ok());
    month.apply(tags());
    CHECK(month.total(month.report) == "720.00");
    month.look();
    CHECK(month.total(month.report) == "720.00");
    month.send(month.report);
    month.agree(month.report);
    month.look();
    CHECK(month.corrections() == 0);
}

TEST_CASE("a mapping that begins to read what its planner calls billed moves no bill, and free "
          "time is shown as billed elsewhere (G62, G51)") {
    Month month;
    month.make_draft();
    month.send(month.report);
    month.agree(month.report);
    const auto more = month.task({"Later", {"CO_" + std::to_string(month.client)}, {}, 0, 0, 5});
    month.entry(more, month.user("Second"), 7200, "2026-07-02T10:00:00+03:00", "0");
    month.look();
    const auto bill = month.report;
    month.report = month.draft(month.client, "2026-07-01", "2026-07-31");
    CHECK(month.total(month.report) == "120.00");

    const auto effect = month.preview(billed_elsewhere());
    CHECK(effect.corrections.count == 0);
    CHECK(effect.corrections.drifted.empty());
    month.apply(billed_elsewhere());
    CHECK(month.corrections() == 0);
    month.look();
    CHECK(month.corrections() == 0);
    CHECK(month.total(bill) == "1440.00");
    // A draft holds its time; what it shows is what the preview said.
    CHECK(effect.moves_money() == (month.total(month.report) != "120.00"));
}

TEST_CASE("killed at any moment while such a mapping is put in force, the end is the same (G62)") {
    const auto told = [](Month& month) {
        month.look();
        return month.total(month.report) + " " + std::to_string(month.corrections());
    };
    std::string expected;
    int moments = 0;
    {
        Month month;
        month.make_draft();
        month.kill_at(0);
        const int before = month.moments();
        month.apply(billable());
        moments = month.moments() - before;
        expected = told(month);
    }
    REQUIRE(moments > 3);
    for (int at = 1; at <= moments; ++at) {
        Month month;
        month.make_draft();
        month.kill_at(at);
        bool killed = false;
        try {
            auto remapping = month.work();
            (void)remapping.apply(billable(), month.parsed(billable()), std::nullopt, "",
                                  month.actor);
        } catch (const test::Killed&) {
            killed = true;
        }
        CHECK(killed);
        month.kill_at(0);
        month.restart();
        INFO("killed at moment " << at);
        auto& remote = *month.books->remotes.front();
        const auto newest = store::Mappings(*month.db).newest(remote.row.id);
        month.books->change([&] {
            if (newest)
                remote.mapping = std::make_shared<mapping::Mapping>(month.parsed(newest->text));
        });
        auto remapping = month.work();
        remapping.finish(nullptr);
        if (!newest) month.apply(billable());
        CHECK(told(month) == expected);
    }
}
