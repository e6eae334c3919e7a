#include <catch2/catch.hpp>

#include <chrono>
#include <fstream>
#include <sstream>

#include "books.h"
#include "store/connection.h"
#include "store/migrations.h"

// What a person is asked about reports: rows that end (G56).
using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

namespace {

using domain::Question;
using domain::QuestionKind;

Question amount(const std::string& now) {
    return {QuestionKind::AmountDiffers,
            "deal:12",
            {{"what", "deal"}, {"id", "12"}, {"was", "135.00 BYN"}, {"now", now}}};
}
const Question kLost{QuestionKind::Lost, "", {}};

struct Asked : Books {
    std::int64_t report = add_report(add_company("12"));

    std::string open() {
        std::string out;
        for (const auto& row : reports.questions_of(report))
            out += to_string(row.asked) + (row.answered_at ? " (answered)" : "") + "\n";
        return out;
    }
};

} // namespace

TEST_CASE("the same question is asked once; another value of it ends the old one (G56)") {
    Asked books;
    Tx tx(*books.db);
    const auto first = books.reports.ask(books.report, amount("1.00 BYN"), books.now);
    CHECK(first > 0);
    CHECK(books.reports.ask(books.report, amount("1.00 BYN"), books.now) == 0);
    const auto second = books.reports.ask(books.report, amount("2.00 BYN"), books.now);
    CHECK(second > first);
    CHECK(books.open() == "amount_differs deal:12 id=12 now=2.00 BYN was=135.00 BYN what=deal\n");
    CHECK(books.reports.find_question(first)->ended_at.has_value());
    CHECK_FALSE(books.reports.find_question(second)->ended_at.has_value());
    CHECK_FALSE(books.reports.find_question(second + 1));
}

TEST_CASE("many questions are on one report, and each ends alone (G56)") {
    Asked books;
    Tx tx(*books.db);
    const auto deal = books.reports.ask(books.report, amount("1.00 BYN"), books.now);
    CHECK(books.reports.ask(books.report, kLost, books.now) > 0);
    Question invoice = amount("1.00 BYN");
    invoice.about = "invoice:7";
    CHECK(books.reports.ask(books.report, invoice, books.now) > 0);
    CHECK(books.reports.questions_of(books.report).size() == 3);
    books.reports.end_question(deal, books.now);
    CHECK(books.reports.questions_of(books.report).size() == 2);
    // The clock went back: it ends when it was asked, not before.
    const auto before = books.now - std::chrono::hours{5};
    for (const auto& row : books.reports.questions_of(books.report))
        books.reports.end_question(row.id, before);
    CHECK(books.open() == "");
    CHECK(books.reports.find_question(deal)->ended_at == books.now);
    // It is asked anew when it comes back.
    CHECK(books.reports.ask(books.report, kLost, books.now) > 0);
}

TEST_CASE("books keep a question of each kind that the program knows (G56)") {
    Asked books;
    for (int kind = 0; kind < domain::kQuestionKinds; ++kind)
        CHECK(books.reports.ask(books.report, {static_cast<QuestionKind>(kind), "deal:12", {}},
                                books.now) > 0);
    CHECK(books.reports.questions_of(books.report).size() ==
          static_cast<std::size_t>(domain::kQuestionKinds));
}

TEST_CASE("an answered question stands silently; another value asks again (G56)") {
    Asked books;
    Tx tx(*books.db);
    const auto id = books.reports.ask(books.report, amount("1.00 BYN"), books.now);
    books.reports.answer_question(id, "agreed by phone", "anna", books.now);
    CHECK(books.reports.open_questions().empty());
    CHECK(books.reports.ask(books.report, amount("1.00 BYN"), books.now) == 0);
    const auto row = books.reports.find_question(id);
    CHECK(row->answer == "agreed by phone");
    CHECK(row->answered_by == "anna");
    CHECK(books.reports.ask(books.report, amount("3.00 BYN"), books.now) > id);
    REQUIRE(books.reports.open_questions().size() == 1);
    CHECK(books.reports.open_questions()[0].asked == amount("3.00 BYN"));
    CHECK_THROWS(books.reports.answer_question(id, "late", "anna", books.now)); // it has ended
}

TEST_CASE("values of a question are kept to the byte") {
    Asked books;
    Tx tx(*books.db);
    const std::string odd = std::string("a\0b", 3) + "\x1b[31m {now} \xd1\x8f \"q\" $op:1";
    books.reports.ask(books.report, {QuestionKind::RowUnreadable, "deal:1", {{"row", odd}}},
                      books.now);
    CHECK(books.reports.open_questions().at(0).asked.args.at("row") == odd);
}

