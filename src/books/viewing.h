#pragma once

#include "books/drafting.h"

// Reports as people see them, and frozen revisions as the outside is told of them. Reads only.
namespace hb::books {

class Viewing {
public:
    explicit Viewing(const Reading& read) : read_(read), drafting_(read) {}
    explicit Viewing(const Reading&& read) = delete; // it would outlive its books

    domain::ReportView of(const store::ReportRow& row, bool with_lines = true);
    // Of a report that was sent once: what its revision froze, without what only staff sees
    // besides.
    domain::ReportView frozen(const store::ReportRow& row);
    // Of a draft: its last stored sums. The revision's hash stands for what is not read.
    domain::ReportView head(const store::ReportRow& row);
    // An evaluation that was not stored.
    domain::ReportView of_draft(const store::ReportRow& row, const domain::Draft& draft,
                                const domain::DraftInput& input);
    // With the records of this client's tasks that can't be read (G54).
    domain::Completeness completeness(const store::ReportRow& row, const domain::Draft& draft,
                                      const domain::DraftInput& input);
    domain::Revision revision(const store::ReportRow& row);
    domain::Revision revision(const store::ReportRow& row, const domain::Draft& draft,
                              const domain::DraftInput& input);
    std::vector<domain::Warning> warnings(const store::ReportRow& row, const domain::Draft& draft,
                                          const domain::DraftInput& input);
    std::string url(const store::ReportRow& row);
    Drafting& drafting() { return drafting_; }

private:
    domain::ReportView with_text(const store::ReportRow& row);
    void add_words(domain::ReportView& view, const store::ReportRow& row);
    void add_frame(domain::ReportView& view, const store::ReportRow& row);
    std::optional<domain::Party> own_company(const domain::Contract& contract);
    const Reading& read_;
    Drafting drafting_;
};

// The token of a report's link: base64url(HMAC-SHA-256(key, report id and link number)), G23.
std::string link_token(const Settings& settings, std::int64_t report, std::int64_t link);
// The address of the client's page under that link.
std::string link_url(const Settings& settings, std::int64_t report, std::int64_t link);
// The same as a piece of a text, which is how the books keep it (G60).
domain::LinkPart link_part(const store::ReportRow& row);

// The report whose deal, invoice, document or card this is.
std::optional<std::int64_t> report_of(const Reading& read, const domain::Ref& what);

} // namespace hb::books
