#pragma once

#include "sandbox/call.h"

// Documents made from templates: numbers, and the files themselves. Inner header.
namespace hb::sandbox {

// Why the calls of the generator are refused: the plan, or the caller's rights.
std::optional<Failure> check_generator(const Call& call);
// The same for templates and numerators, which only administrators of the CRM may see.
std::optional<Failure> check_template_rights(const Call& call);

// The next number; the numerator moves on.
std::string take_number(Numerator& numerator);

enum class Conversion { Running, Done, Failed };
Conversion conversion(const Document& document, const PortalOptions& options, Seconds now);

// Real files, small: one page with the title, the object and its amount.
std::string write_pdf(const Document& document);
std::string write_docx(const Document& document);

} // namespace hb::sandbox
