#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hb {

std::string_view trim(std::string_view text); // ASCII white space
std::vector<std::string_view> split(std::string_view text,
                                    char separator); // "" gives one empty part
std::string join(const std::vector<std::string>& parts, std::string_view separator);
bool is_utf8(std::string_view text);
// How many bytes at the start of `bytes` are whole, well-formed characters.
std::size_t utf8_prefix(std::string_view bytes);
// The text with each ill-formed byte replaced by U+FFFD, and NUL bytes likewise.
std::string to_utf8(std::string_view bytes);
// Lower case of every letter Unicode knows (simple mapping), for comparing tags: "Баг" and "БАГ"
// are one.
std::string fold_case(std::string_view utf8);
// At most `characters` code points, with "…" when something was cut.
std::string shorten(std::string_view utf8, std::size_t characters);
// Whole text as a decimal number, optional '-', no spaces, no overflow.
std::optional<std::int64_t> parse_integer(std::string_view text);
// "1:05:09", or "1:05" when the seconds are zero; negative with a leading '-'.
std::string format_duration(std::int64_t seconds);
// The candidate nearest to `word` when it is near enough to be a slip; for "did you mean".
std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates);
std::string percent_encode(std::string_view text); // everything but RFC 3986's unreserved
std::string html_escape(std::string_view text);    // & < > " '

} // namespace hb
