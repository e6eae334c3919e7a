#include "base/base64.h"
#include "render/assets.h"
#include "render/locale.h"
#include "render/page.h"
#include "render/template.h"

// Pages without a report (it was withdrawn, or the link leads nowhere), and what pages are made of.
namespace hb::render {

namespace {

struct Paragraph {
    std::string text;
    std::string language; // where it differs from the page's
};

std::string notice(std::string_view language, const PageOptions& options, std::string_view company,
                   std::string_view title, const std::vector<Paragraph>& paragraphs) {
    static const Template form{kNoticeTemplate};
    Data all(form);
    all.set("language", language);
    all.set("style_path", options.style_path);
    all.flag("icon", !options.icon_path.empty());
    all.set("icon_path", options.icon_path);
    all.set("icon_type", options.icon_path.ends_with(".svg") ? "image/svg+xml" : "image/png");
    all.flag("message", !options.message.empty());
    all.set("message_text", options.message);
    all.flag("has_company", !company.empty());
    all.set("company", company);
    all.set("title", title);
    all.rows("paragraphs", [&](const Data::Each& each) {
        for (const Paragraph& one : paragraphs) {
            Data paragraph(form);
            paragraph.set("paragraph", one.text);
            paragraph.flag("paragraph_language", false);
            if (!one.language.empty()) paragraph.set("paragraph_language", one.language);
            each(paragraph);
        }
    });
    return form.text(all);
}

} // namespace

std::string notice_page(const domain::ReportView& view, const PageOptions& options,
                        std::string_view title, std::string_view text) {
    const std::string own = view.own_company ? view.own_company->name : "";
    const std::string company = view.brand && !view.brand->name.empty() ? view.brand->name : own;
    return notice(words_for(view.locale).language, options, company, title,
                  {{std::string(text), ""}});
}

Notice withdrawn_notice(const domain::ReportView& view) {
    const Words& words = words_for(view.locale);
    const bool ended =
        view.state == domain::State::Cancelled || view.state == domain::State::Credited;
    if (ended) return {std::string(words.cancelled_title), std::string(words.cancelled_text)};
    return {std::string(words.corrected_title), std::string(words.corrected_text)};
}

std::string stale_agreement_text(const domain::ReportView& view) {
    return std::string(words_for(view.locale).stale_text);
}

std::string exported_page(const domain::ReportView& view) {
    PageOptions options;
    const bool styled = view.brand && !view.brand->style.empty();
    options.style_path =
        "data:text/css;base64," + base64(styled ? std::string_view(view.brand->style) : kPageStyle);
    if (view.brand && view.brand->logo)
        options.logo_path = "data:image/png;base64," + base64(view.brand->logo->png);
    return report_page(view, options);
}

std::string style_sheet() {
    return std::string(kPageStyle);
}

std::string page_icon() {
    return std::string(kPageIcon);
}

} // namespace hb::render
