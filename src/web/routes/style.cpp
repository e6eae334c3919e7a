#include "render/page.h"
#include "web/routes/routes.h"

namespace hb::web {

Answer get_style(const Site&, const Asked&) {
    static const Page sheet = [] {
        Gzip gzip;
        gzip.add(render::style_sheet());
        return std::make_shared<const Packed>(gzip.finish());
    }();
    return packed(200, "text/css; charset=utf-8", sheet);
}

Answer get_icon(const Site&, const Asked&) {
    Answer icon;
    icon.type = "image/svg+xml";
    icon.body = render::page_icon();
    return icon;
}

// Browsers that look for the icon here before they have read the page.
Answer get_favicon(const Site&, const Asked&) {
    return plain(204, "");
}

} // namespace hb::web
