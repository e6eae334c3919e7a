#include "render/page_brand.h"

#include "base/text.h"

namespace hb::render {

namespace {

using domain::Line;

// A link is a link only when it leads to a web page: "javascript:…" from a remote stays text.
bool is_web_address(std::string_view url) {
    return url.starts_with("https://") || url.starts_with("http://");
}

// A section of its own name, not shown when empty.
void set_part(Data& data, std::string_view name, std::string_view text) {
    if (text.empty())
        data.flag(name, false);
    else
        data.set(name, text);
}

std::string dialled(std::string_view phone) {
    std::string digits;
    for (const char c : phone)
        if ((c >= '0' && c <= '9') || (c == '+' && digits.empty())) digits += c;
    return digits;
}

std::string_view without_scheme(std::string_view url) {
    const auto at = url.find("://");
    return at == std::string_view::npos ? url : url.substr(at + 3);
}

void set_contact(Data& data, const Words& words, const Contact& contact) {
    data.flag("has_contact", !contact.empty());
    data.set("contact_word", words.contact);
    set_part(data, "contact_person", contact.person);
    set_part(data, "contact_email", contact.email);
    set_part(data, "contact_phone", contact.phone);
    set_part(data, "contact_url", is_web_address(contact.url) ? contact.url : "");
    data.set("contact_call", dialled(contact.phone));
    data.set("contact_site", without_scheme(contact.url));
}

} // namespace

void set_brand(Data& data, const Words& words, const domain::ReportView& view,
               const PageOptions& options) {
    static const Brand kNone;
    const Brand& brand = view.brand ? *view.brand : kNone;
    const std::string company = view.own_company ? view.own_company->name : "";
    const std::string& name = brand.name.empty() ? company : brand.name;
    data.flag("has_brand", !name.empty());
    data.set("brand", name);
    const bool logo = brand.logo && !options.logo_path.empty();
    data.flag("logo", logo);
    data.set("logo_path", options.logo_path);
    // Its pixels are for fine screens, which show two where others show one.
    data.set("logo_width", std::to_string(logo ? (brand.logo->width + 1) / 2 : 0));
    data.set("logo_height", std::to_string(logo ? (brand.logo->height + 1) / 2 : 0));
    set_contact(data, words, brand.contact);
}

Numbers numbers_of(const domain::ReportView& view, PartPlace::Kind kind) {
    Numbers out;
    for (const Line& line : view.lines)
        out.try_emplace(kind == PartPlace::Kind::Project ? line.project : line.task_ref,
                        out.size() + 1);
    return out;
}

std::string task_address(const domain::ReportView& view, const PageOptions& options,
                         const Numbers& tasks, const Line& line) {
    const TaskLinks links = view.brand ? view.brand->task_links : TaskLinks::Portal;
    if (links == TaskLinks::Portal) return is_web_address(line.task_url) ? line.task_url : "";
    const auto found = tasks.find(line.task_ref);
    if (links == TaskLinks::None || options.task_path.empty() || found == tasks.end()) return {};
    return options.task_path + std::to_string(found->second);
}

bool links_to_portal(const domain::ReportView& view) {
    return !view.brand || view.brand->task_links == TaskLinks::Portal;
}

std::string people_of(const domain::ReportView& view, const Line& line) {
    if (view.people == domain::PeopleShown::Hidden) return {};
    std::vector<std::string> shares;
    for (const domain::PersonShare& share : line.people)
        shares.push_back(line.people.size() == 1 ? share.name
                                                 : share.name + " " + shown_time(share.seconds));
    return join(shares, ", ");
}

} // namespace hb::render
