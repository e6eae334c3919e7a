#pragma once

#include "connector/bitrix24/cards.h"
#include "connector/bitrix24/client.h"
#include "domain/exchange.h"

namespace hb::connector::bitrix24 {

// The op kinds are described in connector/bitrix24.h.
domain::WriteResult write_op(Client& client, const Cards& cards, const domain::WriteOp& op);
// Marks of up to 25 tasks in one request, each read back in it; one result each.
std::vector<domain::WriteResult> mark_tasks(Client& client,
                                            const std::vector<domain::WriteOp>& ops);
Result<std::vector<std::string>> find_op(Client& client, const Cards& cards,
                                         const domain::WriteOp& op);
Result<std::string> read_back_op(Client& client, const Cards& cards, const domain::WriteOp& op);

} // namespace hb::connector::bitrix24
