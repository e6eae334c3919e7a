#pragma once

#include "web/exchange.h"

namespace hb::web {

Answer get_report(const Site& site, const Asked& asked);      // GET /r/{token}
Answer get_report_json(const Site& site, const Asked& asked); // GET /r/{token}/report.json
Answer get_report_csv(const Site& site, const Asked& asked);  // GET /r/{token}/report.csv
Answer post_agree(const Site& site, const Asked& asked);      // POST /r/{token}/agree
Answer get_style(const Site& site, const Asked& asked);       // GET /static/page.css
Answer get_health(const Site& site, const Asked& asked);      // GET /healthz

} // namespace hb::web
