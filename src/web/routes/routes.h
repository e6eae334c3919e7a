#pragma once

#include "web/exchange.h"
#include "web/hooks.h"

namespace hb::web {

Answer get_report(const Site& site, const Asked& asked);      // GET /r/{token}
Answer get_report_json(const Site& site, const Asked& asked); // GET /r/{token}/report.json
Answer get_report_pdf(const Site& site, const Asked& asked);  // GET /r/{token}/report.pdf
Answer get_report_xlsx(const Site& site, const Asked& asked); // GET /r/{token}/report.xlsx
Answer get_report_csv(const Site& site, const Asked& asked);  // GET /r/{token}/report.csv
Answer post_password(const Site& site, const Asked& asked);   // POST /r/{token}
Answer get_archive(const Site& site, const Asked& asked);     // GET /a/{token}
Answer get_preview(const Site& site, const Asked& asked);     // GET /d/{token}
Answer post_agree(const Site& site, const Asked& asked);      // POST /r/{token}/agree
Answer get_project(const Site& site, const Asked& asked);     // GET /r/{token}/project/{n}
Answer get_task(const Site& site, const Asked& asked);        // GET /r/{token}/task/{n}
Answer get_style(const Site& site, const Asked& asked);
// GET /static/brand/{name}: a style sheet or a logo
Answer get_brand_file(const Site& site, const Asked& asked);
Answer get_icon(const Site& site, const Asked& asked);
Answer get_favicon(const Site& site, const Asked& asked); // GET /static/page.css
Answer get_health(const Site& site, const Asked& asked);  // GET /healthz
Answer get_ready(const Site& site, const Asked& asked);   // GET /readyz
Answer get_metrics(const Site& site, const Asked& asked); // GET /metrics

Answer get_door(const Site& site, const Asked& asked);     // GET /hook/… and /install/…
Answer post_hook(const Site& site, const Asked& asked);    // POST /hook/{remote}[/{secret}]
Answer post_install(const Site& site, const Asked& asked); // POST /install/{remote}[/{code}]

// For the two doors. `remote`: none is called so.
Answer refused_at_door(const Site& site, const Asked& asked, const books::RemoteRuntime* remote,
                       const NotTaken& refusal);
Answer not_stored(const Asked& asked, const std::exception& trouble);

} // namespace hb::web
