// What a new version of the program reads for the first time is no change (G65): books of older
// schemas with time at the borders of months and records of Kimai and Paymo with each flag.
#include "old_books.h"

#include "desk/reports.h"
#include "engine/fact_writes.h"
#include "store/draft_moves.h"

using namespace hb;
using namespace old_books;

namespace {

// The codes that keep a report from being sent.
std::string holds(Agency& agency, std::int64_t report) {
    const auto view = agency.world.books->show(report);
    REQUIRE(view.ok());
    std::string out;
    for (const auto& warning : view->warnings)
        if (warning.blocking) out += warning.code + " ";
    return out;
}

bool corrected(Agency& agency, const Told& held) {
    for (const auto& row : agency.world.tables->reports.adjustments({}, true))
        if (row.entry == agency.entry(held).id) return true;
    return false;
}

} // namespace

TEST_CASE(
    "old books with time at the borders of months and with flags of Kimai and Paymo: pulled "
    "twice, nothing that was sent moves, and the second pull writes nothing (G65, G51, G52)") {
    for (const int schema : {1, 4}) {
        INFO("schema " << schema);
        Agency agency(schema);
        agency.update();
        const auto before = agency.billed();
        REQUIRE(before != "");
        REQUIRE(before.find("correction") == std::string::npos);
        REQUIRE(agency.world.books->late({}, true).empty());
        agency.pull();
        CHECK(agency.billed() == before);
        CHECK(agency.world.verify() == "");
        test::FactWrites writes(*agency.world.db);
        agency.pull();
        CHECK(writes.told() == "");
        CHECK(agency.billed() == before);
        // What is not billed takes the planner's word; a draft says that it was counted anew.
        for (const auto& held : agency.held_on(kFree)) {
            CHECK((agency.entry(held).word.billable == false) == !held.billable);
            CHECK(agency.entry(held).word.billed_elsewhere == held.billed);
        }
        CHECK(holds(agency, agency.reports.at(kDraft)) == "recounted ");
        CHECK(agency.world.verify() == "");
    }
}

TEST_CASE("flags that are first read on time that was sent are no change, and a later one counts "
          "from the first telling (G65, G51)") {
    Agency agency(4);
    agency.update();
    agency.pull();
    const auto before = agency.billed();
    // Another text, and the mark of a bill that somebody sets or takes back: no flag of ours
    // changed.
    for (const auto* day : {kSent, kAgreed, kPaid})
        for (const auto& held : agency.held_on(day))
            agency.change(held, R"("/description":")" + held.planner + R"(",)" +
                                    std::string(held.planner == "kimai" ? R"("/exported":)"
                                                                        : R"("/billed":)") +
                                    (held.billed ? "false" : "true"));
    agency.pull();
    CHECK(agency.billed().find("correction") == std::string::npos);
    for (const auto& held : agency.held_on(kSent)) CHECK(agency.entry(held).revision > 1);
    // Tags are first told, too: what was not billable at the first telling stays as it was billed.
    for (const auto& held : agency.held_on(kAgreed))
        if (held.planner == "kimai") agency.change(held, R"("/tags":["review"])");
    agency.pull();
    CHECK(agency.billed().find("correction") == std::string::npos);
    // Billable then, and not any longer: one correction each.
    for (const auto& held : agency.held_on(kAgreed))
        if (held.planner == "kimai" && held.billable) agency.change(held, R"("/billable":false)");
    agency.pull();
    for (const auto& held : agency.held_on(kAgreed)) {
        INFO(held.planner << " " << held.id);
        CHECK(corrected(agency, held) == (held.planner == "kimai" && held.billable));
    }
    // Told billable after all: what was billed is right, and the corrections are taken back.
    for (const auto& held : agency.held_on(kAgreed))
        if (held.planner == "kimai") agency.change(held, R"("/billable":true)");
    agency.pull();
    for (const auto& held : agency.held_on(kAgreed)) CHECK_FALSE(corrected(agency, held));
    CHECK(agency.world.books->late({}, true).empty());
    CHECK(agency.world.verify() == "");
    CHECK(before.substr(0, before.find('\n')) == agency.billed().substr(0, before.find('\n')));
}

TEST_CASE("a report that was sent before flags were read, and is sent anew, bills by what they say "
          "(G65, G51)") {
    Agency agency(4);
    agency.update();
    agency.pull();
    auto& world = agency.world;
    const auto report = agency.reports.at(kSent);
    const auto was = world.total(report);
    REQUIRE(desk::recall(*world.books, report, world.actor).ok());
    agency.pull();
    // It would be another bill than the one that the client saw: somebody looks at it first.
    const auto view = world.books->show(report);
    REQUIRE(view.ok());
    const auto asks = std::find_if(view->warnings.begin(), view->warnings.end(),
                                   [](const auto& warning) { return warning.code == "recounted"; });
    REQUIRE(asks != view->warnings.end());
    CHECK(asks->blocking);
    const auto now = world.total(report);
    CHECK(now != was);
    CHECK(asks->message.find(was) != std::string::npos); // both totals
    CHECK(asks->message.find(now) != std::string::npos);
    CHECK_FALSE(desk::send(*world.books, report, "", false, false, world.actor).ok());
    REQUIRE(desk::accept(*world.books, report, "recounted", "", world.actor).ok());
    world.send(report);
    std::int64_t billed = 0, free = 0;
    for (const auto& told : agency.held_on(kSent))
        if (!told.billed) (told.billable ? billed : free) += agency.entry(told).seconds;
    const auto row = world.tables->reports.find(report).value();
    CHECK(row.billed_seconds == billed);
    CHECK(row.nonbillable_seconds == free);
    agency.pull();
    CHECK(world.tables->reports.adjustments({}, true).empty());
    CHECK_FALSE(world.tables->reports.find(report).value().drifted);
    CHECK(world.verify() == "");
}
