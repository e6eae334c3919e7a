#include <spdlog/spdlog.h>

#include "base/clean.h"
#include "base/text.h"
#include "books/client_links.h"
#include "render/link_pages.h"
#include "web/form.h"
#include "web/miss_limiter.h"
#include "web/routes/link.h"

// The form of the 404: POST to the page's own address. That a link was ours once is told to the
// manager, never to who asks.
namespace hb::web {

namespace {

bool is_place_of_links(std::string_view path) {
    return path.starts_with("/r/") || path.starts_with("/a/") || path.starts_with("/d/");
}

std::string token_in(std::string_view path) {
    const auto parts = split(path, '/');
    return parts.size() > 2 ? std::string(parts[2]) : std::string();
}

} // namespace

bool is_asking_anew(const Asked& asked) {
    return asked.method == "POST" && asked.body == "anew=1" && !asked.path.starts_with("/hook/") &&
           !asked.path.starts_with("/install/");
}

Answer ask_anew(const Site& site, const Asked& asked) {
    const auto miss = site.misses.note(asked.address, site.books.clock.now());
    if (!miss.served) {
        Answer later = plain(429, "Too many invalid links. Please try again in a minute.\n");
        later.headers.emplace_back("Retry-After", "60");
        return later;
    }
    if (is_place_of_links(asked.path)) {
        try {
            if (books::ask_for_link(site.books, token_in(asked.path), {"page:" + asked.address}))
                site.books.clock.wake(); // the notice need not wait
        } catch (const store::StoreError& trouble) {
            spdlog::error("link asked=not_noted error={} request_id={}", log_value(trouble.what()),
                          log_value(asked.request_id));
        }
    }
    return html(200, render::asked_page(own_locale(site), plain_options()));
}

} // namespace hb::web
