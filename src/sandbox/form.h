#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "sandbox/tree.h"

// The three encodings of one parameter tree: JSON, PHP's bracket form and multipart.
namespace hb::sandbox {

std::string percent_decode(std::string_view text); // '+' is a space

// `a[b][]=v&c=w`: one map, keys in the order in which they first came.
Tree read_form(std::string_view encoded);
// The reverse: `data%5BFIELDS%5D%5BID%5D=5`. Empty branches vanish.
std::string write_form(const Tree& tree);
// Fields of a multipart body, names read like form keys.
Tree read_multipart(std::string_view body, std::string_view content_type);
// The parameters of a request: those of the query first, then those of the body over them.
Result<Tree> read_parameters(std::string_view query, std::string_view content_type,
                             std::string_view body);

} // namespace hb::sandbox
