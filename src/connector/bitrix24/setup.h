#pragma once

#include <string>
#include <string_view>

#include "connector/bitrix24/cards.h"
#include "connector/bitrix24/client.h"
#include "domain/crm_objects.h"

namespace hb::connector::bitrix24 {

// Finds or makes what reports need in the portal, step by step: report cards (type, stages,
// fields), task fields, event handlers. `before` is the layout of the last setup: what it names and
// is missing was removed by somebody and is "repaired". Running it again changes nothing.
//
// What tariff or rights forbid is a step "forbidden"; an Error only when the portal can't be read.
Result<domain::SetupReport> run_setup(Client& client, bool dry_run, const Cards& before,
                                      std::string_view handler);

} // namespace hb::connector::bitrix24
