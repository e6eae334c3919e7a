#include "base/memory.h"
#include "lanes/given.h"
#include "render/document.h"
#include "web/page_key.h"
#include "web/routes/link.h"
#include "web/routes/routes.h"

// GET /r/{token}/report.{pdf,xlsx,csv}: what was given before as it was given; else made now, two
// at a time with all other renderings, kept, and then given.
namespace hb::web {

namespace {

using books::Detail;
using lanes::GivenForm;

// Making one that took more than this leaves enough behind to be worth giving back.
constexpr std::size_t kLargeBytes = 1u << 20;

PageCache::Made packed_bytes(std::string key, const std::string& bytes) {
    Gzip gzip;
    gzip.add(bytes);
    return {std::move(key), std::make_shared<const Packed>(gzip.finish())};
}

std::string key_of(const domain::ReportView& head, GivenForm form) {
    return page_key(lanes::to_string(form), head, {});
}

PageCache::Made give_or_make(const Site& site, const Asked& asked, GivenForm form) {
    std::optional<books::ByToken> found;
    {
        const books::View view = site.books.view();
        found = find_link(view, asked, Detail::Head);
        if (!found || found->withdrawn) return {};
        if (auto bytes = lanes::given_before(view, found->report, found->view.revision, form))
            return packed_bytes(key_of(found->view, form), *bytes);
        found = find_link(view, asked, Detail::Whole);
    }
    if (!found || found->withdrawn) return {};
    auto made = lanes::document_of(found->view, form);
    if (!made) throw std::runtime_error(to_string(made.error())); // told in the log, with the id
    const auto kept = lanes::keep_given(site.books, found->view, form, std::move(*made),
                                        {"page:" + asked.address});
    if (!kept) return {};
    if (kept->size() > kLargeBytes) give_back_memory();
    return packed_bytes(key_of(found->view, form), *kept);
}

Answer get_document(const Site& site, const Asked& asked, GivenForm form) {
    const auto found = find_link(site, asked);
    if (!found) return missed(site, asked);
    if (auto shut = password_asked(site, asked, *found)) return std::move(*shut);
    if (found->withdrawn) return withdrawn_page(410, found->view, asked);
    auto told =
        site.pages.get(key_of(found->view, form), [&] { return give_or_make(site, asked, form); });
    if (told.outcome == PageCache::Outcome::Busy) return too_busy();
    if (told.outcome == PageCache::Outcome::Gone) return gone(site, asked);
    Answer document = packed(200, lanes::media_type(form), std::move(told.page));
    document.headers.push_back(as_download(found->view, lanes::to_string(form)));
    return document;
}

} // namespace

Answer get_report_pdf(const Site& site, const Asked& asked) {
    return get_document(site, asked, GivenForm::Pdf);
}

Answer get_report_xlsx(const Site& site, const Asked& asked) {
    return get_document(site, asked, GivenForm::Xlsx);
}

Answer get_report_csv(const Site& site, const Asked& asked) {
    return get_document(site, asked, GivenForm::Csv);
}

} // namespace hb::web
