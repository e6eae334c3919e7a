#pragma once

#include <string_view>

// The files beside this one, as they are, in the program.
namespace hb::render {

extern const std::string_view kPageTemplate;
extern const std::string_view kPartTemplate;
extern const std::string_view kNoticeTemplate;
extern const std::string_view kDoorTemplate;
extern const std::string_view kArchiveTemplate;
extern const std::string_view kPageStyle;
extern const std::string_view kPageIcon;

} // namespace hb::render
