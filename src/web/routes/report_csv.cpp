#include "web/routes/link.h"
#include "web/routes/routes.h"

namespace hb::web {

namespace {

// Report numbers are the configuration's, so only what is safe in a header is kept.
std::string file_name(const render::ReportView& view) {
    std::string name;
    for (const char c : view.number.value_or("")) {
        const bool safe = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                          (c >= 'a' && c <= 'z') || c == '-' || c == '_';
        name += safe ? c : '_';
    }
    return (name.empty() ? "report" : name) + ".csv";
}

} // namespace

Answer get_report_csv(const Site& site, const Asked& asked) {
    const auto found = find_link(site, asked);
    if (!found) return missed(site, asked);
    if (found->withdrawn) return withdrawn_page(409, found->view, asked);
    Answer csv = shown_answer(site, asked, kCsvShape, found->view, page_options(asked));
    if (csv.status != 200) return csv;
    csv.headers.emplace_back("Content-Disposition",
                             "attachment; filename=\"" + file_name(found->view) + "\"");
    return csv;
}

} // namespace hb::web
