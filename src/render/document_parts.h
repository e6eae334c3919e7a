#pragma once

#include <string>
#include <vector>

#include "render/document.h"
#include "render/locale.h"

// What PDF and XLSX show of a report, in words and numbers, before it has a place on paper or
// sheet.
namespace hb::render {

struct DocumentLine {
    std::size_t number = 0; // from 1, in the order of the frozen revision
    const domain::Line* line = nullptr;
};

// One for each project, in the order in which lines first name it.
struct DocumentGroup {
    std::string project;
    std::vector<DocumentLine> lines;
    std::int64_t billed_seconds = 0;
    std::int64_t amount = 0;
};

enum class SumKind { Subtotal, Vat, Total, NoVat };
struct DocumentSum {
    SumKind kind;
    std::string word;
    std::int64_t minor = 0;
};

struct DocumentFact {
    std::string word;
    std::string value;
};

// Points into the view that it was made of.
struct DocumentParts {
    explicit DocumentParts(const Words& of) : words(of) {}

    const Words& words;
    bool draft = false;
    std::string heading;             // "Report on hours worked"
    std::string name;                // "Report HB2026-0002"; of a draft "Draft"
    std::string company, client;     // cleaned
    std::string period;              // "1–31 March 2026"
    std::vector<DocumentFact> facts; // number, period, client …
    bool rounded = false;            // worked and billed time differ by rule
    std::string amount_word;         // "Amount, without VAT"
    std::vector<DocumentGroup> groups;
    std::vector<DocumentLine> free; // without charge, with a reason
    std::vector<DocumentSum> sums;  // as they stand below the lines
    std::vector<std::string> rules; // how it was counted
    std::string complete_text;      // "" none
    std::vector<DocumentFact> complete_rows;
    std::vector<std::string> complete_notes;
    std::string fingerprint; // "Revision 1 · 5f1d0caf"; "" of a draft
};
// Where the time of the period is, without what holds none: "1:00", "in other reports".
std::vector<DocumentFact> complete_rows(const Words& words, const domain::Completeness& rows);
DocumentParts parts_of(const domain::ReportView& view);

// What a document tells about its making: the moment of freezing; a draft has none and takes the
// end of its period, so that its bytes do not depend on the clock.
Instant made_at(const domain::ReportView& view);

// "design · Ann, Ben 2:30 · Correction of an earlier report"; "" nothing.
std::string line_note(const Words& words, const domain::ReportView& view, const domain::Line& line);
// The names alone, where the contract lets clients see them.
std::string line_people(const domain::ReportView& view, const domain::Line& line);
std::string line_reason(const Words& words, const domain::ReportView& view,
                        const domain::Line& line);
std::string line_type(const domain::ReportView& view, const domain::Line& line);

} // namespace hb::render
