#include "connector/bitrix24/owner_zone.h"

#include "base/text.h"

namespace hb::connector::bitrix24 {
namespace {

// A profile is changed by hand, once in a year.
constexpr std::chrono::minutes kGoodFor{10};

// The portal understood and says no: it would say so each time.
bool refused(Nature nature) {
    return nature == Nature::Scope || nature == Nature::NoMethod || nature == Nature::Denied;
}

} // namespace

OwnerZone zone_in(const json::Value& profile, const Zone& otherwise) {
    const auto name = trim(profile["TIME_ZONE"].text_view().value_or(""));
    const auto zone = name.empty() ? Result<Zone>(Error{}) : Zone::find(name);
    return zone ? OwnerZone{*zone, true} : OwnerZone{otherwise, false};
}

bool knows_owner_zone(Client& client) {
    const auto& known = client.known_zone();
    return known.zone && client.now() < known.asked_at + kGoodFor;
}

Result<OwnerZone> note_owner_zone(Client& client, const std::optional<Trouble>& trouble,
                                  const json::Value& profile) {
    if (trouble && !refused(trouble->nature)) return client.error(*trouble);
    const Zone& otherwise = *client.options().zone;
    const OwnerZone zone = trouble ? OwnerZone{otherwise, false} : zone_in(profile, otherwise);
    client.known_zone() = {zone.zone, zone.told, client.now()};
    return zone;
}

Result<OwnerZone> owner_zone(Client& client) {
    const auto& known = client.known_zone();
    if (knows_owner_zone(client)) return OwnerZone{*known.zone, known.told};
    const Reply reply = client.call("user.current", "{}");
    return note_owner_zone(client, reply.trouble, reply.trouble ? json::Value() : reply.result());
}

} // namespace hb::connector::bitrix24
