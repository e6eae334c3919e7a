#pragma once

#include <string>
#include <string_view>
#include <vector>

// Documents as other programs read them: poppler for PDF, openpyxl for XLSX.
namespace hb::render::test {

struct PdfText {
    std::vector<std::string> pages; // pdftotext -layout
    std::string all() const;
};
PdfText read_pdf(std::string_view pdf);

// One cell: its formula or "", and the value that the file holds.
struct SheetCell {
    std::string formula, value, kind; // n s b f …, as openpyxl says; numbers as repr() writes them
    std::string format;
};
using Sheet = std::vector<std::vector<SheetCell>>;
Sheet read_xlsx(std::string_view xlsx);

} // namespace hb::render::test
