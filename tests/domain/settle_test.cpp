#include <catch2/catch.hpp>

#include <limits>
#include <numeric>

#include "domain/lifecycle.h"
#include "support.h"

using namespace hb;
using namespace hb::domain;
using namespace hb::domain::test;

namespace {

// A report of 120.00 BYN, invoiced and unpaid before, with all evidence counting.
struct Case {
    State before = State::Invoiced;
    std::int64_t settled_before = 0;
    std::int64_t total = 12000;
    SettlePolicy policy{{Evidence::Payment, Evidence::InvoicePaid, Evidence::DealWon}, 0};
    EvidenceRead read;

    Case& paid(const char* id, std::int64_t amount, const char* code = "BYN") {
        read.payments.push_back({id, amount, code});
        return *this;
    }
    Case& invoice(std::int64_t amount, bool won = true, const char* code = "BYN") {
        read.invoice = EvidenceRead::Stage{won, amount, code};
        return *this;
    }
    Case& deal(std::int64_t amount, bool won = true, const char* code = "BYN") {
        read.deal = EvidenceRead::Stage{won, amount, code};
        return *this;
    }
    Settlement settled() const {
        return settle(before, settled_before, total, currency("BYN"), policy, read);
    }
    // "paid 12000 by payment", with surplus, write-off and the question to a person
    std::string told() const {
        const Settlement s = settled();
        std::string text = std::string(to_string(s.state)) + " " + std::to_string(s.settled);
        if (!s.by.empty()) text += " by " + s.by;
        if (s.surplus != 0) text += " surplus " + std::to_string(s.surplus);
        if (s.written_off != 0) text += " off " + std::to_string(s.written_off);
        if (s.person) text += " ASK " + to_string(*s.person);
        return text;
    }
};

} // namespace

TEST_CASE("equal money pays a report, by each kind of evidence (G3, rule 41)") {
    CHECK(Case{}.paid("1", 12000).told() == "paid 12000 by payment");
    CHECK(Case{}.paid("1", 5000).paid("2", 7000).told() == "paid 12000 by payment");
    CHECK(Case{}.invoice(12000).told() == "paid 12000 by invoice_paid");
    CHECK(Case{}.deal(12000).told() == "paid 12000 by deal_won");
}

TEST_CASE("a payment counts once by its id, however often it is read (G3, rule 39)") {
    CHECK(Case{}.paid("1", 5000).paid("1", 5000).told() == "partly_paid 5000 by payment");
}

TEST_CASE("the first kind that the policy names and that exists decides (G3)") {
    // payments before a paid invoice before a won deal
    CHECK(Case{}.paid("1", 12000).invoice(1).deal(1).told() == "paid 12000 by payment");
    CHECK(Case{}.invoice(12000).deal(1).told() == "paid 12000 by invoice_paid");
    // never a sum of kinds
    CHECK(Case{}.paid("1", 6000).invoice(6000).told() == "partly_paid 6000 by payment");
    // a stage that is not won does not exist as evidence
    CHECK(Case{}.invoice(12000, false).deal(12000).told() == "paid 12000 by deal_won");
    CHECK(Case{}.invoice(12000, false).deal(12000, false).told() == "invoiced 0");
    // what the policy does not name is not asked
    Case only_payments;
    only_payments.policy.evidence = {Evidence::Payment};
    CHECK(only_payments.invoice(12000).deal(12000).told() == "invoiced 0");
    CHECK(only_payments.paid("1", 100).told() == "partly_paid 100 by payment");
    Case only_deal;
    only_deal.policy.evidence = {Evidence::DealWon};
    CHECK(only_deal.paid("1", 100).deal(12000).told() == "paid 12000 by deal_won");
    // the order of trust is G3's, not the configuration's
    Case reversed;
    reversed.policy.evidence = {Evidence::DealWon, Evidence::InvoicePaid, Evidence::Payment};
    CHECK(reversed.paid("1", 12000).deal(500).told() == "paid 12000 by payment");
}

TEST_CASE("less money: payments pay in part, a stage asks a person (G3)") {
    CHECK(Case{}.paid("1", 11999).told() == "partly_paid 11999 by payment");
    CHECK(Case{}.paid("1", 0).told() == "invoiced 0 by payment");
    CHECK(Case{}.paid("1", -100).told() == "invoiced 0 by payment");
    CHECK(Case{}.invoice(11999).told() ==
          "invoiced 0 by invoice_paid ASK closed_with_amount invoice now=119.99 BYN "
          "was=120.00 BYN what=invoice");
    CHECK(Case{}.deal(0).told() == "invoiced 0 by deal_won ASK closed_with_amount deal "
                                   "now=0.00 BYN was=120.00 BYN what=deal");
    CHECK(Case{}.paid("1", 5000).deal(12000).told() ==
          "invoiced 0 by payment ASK payments_short now=50.00 BYN was=120.00 BYN");
}

TEST_CASE("more money pays, and the surplus is the client's credit (rule 43)") {
    CHECK(Case{}.paid("1", 12500).told() == "paid 12000 by payment surplus 500");
    CHECK(Case{}.invoice(12001).told() == "paid 12000 by invoice_paid surplus 1");
    CHECK(Case{}.deal(13000).told() == "paid 12000 by deal_won surplus 1000");
}

TEST_CASE("another currency is for a person, whatever the amount (G3)") {
    CHECK(Case{}.paid("1", 12000, "RUB").told() ==
          "invoiced 0 by payment ASK payment_currency now=RUB was=BYN");
    CHECK(Case{}.paid("1", 12000).paid("2", 1, "RUB").settled().person.has_value());
    CHECK(Case{}.invoice(12000, true, "EUR").told() ==
          "invoiced 0 by invoice_paid ASK closed_in_currency invoice now=EUR was=BYN what=invoice");
    CHECK(Case{}.deal(12000, true, "").settled().person.has_value());
}

