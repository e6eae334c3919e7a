#include <spdlog/spdlog.h>

#include "base/clean.h"
#include "books/openings.h"
#include "web/routes/link.h"
#include "web/routes/routes.h"

namespace hb::web {

namespace {

// The page is shown whether or not that can be written down.
void note_look(const Site& site, const Asked& asked, const books::ByToken& found) {
    if (!asked.by_browser || found.link.kind == store::LinkKind::Archive) return;
    if (found.seen) return;
    try {
        books::note_opening(site.books, found.report, found.view.revision, found.link.kind,
                            {"page:" + asked.address});
    } catch (const store::StoreError& trouble) {
        spdlog::error("link opened=not_noted error={} request_id={}", log_value(trouble.what()),
                      log_value(asked.request_id));
    }
}

} // namespace

Answer get_report(const Site& site, const Asked& asked) {
    const auto found = find_link(site, asked);
    if (!found) return missed(site, asked);
    if (auto form = password_asked(site, asked, *found)) return std::move(*form);
    if (found->withdrawn) return withdrawn_page(200, found->view, asked);
    Answer page =
        shown_answer(site, asked, kPageShape, found->view, page_options(site, asked, *found));
    if (page.status == 200) note_look(site, asked, *found);
    return page;
}

} // namespace hb::web
