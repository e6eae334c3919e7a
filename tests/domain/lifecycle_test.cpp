#include "domain/lifecycle.h"

#include <catch2/catch.hpp>

#include <map>

#include "support.h"

using namespace hb;
using namespace hb::domain;

namespace {

const State kStates[] = {State::Draft,      State::Sent, State::Agreed,    State::Invoiced,
                         State::PartlyPaid, State::Paid, State::Cancelled, State::Credited};
const Move kMoves[] = {Move::Send,   Move::Recall, Move::Agree, Move::ConfirmInvoiced,
                       Move::Cancel, Move::Settle};

std::string after(State from, Move move, const Guards& guards = {}) {
    const auto next = next_state(from, move, guards);
    return next ? to_string(*next) : "refused: " + next.error().message;
}
std::string hint(State from, Move move, const Guards& guards = {}) {
    return next_state(from, move, guards).error().hint;
}

} // namespace

TEST_CASE(
    "every move of the table is allowed, and every other one is refused with a way out (G4)") {
    const std::map<std::pair<State, Move>, State> allowed{
        {{State::Draft, Move::Send}, State::Sent},
        {{State::Sent, Move::Recall}, State::Draft},
        {{State::Sent, Move::Agree}, State::Agreed},
        {{State::Agreed, Move::ConfirmInvoiced}, State::Invoiced},
        {{State::Draft, Move::Cancel}, State::Cancelled},
        {{State::Sent, Move::Cancel}, State::Cancelled},
        {{State::Agreed, Move::Cancel}, State::Credited},
        {{State::Invoiced, Move::Cancel}, State::Credited},
        {{State::Agreed, Move::Settle}, State::Agreed}, // settle() says where it goes
        {{State::Invoiced, Move::Settle}, State::Invoiced},
        {{State::PartlyPaid, Move::Settle}, State::PartlyPaid},
        {{State::Paid, Move::Settle}, State::Paid}};
    for (const State from : kStates)
        for (const Move move : kMoves) {
            INFO(to_string(from) << " " << to_string(move));
            const auto next = next_state(from, move, {});
            const auto expected = allowed.find({from, move});
            REQUIRE(next.ok() == (expected != allowed.end()));
            if (next) {
                CHECK(*next == expected->second);
                continue;
            }
            CHECK(next.error().code == Code::Conflict);
            CHECK_FALSE(next.error().message.empty());
            CHECK_FALSE(next.error().hint.empty());
        }
}

TEST_CASE("a refused move says what to do instead") {
    CHECK(hint(State::Agreed, Move::Recall) == "cancel it with --reason and make a new report");
    CHECK(hint(State::Invoiced, Move::Recall) == "cancel it with --reason and make a new report");
    CHECK(hint(State::Agreed, Move::Send) == "cancel it with --reason and make a new report");
    CHECK(hint(State::Sent, Move::Send) == "recall it to change it");
    CHECK(hint(State::Cancelled, Move::Send) == "make a new report");
    CHECK(after(State::PartlyPaid, Move::Recall) ==
          "refused: the report is partly paid, and only a sent report can be recalled");
    CHECK(after(State::Draft, Move::ConfirmInvoiced) ==
          "refused: the report is still a draft and has not been agreed to");
    CHECK(after(State::Sent, Move::Settle) ==
          "refused: the report is sent, and only an agreed report can be paid");
    CHECK(after(State::Credited, Move::Cancel) == "refused: the report is credited already");
}

TEST_CASE("only a draft with time, without blocking warnings and without debt is sent (G24)") {
    Guards guards;
    CHECK(after(State::Draft, Move::Send, guards) == "sent"); // a total of zero may be sent
    guards.total = -1;
    CHECK(after(State::Draft, Move::Send, guards) ==
          "refused: the total of the report is negative");
    guards.blocking = {{"no_rate", "no rate for Anna", "add one"},
                       {"negative_total", "the total is negative", "wait"}};
    CHECK(after(State::Draft, Move::Send, guards) ==
          "refused: the report cannot be sent yet; no rate for Anna; the total is negative");
    CHECK(hint(State::Draft, Move::Send, guards) == "add one");
    guards.empty = true;
    CHECK(after(State::Draft, Move::Send, guards) == "refused: there is nothing on the report");
}

