#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

// A line of the log in both of its shapes. The program writes `part what=... key="a value"`; the
// keys are the same in both:
//
//   2026-03-05T13:41:59Z warning hook refused="a wrong secret in the path" request_id=5f-12
//   {"time":"2026-03-05T13:41:59.120Z","level":"warning","part":"hook","refused":"a wrong …",…}
namespace hb::app {

// The parts of a message: {"part","hook"}, {"text","…"} where words stand alone, then its keys.
std::vector<std::pair<std::string, std::string>> log_parts(std::string_view message);

std::string text_line(std::string_view time, std::string_view level, std::string_view message);
std::string json_line(std::string_view time, std::string_view level, std::string_view message);

} // namespace hb::app
