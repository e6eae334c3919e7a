#include "web/routes/link.h"

#include "web/miss_limiter.h"
#include "web/paths.h"

namespace hb::web {

std::optional<engine::Books::ByToken> find_link(const Site& site, const Asked& asked) {
    const auto lock = site.core.lock();
    return site.books.by_token(asked.captured.at(0));
}

Answer missed(const Site& site, const Asked& asked) {
    if (site.misses.note_miss(asked.address, site.core.clock.now())) return not_found();
    Answer later = plain(429, "Too many links that lead nowhere. Please wait a minute.\n");
    later.headers.emplace_back("Retry-After", "60");
    return later;
}

render::PageOptions page_options(const Asked& asked) {
    const std::string base = "/r/" + asked.captured.at(0);
    render::PageOptions options;
    options.style_path = std::string(kStylePath);
    options.agree_path = base + "/agree";
    options.csv_path = base + "/report.csv";
    options.json_path = base + "/report.json";
    return options;
}

Answer withdrawn_page(int status, const render::ReportView& view, const Asked& asked) {
    const render::Notice told = render::withdrawn_notice(view);
    return html(status, render::notice_page(view, page_options(asked), told.title, told.text));
}

} // namespace hb::web
