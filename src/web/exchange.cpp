#include "web/exchange.h"

#include "base/text.h"

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
    return not_found(site.books);
}

Answer not_found(books::Books& books) {
    const books::View view = books.view();
    const auto& settings = view.settings;
    // Whose link it was is not known, so only who answers for all of them is named.
    std::vector<std::string> contact;
    if (settings.brands.size() == 1)
        for (const auto* part :
             {&settings.brands.front()->contact.person, &settings.brands.front()->contact.email,
              &settings.brands.front()->contact.phone})
            if (!part->empty()) contact.push_back(*part);
    return html(404, render::not_found_page(settings.locale, join(contact, ", "), plain_options()));
}

} // namespace hb::web
