#include "web/routes/link.h"

#include <spdlog/spdlog.h>

#include "base/clean.h"
#include "base/memory.h"
#include "base/text.h"
#include "books/books.h"
#include "desk/archive.h"
#include "render/document.h"
#include "web/miss_limiter.h"
#include "web/page_key.h"
#include "web/paths.h"

namespace hb::web {
namespace {

using books::Detail;

// A rendering that took more than this leaves enough behind to be worth giving back.
constexpr std::size_t kLargeBytes = 1u << 20;

bool is_archive(const Asked& asked) {
    return asked.path.starts_with("/a/");
}

// Of a report below it; its number may hold what an address may not.
std::string base_of(const Asked& asked) {
    if (!is_archive(asked)) return "/r/" + asked.captured.at(0);
    return "/a/" + asked.captured.at(0) + "/" + percent_encode(asked.captured.at(1));
}

Packed pack(const Shape& shape, const domain::ReportView& view,
            const render::PageOptions& options) {
    Gzip gzip;
    shape.write(view, options, [&](std::string_view piece) { gzip.add(piece); });
    return gzip.finish();
}

PageCache::Made render_now(const Site& site, const Asked& asked, const Shape& shape,
                           const render::PageOptions& options) {
    PageCache::Made made;
    {
        std::optional<books::ByToken> found;
        {
            const books::View view = site.books.view();
            found = find_link(view, asked, Detail::Whole);
        }
        if (!found || found->withdrawn) return made;
        made.key = page_key(shape.name, found->view, options);
        made.page = std::make_shared<const Packed>(pack(shape, found->view, options));
    }
    if (made.page->plain > kLargeBytes) give_back_memory();
    return made;
}

} // namespace

std::optional<books::ByToken> find_link(const books::Reading& read, const Asked& asked,
                                        Detail detail) {
    const std::string& token = asked.captured.at(0);
    if (is_archive(asked)) return desk::archived(read, token, asked.captured.at(1), detail);
    return books::Lookup(read).by_token(token, detail);
}

std::optional<books::ByToken> find_link(const Site& site, const Asked& asked) {
    const books::View view = site.books.view();
    return find_link(view, asked, Detail::Head);
}

namespace {

// Never the path: what leads nowhere today may be a link with one letter wrong.
void log_miss(const Asked& asked, const MissLimiter::Miss& miss) {
    if (!miss.told) return;
    const std::string more =
        miss.untold > 0 ? " not_told_before=" + std::to_string(miss.untold) : "";
    if (miss.served)
        spdlog::info("link found=no address={} request_id={}{}", log_value(asked.address),
                     log_value(asked.request_id), more);
    else
        spdlog::warn("link limited=yes address={} request_id={}{} next=\"refused for a minute\"",
                     log_value(asked.address), log_value(asked.request_id), more);
}

} // namespace

Answer missed(const Site& site, const Asked& asked) {
    const auto miss = site.misses.note(asked.address, site.books.clock.now());
    log_miss(asked, miss);
    if (miss.served) return not_found(site);
    Answer later = plain(429, "Too many invalid links. Please try again in a minute.\n");
    later.headers.emplace_back("Retry-After", "60");
    return later;
}

render::PageOptions page_options(const Asked& asked, const domain::ReportView& view) {
    const std::string base = base_of(asked);
    render::PageOptions options;
    options.style_path = std::string(kStylePath);
    options.icon_path = std::string(kIconPath);
    if (const render::Brand* brand = view.brand.get()) {
        const std::string folder(kBrandPath);
        if (!brand->style_name.empty()) options.style_path = folder + brand->style_name;
        if (!brand->logo_name.empty()) options.logo_path = folder + brand->logo_name;
    }
    // One request for both.
    if (!options.logo_path.empty()) options.icon_path = options.logo_path;
    options.agree_path = base + "/agree";
    options.report_path = base;
    options.project_path = base + "/project/";
    if (view.brand && view.brand->task_links == render::TaskLinks::Page)
        options.task_path = base + "/task/";
    options.pdf_path = base + "/report.pdf";
    options.xlsx_path = base + "/report.xlsx";
    options.csv_path = base + "/report.csv";
    options.json_path = base + "/report.json";
    return options;
}

render::PageOptions page_options(const Site& site, const Asked& asked,
                                 const books::ByToken& found) {
    render::PageOptions options = page_options(asked, found.view);
    using store::LinkKind;
    if (found.link.kind != LinkKind::Report) options.agree_path.clear();
    if (found.link.kind == LinkKind::Archive) options.archive_path = "/a/" + asked.captured.at(0);
    if (found.link.kind != LinkKind::Report) return options;
    const books::View view = site.books.view();
    const auto url = books::archive_url(view, found.link.client);
    if (url) options.archive_path = url->substr(url->find("/a/", view.settings.public_url.size()));
    return options;
}

Answer withdrawn_page(int status, const domain::ReportView& view, const Asked& asked) {
    const render::Notice told = render::withdrawn_notice(view);
    return html(status,
                render::notice_page(view, page_options(asked, view), told.title, told.text));
}

const Shape kPageShape{"page", "text/html; charset=utf-8", render::write_report_page};
const Shape kJsonShape{
    "json", "application/json",
    [](const domain::ReportView& view, const render::PageOptions&, const render::Write& out) {
        out(render::report_json(view, render::Audience::Client));
    }};

std::optional<Answer> kept_answer(const Site& site, const Asked& asked, const Shape& shape,
                                  const domain::ReportView& head,
                                  const render::PageOptions& options) {
    auto told = site.pages.get(page_key(shape.name, head, options),
                               [&] { return render_now(site, asked, shape, options); });
    if (told.outcome == PageCache::Outcome::Gone) return std::nullopt;
    if (told.outcome == PageCache::Outcome::Found)
        return packed(200, std::string(shape.type), std::move(told.page));
    return too_busy();
}

Answer too_busy() {
    Answer later = plain(503, "Many reports are being opened just now. Please try again in a few "
                              "seconds.\n");
    later.headers.emplace_back("Retry-After", "5");
    return later;
}

Answer gone(const Site& site, const Asked& asked) {
    const auto now = find_link(site, asked);
    return now ? withdrawn_page(410, now->view, asked) : missed(site, asked);
}

std::pair<std::string, std::string> as_download(const domain::ReportView& view,
                                                std::string_view extension) {
    return {"Content-Disposition",
            "attachment; filename=\"" + render::document_name(view, extension) + "\""};
}

Answer shown_answer(const Site& site, const Asked& asked, const Shape& shape,
                    const domain::ReportView& head, const render::PageOptions& options) {
    if (auto answer = kept_answer(site, asked, shape, head, options)) return std::move(*answer);
    const auto now = find_link(site, asked);
    if (!now) return missed(site, asked);
    return withdrawn_page(shape.name == kPageShape.name ? 200 : 410, now->view, asked);
}

} // namespace hb::web
