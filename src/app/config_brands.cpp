#include "app/config_brands.h"

#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "domain/exchange.h"
#include "domain/locales.h"

namespace hb::app {
namespace {

using json::Value;
using render::Brand;
using render::Ground;
using render::Rgb;

class BrandReader {
public:
    BrandReader(Settings& settings, std::vector<mapping::FileProblem>& warnings, const Value& value)
        : settings_(settings), warnings_(warnings), value_(value) {}

    Brand read() {
        company(value_["company"]);
        brand_.name = line(value_["name"]);
        logo(value_["logo"]);
        brand_.accent = accent(value_["accent"], Ground::Light);
        brand_.accent_dark = accent(value_["accent_dark"], Ground::Dark);
        contact(value_["contact"]);
        brand_.payment = words(value_["payment"]);
        brand_.payment_days = Settings::number(value_["payment_days"], 0);
        brand_.note = words(value_["note"]);
        prefix(value_["prefix"]);
        task_links(value_["task_links"]);
        return std::move(brand_);
    }

private:
    void warn(const Value& value, std::string message, std::string hint) {
        warnings_.push_back({"", 0, value.path(), std::move(message), std::move(hint)});
    }

    std::string line(const Value& value) { return std::string(trim(settings_.text(value))); }

    void company(const Value& value) {
        brand_.company = settings_.text(value);
        if (brand_.company.empty()) return;
        const auto ref = domain::parse_ref(brand_.company);
        if (!ref || ref->kind != "company")
            settings_.problem(value,
                              "this is no company: " + Settings::shown(value, brand_.company),
                              "write REMOTE:company:ID, for example \"bitrix24:company:1\"");
    }

    void logo(const Value& value) {
        const std::string path = settings_.text(value);
        if (path.empty()) return;
        const auto bytes = read_file(settings_.path_of(path), render::kLogoBytesMax + 1);
        if (!bytes)
            return warn(value, "the logo can't be read: " + bytes.error().message,
                        "pages show the name instead; name a PNG or JPEG file of at most 256 KB");
        auto logo = render::read_logo(*bytes);
        if (!logo)
            return warn(value, logo.error().message,
                        "pages show the name instead; " + logo.error().hint);
        brand_.logo = std::move(*logo);
    }

    static std::string shown_contrast(Rgb colour, Rgb ground) {
        char text[16];
        std::snprintf(text, sizeof text, "%.1f", render::contrast(colour, ground));
        return text;
    }

    std::optional<Rgb> accent(const Value& value, Ground ground) {
        const std::string text = settings_.text(value);
        if (text.empty()) return std::nullopt;
        const auto colour = render::parse_colour(text);
        if (!colour) {
            warn(value, "this is no colour: " + Settings::shown(value, text),
                 "pages keep their own; write it like \"#1f5fbf\"");
            return std::nullopt;
        }
        if (render::is_readable(*colour, ground)) return colour;
        const bool light = ground == Ground::Light;
        const Rgb sheet = light ? Rgb{0xf7, 0xf8, 0xfa} : Rgb{0x20, 0x27, 0x31};
        warn(value,
             "this colour has a contrast of " + shown_contrast(*colour, sheet) + ":1 on " +
                 (light ? "white" : "the dark page") + ", and 4.5:1 is the least",
             "pages keep their own; the nearest that will do is \"" +
                 render::to_string(render::readable(*colour, ground)) + "\"");
        return std::nullopt;
    }

    void contact(const Value& value) {
        render::Contact& out = brand_.contact;
        out.person = line(value["person"]);
        out.email = line(value["email"]);
        out.phone = line(value["phone"]);
        out.url = line(value["url"]);
        if (!out.email.empty() && out.email.find('@') == std::string::npos)
            settings_.problem(value["email"], "this is no address of mail: " +
                                                  Settings::shown(value["email"], out.email));
        if (!out.url.empty() && !out.url.starts_with("https://") && !out.url.starts_with("http://"))
            settings_.problem(value["url"],
                              "this is not an address: " + Settings::shown(value["url"], out.url),
                              "write it like https://example.com");
    }

    // One for all languages, or one for each.
    render::BrandText words(const Value& value) {
        render::BrandText out;
        if (value.missing()) return out;
        const bool elsewhere = !value["env"].missing() || !value["file"].missing();
        if (!value.is_object() || elsewhere) {
            if (auto text = line(value); !text.empty()) out[""] = std::move(text);
            return out;
        }
        for (const Value& each : value) {
            if (!domain::is_shipped_locale(each.key()))
                settings_.problem(each, "pages are not made in this language",
                                  "shipped are " + domain::shipped_locales());
            else if (auto text = line(each); !text.empty())
                out[std::string(each.key())] = std::move(text);
        }
        return out;
    }

    // "C7-" is what numbers of company 7 begin with unasked.
    void prefix(const Value& value) {
        brand_.prefix = settings_.text(value);
        const std::string& text = brand_.prefix;
        if (text.empty()) return;
        const std::string_view name =
            std::string_view(text).substr(0, text.size() - (text.back() == '-' ? 1 : 0));
        const auto is_letter = [](char c) { return c >= 'A' && c <= 'Z'; };
        const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
        const bool good = !name.empty() && name.size() <= 8 && is_letter(name.front()) &&
                          std::all_of(name.begin(), name.end(),
                                      [&](char c) { return is_letter(c) || is_digit(c); }) &&
                          (text.back() == '-' || is_letter(text.back()));
        const bool of_company = name.size() > 1 && name.front() == 'C' && text.back() == '-' &&
                                std::all_of(name.begin() + 1, name.end(), is_digit);
        if (!good)
            settings_.problem(value, "numbers can't begin with " + Settings::shown(value, text),
                              "at most 8 capital letters and digits, a letter first, and \"-\" "
                              "behind a digit: \"HB-\"");
        else if (of_company)
            settings_.problem(value,
                              Settings::shown(value, text) +
                                  " is the series of a company that names no prefix",
                              "choose other letters, for example \"HB-\"");
    }

    void task_links(const Value& value) {
        const std::string word = settings_.choice(value, {"portal", "page", "none"}, "portal");
        brand_.task_links = word == "page"   ? render::TaskLinks::Page
                            : word == "none" ? render::TaskLinks::None
                                             : render::TaskLinks::Portal;
    }

    Settings& settings_;
    std::vector<mapping::FileProblem>& warnings_;
    Value value_;
    Brand brand_;
};

} // namespace

std::vector<Brand> read_brands(Settings& settings, std::vector<mapping::FileProblem>& warnings) {
    std::vector<Brand> out;
    for (const Value& each : settings.root()["brands"]) {
        if (!each.is_object()) continue;
        Brand brand = BrandReader(settings, warnings, each).read();
        for (const Brand& other : out) {
            if (other.company == brand.company)
                settings.problem(each,
                                 brand.company.empty() ? "two brands name no company"
                                                       : "two brands are of one company",
                                 "write one for each own company, with its \"company\"");
            else if (!brand.prefix.empty() && other.prefix == brand.prefix)
                settings.problem(each["prefix"], "two brands can't share a series of numbers",
                                 "give each its own prefix");
        }
        out.push_back(std::move(brand));
    }
    return out;
}

} // namespace hb::app
