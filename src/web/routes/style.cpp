#include "render/page.h"
#include "web/routes/routes.h"

namespace hb::web {

Answer get_style(const Site&, const Asked&) {
    return {200, "text/css; charset=utf-8", render::style_sheet(), {}};
}

} // namespace hb::web
