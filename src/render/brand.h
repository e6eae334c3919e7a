#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/brand.h"

// How a brand is read, checked and shown.
namespace hb::render {

using domain::Brand;
using domain::BrandPtr;
using domain::BrandText;
using domain::Contact;
using domain::Logo;
using domain::Rgb;
using domain::TaskLinks;

inline constexpr std::size_t kLogoBytesMax = 256u << 10;
inline constexpr std::int64_t kLogoPixelsMax = 4'000'000; // before decoding
inline constexpr int kLogoSideMax = 4096;
// PNG or JPEG. Larger than a page needs is made smaller. Code::Usage: SVG and whatever else is no
// such picture, is broken, or too large; the hint says what to write.
Result<Logo> read_logo(std::string_view bytes);

std::optional<Rgb> parse_colour(std::string_view text); // #rgb or #rrggbb
std::string to_string(Rgb colour);
double contrast(Rgb one, Rgb two); // 1 to 21
enum class Ground { Light, Dark };
// Of the page's sheets and of the text on a button.
bool is_readable(Rgb accent, Ground ground);
// The nearest that is: darker on a light ground, lighter on a dark one.
Rgb readable(Rgb accent, Ground ground);

// With style sheet, names and fingerprint.
BrandPtr named(Brand brand);
// The text in the language of a locale ("ru-RU"), else the one for all; "" none.
std::string_view brand_text(const BrandText& text, std::string_view locale);
// The brand of an own company: its own, else the one that names none where it is the only one.
BrandPtr brand_of(const std::vector<BrandPtr>& brands, std::string_view company, bool only_one);

} // namespace hb::render
