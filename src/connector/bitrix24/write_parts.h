#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connector/bitrix24/cards.h"
#include "connector/bitrix24/client.h"
#include "connector/bitrix24/items.h"
#include "domain/exchange.h"
#include "json/writer.h"

// What the writes share, and the writes themselves; writes.h is what others see.
namespace hb::connector::bitrix24 {

domain::WriteResult done(std::string id, std::string answer);
// The op itself is wrong: it never went out and never will.
domain::WriteResult unsendable(const domain::WriteOp& op, const std::string& why);
// It ran, and what came back can't be read: the look-up or the next write will tell.
domain::WriteResult unreadable(const Client& client, std::string method, std::string text);
bool is_id(std::string_view text);
// The op's fields: an object without duplicate keys.
Result<json::Document> parse_fields(const domain::WriteOp& op);
bool is_amount(std::string_view name);
bool is_link(std::string_view name); // an id of another object
// Writes key and value; decimal text of an amount or a link becomes a JSON number of the same
// digits, an empty link 0. False when it is no decimal number.
bool write_member(json::Writer& out, const json::Value& value);

// item_writes.cpp: deals and invoices
domain::WriteResult create_item(Client& client, const ItemType& type, const domain::WriteOp& op,
                                const json::Value& fields);
Result<std::vector<std::string>> find_item(Client& client, const ItemType& type,
                                           const domain::WriteOp& op);
domain::WriteResult set_rows(Client& client, const ItemType& type, const domain::WriteOp& op,
                             const json::Value& fields);
Result<std::string> rows_now(Client& client, const ItemType& type, const domain::WriteOp& op,
                             const json::Value& fields);
// Any members, a stage among them.
domain::WriteResult set_members(Client& client, const ItemType& type, const domain::WriteOp& op,
                                const json::Value& fields);
Result<std::string> members_now(Client& client, const ItemType& type, const domain::WriteOp& op,
                                const json::Value& fields);
// The calls below them, for every kind of item; `fields` is a JSON object.
domain::WriteResult add_item(Client& client, int entity_type, const std::string& fields);
Reply update_item(Client& client, int entity_type, const std::string& id,
                  const std::string& fields);
Reply get_item(Client& client, int entity_type, const std::string& id);
// Ids of the items that the filter takes and whose key_field, where shown, is the key.
Result<std::vector<std::string>>
find_items(Client& client, int entity_type,
           const std::vector<std::pair<std::string, std::string>>& filter,
           const std::string& key_field, const std::string& key);

// comment_writes.cpp
domain::WriteResult create_comment(Client& client, const Cards& cards, const domain::WriteOp& op,
                                   const json::Value& fields);
Result<std::vector<std::string>> find_comment(Client& client, const Cards& cards,
                                              const domain::WriteOp& op);

// notice_writes.cpp
domain::WriteResult send_notice(Client& client, const domain::WriteOp& op,
                                const json::Value& fields);

// task_writes.cpp
Result<std::string> marks_now(Client& client, const domain::WriteOp& op, const json::Value& fields);
// What task.item.userfield.add is sent for {"name","label"}.
std::string task_field_body(const json::Value& fields);
domain::WriteResult make_field(Client& client, const domain::WriteOp& op,
                               const json::Value& fields);
Result<std::string> field_now(Client& client, const domain::WriteOp& op, const json::Value& fields);

} // namespace hb::connector::bitrix24
