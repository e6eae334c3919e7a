#pragma once

#include <string>
#include <string_view>

// A page in the browser of the person who typed the command.
namespace hb::app {

// The first address of a preview in what a command said; "" there is none.
std::string preview_in(std::string_view said);
// By xdg-open; false: there is no such program, or it did not start.
bool open_page(const std::string& url);

} // namespace hb::app
