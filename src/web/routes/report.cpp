#include "web/routes/link.h"
#include "web/routes/routes.h"

namespace hb::web {

Answer get_report(const Site& site, const Asked& asked) {
    const auto found = find_link(site, asked);
    if (!found) return missed(site, asked);
    if (found->withdrawn) return withdrawn_page(200, found->view, asked);
    return shown_answer(site, asked, kPageShape, found->view, page_options(asked));
}

} // namespace hb::web
