#pragma once

#include <map>
#include <string>
#include <string_view>

#include "domain/report.h"

// What templates may name of a report; for this room only.
namespace hb::mapping {

using Values = std::map<std::string, std::string>;

// Bitrix24 keeps 255 characters of a title or product name; a name that it cut would not read back
// as it was written.
inline constexpr std::size_t kNameCharactersMax = 250;
// A task's title within such a name, so that hours and rate behind it survive.
inline constexpr std::size_t kTaskCharactersMax = 180;

// A date as the language writes it.
std::string shown_day(Day day, const std::string& locale);
// {url} is empty: the link of the client's page is a piece of its own (domain/parts.h).
Values report_values(const domain::Revision& revision);

} // namespace hb::mapping
