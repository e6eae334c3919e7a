#include <algorithm>
#include <catch2/catch.hpp>

#include "base/text.h"
#include "desk/crm_answers.h"
#include "desk/reports.h"
#include "engine/asks.h"
#include "engine/kanban.h"

// What somebody changes by hand in the CRM: asked once each, and answered (G56).
namespace hb::test {
namespace {

using domain::QuestionKind;

constexpr const char* kReason = "by phone";

struct Shop {
    World world{{"", "on_agree", domain::LatePolicy::Ask, true, false}};
    std::int64_t client = 0, other = 0, report = 0, deal = 0, invoice = 0;

    Shop() {
        client = world.company("Client");
        other = world.company("Other client");
        const auto task =
            world.task({"Landing page", {"CO_" + std::to_string(client)}, {}, 0, 0, 5});
        const auto worker = world.user("Worker");
        world.entry(task, worker, 3600, "2026-06-10T10:00:00+03:00");
        world.entry(task, worker, 1800, "2026-06-11T10:00:00+03:00");
        REQUIRE_FALSE(world.pull().error);
        world.contract(client);
        setup_portal(world);
        report = world.draft(client, "2026-06-01", "2026-06-30");
        world.send(report);
        world.agree(report);
    }
    void become_invoiced() {
        run();
        REQUIRE(world.state(report) == "invoiced");
        learn();
        clean_ = portal_side();
    }
    void learn() {
        deal = world.deals().front();
        invoice = invoices(world).front();
    }
    // The outage is over, and has been for a minute.
    void come_back() {
        world.advance(std::chrono::hours{1});
        world.run(std::chrono::seconds{0});
        world.advance(std::chrono::minutes{2});
        world.run(std::chrono::seconds{0});
    }
    lanes::RunReport run() {
        auto ran = world.run(std::chrono::seconds{600});
        for (const auto& error : ran.errors) UNSCOPED_INFO(error);
        CHECK(ran.errors.empty());
        return ran;
    }

    // --- the hand in the CRM ---------------------------------------------------------------------
    void set(int type, const std::string& fields) {
        portal_call(world, "crm.item.update",
                    "{\"entityTypeId\":" + std::to_string(type) +
                        ",\"id\":" + std::to_string(type == 2 ? deal : invoice) + ",\"fields\":{" +
                        fields + "}}");
    }
    void rows(int type, const std::string& rows) {
        portal_call(world, "crm.item.productrow.set",
                    "{\"ownerType\":\"" + std::string(type == 2 ? "D" : "SI") +
                        "\",\"ownerId\":" + std::to_string(type == 2 ? deal : invoice) +
                        ",\"productRows\":[" + rows + "]}");
    }
    void bin(int type) {
        world.portal->edit([&](sandbox::State& state) {
            auto& items = state.crm.at(type).items;
            const auto id = type == 2 ? deal : invoice;
            binned_.push_back(*items.find(id));
            items.erase(id);
        });
    }
    void out_of_the_bin(int type) {
        world.portal->edit([&](sandbox::State& state) {
            state.crm.at(type).items.add(binned_.back());
            binned_.pop_back();
        });
    }
    void close(int type, const std::string& semantics) {
        if (type == 31)
            move_invoice(world, invoice, semantics);
        else
            world.win_deal(deal, semantics == "S" ? "WON" : semantics == "F" ? "LOSE" : "NEW");
    }

