#pragma once

#include <string>
#include <string_view>

#include "render/page.h"

namespace hb::web {

// Says everything that the client is shown of a frozen report, so that two reports with one key
// look alike. `head` needs no lines and no frozen text: the revision's hash stands for them.
// `form`: page, csv or json.
std::string page_key(std::string_view form, const domain::ReportView& head,
                     const render::PageOptions& options);

} // namespace hb::web
