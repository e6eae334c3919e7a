#include "render/link_pages.h"

#include "render/assets.h"
#include "render/locale.h"

namespace hb::render {
namespace {

const Template& form() {
    static const Template page{kDoorTemplate};
    return page;
}

Data head(const Words& words, const PageOptions& options, std::string_view title) {
    Data all(form());
    all.set("language", words.language);
    all.set("style_path", options.style_path);
    all.flag("icon", !options.icon_path.empty());
    all.set("icon_path", options.icon_path);
    all.set("title", title);
    for (const char* absent : {"wrong", "text", "contact", "form", "password"})
        all.flag(absent, false);
    return all;
}

} // namespace

std::string not_found_page(std::string_view locale, std::string_view contact,
                           const PageOptions& options) {
    const Words& words = words_for(locale);
    Data all = head(words, options, words.dead_title);
    all.set("text", words.dead_text);
    if (!contact.empty()) {
        const auto place = words.dead_contact.find("{0}");
        all.set("contact", contact);
        all.set("contact_before", words.dead_contact.substr(0, place));
        all.set("contact_after", words.dead_contact.substr(place + 3));
    }
    all.flag("form", true);
    all.set("explained", words.ask_explained);
    all.set("button", words.ask_button);
    return form().text(all);
}

std::string asked_page(std::string_view locale, const PageOptions& options) {
    const Words& words = words_for(locale);
    Data all = head(words, options, words.ask_thanks_title);
    all.set("text", words.ask_thanks);
    return form().text(all);
}

std::string password_page(std::string_view locale, PasswordState state,
                          const PageOptions& options) {
    const Words& words = words_for(locale);
    Data all = head(words, options, words.password_title);
    const std::string_view wrong = state == PasswordState::Wrong   ? words.password_wrong
                                   : state == PasswordState::Waits ? words.password_wait
                                   : state == PasswordState::Busy  ? words.password_busy
                                                                   : "";
    all.set("text", words.password_text);
    all.flag("wrong", !wrong.empty());
    all.set("wrong_text", wrong);
    all.flag("form", true);
    all.flag("password", true);
    all.set("password_word", words.password);
    all.set("button", words.password_button);
    return form().text(all);
}

} // namespace hb::render
