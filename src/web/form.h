#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hb::web {

// The fields of an application/x-www-form-urlencoded body, in their order. What is not well formed
// ("%zz") stays as it is.
using Form = std::vector<std::pair<std::string, std::string>>;
Form parse_form(std::string_view body);
// The only value of `name`; "" when it is missing or given more than once: two answers are none.
std::string only_value(const Form& form, std::string_view name);

} // namespace hb::web
