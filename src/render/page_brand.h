#pragma once

#include <map>
#include <string>

#include "render/locale.h"
#include "render/page.h"

// What the pages of one report share.
namespace hb::render {

// Logo or name, and whom to ask.
void set_brand(Data& data, const Words& words, const domain::ReportView& view,
               const PageOptions& options);

// From 1, in the order in which lines first name a project or a task.
using Numbers = std::map<domain::Ref, std::size_t>;
Numbers numbers_of(const domain::ReportView& view, PartPlace::Kind kind);

// Where a line's task leads; "" nowhere.
std::string task_address(const domain::ReportView& view, const PageOptions& options,
                         const Numbers& tasks, const domain::Line& line);
// As the contract lets clients see them; "" hidden.
std::string people_of(const domain::ReportView& view, const domain::Line& line);

} // namespace hb::render
