#pragma once

#include <optional>
#include <string>

#include "render/page.h"
#include "web/exchange.h"

// What all routes below /r/{token} share.
namespace hb::web {

// The report behind the link, read under the lock.
std::optional<engine::Books::ByToken> find_link(const Site& site, const Asked& asked);
// The answer to a link that leads nowhere: 404, or 429 to who has tried too many.
Answer missed(const Site& site, const Asked& asked);
render::PageOptions page_options(const Asked& asked);
// "This report is being corrected", "was cancelled": without any figure (G4).
Answer withdrawn_page(int status, const render::ReportView& view, const Asked& asked);

} // namespace hb::web
