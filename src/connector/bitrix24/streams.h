#pragma once

#include "connector/bitrix24/client.h"
#include "connector/bitrix24/tables.h"
#include "connector/bitrix24/walk.h"

namespace hb::connector::bitrix24 {

// One page of any reading of any stream.
Result<domain::Page> read_page(Client& client, const domain::ReadRequest& request);

// The first step of a reading of changes, for a batch that it shares (heads.h).
struct StreamHead {
    Table table;
    domain::ReadRequest request;
    Cursor cursor;
    PlannedStep planned;
};
// Keys of its commands begin with `name`. Nothing: it is not read that way.
std::optional<StreamHead> plan_stream_head(const Client& client, const domain::ReadRequest& request,
                                           const std::string& name);
// REQUIRES: `reply` carried its commands
Result<domain::Page> take_stream_head(Client& client, StreamHead head, const BatchReply& reply);

// Records by their ids, and entries by their tasks (picks.cpp).
Result<domain::Page> read_by_ids(Client& client, const Table& table,
                                 const domain::ReadRequest& request);
Result<domain::Page> read_of_tasks(Client& client, const Table& table,
                                   const domain::ReadRequest& request);

} // namespace hb::connector::bitrix24
