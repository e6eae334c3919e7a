#include "connector/bitrix24/sayings.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace hb::connector::bitrix24 {
namespace {

struct Row {
    std::string_view code; // lower case; kNone: whichever code says nothing by itself
    std::string_view part; // of the sentence, lower case
    Saying saying;
    std::string_view source; // where it was read
};

constexpr std::string_view kNone = "*";

constexpr std::array kRows = {
    Row{"access_denied", "only on commercial plans", Saying::PlanNoRest, "docs: system errors"},
    Row{"access_denied", "only by subscription", Saying::PlanNoRest, "docs: system errors"},
    // task.item.userfield.* (ERROR_CORE), classic CRM and crm.status.* ("" and a sentence)
    Row{kNone, "access denied", Saying::NoRight, "docs: task.item.userfield.add, crm.status.add"},
    // crm.timeline.comment.* answers the number 0
    Row{kNone, "insufficient permissions", Saying::NoRight, "docs: crm.timeline.comment.add"},
    Row{kNone, "do not have permission", Saying::NoRight,
        "docs: crm.documentgenerator.template.add"},
    // userfieldconfig.*: the sentence stands in the code's place
    Row{kNone, "required more scopes", Saying::NoScope, "source: userfieldconfig"},
    // classic CRM ("Not found"), documents ("Document not found"), crm.status.* ("Status is not
    // found."), comments ("Owner was not found")
    Row{kNone, "not found", Saying::NotThere,
        "docs: crm.deal.get, crm.documentgenerator.document.get, crm.status.get"},
};

// Codes that are the same whatever happened (docs: "method-level failure, see the method"), and
// sentences.
bool says_nothing(std::string_view code) {
    static constexpr std::array<std::string_view, 5> kEmpty = {"", "0", "100", "error_core",
                                                               "error_code"};
    return std::find(kEmpty.begin(), kEmpty.end(), code) != kEmpty.end() ||
           code.find(' ') != std::string_view::npos;
}

} // namespace

Saying saying_of(std::string_view code, std::string_view description) {
    const std::string folded = fold_case(code);
    const bool empty = says_nothing(folded);
    const std::string said =
        empty ? fold_case(description) + "\n" + folded : fold_case(description);
    for (const Row& row : kRows) {
        const bool of_code = row.code == kNone ? empty : row.code == folded;
        if (of_code && said.find(row.part) != std::string::npos) return row.saying;
    }
    return Saying::Nothing;
}

} // namespace hb::connector::bitrix24
