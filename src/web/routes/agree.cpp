#include "base/text.h"
#include "desk/reports.h"
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
books::Actor actor_of(const Asked& asked, const Form& form) {
    std::string name = "page:" + asked.address;
    const std::string person = said(form, "name");
    const std::string email = said(form, "email");
    if (!person.empty()) name += " " + person;
    if (!email.empty()) name += " <" + email + ">";
    return {name};
}

// Back to the page, at the sentence that says what became of the click.
Answer see_report_at(const Asked& asked, std::string_view place) {
    Answer see_report = plain(303, "");
    see_report.headers.emplace_back("Location",
                                    "/r/" + asked.captured.at(0) + "#" + std::string(place));
    return see_report;
}

// What became of a click.
struct Verdict {
    enum class Kind { Missed, Withdrawn, Stale, Taken, Already, Failed };
    Kind kind = Kind::Missed;
    domain::ReportView head;
};

// What the link shows now. nullopt: it waits for this one.
std::optional<Verdict> settled_already(const Site& site, const Asked& asked,
                                       books::ByToken& found) {
    using Kind = Verdict::Kind;
    const books::View view = site.books.view();
    auto shown = books::Lookup(view).by_token(asked.captured.at(0), books::Detail::Head);
    // A link for reading alone has no such address.
    if (!shown || shown->shared()) return Verdict{Kind::Missed, {}};
    if (shown->withdrawn) return Verdict{Kind::Withdrawn, std::move(shown->view)};
    found = std::move(*shown);
    return std::nullopt;
}

// The hash compared and the hash agreed to are one: the books compare it again in their step.
Verdict take_click(const Site& site, const Asked& asked) {
    using Kind = Verdict::Kind;
    books::ByToken found;
    if (auto known = settled_already(site, asked, found)) return std::move(*known);
    const Form form = parse_form(asked.body);
    // An empty hash means "the current one" to the books, which is for commands alone.
    const std::string hash = only_value(form, "hash");
    if (hash.empty() || hash != found.view.hash) return {Kind::Stale, std::move(found.view)};
    // The second click of an impatient client.
    if (found.view.state != domain::State::Sent) return {Kind::Already, {}};
    const auto agreed = desk::agree(site.books, found.report, hash, actor_of(asked, form));
    if (agreed) {
        site.books.clock.wake(); // deals and marks are due: they need not wait for a poll
        return {Kind::Taken, {}};
    }
    if (agreed.error().code != Code::Conflict) return {Kind::Failed, std::move(found.view)};
    // Somebody was faster: the same client, or a colleague who recalled it.
    if (auto known = settled_already(site, asked, found)) return std::move(*known);
    const bool same = hash == found.view.hash && found.view.state != domain::State::Sent;
    return {same ? Kind::Already : Kind::Stale, std::move(found.view)};
}

Answer stale_page(const Site& site, const Asked& asked, const domain::ReportView& head) {
    render::PageOptions options = page_options(asked, head);
    options.message = render::stale_agreement_text(head);
    Answer page = shown_answer(site, asked, kPageShape, head, options);
    if (page.status == 200) page.status = 409;
    return page;
}

// The books would not take it: the page stays readable, and its form keeps what was typed.
Answer busy_page(const Site& site, const Asked& asked, const domain::ReportView& head) {
    const Form form = parse_form(asked.body);
    render::PageOptions options = page_options(asked, head);
    options.message = render::busy_agreement_text(head);
    options.typed_name = said(form, "name");
    options.typed_email = said(form, "email");
    Answer page = shown_answer(site, asked, kPageShape, head, options);
    if (page.status != 200) return page;
    page.status = 503;
    page.headers.emplace_back("Retry-After", "60");
    return page;
}

} // namespace

Answer post_agree(const Site& site, const Asked& asked) {
    const Verdict found = take_click(site, asked);
    switch (found.kind) {
    case Verdict::Kind::Missed:
        return missed(site, asked);
    case Verdict::Kind::Withdrawn:
        return withdrawn_page(409, found.head, asked);
    case Verdict::Kind::Stale:
        return stale_page(site, asked, found.head);
    case Verdict::Kind::Taken:
        return see_report_at(asked, "thanks");
    case Verdict::Kind::Already:
        return see_report_at(asked, "already");
    case Verdict::Kind::Failed:
        break;
    }
    return busy_page(site, asked, found.head);
}

} // namespace hb::web
