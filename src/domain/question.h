#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

// What a person is asked about a report (G56): a kind, what it is about and values. The
// words are made in `render`, so no sentence decides anything.
namespace hb::domain {

enum class QuestionKind {  // stored: do not renumber
    Other = 0,             // asked before questions had kinds; text
    WriteRefused = 1,      // op, purpose, message, hint
    FoundTwice = 2,        // key, kept, count
    Gone = 3,              // what, id
    AmountDiffers = 4,     // what, id, was, now
    RowsDiffer = 5,        // what, id, was, now
    RowUnreadable = 6,     // what, id, row, price, quantity
    Lost = 7,              // what, id: in a failed stage
    PaymentCurrency = 8,   // was, now: codes of currencies
    PaymentsShort = 9,     // was, now: the deal is won, and money is missing
    ClosedInCurrency = 10, // what, was, now: a won deal or paid invoice in another currency
    ClosedWithAmount = 11, // what, was, now: … with another amount
    CurrencyDiffers = 12,  // what, id, was, now: codes of currencies
    CompanyDiffers = 13,   // what, id, was, now: ids of companies; "-" none
};
inline constexpr int kQuestionKinds = 14;

using QuestionArgs = std::map<std::string, std::string>;

// One question of a kind about one thing is on a report at a time.
struct Question {
    QuestionKind kind = QuestionKind::Other;
    std::string about; // "deal:12", the purpose of a write, …; "" the report itself
    QuestionArgs args;
    bool operator==(const Question&) const = default;
};

struct AskedQuestion {
    Question asked;
    Instant asked_at{};
};

const char* to_string(QuestionKind kind); // the code: "amount_differs"
Result<QuestionKind> parse_question_kind(std::string_view code);
// What the CRM shows of an open deal or invoice differs: ours can be written again.
bool is_restorable(QuestionKind kind);
// What the CRM shows can be known, and stays: the report does not change.
bool is_acceptable(QuestionKind kind);
// What a person was shown of it: "1.00 BYN", "USD"; "" where the kind has no value.
std::string shown_value(const Question& question);
std::string to_string(const Question& question); // "gone deal:12 id=12 what=deal"

} // namespace hb::domain
