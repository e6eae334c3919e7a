#pragma once

#include "connector/bitrix24/cards.h"
#include "connector/bitrix24/client.h"
#include "domain/crm_objects.h"

namespace hb::connector::bitrix24 {

// One request: the stage moves of deals, invoices and cards since the cursor. "" only learns where
// they stand.
Result<domain::MovePage> read_move_page(Client& client, const Cards& cards,
                                        std::string_view cursor);

// The same in a batch that it shares (heads.h).
using MoveKinds = std::vector<std::pair<int, const char*>>; // entityTypeId, as what it is told
MoveKinds move_kinds(const Client& client, const Cards& cards);
std::vector<Command> move_commands(const MoveKinds& kinds, std::string_view cursor);
// REQUIRES: `reply` carried the commands
Result<domain::MovePage> take_moves(const Client& client, const MoveKinds& kinds,
                                    std::string_view cursor, const BatchReply& reply);

// Offline events (protocol section 22): only applications have them, and only on some plans.
Result<domain::OfflineEvents> take_offline_events(Client& client);
Status finish_offline_events(Client& client, const std::string& process_id,
                             const std::vector<std::string>& done,
                             const std::vector<std::string>& failed);

} // namespace hb::connector::bitrix24
