#include "web/exchange.h"

#include "render/link_pages.h"
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

render::PageOptions plain_options() {
    render::PageOptions options;
    options.style_path = std::string(kStylePath);
    options.icon_path = std::string(kIconPath);
    return options;
}

std::string own_locale(const Site& site) {
    return site.books.view().settings.locale;
}

Answer not_found(const Site& site) {
    return html(404, render::not_found_page(own_locale(site), "", plain_options()));
}

} // namespace hb::web
