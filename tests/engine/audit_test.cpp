// R17: a reader of its own recomputes each report from the log, the entries' revisions and the
// contract versions. Here: that it notices whatever is wrong.
#include <catch2/catch.hpp>

#include "audit/reader.h"
#include "base/text.h"
#include "books/evidence.h"
#include "books/hidden.h"
#include "desk/decisions.h"
#include "desk/reports.h"
#include "engine/books_world.h"
#include "store/hidden.h"
#include "store/waiting.h"

using namespace hb;
using test::Cells;
using test::Dump;

namespace {

constexpr const char* kTerms =
    R"("valid_from":"2026-01-01","currency":"BYN","vat":{"mode":"added","rate":"20"},)"
    R"("rounding":{"level":"task","step_minutes":15,"mode":"up"},)"
    R"("rates":[{"amount":"90.00"},{"person":"bitrix24:user:2","amount":"120.50"}])";

std::vector<std::string> problems(const Dump& dump) {
    return test::AuditReader(dump).problems();
}

// Two clients; a bill that was recalled, sent again, paid in parts, reversed and paid, whose time
// changed afterwards; a second bill with the correction; what people decided besides.
class Story {
public:
    Story() {
        for (const char* id : {"1", "2"}) world_.person(id);
        for (const char* id : {"1", "2"}) {
            world_.company(id, std::string("Client ") + id);
            REQUIRE(world_.contract(id, kTerms).ok());
        }
        using Status = domain::TaskStatus;
        for (const char* id : {"1", "2"}) world_.task(id, "1", Status::InProgress);
        world_.task("3", "1", Status::InProgress, {"bug"});
        world_.task("4", "2", Status::InProgress);
        put("1", "1", "1", 5400, "2026-05-04");
        put("2", "1", "2", 1000, "2026-05-05");
        put("3", "2", "1", 601, "2026-05-06");
        put("4", "3", "1", 900, "2026-05-06");
        put("5", "2", "2", 3599, "2026-05-07");
        put("6", "4", "1", 7200, "2026-05-07");
        first_bill();
        second_bill();
        guards();
        other_client();
    }
    Dump dump() { return test::dump_of(*world_.db); }

private:
    void put(const char* id, const char* task, const char* person, std::int64_t seconds,
             const char* day) {
        world_.clock.advance(std::chrono::minutes{10});
        world_.entry(id, task, person, seconds, *parse_day(day));
        world_.settle();
    }
    std::int64_t draft(const char* client, const char* from, const char* to) {
        domain::Filter filter;
        filter.company = {"bitrix24", "company", client};
        filter.from = *parse_day(from);
        filter.to = *parse_day(to);
        const auto made = desk::create(*world_.books, filter, world_.actor);
        REQUIRE((made.ok() && made->view.id));
        return *made->view.id;
    }
    void send_and_agree(std::int64_t id) {
        world_.clock.advance(std::chrono::hours{1});
        REQUIRE(desk::send(*world_.books, id, "", false, false, world_.actor).ok());
        world_.clock.advance(std::chrono::hours{1});
        REQUIRE(desk::agree(*world_.books, id, "", world_.actor).ok());
    }
    void first_bill() {
        auto& books = *world_.books;
        const auto id = draft("1", "2026-05-01", "2026-05-31");
        const domain::Ref excluded{"bitrix24", "entry", "5"};
        REQUIRE(desk::exclude(books, id, excluded, "later", world_.actor).ok());
        const domain::Ref bug{"bitrix24", "entry", "4"};
        REQUIRE(desk::override_entry(books, id, bug, true, "their mistake", world_.actor).ok());
        REQUIRE(desk::send(books, id, "", false, false, world_.actor).ok());
        world_.clock.advance(std::chrono::hours{1});
        REQUIRE(desk::recall(books, id, world_.actor).ok());
        send_and_agree(id);
        world_.clock.advance(std::chrono::hours{1});
        REQUIRE(books::confirm_invoiced(books, id, world_.deal(id)));
        REQUIRE(desk::add_payment(books, id, "100.00", *parse_day("2026-07-02"), "P1", world_.actor)
                    .ok());
        world_.clock.advance(std::chrono::hours{1});
        // The CRM shows two payments; one is taken back there, and comes again with another sum.
        auto deal = world_.deal(id);
        deal.payments = {{"11", "50.00", "BYN", true, "2026-07-02T10:00:00Z"},
                         {"12", "40.00", "BYN", true, "2026-07-02T10:00:00Z"}};
        REQUIRE(books::apply_evidence(books, id, deal));
        world_.clock.advance(std::chrono::hours{1});
        deal.payments[1].paid = false;
        REQUIRE(books::apply_evidence(books, id, deal));
        const auto row = *world_.tables->reports.find(id);
        const auto rest = row.total - row.settled + 500; // 5.00 too much
        deal.payments[1] = {"12", domain::format_amount(rest, *domain::find_currency("BYN")), "BYN",
                            true, "2026-07-03T10:00:00Z"};
        world_.clock.advance(std::chrono::hours{1});
        REQUIRE(books::apply_evidence(books, id, deal));
        REQUIRE(world_.tables->reports.find(id)->state == domain::State::Paid);
    }
    // With a correction of the first.
    void second_bill() {
        put("1", "1", "1", 9000, "2026-05-04");
        const auto open = world_.books->late(std::nullopt, false);
        for (const auto& row : open)
            REQUIRE(desk::decide_late(*world_.books, row.ref, "next_report", "agreed", world_.actor)
                        .ok());
        send_and_agree(draft("1", "2026-06-01", "2026-06-30"));
    }
    // A draft that pulls shrank, a week in one record, and a record that is not shown and stays.
    void guards() {
        put("8", "1", "1", 7200, "2026-07-04");
        put("9", "1", "1", 108000, "2026-07-05");
        put("10", "1", "1", 600, "2026-07-06");
        REQUIRE(desk::accept_long(*world_.books, "bitrix24:entry:9", "a week", world_.actor).ok());
        const auto id = draft("1", "2026-07-01", "2026-07-31");
        world_.gone("entries", "8");
        world_.settle();
        REQUIRE(desk::accept(*world_.books, id, "shrunk", "", world_.actor).ok());
        {
            store::Tx tx(*world_.db);
            store::Hidden(*world_.db)
                .add(1, "entries", {"10"}, domain::NotShown::Unproven, world_.clock.now());
            tx.commit();
        }
        REQUIRE(books::keep_hidden(*world_.books, {{"bitrix24", "entry", "10"}}, "it is work",
                                   world_.actor)
                    .ok());
        store::Tx tx(*world_.db);
        store::Waiting(*world_.db)
            .put({0,
                  1,
                  {"entries", "10", "{}", "newer"},
                  world_.clock.now(),
                  false,
                  {{domain::MoneyField::EntrySeconds, "600", "10"}}});
        tx.commit();
    }
    void other_client() {
        const auto id = draft("2", "2026-05-01", "2026-05-31");
        send_and_agree(id);
        put("7", "4", "2", 600, "2026-05-08"); // late: the period was sent
        REQUIRE(desk::decide_late(*world_.books, "bitrix24:entry:7", "write_off", "a present",
                                  world_.actor)
                    .ok());
        REQUIRE(desk::cancel(*world_.books, id, "a mistake", world_.actor).ok());
        REQUIRE(desk::set_link(*world_.books, "bitrix24:task:4", "bitrix24:company:1", std::nullopt,
                               world_.actor)
                    .ok());
        REQUIRE(desk::adopt(*world_.books, "bitrix24:company:2", *parse_day("2026-02-01"), false,
                            world_.actor)
                    .ok());
    }

