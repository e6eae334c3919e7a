#pragma once

#include "engine/story.h"

// The CRM side of a world: report cards, invoices and documents, as somebody at the portal sees and
// moves them.
namespace hb::test {

// Makes what the portal needs; fails the test when something is forbidden.
void setup_portal(World& world);
int card_type(World& world);
// What stands in the layout that the books keep: "fields"/"from", "states"/"sent".
std::string layout(World& world, const std::string& group, const std::string& name);

struct CardMaker {
    std::int64_t company = 0;
    std::string from, to;
    std::map<std::string, std::string> fields = {}; // more, by logical name
};
std::int64_t make_card(World& world, const CardMaker& maker);
void move_card(World& world, std::int64_t card, const std::string& state);
void edit_card(World& world, std::int64_t card, const std::string& field, const std::string& value);
void delete_card(World& world, std::int64_t card);
std::vector<std::int64_t> cards(World& world);
std::string card_state(World& world, std::int64_t card);                          // "" none of ours
std::string card_field(World& world, std::int64_t card, const std::string& name); // logical
std::vector<std::string> card_comments(World& world, std::int64_t card);
std::vector<std::int64_t> invoices(World& world);
void move_invoice(World& world, std::int64_t invoice, const std::string& semantics);
std::int64_t documents_of(World& world, std::int64_t deal);
// The report that stands behind a card.
std::optional<std::int64_t> report_of_card(World& world, std::int64_t card);

// Every object of ours in the portal: cards with their fields, files and comments, deals, invoices
// with rows, documents. For comparing two worlds.
std::string crm_text(World& world);

// Any call of the portal as its administrator; fails the test on an error.
json::Document portal_call(World& world, const std::string& method, const std::string& body);

} // namespace hb::test
