#pragma once

#include "connector/bitrix24/cards.h"
#include "connector/bitrix24/client.h"

namespace hb::connector::bitrix24 {

// One request: a page of the deals with our originator, then of the invoices and cards whose xmlId
// begins as our keys do (G18). A kind that the portal does not have holds nothing of ours.
Result<OwnedPage> read_owned_page(Client& client, const Cards& cards, std::string_view cursor);

} // namespace hb::connector::bitrix24
