#pragma once

#include <map>
#include <optional>
#include <string>

#include "books/step.h"
#include "domain/crm_objects.h"

// What a report card says: what we write on it, and the filter that a manager typed there (G36).
namespace hb::books {

// Logical names (domain/crm_objects.h) -> texts.
using CardValues = std::map<std::string, std::string>;

// What we write on a card: sums, link, warnings. Without `warnings` and a question to a person, a
// draft's warnings are left out (they cost an evaluation).
CardValues card_values(const Reading& read, const store::ReportRow& row,
                       const std::optional<std::string>& warnings);
// The report's filter in a card's words.
CardValues card_filter_values(const Reading& read, const store::ReportRow& row);
// Canonical JSON; empty values are left out, as a card can't tell them from absent ones.
std::string card_text(const CardValues& values);
// What the card's link leads to: the client's page, or the preview of a draft.
domain::LinkPart card_link(const Reading& read, const store::ReportRow& report);
// The same as the books keep it: the link as a piece, never in clear (G23, G60).
std::string stored_text(const domain::LinkPart& link, const CardValues& values);
// One value of such a text; "" when it is not there.
std::string shown_value(const std::string& text, const std::string& name);
std::string card_title(const Reading& read, const KnownRemote& crm, const store::ReportRow& row);
// All that the card should show now; "company", "deal" and "title" beside the fields.
CardValues wanted_values(const Reading& read, const store::ReportRow& row,
                         const store::CardRow& card, const std::optional<std::string>& warnings);
std::string join_lines(const std::string& a, const std::string& b);

// The filter that a card's fields say, or what is wrong with them and what to write.
Result<domain::Filter> filter_of_card(const Reading& read, const std::string& remote,
                                      const domain::CardState& card);

} // namespace hb::books
