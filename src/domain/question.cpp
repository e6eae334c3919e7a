#include "domain/question.h"

#include <array>

#include "base/ensure.h"

namespace hb::domain {
namespace {

constexpr std::array<const char*, kQuestionKinds> kCodes = {"other",
                                                            "write_refused",
                                                            "found_twice",
                                                            "gone",
                                                            "amount_differs",
                                                            "rows_differ",
                                                            "row_unreadable",
                                                            "lost",
                                                            "payment_currency",
                                                            "payments_short",
                                                            "closed_in_currency",
                                                            "closed_with_amount",
                                                            "currency_differs",
                                                            "company_differs"};

} // namespace

const char* to_string(QuestionKind kind) {
    const auto at = static_cast<std::size_t>(kind);
    ensure(at < kCodes.size(), "an unknown kind of question");
    return kCodes[at];
}

Result<QuestionKind> parse_question_kind(std::string_view code) {
    for (std::size_t i = 0; i < kCodes.size(); ++i)
        if (code == kCodes[i]) return static_cast<QuestionKind>(i);
    return Error{Code::Malformed, "there is no question \"" + std::string(code) + "\"", "", ""};
}

bool is_restorable(QuestionKind kind) {
    switch (kind) {
    case QuestionKind::AmountDiffers:
    case QuestionKind::CurrencyDiffers:
    case QuestionKind::CompanyDiffers:
    case QuestionKind::RowsDiffer:
    case QuestionKind::RowUnreadable:
        return true;
    default:
        return false;
    }
}

// The others are about writes: a retry, or a hand in the CRM, ends them.
bool is_acceptable(QuestionKind kind) {
    return kind != QuestionKind::Other && kind != QuestionKind::WriteRefused &&
           kind != QuestionKind::FoundTwice;
}

std::string shown_value(const Question& question) {
    const auto now = question.args.find("now");
    return now == question.args.end() ? "" : now->second;
}

std::string to_string(const Question& question) {
    std::string out = to_string(question.kind);
    if (!question.about.empty()) out += " " + question.about;
    for (const auto& [name, value] : question.args) out += " " + name + "=" + value;
    return out;
}

} // namespace hb::domain
