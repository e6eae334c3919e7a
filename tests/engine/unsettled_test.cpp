#include <catch2/catch.hpp>

#include "books/evidence.h"
#include "desk/reports.h"
#include "desk/sending.h"
#include "engine/kanban.h"
#include "engine/pulls.h"
#include "lanes/cards.h"

using namespace hb;
using namespace hb::test;

namespace {

// Three clients with nine hours and one hour of June and a draft each. The last one's turn comes
// last when the end of a reading settles them.
struct Office : World {
    explicit Office(WorldOptions options = {}) : World(std::move(options)) {
        const auto person = user("Designer Five");
        for (int i = 0; i < 3; ++i) {
            const auto client = company("Client " + std::to_string(i + 1));
            TaskMaker maker;
            maker.links = {"CO_" + std::to_string(client)};
            const auto of_client = task(maker);
            clients.push_back(client);
            entries.push_back(entry(of_client, person, 9 * 3600, "2026-06-03T10:00:00+03:00"));
            entry(of_client, person, 3600, "2026-06-04T10:00:00+03:00");
        }
        pull();
        for (const auto client : clients) {
            contract(client);
            reports.push_back(draft(client, "2026-06-01", "2026-06-30"));
        }
        last = reports.back();
    }

    // Somebody finds that most of the time of all three was wrong.
    void shorten() {
        const std::int64_t left[] = {1200, 1800, 540};
        for (std::size_t i = 0; i < entries.size(); ++i) edit_entry(entries[i], left[i]);
    }
    // Reads, and does this before the first of the three is settled.
    void pull_and_meanwhile(const std::function<void()>& act) {
        bool acted = false;
        const auto usual = books->failpoint;
        books->failpoint = [&](std::string_view moment) {
            if (moment != "between settlements" || std::exchange(acted, true)) return;
            REQUIRE(is_unsettled(last));
            act();
        };
        const auto read = pull();
        books->failpoint = usual;
        CHECK_FALSE(read.error);
        REQUIRE(acted);
    }
    // Reads, and is killed before the first of the three is settled.
    void die_while_settling() {
        books->failpoint = [](std::string_view moment) {
            if (moment == "between settlements") throw Killed{};
        };
        CHECK_THROWS_AS(pull(), Killed);
        restart();
        REQUIRE(is_unsettled(last));
    }
    bool is_unsettled(std::int64_t report) {
        const auto client = tables->reports.find(report)->client;
        return !tables->touched.unsettled_by(client).empty();
    }
    desk::Sending send_by_command() {
        return desk::send_report(
            *books, [](std::int64_t) { return Status{}; }, last, {}, actor);
    }
    // What the end of the reading finds of a sent report.
    std::size_t corrections() { return tables->reports.adjustments_of_report(last).size(); }

    std::vector<std::int64_t> clients, entries, reports;
    std::int64_t last = 0;
};

bool names(const Error& error, std::string_view text) {
    return to_string(error).find(text) != std::string::npos;
}

std::int64_t card_of(World& world, std::int64_t report) {
    for (const auto each : cards(world))
        if (report_of_card(world, each) == report) return each;
    FAIL("no card shows the report");
    return 0;
}

} // namespace

TEST_CASE("who sends while the end of a reading is being settled is told what it took away") {
    Office office;
    office.shorten();
    office.pull_and_meanwhile([&] {
        const auto told = office.send_by_command();
        REQUIRE_FALSE(told.sent.ok());
        CHECK(names(told.sent.error(), "shrunk"));
        CHECK_FALSE(office.is_unsettled(office.last));
        CHECK(office.is_unsettled(office.reports.front())); // whom nobody asked about
    });
    CHECK(office.tables->touched.put_off().empty());
    CHECK(office.state(office.last) == "draft");
    CHECK(office.verify() == "");
}

TEST_CASE("a report that nothing was taken from is sent in that moment, and not refused") {
    Office office;
    for (const auto entry : office.entries) office.edit_entry(entry, 9 * 3600 + 600);
    office.pull_and_meanwhile([&] {
        const auto told = office.send_by_command();
        REQUIRE(told.sent.ok());
        CHECK(told.sent->totals.total == office.tables->reports.find(office.last)->total);
    });
    CHECK(office.total(office.last) == "915.00");
    CHECK(office.corrections() == 0);
    CHECK(office.verify() == "");
}

TEST_CASE("an agreement in that moment comes after what the reading found") {
    Office office;
    for (const auto report : office.reports) office.send(report);
    office.shorten();
    office.pull_and_meanwhile([&] {
        REQUIRE(office.corrections() == 0);
        REQUIRE(desk::agree(*office.books, office.last, "", office.actor).ok());
        CHECK(office.corrections() > 0);
        CHECK_FALSE(office.is_unsettled(office.last));
    });
    CHECK(office.verify() == "");
}

TEST_CASE("a card that is moved in that moment obeys the same") {
    Office office({"", "on_agree", domain::LatePolicy::Ask, true, false});
    setup_portal(office);
    office.send(office.last);
    office.run();
    const auto card = card_of(office, office.last);
    office.shorten();
    move_card(office, card, "agreed");
    office.pull_and_meanwhile([&] {
        lanes::CardsJob job(*office.books, [](std::int64_t) { return Status{}; });
        REQUIRE(job.read().ok());
        CHECK(office.state(office.last) == "agreed");
        CHECK(office.corrections() > 0);
        CHECK_FALSE(office.is_unsettled(office.last));
    });
    CHECK(office.verify() == "");
}

