#include "base/text.h"
#include "web/form.h"
#include "web/routes/link.h"
#include "web/routes/routes.h"

// POST /r/TOKEN/agree, form field `hash` (optionally `name`, `email`): 303 when taken, 409 when the
// hash is not the current one (G43, rule 57).
namespace hb::web {

namespace {

constexpr std::size_t kSaidMax = 120; // characters of a name or an address that are kept

// What a stranger typed, in one line.
std::string said(const Form& form, std::string_view name) {
    std::string text = to_utf8(only_value(form, name));
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20U || c == 0x7F) c = ' ';
    return shorten(trim(text), kSaidMax);
}

// Rule 57: channel and address; who they say they are is kept as said.
engine::Actor actor_of(const Asked& asked, const Form& form) {
    std::string name = "page:" + asked.address;
    const std::string person = said(form, "name");
    const std::string email = said(form, "email");
    if (!person.empty()) name += " " + person;
    if (!email.empty()) name += " <" + email + ">";
    return {name};
}

Answer taken(const Asked& asked) {
    Answer see_report = plain(303, "");
    see_report.headers.emplace_back("Location", "/r/" + asked.captured.at(0));
    return see_report;
}

Answer stale_page(const render::ReportView& view, const Asked& asked) {
    render::PageOptions options = page_options(asked);
    options.message = render::stale_agreement_text(view);
    return html(409, render::report_page(view, options));
}

} // namespace

Answer post_agree(const Site& site, const Asked& asked) {
    const auto lock = site.core.lock(); // the hash compared and the hash agreed to are one
    const auto found = find_link(site, asked);
    if (!found) return missed(site, asked);
    if (found->withdrawn) return withdrawn_page(409, found->view, asked);
    const Form form = parse_form(asked.body);
    // An empty hash means "the current one" to the books, which is for commands alone.
    const std::string hash = only_value(form, "hash");
    if (hash.empty() || hash != found->view.hash) return stale_page(found->view, asked);
    // The second click of an impatient client.
    if (found->view.state != domain::State::Sent) return taken(asked);
    const auto agreed = site.books.agree(found->report, hash, actor_of(asked, form));
    if (!agreed && agreed.error().code == Code::Conflict) return stale_page(found->view, asked);
    if (!agreed)
        return plain(503, "Your agreement could not be recorded just now. Please try again in a "
                          "few minutes.\n");
    site.core.clock.wake(); // deals and marks are due: whoever works them need not wait for a poll
    return taken(asked);
}

} // namespace hb::web
