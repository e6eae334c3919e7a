#pragma once

#include "connector/bitrix24/cards.h"
#include "connector/bitrix24/client.h"

namespace hb::connector::bitrix24 {

// One batch with the first steps of several readings, as Connector::read_heads() describes it. What
// may not go out now, or has no place among its 50 commands, is left to be asked for by itself.
Result<Heads> read_heads(Client& client, const Cards& cards, const HeadsWish& wish);

} // namespace hb::connector::bitrix24
