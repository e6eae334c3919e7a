#pragma once

#include <string>
#include <string_view>

namespace hb::mapping {

// The text without the mark-up that task comments carry: BB codes ([b], [url=…]), HTML tags and
// entities; white space runs become one space. What merely looks like mark-up ("[A] Deal", "a < b")
// stays.
std::string plain_text(std::string_view marked);

} // namespace hb::mapping