    test::BooksWorld world_;
};

// Tells nothing that the books stand on.
bool is_remark(const std::string& action) {
    return action == "report.drifted" || action == "question.ended" || action == "report.note" ||
           action == "report.included";
}

} // namespace

TEST_CASE("every report is recomputed to the cent from the log and the contract versions (R17)") {
    Story story;
    const auto dump = story.dump();
    test::AuditReader reader(dump);
    CHECK(join(reader.problems(), "\n") == "");
    CHECK(reader.reports() == 4);
    CHECK(reader.recomputed() == 5);
    // It has what the corruptions below corrupt.
    CHECK(dump.find("lines", "kind", "adjustment") != nullptr);
    CHECK(dump.find("payments", "reversed_reason", "no longer paid in the CRM") != nullptr);
    CHECK(dump.find("reports", "surplus", "500") != nullptr);
}

TEST_CASE("the loss of any audit row is noticed, also under a chain that was sealed anew (R17)") {
    Story story;
    const auto whole = story.dump();
    for (std::size_t i = 0; i < whole.events.size(); ++i) {
        const auto& event = whole.events[i];
        auto dump = whole;
        test::forget_event(dump, i);
        INFO("event " << event.seq << " " << event.action << " " << event.subject << " "
                      << event.data);
        CHECK(problems(dump).empty() == is_remark(event.action));
        dump = whole; // not sealed anew: whatever it told
        dump.events.erase(dump.events.begin() + static_cast<std::ptrdiff_t>(i));
        CHECK((i + 1 == whole.events.size() || !problems(dump).empty()));
    }
}

