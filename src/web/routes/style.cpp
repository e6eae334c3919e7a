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

} // namespace hb::web
