#include "base/text.h"
#include "books/client_links.h"
#include "render/link_pages.h"
#include "web/form.h"
#include "web/routes/link.h"
#include "web/routes/routes.h"

// A link for reading alone may have a password. Who gave it once has a cookie for that address
// alone, for twelve hours; a new password or a revoked link ends it.
namespace hb::web {

namespace {

using render::PasswordState;

constexpr std::chrono::hours kPassLife{12};
constexpr std::string_view kPassName = "hb-pass";

// The value of our cookie; "" none.
std::string pass_in(std::string_view cookies) {
    for (const auto each : split(cookies, ';')) {
        const auto pair = trim(each);
        const auto sign = pair.find('=');
        if (sign != std::string_view::npos && pair.substr(0, sign) == kPassName)
            return std::string(pair.substr(sign + 1));
    }
    return {};
}

Answer form(const books::ByToken& found, PasswordState state) {
    const int status = state == PasswordState::Waits  ? 429
                       : state == PasswordState::Busy ? 503
                                                      : 403;
    Answer page = html(status, render::password_page(found.view.locale, state, plain_options()));
    if (status == 429) page.headers.emplace_back("Retry-After", "3600");
    if (status == 503) page.headers.emplace_back("Retry-After", "5");
    return page;
}

Answer opened(const Site& site, const Asked& asked, const books::ByToken& found) {
    const std::string address = "/r/" + asked.captured.at(0);
    Answer see = plain(303, "");
    see.headers.emplace_back("Location", address);
    const books::View view = site.books.view();
    const bool https = view.settings.public_url.starts_with("https://");
    const auto seconds = std::chrono::seconds(kPassLife).count();
    see.headers.emplace_back("Set-Cookie",
                             std::string(kPassName) + "=" +
                                 books::pass_of(view.settings, found.link, view.now() + kPassLife) +
                                 "; Path=" + address + "; Max-Age=" + std::to_string(seconds) +
                                 "; HttpOnly; SameSite=Strict" + (https ? "; Secure" : ""));
    return see;
}

} // namespace

std::optional<Answer> password_asked(const Site& site, const Asked& asked,
                                     const books::ByToken& found) {
    if (!found.link.password) return std::nullopt;
    {
        const books::View view = site.books.view();
        if (books::is_pass(view.settings, found.link, pass_in(asked.cookies), view.now()))
            return std::nullopt;
        if (found.link.waits_until && *found.link.waits_until > view.now())
            return form(found, PasswordState::Waits);
    }
    return form(found, PasswordState::Asked);
}

Answer post_password(const Site& site, const Asked& asked) {
    const auto found = find_link(site, asked);
    if (!found || !found->link.password) return missed(site, asked);
    const Secret password(only_value(parse_form(asked.body), "password"));
    switch (books::try_password(site.books, found->link.id, password)) {
    case books::Tried::Right:
        return opened(site, asked, *found);
    case books::Tried::Wrong:
        return form(*found, PasswordState::Wrong);
    case books::Tried::Waits:
        return form(*found, PasswordState::Waits);
    case books::Tried::Busy:
        break;
    }
    return form(*found, PasswordState::Busy);
}

} // namespace hb::web