TEST_CASE("any figure of a bill that differs by one is noticed (R17)") {
    Story story;
    const auto whole = story.dump();
    const std::map<std::string, std::vector<std::string>> figures = {
        {"lines", {"worked_seconds", "billed_seconds", "amount", "gross", "rate"}},
        {"allocations", {"seconds"}},
        {"reports",
         {"worked_seconds", "billed_seconds", "nonbillable_seconds", "subtotal", "vat", "total",
          "settled", "surplus", "written_off", "revision"}},
        {"payments", {"amount"}},
        {"adjustments", {"delta_seconds", "delta_billed", "delta_amount"}},
        {"contracts", {"version"}},
        {"revisions", {"n"}},
    };
    for (const auto& [table, columns] : figures)
        for (const auto& column : columns)
            for (std::size_t i = 0; i < whole.rows(table).size(); ++i) {
                // A free line has no rate, and the lines of the cancelled report cost what they
                // did.
                if (column == "rate" && whole.rows(table)[i].at("billable") == "0") continue;
                auto dump = whole;
                auto& cell = dump.rows(table)[i].at(column);
                cell = std::to_string(std::stoll(cell) + 1);
                INFO(table << " row " << i << " " << column << " " << cell);
                bool noticed = false;
                try {
                    noticed = !problems(dump).empty();
                } catch (const std::exception&) {
                    noticed = true; // it could not even be read
                }
                CHECK(noticed);
            }
}

