#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connector/bitrix24/client.h"
#include "domain/exchange.h"
#include "domain/object_reading.h"

namespace hb::connector::bitrix24 {

// A kind of object in the universal CRM: what differs between deals and invoices.
struct ItemType {
    int id;                     // entityTypeId
    std::string_view owner;     // of product rows: D, SI
    std::string_view name;      // in messages; the op kinds begin with it
    std::string_view key_field; // carries the op's key
};
inline constexpr ItemType kDeals{2, "D", "deal", "originId"};
inline constexpr ItemType kInvoices{31, "SI", "invoice", "xmlId"};

inline std::string_view about_of(int entity_type) {
    return entity_type == kDeals.id      ? kDeals.name
           : entity_type == kInvoices.id ? kInvoices.name
                                         : kCardItems;
}

// More rows than G5 allows on a deal of ours, in whole pages.
inline constexpr std::size_t kRowPages = 5;

Result<domain::DealState> read_item_state(Client& client, const ItemType& type,
                                          std::string_view id);
// Parts of deals and invoices that are not done, 50 commands in one request: the item, its
// payments, its product rows page by page. Each item takes three where it has one page of rows.
Status read_item_states(Client& client, std::vector<domain::ObjectReading>& objects);
Result<std::string> find_deal_stage(Client& client, std::string_view category,
                                    std::string_view semantics);
// Of the category in which an invoice without one lands.
Result<std::string> find_invoice_stage(Client& client, std::string_view semantics);
Result<std::vector<std::string>> list_currencies(Client& client);

// The item itself, as crm.item.get shows it.
Result<domain::DealState> item_state(const Client& client, const ItemType& type,
                                     const json::Value& item);
// The rows of a page, added; false: it was the last one.
Result<bool> add_rows(const Client& client, const Part& part, std::size_t page,
                      domain::DealState& deal);
// `part`: nullptr, nobody asked.
Status add_payments(const Client& client, const Part* part, domain::DealState& deal);
bool asks_payments(const Client& client);
Command payments_command(std::string key, const ItemType& type, std::string_view id);
Command rows_command(std::string key, const ItemType& type, std::string_view id, std::size_t page);
Command item_command(std::string key, const ItemType& type, std::string_view id);
bool is_item_id(std::string_view id);

// The commands that list all product rows of an item, keys "r0" to "r4".
void add_row_commands(std::vector<Command>& commands, const ItemType& type, std::string_view id);
// The rows of those commands, in their order on the item. REQUIRES: the reply carried them.
Result<std::vector<json::Value>> product_rows(const Client& client, const BatchReply& reply);

// A missing object answers NOT_FOUND, "Not found" or, in tasks, an empty list.
bool is_missing(const Trouble& trouble);
// An answer that is not what the method should give.
Trouble strange(std::string method, std::string text);

// An id as text; 0, null and nothing are "no such thing".
std::string id_text(const json::Value& value);
std::string text_or_empty(const json::Value& value);
// Is `text` a plain decimal number ("2501", "-0.50")? Only such text may travel as a JSON number.
bool is_decimal(std::string_view text);
// Without leading and trailing zeros: "2501.00" and "2501" are one amount.
std::string plain_decimal(std::string_view text);

} // namespace hb::connector::bitrix24
