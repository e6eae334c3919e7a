#include "base/text.h"
#include "web/page_key.h"
#include "web/routes/link.h"
#include "web/routes/routes.h"

// GET /r/{token}/project/{n}?page= and /r/{token}/task/{n}: n counts from 1 in the order of the
// frozen revision and is no planner's id; another n is the one 404.
namespace hb::web {

namespace {

using books::Detail;
using render::PartPlace;

std::size_t number(std::string_view text) {
    const auto read = text.size() <= 6 ? parse_integer(text) : std::nullopt;
    return read && *read > 0 ? static_cast<std::size_t>(*read) : 0;
}

PartPlace place_of(const Asked& asked, PartPlace::Kind kind) {
    PartPlace place{kind, number(asked.captured.at(1)), 1};
    for (const auto& [name, value] : asked.query)
        if (name == "page") place.page = number(value);
    return place;
}

PageCache::Made make(const Site& site, const Asked& asked, const std::string& form,
                     PartPlace place) {
    std::optional<books::ByToken> found;
    {
        const books::View view = site.books.view();
        found = books::Lookup(view).by_token(asked.captured.at(0), Detail::Whole);
    }
    if (!found || found->withdrawn) return {};
    const render::PageOptions options = page_options(asked, found->view);
    Gzip gzip;
    const bool written = render::write_part_page(found->view, options, place,
                                                 [&](std::string_view piece) { gzip.add(piece); });
    if (!written) return {};
    return {page_key(form, found->view, options), std::make_shared<const Packed>(gzip.finish())};
}

Answer get_part(const Site& site, const Asked& asked, PartPlace::Kind kind) {
    const auto found = find_link(site, asked);
    if (!found) return missed(site, asked);
    if (found->withdrawn) return withdrawn_page(200, found->view, asked);
    const render::PageOptions options = page_options(asked, found->view);
    const PartPlace place = place_of(asked, kind);
    const bool tasks_have_none = kind == PartPlace::Kind::Task && options.task_path.empty();
    if (place.n == 0 || place.page == 0 || tasks_have_none) return not_found(site);
    const std::string form = (kind == PartPlace::Kind::Task ? "task " : "project ") +
                             std::to_string(place.n) + " " + std::to_string(place.page);
    auto told = site.pages.get(page_key(form, found->view, options),
                               [&] { return make(site, asked, form, place); });
    if (told.outcome == PageCache::Outcome::Busy) return too_busy();
    if (told.outcome == PageCache::Outcome::Gone) return not_found(site);
    return packed(200, "text/html; charset=utf-8", std::move(told.page));
}

} // namespace

Answer get_project(const Site& site, const Asked& asked) {
    return get_part(site, asked, PartPlace::Kind::Project);
}

Answer get_task(const Site& site, const Asked& asked) {
    return get_part(site, asked, PartPlace::Kind::Task);
}

} // namespace hb::web