TEST_CASE("swapped lines, other terms, moved time and lost rows are noticed (R17)") {
    Story story;
    const auto whole = story.dump();
    const auto replace = [](std::string& text, const std::string& what, const std::string& by) {
        const auto at = text.find(what);
        REQUIRE(at != std::string::npos);
        text.replace(at, what.size(), by);
    };
    const std::map<std::string, std::function<void(Dump&)>> corruptions = {
        {"two lines of one bill changed places",
         [](Dump& dump) {
             auto& rows = dump.rows("lines");
             for (std::size_t i = 0; i + 1 < rows.size(); ++i)
                 if (rows[i].at("report") == rows[i + 1].at("report") &&
                     rows[i].at("revision") == rows[i + 1].at("revision"))
                     return std::swap(rows[i].at("position"), rows[i + 1].at("position"));
             FAIL("no such lines");
         }},
        {"two lines changed their money, so that the sum stays",
         [](Dump& dump) {
             auto& rows = dump.rows("lines");
             std::swap(rows[0].at("amount"), rows[1].at("amount"));
             std::swap(rows[0].at("gross"), rows[1].at("gross"));
         }},
        {"a rate of a contract version",
         [&](Dump& dump) { replace(dump.rows("contracts")[0].at("text"), "120.50", "120.51"); }},
        {"the tax of a contract version",
         [&](Dump& dump) { replace(dump.rows("contracts")[0].at("text"), "\"20\"", "\"21\""); }},
        {"the rounding of a contract version",
         [&](Dump& dump) { replace(dump.rows("contracts")[0].at("text"), "15", "30"); }},
        {"the text that the client saw",
         [&](Dump& dump) { replace(dump.rows("revisions")[0].at("canonical"), "90.00", "91.00"); }},
        {"the text and its hash, together",
         [&](Dump& dump) {
             auto& row = dump.rows("revisions")[0];
             replace(row.at("canonical"), "90.00", "91.00");
             row.at("hash") = "0";
         }},
        {"an allocation names another entry",
         [](Dump& dump) { dump.rows("allocations")[0].at("entry") = "3"; }},
        {"an entry of a bill was moved to another person",
         [](Dump& dump) {
             for (auto& row : dump.rows("entries"))
                 if (row.at("remote_id") == "2") row.at("person") = "1";
         }},
        {"a payment moved to another report",
         [](Dump& dump) { dump.rows("payments")[0].at("report") = "2"; }},
        {"a payment is gone", [](Dump& dump) { dump.rows("payments").pop_back(); }},
        {"a reversed payment stands again",
         [](Dump& dump) {
             for (auto& row : dump.rows("payments")) row.at("reversed_at").clear();
         }},
        {"a paid report says that it is not",
         [](Dump& dump) { dump.rows("reports")[0].at("state") = "invoiced"; }},
        {"a credited report stands again",
         [](Dump& dump) { dump.rows("reports")[3].at("state") = "agreed"; }},
        {"an agreed hash", [](Dump& dump) { dump.rows("reports")[0].at("agreed_hash") = "0"; }},
        {"a decision was turned",
         [](Dump& dump) {
             for (auto& row : dump.rows("late_decisions"))
                 row.at("decision") =
                     row.at("decision") == "write_off" ? "next_report" : "write_off";
         }},
        {"an override was turned",
         [](Dump& dump) { dump.rows("overrides")[0].at("billable") = "0"; }},
        {"a long record that nobody accepted is on a draft",
         [](Dump& dump) {
             for (auto& event : dump.events)
                 if (event.action == "entry.accepted") event.subject = "bitrix24:entry:1";
         }},
        {"an acceptance of more than was accepted",
         [](Dump& dump) { dump.rows("draft_accepted")[0].at("seconds") = "7201"; }},
        {"another reason why a record stays",
         [](Dump& dump) {
             for (auto& row : dump.rows("not_shown")) row.at("reason") = "because";
         }},
        {"a value that waits is in force",
         [](Dump& dump) {
             for (auto& row : dump.rows("entries"))
                 if (row.at("remote_id") == "10") row.at("seconds") = "10";
         }},
        {"its planner calls a billed record free work",
         [](Dump& dump) {
             for (auto& row : dump.rows("entries"))
                 if (row.at("remote_id") == "3") row.at("word") = "n";
         }},
        {"the statement grew by an empty member",
         [&](Dump& dump) {
             replace(dump.rows("revisions")[0].at("canonical"), "\"completeness\":{",
                     "\"completeness\":{\"long_seconds\":0,");
         }},
        {"a line is gone", [](Dump& dump) { dump.rows("lines").pop_back(); }},
        {"a word in the log, without its hash",
         [&](Dump& dump) { replace(dump.events.back().data, "2026", "2025"); }},
    };
    for (const auto& [what, corrupt] : corruptions) {
        auto dump = whole;
        corrupt(dump);
        INFO(what);
        CHECK(!problems(dump).empty());
    }
}
