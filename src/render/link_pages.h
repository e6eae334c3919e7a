#pragma once

#include <string>
#include <string_view>

#include "render/page.h"

// Pages at a link that show no report: it leads nowhere, or asks for a password.
namespace hb::render {

// "This link is no longer valid", with a form that asks for another one. `contact`: of the agency,
// "" not known. The same bytes for the same arguments: nothing of the link is in it. Of `options`:
// style sheet and icon.
std::string not_found_page(std::string_view locale, std::string_view contact,
                           const PageOptions& options);
// What everybody is told who asks for another link.
std::string asked_page(std::string_view locale, const PageOptions& options);

enum class PasswordState { Asked, Wrong, Waits, Busy };
// Where a password opens the report. No word of the report is on it.
std::string password_page(std::string_view locale, PasswordState state, const PageOptions& options);

} // namespace hb::render
