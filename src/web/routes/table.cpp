#include "web/router.h"
#include "web/routes/routes.h"

namespace hb::web {

const std::vector<Route>& routes() {
    static const std::vector<Route> all = {
        {"GET", "/r/{token}", get_report},
        {"GET", "/r/{token}/report.json", get_report_json},
        {"GET", "/r/{token}/report.pdf", get_report_pdf},
        {"GET", "/r/{token}/report.xlsx", get_report_xlsx},
        {"GET", "/r/{token}/report.csv", get_report_csv},
        {"GET", "/r/{token}/project/{n}", get_project},
        {"GET", "/r/{token}/task/{n}", get_task},
        {"POST", "/r/{token}/agree", post_agree},
        {"POST", "/r/{token}", post_password},
        {"GET", "/a/{token}", get_archive},
        {"GET", "/a/{token}/{number}", get_report},
        {"GET", "/a/{token}/{number}/report.json", get_report_json},
        {"GET", "/a/{token}/{number}/report.pdf", get_report_pdf},
        {"GET", "/a/{token}/{number}/report.xlsx", get_report_xlsx},
        {"GET", "/a/{token}/{number}/report.csv", get_report_csv},
        {"GET", "/d/{token}", get_preview},
        {"GET", "/static/page.css", get_style},
        {"GET", "/static/icon.svg", get_icon},
        {"GET", "/static/brand/{name}", get_brand_file},
        {"GET", "/favicon.ico", get_favicon},
        {"GET", "/healthz", get_health},
        {"GET", "/readyz", get_ready},
        {"GET", "/metrics", get_metrics},
        {"GET", "/hook/{remote}", get_door},
        {"POST", "/hook/{remote}", post_hook},
        {"GET", "/hook/{remote}/{secret}", get_door},
        {"POST", "/hook/{remote}/{secret}", post_hook},
        {"GET", "/install/{remote}", get_door},
        {"POST", "/install/{remote}", post_install},
        {"GET", "/install/{remote}/{code}", get_door},
        {"POST", "/install/{remote}/{code}", post_install},
    };
    return all;
}

} // namespace hb::web
