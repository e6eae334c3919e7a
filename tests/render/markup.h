#pragma once

#include <string>
#include <string_view>

// HTML read as a browser reads it, as far as our own pages go.
namespace hb::render::markup {

// Elements and attribute names, without any text or value: "<p class><a href rel></a></p>".
std::string skeleton(std::string_view html);
// What stands between the elements.
std::string text_of(std::string_view html);

} // namespace hb::render::markup
