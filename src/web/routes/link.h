#pragma once

#include <optional>
#include <string>

#include "render/page.h"
#include "web/exchange.h"

// What all routes below /r/{token} share.
namespace hb::web {

// The report behind the link, as far as its head: that of /r/TOKEN, or the one of an archive at
// /a/TOKEN/NUMBER.
std::optional<books::ByToken> find_link(const Site& site, const Asked& asked);
std::optional<books::ByToken> find_link(const books::Reading& read, const Asked& asked,
                                        books::Detail detail);
// A link whose password was not given yet shows a form instead of anything else.
std::optional<Answer> password_asked(const Site& site, const Asked& asked,
                                     const books::ByToken& found);

// Somebody with a link that leads nowhere asks for another one: one form on every 404. Everybody
// is thanked, whatever the link was.
bool is_asking_anew(const Asked& asked);
Answer ask_anew(const Site& site, const Asked& asked);

// The answer to a link that leads nowhere: 404, or 429 to who has tried too many.
Answer missed(const Site& site, const Asked& asked);
// With style sheet and logo of the brand of `view`.
render::PageOptions page_options(const Asked& asked, const domain::ReportView& view);
// What this link may do and lead to, beside that.
render::PageOptions page_options(const Site& site, const Asked& asked, const books::ByToken& found);
// "This report is being corrected", "was cancelled": without any figure (G4).
Answer withdrawn_page(int status, const domain::ReportView& view, const Asked& asked);

// In what shape clients get a frozen report.
struct Shape {
    std::string_view name;
    std::string_view type;
    void (*write)(const domain::ReportView& view, const render::PageOptions& options,
                  const render::Write& out);
};
extern const Shape kPageShape, kJsonShape;
// The report in one shape, rendered once and kept. nullopt: it was withdrawn or its link revoked
// meanwhile. 503 when too many others are being rendered. REQUIRES: the lock is not held
std::optional<Answer> kept_answer(const Site& site, const Asked& asked, const Shape& shape,
                                  const domain::ReportView& head,
                                  const render::PageOptions& options);
// 503: too many are being rendered.
Answer too_busy();
// A file whose report was withdrawn, or whose link was revoked, while it was being made.
Answer gone(const Site& site, const Asked& asked);
// The header that gives a file its name; "draft" is in that of a draft.
std::pair<std::string, std::string> as_download(const domain::ReportView& view,
                                                std::string_view extension);
// As above, or the answer to a link that no longer leads there.
Answer shown_answer(const Site& site, const Asked& asked, const Shape& shape,
                    const domain::ReportView& head, const render::PageOptions& options);

} // namespace hb::web