TEST_CASE("a card that is moved to be sent in that moment is told what the reading took away") {
    Office office({"", "on_agree", domain::LatePolicy::Ask, true, false});
    setup_portal(office);
    office.run();
    const auto card = card_of(office, office.last);
    office.shorten();
    move_card(office, card, "sent");
    office.pull_and_meanwhile([&] {
        lanes::CardsJob job(*office.books, [](std::int64_t) { return Status{}; });
        REQUIRE(job.read().ok());
        CHECK(office.state(office.last) == "draft");
    });
    office.run();
    const auto comments = card_comments(office, card);
    REQUIRE_FALSE(comments.empty());
    CHECK(comments.back().find("now 103.50 BYN") != std::string::npos);
    CHECK(office.verify() == "");
}

TEST_CASE("the judge of the CRM's answers invoices in that moment only what is settled") {
    Office office;
    office.send(office.last);
    office.agree(office.last);
    office.shorten();
    office.pull_and_meanwhile([&] {
        const auto row = *office.tables->reports.find(office.last);
        domain::DealState deal;
        deal.exists = true;
        deal.id = "77";
        deal.semantics = "P";
        deal.opportunity = office.total(office.last);
        deal.currency = row.currency;
        deal.company = std::to_string(office.clients.back());
        for (const auto& line : office.tables->reports.lines(office.last, row.revision))
            deal.rows.push_back(
                {"row", domain::format_amount(line.line.gross, *domain::find_currency("BYN")),
                 "1"});
        REQUIRE(office.corrections() == 0);
        CHECK(books::confirm_invoiced(*office.books, office.last, deal));
        CHECK(office.corrections() > 0);
        CHECK(office.state(office.last) == "invoiced");
        CHECK_FALSE(office.is_unsettled(office.last));
    });
    CHECK(office.verify() == "");
}

TEST_CASE("the command that invoices, likewise") {
    WorldOptions options;
    options.deal_create = "never";
    Office office(options);
    office.send(office.last);
    office.agree(office.last);
    office.shorten();
    office.pull_and_meanwhile([&] {
        REQUIRE(office.corrections() == 0);
        REQUIRE(desk::invoice(*office.books, office.last, office.actor).ok());
        CHECK(office.corrections() > 0);
        CHECK_FALSE(office.is_unsettled(office.last));
    });
    CHECK(office.state(office.last) == "invoiced");
    CHECK(office.verify() == "");
}

TEST_CASE("the end of a reading lets go of the books between two clients (P23)") {
    Office office;
    for (const bool night : {false, true}) {
        office.shorten();
        int turns = 0;
        const auto usual = office.books->failpoint;
        office.books->failpoint = [&](std::string_view moment) {
            if (moment != "between settlements") return;
            ++turns;
            CHECK_FALSE(Held::by_this_thread());
            std::size_t waiting = 0;
            for (const auto report : office.reports) waiting += office.is_unsettled(report) ? 1 : 0;
            CHECK(waiting == office.reports.size() + 1 - static_cast<std::size_t>(turns));
        };
        office.pull(night ? nightly_pull() : lanes::PullOptions{});
        office.books->failpoint = usual;
        CHECK(turns == 3);
        CHECK(office.tables->touched.put_off().empty());
    }
}

TEST_CASE("after a death between two settlements a command settles its own client first") {
    {
        Office office;
        office.shorten();
        office.die_while_settling();
        const auto told = office.send_by_command();
        REQUIRE_FALSE(told.sent.ok());
        CHECK(names(told.sent.error(), "shrunk"));
        CHECK_FALSE(office.is_unsettled(office.last));
        CHECK(office.is_unsettled(office.reports.front()));
        office.pull();
        CHECK(office.tables->touched.put_off().empty());
        CHECK(office.verify() == "");
    }
    {
        Office office;
        for (const auto report : office.reports) office.send(report);
        office.shorten();
        office.die_while_settling();
        REQUIRE(desk::agree(*office.books, office.last, "", office.actor).ok());
        CHECK(office.corrections() > 0);
        office.run();
        CHECK(office.tables->touched.put_off().empty());
        CHECK(office.verify() == "");
    }
}

TEST_CASE("wherever a wish comes between, the books end as they do without it") {
    const auto tell = [](bool between) {
        Office office;
        office.send(office.reports.front());
        office.shorten();
        if (between)
            office.pull_and_meanwhile([&] {
                CHECK_FALSE(office.send_by_command().sent.ok());
                REQUIRE(desk::agree(*office.books, office.reports.front(), "", office.actor).ok());
            });
        else
            office.pull();
        if (!between) {
            CHECK_FALSE(office.send_by_command().sent.ok());
            REQUIRE(desk::agree(*office.books, office.reports.front(), "", office.actor).ok());
        }
        CHECK(office.verify() == "");
        std::string out;
        for (const auto report : office.reports) {
            out += office.state(report) + " " + office.total(report) + "\n";
            for (const auto& row : office.tables->reports.adjustments_of_report(report))
                out += std::to_string(row.delta_seconds) + " " + std::to_string(row.delta_amount) +
                       "\n";
            for (const auto& move : office.tables->draft_moves.of(report))
                out += std::to_string(move.entry) + "\n";
        }
        return out;
    };
    CHECK(tell(true) == tell(false));
}

TEST_CASE("a reading that goes on makes nobody wait: its end settles") {
    Office office;
    office.shorten();
    {
        // What a reading before sending leaves behind.
        lanes::PullOptions options;
        options.only_entries = std::vector<std::string>{};
        for (const auto entry : office.entries)
            options.only_entries->push_back(std::to_string(entry));
        office.pull(options);
    }
    CHECK_FALSE(office.tables->touched.put_off().empty());
    CHECK_FALSE(office.is_unsettled(office.last));
    office.pull();
    CHECK(office.tables->touched.put_off().empty());
}
