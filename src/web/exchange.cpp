#include "web/exchange.h"

#include "render/page.h"
#include "web/paths.h"

namespace hb::web {

Answer html(int status, std::string body) {
    return {status, "text/html; charset=utf-8", std::move(body), {}, nullptr};
}

Answer plain(int status, std::string body) {
    return {status, "text/plain; charset=utf-8", std::move(body), {}, nullptr};
}

Answer json(int status, std::string body) {
    return {status, "application/json", std::move(body), {}, nullptr};
}

Answer packed(int status, std::string type, Page page) {
    return {status, std::move(type), "", {}, std::move(page)};
}

Answer not_found() {
    render::PageOptions options;
    options.style_path = std::string(kStylePath);
    options.icon_path = std::string(kIconPath);
    return html(404, render::not_found_page(options));
}

} // namespace hb::web
