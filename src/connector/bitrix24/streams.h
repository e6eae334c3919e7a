#pragma once

#include "connector/bitrix24/client.h"
#include "connector/bitrix24/tables.h"

namespace hb::connector::bitrix24 {

// One page of any reading of any stream.
Result<domain::Page> read_page(Client& client, const domain::ReadRequest& request);

// Records by their ids, and entries by their tasks (picks.cpp).
Result<domain::Page> read_by_ids(Client& client, const Table& table,
                                 const domain::ReadRequest& request);
Result<domain::Page> read_of_tasks(Client& client, const Table& table,
                                   const domain::ReadRequest& request);

} // namespace hb::connector::bitrix24
