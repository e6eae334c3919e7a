#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "lanes/floor.h"

// What clients downloaded of a sent report: made once, kept, given again as it was.
namespace hb::lanes {

// The forms that are kept; they show the revision alone, so what was given stays right.
enum class GivenForm { Pdf, Xlsx, Csv };
const char* to_string(GivenForm form); // pdf xlsx csv
const char* media_type(GivenForm form);

// As a client gets it. PDF and XLSX fail as render/document.h says.
Result<std::string> document_of(const domain::ReportView& view, GivenForm form);

// The bytes that were given before.
std::optional<std::string> given_before(const Reading& read, std::int64_t report, int revision,
                                        GivenForm form);

// Keeps what was made of the report's current revision, unless somebody was faster; either way the
// bytes that are kept. nullopt: the report shows that revision no longer. REQUIRES: the thread does
// not hold the books.
std::optional<std::string> keep_given(Books& books, const domain::ReportView& view, GivenForm form,
                                      std::string bytes, const Actor& actor);

} // namespace hb::lanes
