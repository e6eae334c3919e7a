#pragma once

#include "lanes/floor.h"
#include "render/page.h"

// A draft as its client would see it, and what its manager has to know before it is sent.
namespace hb::lanes {

struct Preview {
    domain::ReportView view; // a draft
    render::StaffBlock staff;
};
// nullopt: the report is no draft. Evaluates it, under the writer's lock.
std::optional<Preview> preview_of(Books& books, std::int64_t report);

} // namespace hb::lanes