TEST_CASE("agreement to a hash that is no longer current is refused (rule 57)") {
    Guards guards;
    guards.hash_current = false;
    CHECK(after(State::Sent, Move::Agree, guards) ==
          "refused: the report has changed since this page was shown");
    // while recalled, the report is being corrected (G4)
    CHECK(after(State::Draft, Move::Agree, guards) ==
          "refused: the report is a draft, and a draft cannot be agreed to");
    CHECK(after(State::Paid, Move::Agree, guards) ==
          "refused: the report has been agreed to already");
}

TEST_CASE("a report with money on it is not cancelled (G4)") {
    Guards guards;
    guards.any_payment = true;
    for (const State from :
         {State::Sent, State::Agreed, State::Invoiced, State::PartlyPaid, State::Paid})
        CHECK(after(from, Move::Cancel, guards) ==
              "refused: there is money on the report, so it cannot be cancelled");
}

TEST_CASE("a report whose corrections were billed elsewhere is not cancelled under them") {
    Guards guards;
    guards.corrected_on = {"2026-0007", "2026-0009"};
    CHECK(after(State::Agreed, Move::Cancel, guards) ==
          "refused: corrections of the report are part of 2026-0007, 2026-0009");
    CHECK(after(State::Invoiced, Move::Cancel, guards) ==
          "refused: corrections of the report are part of 2026-0007, 2026-0009");
}

TEST_CASE("states are live until cancelled or credited, and sent from sending on") {
    for (const State state : kStates) {
        const bool ended = state == State::Cancelled || state == State::Credited;
        CHECK(is_live(state) == !ended);
        CHECK(was_sent(state) == (!ended && state != State::Draft));
        CHECK(parse_state(to_string(state)).value() == state);
    }
    CHECK(parse_state("payed").error().code == Code::Usage);
}

TEST_CASE("a stored value that no enumeration knows stops loudly") {
    const auto odd = [](auto value) { return static_cast<decltype(value)>(99); };
    CHECK_THROWS_AS(to_string(odd(State{})), BrokenInvariant);
    CHECK_THROWS_AS(to_string(odd(Move{})), BrokenInvariant);
    CHECK_THROWS_AS(to_string(odd(Evidence{})), BrokenInvariant);
    CHECK_THROWS_AS(to_string(odd(VatMode{})), BrokenInvariant);
    CHECK_THROWS_AS(to_string(odd(RoundingLevel{})), BrokenInvariant);
    CHECK_THROWS_AS(to_string(odd(RoundingMode{})), BrokenInvariant);
    CHECK_THROWS_AS(to_string(odd(LatePolicy{})), BrokenInvariant);
    CHECK_THROWS_AS(to_string(odd(Fate{})), BrokenInvariant);
    CHECK_THROWS_AS(to_string(PercentTest{odd(PercentTest::Op{}), 1}), BrokenInvariant);
    CHECK_THROWS_AS(to_string(TaskDates{odd(TaskDates::Key{}), {}}), BrokenInvariant);
    CHECK_THROWS_AS(totals_of(1, {odd(VatMode{}), 1}), BrokenInvariant);
    CHECK_THROWS_AS(next_state(State::Draft, odd(Move{}), {}), BrokenInvariant);
    CHECK_THROWS_AS(next_state(odd(State{}), Move::Recall, {}), BrokenInvariant);
    DraftInput input = test::march({test::entry(1, 1, 60)});
    input.contract.rounding = {odd(RoundingLevel{}), RoundingMode::Up, 60};
    CHECK_THROWS_AS(evaluate(input), BrokenInvariant);
    input = test::march({test::entry(1, 1, 60)});
    input.filter.percent_paid = PercentTest{odd(PercentTest::Op{}), 1};
    input.tasks[0].percent_paid = 1;
    CHECK_THROWS_AS(evaluate(input), BrokenInvariant);
    Draft draft = evaluate(test::march({test::entry(1, 1, 60)}));
    draft.fates[0].fate = odd(Fate{});
    CHECK_THROWS_AS(completeness_of(draft, {test::entry(1, 1, 60)}, {day_min(), day_max()}),
                    BrokenInvariant);
}
