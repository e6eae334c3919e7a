#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hb::domain {

// ISO 4217 code and the number of decimals of its minor unit: 0 (JPY), 2 (EUR), 3 (KWD).
struct Currency {
    std::string code;
    int exponent = 2;
    bool operator==(const Currency&) const = default;
};
// Code::Usage for a code that ISO 4217 does not list.
Result<Currency> find_currency(std::string_view code);

// "2501.50" with at most the currency's decimals, in minor units. No sign, spaces or exponent; at
// most 10^15 minor.
Result<std::int64_t> parse_amount(std::string_view text, const Currency& currency);
// The same, but a remote's number: may be negative, may have superfluous zeros ("100.0000"), may
// lack decimals.
Result<std::int64_t> parse_remote_amount(std::string_view text, const Currency& currency);
// Exactly the currency's decimals: "2501.50", "2501" for JPY, "-0.05".
std::string format_amount(std::int64_t minor, const Currency& currency);

// a * b / c rounded half away from zero, without overflow in between. REQUIRES: c > 0 and the
// result fits.
std::int64_t mul_div_round(std::int64_t a, std::int64_t b, std::int64_t c);

// Splits `whole` in proportion to `weights` (all >= 0): floors first, the remaining units one each
// to the largest remainders, ties to the earlier part. The parts add up to `whole`. All weights
// zero: everything to the first part. REQUIRES: whole >= 0, weights not empty
std::vector<std::int64_t> largest_remainder(std::int64_t whole,
                                            const std::vector<std::int64_t>& weights);

enum class VatMode { None, Added, Included };
const char* to_string(VatMode mode); // none added included
Result<VatMode> parse_vat_mode(std::string_view text);

struct Vat {
    VatMode mode = VatMode::None;
    // Percent in ten-thousandths: "20" is 200000, "5.5" is 55000. 0..1000000.
    std::int64_t rate_e4 = 0;
    bool operator==(const Vat&) const = default;
};
Result<std::int64_t> parse_vat_rate(std::string_view text);
std::string format_vat_rate(std::int64_t rate_e4); // "20", "5.5"

struct Totals {
    std::int64_t subtotal = 0;
    std::int64_t vat = 0;
    std::int64_t total = 0;
    bool operator==(const Totals&) const = default;
};
// G5, from the sum of line amounts (net for None and Added, gross for Included).
Totals totals_of(std::int64_t sum_of_lines, const Vat& vat);

// The price of `billed` seconds at `rate` minor units an hour: billed * rate / 3600, half away from
// zero. G6.
std::int64_t price(std::int64_t rate, std::int64_t billed_seconds);

// Gross amount of each line (G5): Included and None the amount itself; Added net plus its share of
// the vat by largest remainder, ties in line order. `amounts` may hold negative adjustments; the
// sum of the result is the total.
std::vector<std::int64_t> gross_of(const std::vector<std::int64_t>& amounts, const Vat& vat);

} // namespace hb::domain
