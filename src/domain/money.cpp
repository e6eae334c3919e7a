#include "domain/money.h"

#include <algorithm>
#include <optional>

#include "domain/wide.h"

namespace hb::domain {
namespace {

// No report comes near it, and sums of ten thousand of them still fit 64 bits.
constexpr std::int64_t kAmountMax = 1'000'000'000'000'000;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Digits before and after the point, or nothing when the text is not of the form 12 or 12.34.
struct DecimalText {
    std::string_view whole;
    std::string_view fraction;
};
std::optional<DecimalText> read_decimal(std::string_view text) {
    const std::size_t point = text.find('.');
    DecimalText parts{text.substr(0, point), {}};
    if (point != std::string_view::npos) {
        parts.fraction = text.substr(point + 1);
        if (parts.fraction.empty()) return std::nullopt;
    }
    if (parts.whole.empty()) return std::nullopt;
    if (!std::all_of(parts.whole.begin(), parts.whole.end(), is_digit)) return std::nullopt;
    if (!std::all_of(parts.fraction.begin(), parts.fraction.end(), is_digit)) return std::nullopt;
    return parts;
}

// The digits as a number with `decimals` decimals, or nothing above `max`.
// REQUIRES: fraction.size() <= decimals
std::optional<std::int64_t> to_minor(const DecimalText& parts, int decimals, std::int64_t max) {
    std::string digits(parts.whole);
    digits += parts.fraction;
    digits.append(static_cast<std::size_t>(decimals) - parts.fraction.size(), '0');
    std::int64_t value = 0;
    for (const char c : digits) {
        value = value * 10 + (c - '0');
        if (value > max) return std::nullopt;
    }
    return value;
}

std::string_view without_trailing_zeros(std::string_view digits) {
    while (!digits.empty() && digits.back() == '0') digits.remove_suffix(1);
    return digits;
}

Error amount_error(Code code, std::string_view text, const Currency& currency,
                   const std::string& what) {
    return {code,
            "\"" + std::string(text) + "\" is not an amount in " + currency.code + ": " + what, "",
            "write digits with a point, for example " + format_amount(250'150, currency)};
}

std::string decimals_text(const Currency& currency) {
    if (currency.exponent == 0) return currency.code + " has no decimals";
    return currency.code + " has " + std::to_string(currency.exponent) + " decimals";
}

} // namespace

Result<std::int64_t> parse_amount(std::string_view text, const Currency& currency) {
    const auto parts = read_decimal(text);
    if (!parts) return amount_error(Code::Usage, text, currency, "it is not a plain number");
    if (parts->fraction.size() > static_cast<std::size_t>(currency.exponent))
        return amount_error(Code::Usage, text, currency, decimals_text(currency));
    const auto minor = to_minor(*parts, currency.exponent, kAmountMax);
    if (!minor) return amount_error(Code::Usage, text, currency, "it is too large");
    return *minor;
}

Result<std::int64_t> parse_remote_amount(std::string_view text, const Currency& currency) {
    const bool negative = !text.empty() && text.front() == '-';
    auto parts = read_decimal(text.substr(negative ? 1 : 0));
    if (!parts) return amount_error(Code::Malformed, text, currency, "it is not a plain number");
    parts->fraction = without_trailing_zeros(parts->fraction);
    if (parts->fraction.size() > static_cast<std::size_t>(currency.exponent))
        return amount_error(Code::Malformed, text, currency, decimals_text(currency));
    const auto minor = to_minor(*parts, currency.exponent, kAmountMax);
    if (!minor) return amount_error(Code::Malformed, text, currency, "it is too large");
    return negative ? -*minor : *minor;
}

std::string format_amount(std::int64_t minor, const Currency& currency) {
    const auto exponent = static_cast<std::size_t>(currency.exponent);
    // The magnitude of the smallest number has no positive twin, hence unsigned.
    const auto bits = static_cast<std::uint64_t>(minor);
    std::string digits = std::to_string(minor < 0 ? ~bits + 1 : bits);
    if (digits.size() <= exponent) digits.insert(0, exponent + 1 - digits.size(), '0');
    if (exponent > 0) digits.insert(digits.size() - exponent, ".");
    return minor < 0 ? "-" + digits : digits;
}

std::int64_t mul_div_round(std::int64_t a, std::int64_t b, std::int64_t c) {
    ensure(c > 0, "division by a positive number");
    const Wide product = Wide{a} * b;
    const Wide magnitude = product < 0 ? -product : product;
    const Wide rounded = magnitude / c + (magnitude % c >= Wide{c} - magnitude % c ? 1 : 0);
    return narrow(product < 0 ? -rounded : rounded);
}

std::vector<std::int64_t> largest_remainder(std::int64_t whole,
                                            const std::vector<std::int64_t>& weights) {
    ensure(whole >= 0, "a whole that is split is not negative");
    ensure(std::all_of(weights.begin(), weights.end(), [](std::int64_t w) { return w >= 0; }),
           "weights of a split are not negative");
    return spread(whole, weights);
}

const char* to_string(VatMode mode) {
    switch (mode) {
    case VatMode::None:
        return "none";
    case VatMode::Added:
        return "added";
    case VatMode::Included:
        return "included";
    }
    fail_invariant("an unknown VAT mode");
}

Result<VatMode> parse_vat_mode(std::string_view text) {
    for (const VatMode mode : {VatMode::None, VatMode::Added, VatMode::Included})
        if (text == to_string(mode)) return mode;
    return Error{Code::Usage, "unknown VAT mode \"" + std::string(text) + "\"", "",
                 "write none, added or included"};
}

Result<std::int64_t> parse_vat_rate(std::string_view text) {
    const auto parts = read_decimal(text);
    if (parts && parts->fraction.size() <= 4)
        if (const auto rate = to_minor(*parts, 4, 100 * kVatUnit)) return *rate;
    return Error{Code::Usage, "\"" + std::string(text) + "\" is not a VAT rate", "",
                 "write percent from 0 to 100 with at most four decimals, for example 20 or 5.5"};
}

std::string format_vat_rate(std::int64_t rate_e4) {
    const std::string text = format_amount(rate_e4, Currency{"", 4});
    const std::string_view fraction =
        without_trailing_zeros(std::string_view(text).substr(text.size() - 4));
    const std::string whole = text.substr(0, text.size() - 5);
    return fraction.empty() ? whole : whole + "." + std::string(fraction);
}

Totals totals_of(std::int64_t sum_of_lines, const Vat& vat) {
    constexpr std::int64_t kWhole = 100 * kVatUnit;
    switch (vat.mode) {
    case VatMode::None:
        return {sum_of_lines, 0, sum_of_lines};
    case VatMode::Added: {
        const std::int64_t tax = mul_div_round(sum_of_lines, vat.rate_e4, kWhole);
        return {sum_of_lines, tax, sum_of_lines + tax};
    }
    case VatMode::Included: {
        const std::int64_t tax = mul_div_round(sum_of_lines, vat.rate_e4, kWhole + vat.rate_e4);
        return {sum_of_lines - tax, tax, sum_of_lines};
    }
    }
    fail_invariant("an unknown VAT mode");
}

std::int64_t price(std::int64_t rate, std::int64_t billed_seconds) {
    return mul_div_round(rate, billed_seconds, 3600);
}

namespace {

// Corrections make amounts of both signs, and a share of their sum could then be many times the
// line itself. So each line gets the tax on its own amount, rounded down, and what is missing to
// the rounded tax of the sum goes one each to the largest remainders.
std::vector<std::int64_t> taxes_of(const std::vector<std::int64_t>& amounts, std::int64_t tax,
                                   std::int64_t rate_e4) {
    std::vector<Part> parts;
    parts.reserve(amounts.size());
    for (const std::int64_t amount : amounts)
        parts.push_back(divide_down(Wide{amount} * rate_e4, 100 * kVatUnit));
    return hand_out(tax, parts);
}

} // namespace

std::vector<std::int64_t> gross_of(const std::vector<std::int64_t>& amounts, const Vat& vat) {
    if (vat.mode != VatMode::Added || amounts.empty()) return amounts;
    const std::int64_t tax = totals_of(sum_of(amounts), vat).vat;
    const bool mixed =
        std::any_of(amounts.begin(), amounts.end(), [](std::int64_t a) { return a < 0; });
    std::vector<std::int64_t> gross =
        mixed ? taxes_of(amounts, tax, vat.rate_e4) : largest_remainder(tax, amounts);
    for (std::size_t i = 0; i < gross.size(); ++i) gross[i] += amounts[i];
    return gross;
}

} // namespace hb::domain