TEST_CASE("a lower reading is a reversal, never a way back to unbilled (G3, rule 44)") {
    Case was_paid;
    was_paid.before = State::Paid;
    was_paid.settled_before = 12000;
    CHECK(Case(was_paid).paid("1", 5000).told() == "partly_paid 5000 by payment");
    CHECK(was_paid.told() == "invoiced 0");
    Case was_partly;
    was_partly.before = State::PartlyPaid;
    was_partly.settled_before = 5000;
    CHECK(was_partly.told() == "invoiced 0");
}

TEST_CASE("while a person is asked, the report stands as it did (G3, G4)") {
    Case was_paid;
    was_paid.before = State::Paid;
    was_paid.settled_before = 12000;
    CHECK(Case(was_paid).deal(11000).told() ==
          "paid 12000 by deal_won ASK closed_with_amount deal now=110.00 BYN was=120.00 BYN "
          "what=deal");
    was_paid.read.deal_lost = true;
    CHECK(was_paid.paid("1", 12000).told() == "paid 12000 ASK lost");
}

TEST_CASE("a small difference within the tolerance is written off, not forgotten (G3, rule 43)") {
    Case c;
    c.policy.tolerance = 5;
    CHECK(Case(c).paid("1", 11995).told() == "paid 11995 by payment off 5");
    CHECK(Case(c).paid("1", 11999).told() == "paid 11999 by payment off 1");
    CHECK(Case(c).paid("1", 11994).told() == "partly_paid 11994 by payment");
    CHECK(Case(c).invoice(11996).told() == "paid 11996 by invoice_paid off 4");
    CHECK(Case(c).deal(11994).settled().person.has_value());
    c.total = 3; // no money at all is never within the tolerance
    CHECK(Case(c).paid("1", 0).told() == "invoiced 0 by payment");
    CHECK(c.told() == "invoiced 0");
}

TEST_CASE("a report with nothing due is paid, and one that waits for its invoice stays agreed") {
    Case nothing_due;
    nothing_due.total = 0;
    CHECK(nothing_due.told() == "paid 0");
    CHECK(Case(nothing_due).paid("1", 100).told() == "paid 0 by payment surplus 100");
    Case agreed;
    agreed.before = State::Agreed;
    CHECK(agreed.told() == "agreed 0");
    CHECK(Case(agreed).paid("1", 12000).told() == "paid 12000 by payment");
    agreed.total = 0;
    CHECK(agreed.told() == "agreed 0");
}

TEST_CASE("evidence has the words of the configuration") {
    for (const Evidence kind : {Evidence::Payment, Evidence::InvoicePaid, Evidence::DealWon})
        CHECK(parse_evidence(to_string(kind)).value() == kind);
    CHECK(parse_evidence("deal").error().code == Code::Usage);
}

TEST_CASE("percent paid is rounded down, and 100 only when all is settled and closed (G1)") {
    CHECK_FALSE(percent_paid(0, 0, false, false).has_value());
    CHECK(percent_paid(0, 0, true, false) == 0); // nothing billed
    CHECK(percent_paid(0, 12000, true, false) == 0);
    CHECK(percent_paid(119, 12000, true, false) == 0); // 0.99
    CHECK(percent_paid(120, 12000, true, false) == 1);
    CHECK(percent_paid(11999, 12000, true, false) == 99); // 99.99
    CHECK(percent_paid(12000, 12000, true, false) == 100);
    CHECK(percent_paid(12000, 12000, true, true) == 99); // a second is open
    CHECK(percent_paid(6000, 12000, true, true) == 50);
    CHECK(percent_paid(13000, 12000, true, false) == 100);
    CHECK(percent_paid(-5, 12000, true, false) == 0);
    CHECK(percent_paid(5, -1, true, false) == 0);
    constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
    CHECK(percent_paid(kMax - 1, kMax, true, false) == 99);
}

TEST_CASE("settled money is spread over the lines by their gross amounts (G1)") {
    using Amounts = std::vector<std::int64_t>;
    // 50.00 over 100.00 + 20.00: 41.67 and 8.33
    CHECK(spread_settled(5000, {10000, 2000}) == Amounts{4167, 833});
    CHECK(spread_settled(12000, {10000, 2000}) == Amounts{10000, 2000});
    CHECK(spread_settled(0, {10000, 2000}) == Amounts{0, 0});
    CHECK(spread_settled(1, {5, 5}) == Amounts{1, 0});
    CHECK(spread_settled(0, {}).empty());
    // a correction downwards settles what it takes away: all paid means each line at its gross
    CHECK(spread_settled(9000, {10000, -1000}) == Amounts{10000, -1000});
    CHECK(spread_settled(4500, {10000, -1000}) == Amounts{5000, -500});
}

TEST_CASE("random settled money is spread exactly, and in full at the end") {
    Random random("settled money");
    for (int i = 0; i < 20'000; ++i) {
        std::vector<std::int64_t> gross;
        for (std::int64_t n = random.between(1, 10); n > 0; --n)
            gross.push_back(random.between(-500, 20'000));
        const std::int64_t total = std::accumulate(gross.begin(), gross.end(), std::int64_t{0});
        if (total <= 0) continue;
        const std::int64_t settled = random.between(0, total);
        INFO("seed " << random.seed() << ", case " << i);
        const auto parts = spread_settled(settled, gross);
        if (std::accumulate(parts.begin(), parts.end(), std::int64_t{0}) != settled) REQUIRE(false);
        if (spread_settled(total, gross) != gross) REQUIRE(false);
    }
    SUCCEED("all parts add up");
}
