#pragma once

#include "connector/bitrix24/client.h"
#include "domain/exchange.h"

namespace hb::connector::bitrix24 {

// The op kinds are described in connector/bitrix24.h.
domain::WriteResult write_op(Client& client, const domain::WriteOp& op);
Result<std::vector<std::string>> find_op(Client& client, const domain::WriteOp& op);
Result<std::string> read_back_op(Client& client, const domain::WriteOp& op);

} // namespace hb::connector::bitrix24
