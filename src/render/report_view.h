#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/report_view.h"
#include "render/brand.h"
#include "render/glossary.h"

// A report printed for people and programs.
namespace hb::render {

// Whether clients are shown where a task is kept in the portal (task_links of the brand).
bool links_to_portal(const domain::ReportView& view);

enum class Audience { Staff, Client };

// `report show --json`: one JSON object. For the client without late, freshness, links.card and
// references, people as the contract says (G22).
std::string report_json(const domain::ReportView& view, Audience audience);
// {"reports": […]} without lines.
std::string report_list_json(const std::vector<domain::ReportView>& views);
std::string late_list_json(const std::vector<domain::LateRow>& rows);

// The preview and `report show` for a person at a terminal.
std::string report_text(const domain::ReportView& view, const Zone& zone = Zone::utc());

} // namespace hb::render
