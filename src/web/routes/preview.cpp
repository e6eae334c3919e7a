#include "lanes/preview.h"
#include "base/memory.h"
#include "books/client_links.h"
#include "web/routes/link.h"
#include "web/routes/routes.h"

// GET /d/TOKEN: the draft as its client would see it, with what its manager has to know above. It
// is evaluated anew each time, so as few at once as pages are rendered.
namespace hb::web {

namespace {

PageCache::Made rendered(const lanes::Preview& preview) {
    render::PageOptions options = plain_options();
    options.inactive = true;
    options.agree_path = "#agree"; // shown, and leads nowhere
    options.staff = preview.staff;
    Gzip gzip;
    render::write_report_page(preview.view, options,
                              [&](std::string_view piece) { gzip.add(piece); });
    PageCache::Made made;
    made.page = std::make_shared<const Packed>(gzip.finish());
    made.keep = false; // the draft may be another one in a moment
    return made;
}

} // namespace

Answer get_preview(const Site& site, const Asked& asked) {
    std::int64_t report = 0;
    {
        const books::View view = site.books.view();
        const auto link = books::live_link(view, asked.captured.at(0));
        if (link && link->kind == store::LinkKind::Preview) report = link->report.value_or(0);
    }
    if (report == 0) return missed(site, asked);
    auto told = site.pages.get("preview " + std::to_string(report), [&]() -> PageCache::Made {
        const auto preview = lanes::preview_of(site.books, report);
        return preview ? rendered(*preview) : PageCache::Made{};
    });
    if (told.outcome == PageCache::Outcome::Busy) return too_busy();
    if (told.outcome == PageCache::Outcome::Gone) return missed(site, asked);
    return packed(200, "text/html; charset=utf-8", std::move(told.page));
}

} // namespace hb::web