    // --- the books -------------------------------------------------------------------------------
    std::string asked() { // "amount_differs deal:1 1.00 BYN"
        std::string out;
        for (const auto& each : books::asked_of(world.books->read(), report))
            out += (out.empty() ? "" : "; ") + std::string(domain::to_string(each.asked.kind)) +
                   " " + each.asked.about + " " + domain::shown_value(each.asked);
        return out;
    }
    std::int64_t logged(const std::string& action) {
        const auto events = world.tables->events.of_report(report);
        return std::count_if(events.begin(), events.end(),
                             [&](const auto& event) { return event.action == action; });
    }
    Result<std::int64_t> accept(const std::vector<desk::Shown>& only = {}) {
        return desk::accept_crm(*world.books, report, only, kReason, "test");
    }
    Result<std::int64_t> restore(const std::vector<desk::Shown>& only = {}) {
        return desk::restore_crm(*world.books, report, only, "test");
    }
    std::string money() { // what no answer may move
        const auto row = *world.tables->reports.find(report);
        return world.state(report) + " " + std::to_string(row.total) + " " +
               std::to_string(row.settled) + " " + std::to_string(row.surplus);
    }
    // Deal and invoice as the books know them, for "as it was".
    std::string portal_side() {
        std::string out;
        for (const bool is_invoice : {false, true}) {
            auto& connector = *world.books->crm()->connector;
            world.clock.wait_until(connector.earliest());
            const auto state = is_invoice ? connector.read_invoice(std::to_string(invoice))
                                          : connector.read_deal(std::to_string(deal));
            REQUIRE(state.ok());
            out += (state->exists ? "there " : "gone ") + state->stage + " " + state->opportunity +
                   " " + state->currency + " " + state->company;
            for (const auto& row : state->rows)
                out += " [" + row.name + " " + row.price + " x" + row.quantity + "]";
            out += "\n";
        }
        return out;
    }
    bool as_it_was() { return portal_side() == clean_; }

private:
    std::string clean_;
    std::vector<sandbox::CrmItem> binned_;
};

// One change by hand, and how its hand takes it back.
struct Change {
    const char* name;
    std::string code; // and what it is about: "deal", "invoice"
    std::function<void(Shop&)> change, undo;
    bool restorable = true;
};

std::int64_t count_of(const Result<std::int64_t>& done) {
    INFO((done ? "" : to_string(done.error())));
    REQUIRE(done.ok());
    return *done;
}

std::string number_of(std::int64_t id) {
    return std::to_string(id);
}

std::string ours() {
    return R"({"productName":"ours","price":135,"quantity":1})";
}

Change member(const char* name, std::string code, int type, const std::string& now,
              const std::string& was) {
    return {name, std::move(code), [type, now](Shop& s) { s.set(type, now); },
            [type, was](Shop& s) { s.set(type, was); }};
}
Change company(const char* name, int type, bool none) {
    return {name, std::string("company_differs ") + (type == 2 ? "deal" : "invoice"),
            [type, none](Shop& s) {
                s.set(type, "\"companyId\":" + (none ? "0" : number_of(s.other)));
            },
            [type](Shop& s) { s.set(type, "\"companyId\":" + number_of(s.client)); }};
}
Change row(const char* name, std::string code, int type, const std::string& rows) {
    return {name, std::move(code), [type, rows](Shop& s) { s.rows(type, rows); },
            [type](Shop& s) { s.rows(type, ours()); }};
}
Change gone(const char* name, int type) {
    return {name, std::string("gone ") + (type == 2 ? "deal" : "invoice"),
            [type](Shop& s) { s.bin(type); }, [type](Shop& s) { s.out_of_the_bin(type); }, false};
}
Change stage(const char* name, std::string code, int type, const std::string& semantics,
             const std::string& now, const std::string& was) {
    return {name, std::move(code),
            [=](Shop& s) {
                if (!now.empty()) s.set(type, now);
                s.close(type, semantics);
            },
            [=](Shop& s) {
                if (!was.empty()) s.set(type, was);
                s.close(type, "P");
            },
            false};
}

std::vector<Change> by_hand() {
    const std::string due = R"("opportunity":135)";
    return {
        member("a discount in the deal", "amount_differs deal", 2, R"("opportunity":100)", due),
        member("the deal for nothing", "amount_differs deal", 2, R"("opportunity":0)", due),
        member("another currency of the deal", "currency_differs deal", 2, R"("currencyId":"EUR")",
               R"("currencyId":"BYN")"),
        company("the deal of another company", 2, false),
        company("the deal of nobody", 2, true),
        row("a cheaper row", "rows_differ deal", 2,
            R"({"productName":"x","price":7,"quantity":1})"),
        row("one row more", "rows_differ deal", 2,
            ours() + R"(,{"productName":"hosting","price":10,"quantity":1})"),
        row("no rows at all", "rows_differ deal", 2, ""),
        row("a quantity", "row_unreadable deal", 2,
            R"({"productName":"x","price":67.5,"quantity":2})"),
        gone("the deal in the bin", 2),
        stage("the deal is lost", "lost deal", 2, "F", "", ""),
        stage("won for less", "closed_with_amount deal", 2, "S", R"("opportunity":100)", due),
        member("another sum of the invoice", "amount_differs invoice", 31, R"("opportunity":1)",
               due),
        member("another currency of the invoice", "currency_differs invoice", 31,
               R"("currencyId":"EUR")", R"("currencyId":"BYN")"),
        company("the invoice of another company", 31, false),
        row("rows of the invoice", "rows_differ invoice", 31,
            R"({"productName":"x","price":7,"quantity":1})"),
        gone("the invoice in the bin", 31),
        stage("the invoice is refused", "lost invoice", 31, "F", "", ""),
        stage("the invoice is paid, in another currency", "closed_in_currency invoice", 31, "S",
              R"("currencyId":"EUR")", R"("currencyId":"BYN")"),
    };
}

std::vector<std::string> codes(Shop& shop) {
    std::vector<std::string> out;
    for (const auto& each : books::asked_of(shop.world.books->read(), shop.report))
        out.push_back(std::string(domain::to_string(each.asked.kind)) + " " +
                      each.asked.about.substr(0, each.asked.about.find(':')));
    return out;
}

} // namespace

TEST_CASE("each change by hand is one question, asked once, answered, and ended by itself (G56)") {
    Shop shop;
    shop.become_invoiced();
    const auto money = shop.money();
    for (const auto& change : by_hand()) {
        INFO(change.name);
        const auto told = shop.logged("report.asks");
        change.change(shop);
        CHECK(shop.run().asking == 1);
        CHECK(codes(shop) == std::vector<std::string>{change.code});
        CHECK(shop.run().asking == 1);
        CHECK(shop.logged("report.asks") == told + 1); // told once
        CHECK(shop.accept().ok());
        CHECK(shop.run().asking == 0); // known
        CHECK(shop.logged("report.asks") == told + 1);
        CHECK(shop.money() == money);
        change.undo(shop);
        CHECK(shop.run().asking == 0);
        CHECK(shop.world.tables->reports.questions_of(shop.report).empty());
        change.change(shop); // the answer was about that time
        CHECK(shop.run().asking == 1);
        if (!change.restorable) {
            CHECK_FALSE(shop.restore().ok());
            change.undo(shop);
        } else {
            CHECK(count_of(shop.restore()) == 1);
        }
        shop.run(); // writes, reads back and ends
        CHECK(codes(shop).empty());
        CHECK(shop.money() == money);
    }
    CHECK(shop.as_it_was());
    CHECK(shop.world.verify() == "");
}

// What a stage of success says of the sum is evidence of payment, which G3 judges where the policy
// names it; the comparison is of what is open.
TEST_CASE("nothing of a closed deal or invoice is compared; its sum is asked about as a payment "
          "alone (G56, G3)") {
    const auto change_all = [](Shop& shop, int type) {
        shop.set(type,
                 R"("opportunity":100,"currencyId":"EUR","companyId":)" + number_of(shop.other));
        shop.rows(type, R"({"productName":"x","price":7,"quantity":1})");
    };
    SECTION("where payments alone are evidence, closed objects ask nothing") {
        Shop shop;
        shop.world.books->change(
            [&] { shop.world.books->settings.settle.evidence = {domain::Evidence::Payment}; });
        shop.become_invoiced();
        const auto money = shop.money();
        for (const int type : {2, 31}) {
            shop.close(type, "S");
            change_all(shop, type);
        }
        CHECK(shop.run().asking == 0);
        CHECK(codes(shop).empty());
        CHECK(shop.money() == money);
        // Open again, each difference is one question.
        for (const int type : {2, 31}) shop.close(type, "P");
        CHECK(shop.run().asking == 1);
        CHECK(codes(shop).size() == 8);
    }
    SECTION("where a won deal is evidence, its sum is that of a payment") {
        Shop shop;
        shop.become_invoiced();
        shop.close(2, "S");
        shop.run();
        REQUIRE(shop.world.state(shop.report) == "paid");
        const auto money = shop.money();
        shop.set(2, R"("opportunity":100,"companyId":)" + number_of(shop.other));
        shop.rows(2, R"({"productName":"x","price":7,"quantity":1})");
        shop.world.advance(std::chrono::hours{24}); // paid ones are looked at once a night
        shop.run();
        CHECK(codes(shop) == std::vector<std::string>{"closed_with_amount deal"});
        CHECK(shop.money() == money);
    }
    SECTION("a report that was cancelled is not compared") {
        Shop shop;
        shop.become_invoiced();
        REQUIRE(desk::cancel(*shop.world.books, shop.report, "a mistake", shop.world.actor).ok());
        shop.run();
        REQUIRE(shop.world.state(shop.report) == "credited");
        for (const int type : {2, 31}) {
            shop.close(type, "P");
            change_all(shop, type);
        }
        shop.world.advance(std::chrono::hours{24});
        CHECK(shop.run().asking == 0);
        CHECK(codes(shop).empty());
    }
}

TEST_CASE("eight changes are eight questions; what is written again leaves the others alone") {
    Shop shop;
    shop.become_invoiced();
    for (const int type : {2, 31}) {
        shop.set(type,
                 R"("opportunity":100,"currencyId":"EUR","companyId":)" + number_of(shop.other));
        shop.rows(type, R"({"productName":"x","price":7,"quantity":1})");
    }
    CHECK(shop.run().asking == 1); // report
    CHECK(codes(shop).size() == 8);
    // One of them, by the value that was shown.
    CHECK(count_of(shop.accept({{QuestionKind::AmountDiffers, "100.00"}})) == 2);
    CHECK(codes(shop).size() == 6);
    CHECK(count_of(shop.restore({{QuestionKind::CompanyDiffers, number_of(shop.other)}})) == 2);
    shop.run();
    CHECK(codes(shop).size() == 4);
    CHECK(shop.portal_side().find(" EUR " + number_of(shop.client)) != std::string::npos);
    // The rest; what was accepted stays.
    CHECK(count_of(shop.restore()) == 4);
    shop.run();
    CHECK(codes(shop) == std::vector<std::string>{"amount_differs deal", "amount_differs invoice"});
    CHECK(shop.asked().find("100.00 BYN") != std::string::npos); // another value than 100.00 EUR
    CHECK(shop.accept().ok());
    CHECK(shop.run().asking == 0);
    // With nothing that asks, what was accepted is taken back.
    CHECK(count_of(shop.restore()) == 2);
    shop.run();
    CHECK(shop.as_it_was());
    CHECK(shop.world.tables->reports.questions_of(shop.report).empty());
    CHECK(shop.world.verify() == "");
}

TEST_CASE("an answer to nothing, to another value, twice or against a write is refused (G56)") {
    Shop shop;
    const auto refused = [](const Result<std::int64_t>& done) {
        return done.ok() ? std::string("done") : to_string(done.error());
    };
    shop.become_invoiced();
    CHECK(refused(shop.accept()).find("shows what the client agreed to") != std::string::npos);
    CHECK(refused(shop.restore()).find("shows what the client agreed to") != std::string::npos);
    shop.set(2, R"("opportunity":100)");
    shop.run();
    const desk::Shown shown{QuestionKind::AmountDiffers, "100.00 BYN"};
    shop.set(2, R"("opportunity":90)");
    shop.run();
    for (const auto& done : {shop.accept({shown}), shop.restore({shown})})
        CHECK(refused(done).find("amount_differs is 90.00 BYN now, not 100.00 BYN") !=
              std::string::npos);
    for (const auto& done :
         {shop.accept({{QuestionKind::Gone, ""}}), shop.restore({{QuestionKind::RowsDiffer, ""}})})
        CHECK(refused(done).find("does not ask") != std::string::npos);
    CHECK_FALSE(desk::accept_crm(*shop.world.books, shop.report, {}, "  ", "test").ok());
    for (const std::int64_t unknown : {0, 999}) {
        const auto accepted = desk::accept_crm(*shop.world.books, unknown, {}, kReason, "test");
        const auto restored = desk::restore_crm(*shop.world.books, unknown, {}, "test");
        REQUIRE_FALSE(accepted.ok());
        REQUIRE_FALSE(restored.ok());
        CHECK(accepted.error().code == Code::NotFound);
        CHECK(restored.error().code == Code::NotFound);
    }
    CHECK(shop.logged("question.answered") == 0);
    CHECK(shop.logged("crm.restore") == 0);
    CHECK(shop.restore({{QuestionKind::AmountDiffers, "90.00"}}).ok());
    for (const auto& done : {shop.accept(), shop.restore()})
        CHECK(refused(done).find("a write to its deal is on its way") != std::string::npos);
    shop.run();
    CHECK(shop.as_it_was());
    for (const auto& done : {shop.accept(), shop.restore()})
        CHECK(refused(done).find("shows what the client agreed to") != std::string::npos);
    CHECK(shop.logged("crm.restore") == 1);
}

TEST_CASE("what a robot changes before the read-back is no invoice before ours stands there again "
          "(rule 47, G56)") {
    Shop shop;
    bool once = false;
    shop.world.books->failpoint = [&](std::string_view moment) {
        if (moment != "before read deal" || once) return;
        once = true;
        shop.learn();
        shop.set(2, R"("opportunity":1)");
    };
    shop.run();
    shop.world.books->failpoint = nullptr;
    REQUIRE(once);
    CHECK(shop.world.state(shop.report) == "agreed");
    CHECK(codes(shop) == std::vector<std::string>{"amount_differs deal"});
    const auto accepted = shop.accept();
    REQUIRE_FALSE(accepted.ok());
    CHECK(accepted.error().code == Code::Conflict);
    CHECK(shop.restore().ok());
    shop.run();
    CHECK(shop.world.state(shop.report) == "invoiced");
    CHECK(codes(shop).empty());
    CHECK(shop.world.verify() == "");
}

TEST_CASE("a portal that goes away in the middle loses no question and no answer (G56, G63)") {
    Shop shop;
    shop.become_invoiced();
    shop.set(2, R"("opportunity":100)");
    sandbox::Fault outage;
    outage.kind = sandbox::Fault::Kind::Outage;
    outage.for_seconds = 1800;
    outage.count = -1;
    shop.world.portal->add_fault(outage);
    CHECK_FALSE(shop.world.run(std::chrono::seconds{0}).errors.empty());
    CHECK(codes(shop).empty());
    shop.come_back();
    CHECK(shop.run().asking == 1);
    CHECK(codes(shop).size() == 1);
    // The answer is given while the portal is away, and goes out when it is back.
    shop.world.portal->add_fault(outage);
    CHECK(shop.restore().ok());
    CHECK_FALSE(shop.world.run(std::chrono::seconds{0}).errors.empty());
    CHECK(codes(shop).size() == 1);
    shop.come_back();
    shop.run();
    CHECK(codes(shop).empty());
    CHECK(shop.as_it_was());
    CHECK(shop.logged("report.asks") == 1);
    CHECK(shop.world.verify() == "");
}

TEST_CASE("a payment that comes while a question stands counts, and ends no question (G3, G56)") {
    Shop shop;
    shop.become_invoiced();
    shop.set(2, R"("opportunity":100)");
    shop.run();
    CHECK(codes(shop).size() == 1);
    shop.world.pay(shop.deal, 5000);
    shop.run();
    CHECK(shop.world.state(shop.report) == "partly_paid");
    CHECK(codes(shop).size() == 1);
    CHECK(shop.accept().ok());
    CHECK(shop.world.state(shop.report) == "partly_paid");
    shop.world.pay(shop.deal, 8500);
    shop.run();
    CHECK(shop.world.state(shop.report) == "paid");
    CHECK(shop.restore().ok()); // of a report that is paid
    shop.run();
    CHECK(shop.as_it_was());
    CHECK(shop.world.state(shop.report) == "paid");
    CHECK(shop.logged("report.asks") == 1);
    CHECK(shop.world.verify() == "");
}

TEST_CASE("the comparison with the CRM names every difference with both values, and changes "
          "nothing (G56)") {
    Shop shop;
    shop.become_invoiced();
    const auto compare = [&] {
        const auto found = shop.world.service->compare_with_crm();
        REQUIRE(found.ok());
        return *found;
    };
    CHECK(compare().compared == 1);
    CHECK(compare().differs.empty());
    shop.set(2, R"("opportunity":100,"companyId":)" + number_of(shop.other));
    shop.set(31, R"("currencyId":"EUR")");
    shop.rows(31, R"({"productName":"x","price":7,"quantity":1})");
    const auto differs = compare().differs;
    REQUIRE(differs.size() == 4);
    const auto all = join(differs, "\n");
    INFO(all);
    for (const std::string& words :
         {"deal " + number_of(shop.deal) + " says 100.00 BYN, the client agreed to 135.00 BYN",
          "belongs to company " + number_of(shop.other) + ", company " + number_of(shop.client),
          std::string("is in EUR, the client agreed to BYN"),
          std::string("add up to 7.00 BYN, the client agreed to 135.00 BYN")})
        CHECK(all.find(words) != std::string::npos);
    CHECK(codes(shop).empty()); // nothing was asked
    shop.run();
    CHECK(shop.accept().ok());
    CHECK(compare().differs.empty());
    CHECK(compare().accepted.size() == 4);
    // What is closed, or credited, is not compared.
    shop.close(2, "F");
    shop.close(31, "F");
    CHECK(compare().accepted.empty());
}

} // namespace hb::test
