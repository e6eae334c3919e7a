#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connector/bitrix24/client.h"
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
// Writes key and value; decimal text of an amount or a link becomes a JSON number of the same
// digits. False when it is no decimal number.
bool write_member(json::Writer& out, const json::Value& value);

// deal_writes.cpp
domain::WriteResult create_deal(Client& client, const domain::WriteOp& op,
                                const json::Value& fields);
Result<std::vector<std::string>> find_deal(Client& client, const domain::WriteOp& op);
domain::WriteResult set_rows(Client& client, const domain::WriteOp& op, const json::Value& fields);
Result<std::string> rows_now(Client& client, const domain::WriteOp& op, const json::Value& fields);
domain::WriteResult set_stage(Client& client, const domain::WriteOp& op, const json::Value& fields);
Result<std::string> stage_now(Client& client, const domain::WriteOp& op, const json::Value& fields);

// comment_writes.cpp
domain::WriteResult create_comment(Client& client, const domain::WriteOp& op,
                                   const json::Value& fields);
Result<std::vector<std::string>> find_comment(Client& client, const domain::WriteOp& op);

// task_writes.cpp
Result<std::string> marks_now(Client& client, const domain::WriteOp& op, const json::Value& fields);
domain::WriteResult make_field(Client& client, const domain::WriteOp& op,
                               const json::Value& fields);
Result<std::string> field_now(Client& client, const domain::WriteOp& op, const json::Value& fields);

} // namespace hb::connector::bitrix24
