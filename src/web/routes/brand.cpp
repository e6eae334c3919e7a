#include "web/routes/routes.h"

// GET /static/brand/{name}: style sheet or logo of a brand. A name changes with what it names, so
// browsers may keep it; it says nothing of any client.
namespace hb::web {

namespace {

Answer packed_style(const render::Brand& brand) {
    Gzip gzip;
    gzip.add(brand.style);
    return packed(200, "text/css; charset=utf-8", std::make_shared<const Packed>(gzip.finish()));
}

Answer logo_of(const render::Brand& brand) {
    return {200, "image/png", brand.logo->png, {}, nullptr};
}

Answer kept_long(Answer file) {
    file.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
    return file;
}

} // namespace

Answer get_brand_file(const Site& site, const Asked& asked) {
    const std::string& name = asked.captured.at(0);
    const books::View view = site.books.view();
    const books::Reading& read = view;
    for (const render::BrandPtr& brand : read.settings.brands) {
        if (name == brand->style_name) return kept_long(packed_style(*brand));
        if (name == brand->logo_name) return kept_long(logo_of(*brand));
    }
    return not_found(site);
}

} // namespace hb::web
