#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "connector/tokens.h"
#include "domain/crm_objects.h"

namespace hb::connector::bitrix24 {

// The body of one event call (protocol section 20.2): what changed, and how the sender proves
// itself. Never throws. Code::Malformed for what is no event at all; an event that we don't know,
// or that names nothing, has no refs. `card_type`: the smart process of report cards; 0: any may be
// one.
Result<domain::EventHint> decode_event_body(std::string_view body, const std::string& remote,
                                            int card_type = 0);

// ONAPPINSTALL: the pair of tokens that the portal hands over. Code::Malformed when a part is
// missing.
Result<AppTokens> decode_app_install(std::string_view body, Instant now);

} // namespace hb::connector::bitrix24
