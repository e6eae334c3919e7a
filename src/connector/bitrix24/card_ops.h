#pragma once

#include "connector/bitrix24/cards.h"
#include "connector/bitrix24/client.h"
#include "domain/crm_objects.h"
#include "domain/exchange.h"

namespace hb::connector::bitrix24 {

// card.create card.adopt card.update card.files, as connector/bitrix24.h describes them.
// REQUIRES: all but card.create have an id as target
domain::WriteResult write_card(Client& client, const Cards& cards, const domain::WriteOp& op,
                               const json::Value& fields);
Result<std::vector<std::string>> find_card(Client& client, const Cards& cards,
                                           const domain::WriteOp& op);
Result<std::string> card_now(Client& client, const Cards& cards, const domain::WriteOp& op,
                             const json::Value& fields);

// One request: up to 50 cards that changed since the cursor, by id; a finished walk leaves a
// cursor from which the next one reads what is newer, and ten minutes before it.
Result<domain::CardPage> read_card_page(Client& client, const Cards& cards,
                                        std::string_view cursor);
// The same in a batch that it shares (heads.h). REQUIRES: cards.there()
Command card_page_command(const Cards& cards, std::string_view cursor, std::string key);
Result<domain::CardPage> take_card_page(const Client& client, const Cards& cards,
                                        std::string_view cursor, const json::Value& result,
                                        std::optional<Instant> started);
Result<domain::CardState> read_one_card(Client& client, const Cards& cards, std::string_view id);

} // namespace hb::connector::bitrix24
