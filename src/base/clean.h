#pragma once

#include <string>
#include <string_view>

// Text from outside (titles, names, what a remote answered) on its way to a place that reads more
// than letters in it: one cleaner for each (G60). None of them ever looks for a word.
namespace hb {

enum class Lines {
    Join, // line ends become spaces
    Keep,
};
// For a CRM's fields, comments and notices: no control and no bidi characters, square brackets
// become round ones, since BBCode lives in them.
std::string for_crm(std::string_view text, Lines lines = Lines::Join);
// For a message, a page, a cell or a terminal: without control and bidi characters; brackets stay.
std::string for_people(std::string_view text, Lines lines = Lines::Keep);
// Whether for_people() leaves well-formed text as it is; quick.
bool is_clean(std::string_view text);
// A finished text that a person may look at or put into a file: tabs and line ends are its own.
std::string for_export(std::string_view text);
// A finished JSON text: what for_people() takes out is escaped (it can stand only inside strings),
// so a program reads the same values.
std::string for_people_json(std::string_view json);
// A value in a line of the log, in quotes: one line, and quotes and backslashes in it are escaped,
// so that it can't give another key.
std::string log_value(std::string_view text);

} // namespace hb
