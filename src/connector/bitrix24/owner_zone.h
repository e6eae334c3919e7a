#pragma once

#include <optional>
#include <string>

#include "connector/bitrix24/client.h"

// Whose clock the dates of tasks show (G53): their wall clock is that of whoever calls, and
// the offset behind it is the one of the call, whatever the date.
namespace hb::connector::bitrix24 {

struct OwnerZone {
    Zone zone = Zone::utc();
    bool told = false; // by the caller's profile; else the configuration's
};

// By user.current; asked anew once in ten minutes. A profile that names no zone, or one that may
// not be read, gives the configuration's; a portal that does not answer is an error.
// REQUIRES: options().zone
Result<OwnerZone> owner_zone(Client& client);
// Whether it is known and young enough; else the answer to user.current makes it so.
bool knows_owner_zone(Client& client);
Result<OwnerZone> note_owner_zone(Client& client, const std::optional<Trouble>& trouble,
                                  const json::Value& profile);
// From a profile that was read already.
OwnerZone zone_in(const json::Value& profile, const Zone& otherwise);

} // namespace hb::connector::bitrix24