namespace {

// Books of the first schema whose report asks this, with two parked writes of one purpose.
std::unique_ptr<Database> migrated(const TempDir& dir, const std::string& asks) {
    const std::string path = dir.file("books.db");
    {
        std::ifstream in(HB_SOURCE_DIR "/tests/store/samples/books_of_schema_1.sql");
        std::stringstream text;
        text << in.rdbuf();
        auto old = Access::connect(path, 0x2 | 0x4);
        execute(*old, text.str());
        execute(*old, "UPDATE reports SET asks = '" + asks + "'");
        execute(*old, R"(
            INSERT INTO outbox(remote, kind, repeat, key, target, fields, purpose, report, state,
                               due_at, made_at)
            SELECT 1, 'card.update', 0, 'hb-x' || value, '', '{}', 'report 1 card fields',
                   (SELECT id FROM reports), 'parked', 0, 0
              FROM (SELECT 1 AS value UNION SELECT 2))");
    }
    return std::move(*Database::open_writer(path));
}

} // namespace

TEST_CASE("what one text asked until now becomes rows: a refused write as such, others with their "
          "words") {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"card.update was refused: no such stage. run it",
         "write_refused report 1 card fields message=no such stage. run it op=card.update"},
        {"deal.create was refused: no", "other text=deal.create was refused: no"},
        {"card.update", "other text=card.update"},
        {"the deal or invoice is in a failed stage",
         "other text=the deal or invoice is in a failed stage"}};
    for (const auto& [asks, expected] : cases) {
        const TempDir dir;
        const auto db = migrated(dir, asks);
        Reports reports(*db);
        REQUIRE(reports.open_questions().size() == 1);
        CHECK(to_string(reports.open_questions()[0].asked) == expected);
        for (const Check& check : verify_books(*db)) {
            INFO(check.name << ": " << check.detail);
            CHECK(check.ok);
        }
    }
}

TEST_CASE("verify misses the value of a question that must have one (G56)") {
    for (const auto kind : {QuestionKind::AmountDiffers, QuestionKind::CurrencyDiffers,
                            QuestionKind::CompanyDiffers}) {
        Asked books;
        books.reports.ask(books.report, {kind, "deal:12", {}}, books.now);
        bool missed = false;
        for (const Check& check : verify_books(*books.db))
            missed = missed || check.detail.find("has no now") != std::string::npos;
        CHECK(missed);
    }
}

TEST_CASE("values, answers and ends of questions survive the step to more kinds (migration 14)") {
    const TempDir dir;
    const std::string path = dir.file("books.db");
    {
        auto old = Access::connect(path, 0x2 | 0x4);
        std::ifstream in(HB_SOURCE_DIR "/tests/store/samples/books_of_schema_1.sql");
        std::stringstream text;
        text << in.rdbuf();
        execute(*old, text.str());
        auto steps = migrations();
        std::erase_if(steps, [](const Migration& step) { return step.number >= 14; });
        REQUIRE(migrate(*old, steps).ok());
        execute(*old, R"(
            INSERT INTO questions(id, report, kind, about, asked_at, answer, answered_by,
                                  answered_at, ended_at)
            SELECT 101, id, 4, 'deal:1', 10, 'by phone', 'anna', 20, NULL FROM reports
             UNION ALL SELECT 102, id, 5, 'deal:1', 10, NULL, NULL, NULL, 30 FROM reports;
            INSERT INTO question_args(question, name, value) VALUES (101, 'now', '2.00 BYN'),
                                                               (102, 'now', '7.00 BYN');)");
        CHECK_THROWS(execute(*old, "INSERT INTO questions(report, kind, about, asked_at) "
                                   "SELECT id, 12, '', 0 FROM reports"));
    }
    const auto db = std::move(*Database::open_writer(path));
    Reports reports(*db);
    const auto answered = reports.find_question(101);
    REQUIRE(answered.has_value());
    CHECK(answered->answer == "by phone");
    CHECK(answered->answered_by == "anna");
    CHECK(answered->asked.args.at("now") == "2.00 BYN");
    CHECK_FALSE(answered->ended_at.has_value());
    CHECK(reports.find_question(102)->ended_at == from_epoch_ms(30));
    // What was fixed stays so.
    CHECK_THROWS(execute(*db, "DELETE FROM questions"));
    CHECK_THROWS(execute(*db, "UPDATE questions SET kind = 1 WHERE id = 101"));
    CHECK_THROWS(execute(*db, "UPDATE questions SET ended_at = 40 WHERE id = 102"));
    CHECK_THROWS(execute(*db, "DELETE FROM question_args"));
    CHECK_THROWS(execute(*db, "UPDATE question_args SET value = '1'"));
    for (const Check& check : verify_books(*db)) {
        INFO(check.name << ": " << check.detail);
        CHECK(check.ok);
    }
}
