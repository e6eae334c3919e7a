#include "web/routes/link.h"
#include "web/routes/routes.h"
#include "json/writer.h"

namespace hb::web {

Answer get_report_json(const Site& site, const Asked& asked) {
    const auto found = find_link(site, asked);
    if (!found) return missed(site, asked);
    if (auto form = password_asked(site, asked, *found)) return std::move(*form);
    if (!found->withdrawn) {
        Answer document =
            shown_answer(site, asked, kJsonShape, found->view, page_options(asked, found->view));
        if (document.status == 200) document.headers.push_back(as_download(found->view, "json"));
        return document;
    }
    // Programs must not take this for a report: another status, and no figure (G4).
    hb::json::Writer told;
    told.begin_object()
        .member("state", domain::to_string(found->view.state))
        .member("message", render::withdrawn_notice(found->view).title)
        .end_object();
    return json(410, told.take());
}

} // namespace hb::web
