#include "render/brand.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/digest.h"
#include "render/assets.h"

namespace hb::render {

namespace {

constexpr double kReadable = 4.5;
constexpr std::size_t kNameDigits = 20;

// Of page.css: the sheets that links lie on, and the text on a button.
constexpr std::array<Rgb, 3> kLight{{{0xff, 0xff, 0xff}, {0xf7, 0xf8, 0xfa}, {0xff, 0xff, 0xff}}};
constexpr std::array<Rgb, 3> kDark{{{0x1a, 0x20, 0x29}, {0x20, 0x27, 0x31}, {0x0d, 0x14, 0x20}}};

int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
double luminance(Rgb colour) {
    const auto linear = [](int channel) {
        const double c = channel / 255.0;
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) +
           0.0722 * linear(colour.blue);
}

int towards(int from, int to, int step) {
    return from + (to - from) * step / 100;
}

void put(std::string& all, std::string_view text) {
    all += std::to_string(text.size()) + ":";
    all += text;
}

std::string everything(const Brand& brand) {
    std::string all;
    for (const std::string* text :
         {&brand.company, &brand.name, &brand.contact.person, &brand.contact.email,
          &brand.contact.phone, &brand.contact.url, &brand.prefix, &brand.style})
        put(all, *text);
    put(all, brand.logo ? brand.logo->png : "");
    for (const BrandText* text : {&brand.payment, &brand.note}) {
        put(all, std::to_string(text->size()));
        for (const auto& [language, words] : *text) put(all, language), put(all, words);
    }
    put(all, std::to_string(static_cast<int>(brand.task_links)));
    put(all, std::to_string(brand.payment_days));
    return all;
}

std::string style_of(const Brand& brand) {
    if (!brand.accent && !brand.accent_dark) return "";
    std::string style(kPageStyle);
    const auto add = [&style](std::string_view media, Rgb accent) {
        style += "@media screen" + std::string(media) +
                 " { :root { --accent: " + to_string(accent) + "; } }\n";
    };
    if (brand.accent) add("", *brand.accent);
    const auto dark =
        brand.accent_dark ? *brand.accent_dark : readable(*brand.accent, Ground::Dark);
    add(" and (prefers-color-scheme: dark)", dark);
    return style;
}

} // namespace

std::optional<Rgb> parse_colour(std::string_view text) {
    if ((text.size() != 4 && text.size() != 7) || text.front() != '#') return std::nullopt;
    std::array<int, 6> digits{};
    for (std::size_t i = 0; i < 6; ++i) {
        digits[i] = digit(text[1 + (text.size() == 4 ? i / 2 : i)]);
        if (digits[i] < 0) return std::nullopt;
    }
    return Rgb{digits[0] * 16 + digits[1], digits[2] * 16 + digits[3], digits[4] * 16 + digits[5]};
}

std::string to_string(Rgb colour) {
    constexpr const char* kDigits = "0123456789abcdef";
    std::string out = "#";
    for (const int channel : {colour.red, colour.green, colour.blue}) {
        out += kDigits[channel / 16];
        out += kDigits[channel % 16];
    }
    return out;
}

double contrast(Rgb one, Rgb two) {
    const double a = luminance(one), b = luminance(two);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

bool is_readable(Rgb accent, Ground ground) {
    const auto& grounds = ground == Ground::Light ? kLight : kDark;
    return std::all_of(grounds.begin(), grounds.end(),
                       [accent](Rgb other) { return contrast(accent, other) >= kReadable; });
}

Rgb readable(Rgb accent, Ground ground) {
    const int end = ground == Ground::Light ? 0 : 255;
    for (int step = 0; step < 100; ++step) {
        const Rgb tried{towards(accent.red, end, step), towards(accent.green, end, step),
                        towards(accent.blue, end, step)};
        if (is_readable(tried, ground)) return tried;
    }
    return {end, end, end};
}

BrandPtr named(Brand brand) {
    brand.style = style_of(brand);
    if (!brand.style.empty())
        brand.style_name = sha256_hex(brand.style).substr(0, kNameDigits) + ".css";
    if (brand.logo) brand.logo_name = sha256_hex(brand.logo->png).substr(0, kNameDigits) + ".png";
    brand.fingerprint = sha256_hex(everything(brand));
    return std::make_shared<const Brand>(std::move(brand));
}

std::string_view brand_text(const BrandText& text, std::string_view locale) {
    auto found = text.find(locale.substr(0, locale.find('-')));
    if (found == text.end()) found = text.find("");
    return found == text.end() ? std::string_view() : std::string_view(found->second);
}

BrandPtr brand_of(const std::vector<BrandPtr>& brands, std::string_view company, bool only_one) {
    for (const BrandPtr& brand : brands)
        if (!company.empty() && brand->company == company) return brand;
    for (const BrandPtr& brand : brands)
        if (only_one && brand->company.empty()) return brand;
    return nullptr;
}

} // namespace hb::render
