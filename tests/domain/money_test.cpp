#include "domain/money.h"

#include <catch2/catch.hpp>

#include <limits>
#include <numeric>

#include "support.h"

using namespace hb;
using namespace hb::domain;
using namespace hb::domain::test;

namespace {

constexpr std::int64_t kInt64Max = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kInt64Min = std::numeric_limits<std::int64_t>::min();

using Amounts = std::vector<std::int64_t>;

Vat vat(VatMode mode, const char* rate) {
    return {mode, parse_vat_rate(rate).value()};
}

std::int64_t sum(const Amounts& values) {
    return std::accumulate(values.begin(), values.end(), std::int64_t{0});
}

} // namespace

TEST_CASE("a currency has the decimals that ISO 4217 gives it (G7)") {
    CHECK(currency("JPY").exponent == 0);
    CHECK(currency("XPF").exponent == 0);
    CHECK(currency("BYN").exponent == 2);
    CHECK(currency("RUB").exponent == 2);
    CHECK(currency("ZWG").exponent == 2);
    CHECK(currency("KWD").exponent == 3);
    CHECK(currency("TND").exponent == 3);
    for (const char* wrong : {"", "byn", "BYR", "EURO", "EU", "L A", "XXX"}) {
        INFO(wrong);
        const auto found = find_currency(wrong);
        REQUIRE_FALSE(found.ok());
        CHECK(found.error().code == Code::Usage);
        CHECK(found.error().message.find(wrong) != std::string::npos);
    }
}

TEST_CASE("an amount is written with exactly the decimals of its currency (G7)") {
    CHECK(format_amount(2501, currency("JPY")) == "2501");
    CHECK(format_amount(250150, currency("EUR")) == "2501.50");
    CHECK(format_amount(2501500, currency("KWD")) == "2501.500");
    CHECK(format_amount(0, currency("JPY")) == "0");
    CHECK(format_amount(0, currency("EUR")) == "0.00");
    CHECK(format_amount(7, currency("KWD")) == "0.007");
    CHECK(format_amount(50, currency("EUR")) == "0.50");
    CHECK(format_amount(999, currency("KWD")) == "0.999");
    CHECK(format_amount(-5, currency("EUR")) == "-0.05");
    CHECK(format_amount(-100, currency("EUR")) == "-1.00");
    CHECK(format_amount(-5, currency("JPY")) == "-5");
    CHECK(format_amount(kInt64Min, currency("EUR")) == "-92233720368547758.08");
}

TEST_CASE("an amount in a file is digits with at most the currency's decimals") {
    CHECK(parse_amount("90", currency("BYN")).value() == 9000);
    CHECK(parse_amount("90.5", currency("BYN")).value() == 9050);
    CHECK(parse_amount("90.05", currency("BYN")).value() == 9005);
    CHECK(parse_amount("0", currency("BYN")).value() == 0);
    CHECK(parse_amount("2501", currency("JPY")).value() == 2501);
    CHECK(parse_amount("1.234", currency("KWD")).value() == 1234);
    CHECK(parse_amount("10000000000000.00", currency("BYN")).value() == 1'000'000'000'000'000);
    for (const char* wrong : {"", ".", "1.", ".5", "-1", "+1", " 1", "1 ", "1,5", "1e3", "1.2.3",
                              "1.005", "abc", "10000000000000.01", "99999999999999999999999999"}) {
        INFO(wrong);
        const auto amount = parse_amount(wrong, currency("BYN"));
        REQUIRE_FALSE(amount.ok());
        CHECK(amount.error().code == Code::Usage);
        CHECK(amount.error().hint.find("2501.50") != std::string::npos);
    }
    CHECK(parse_amount("1.0", currency("JPY")).error().message ==
          "\"1.0\" is not an amount in JPY: JPY has no decimals");
    CHECK(parse_amount("1.005", currency("BYN")).error().message ==
          "\"1.005\" is not an amount in BYN: BYN has 2 decimals");
}

TEST_CASE("a remote's amount may be negative, lack decimals or have superfluous zeros") {
    CHECK(parse_remote_amount("100.0000", currency("BYN")).value() == 10000);
    CHECK(parse_remote_amount("2501.0", currency("JPY")).value() == 2501);
    CHECK(parse_remote_amount("100", currency("BYN")).value() == 10000);
    CHECK(parse_remote_amount("-0.05", currency("BYN")).value() == -5);
    CHECK(parse_remote_amount("-0", currency("BYN")).value() == 0);
    for (const char* wrong :
         {"", "-", "--1", "100.001", "1,000.00", "null", "1e2", "99999999999999999999"}) {
        INFO(wrong);
        const auto amount = parse_remote_amount(wrong, currency("BYN"));
        REQUIRE_FALSE(amount.ok());
        CHECK(amount.error().code == Code::Malformed);
    }
}

TEST_CASE("a quotient is rounded half away from zero and never overflows in between") {
    CHECK(mul_div_round(1, 1, 2) == 1);   //  0.5
    CHECK(mul_div_round(-1, 1, 2) == -1); // -0.5
    CHECK(mul_div_round(3, 1, 2) == 2);   //  1.5
    CHECK(mul_div_round(5, 1, 2) == 3);   //  2.5: not to even
    CHECK(mul_div_round(-5, 1, 2) == -3); // -2.5
    CHECK(mul_div_round(1, 1, 3) == 0);   //  0.33
    CHECK(mul_div_round(2, 1, 3) == 1);   //  0.67
    CHECK(mul_div_round(-2, 1, 3) == -1); // -0.67
    CHECK(mul_div_round(4, 1, 9) == 0);   //  0.44
    CHECK(mul_div_round(0, 5, 7) == 0);
    CHECK(mul_div_round(kInt64Max, kInt64Max, kInt64Max) == kInt64Max);
    CHECK(mul_div_round(kInt64Min, kInt64Max, kInt64Max) == kInt64Min);
    CHECK_THROWS_AS(mul_div_round(kInt64Max, 2, 1), BrokenInvariant);
    CHECK_THROWS_AS(mul_div_round(kInt64Min, 2, 1), BrokenInvariant);
    CHECK_THROWS_AS(mul_div_round(1, 1, 0), BrokenInvariant);
    CHECK_THROWS_AS(mul_div_round(1, 1, -3), BrokenInvariant);
}

TEST_CASE("a line's amount is billed seconds times rate over 3600, rounded once (G6)") {
    // rate 90.00, 1:20:00 = 4800 s: 9000 * 4800 / 3600 = 12000
    CHECK(price(9000, 4800) == 12000);
    // rate 90.00, 1 s: 9000 / 3600 = 2.5, half away from zero
    CHECK(price(9000, 1) == 3);
    // rate 100.00, 0:20:00 = 1200 s: 1000000 * 12 / 36 = 3333.33
    CHECK(price(10000, 1200) == 3333);
    // JPY 2501 an hour, 1:00:00
    CHECK(price(2501, 3600) == 2501);
    // JPY 2501 an hour, 0:30:00: 1250.5
    CHECK(price(2501, 1800) == 1251);
    // KWD 7.125 an hour, 0:10:00: 7125 / 6 = 1187.5
    CHECK(price(7125, 600) == 1188);
    // a correction downwards is the mirror image
    CHECK(price(9000, -1) == -3);
    CHECK(price(0, 3600) == 0);
}

TEST_CASE("VAT is rounded once from the sum of lines, in each mode and exponent (G5)") {
    struct Row {
        const char* why;
        VatMode mode;
        const char* rate;
        std::int64_t sum;
        Totals expected; // subtotal, vat, total
    };
    const Row rows[] = {
        // two decimals
        {"no VAT: all three from the sum", VatMode::None, "0", 12345, {12345, 0, 12345}},
        {"123.45 * 20 % = 24.69", VatMode::Added, "20", 12345, {12345, 2469, 14814}},
        {"0.03 * 20 % = 0.006 -> 0.01", VatMode::Added, "20", 3, {3, 1, 4}},
        {"0.02 * 20 % = 0.004 -> 0", VatMode::Added, "20", 2, {2, 0, 2}},
        {"0.10 * 5 % = 0.005 -> 0.01, half away", VatMode::Added, "5", 10, {10, 1, 11}},
        {"-0.10 * 5 % = -0.005 -> -0.01, the mirror", VatMode::Added, "5", -10, {-10, -1, -11}},
        {"99.99 * 5.5 % = 5.49945 -> 5.50", VatMode::Added, "5.5", 9999, {9999, 550, 10549}},
        {"1000.00 * 8.1 % = 81.00", VatMode::Added, "8.1", 100000, {100000, 8100, 108100}},
        {"120.00 * 20 / 120 = 20.00", VatMode::Included, "20", 12000, {10000, 2000, 12000}},
        {"100.00 * 20 / 120 = 16.6667 -> 16.67",
         VatMode::Included,
         "20",
         10000,
         {8333, 1667, 10000}},
        {"0.03 * 20 / 120 = 0.005 -> 0.01, half away", VatMode::Included, "20", 3, {2, 1, 3}},
        {"-0.03: the mirror", VatMode::Included, "20", -3, {-2, -1, -3}},
        {"99.99 * 7 / 107 = 6.5414 -> 6.54", VatMode::Included, "7", 9999, {9345, 654, 9999}},
        {"100 % added doubles", VatMode::Added, "100", 555, {555, 555, 1110}},
        {"100 % included is half: 5.55 / 2 = 2.775 -> 2.78",
         VatMode::Included,
         "100",
         555,
         {277, 278, 555}},
        {"nothing", VatMode::Added, "20", 0, {0, 0, 0}},
        // no decimals: 2501 * 10 % = 250.1 -> 250
        {"JPY added", VatMode::Added, "10", 2501, {2501, 250, 2751}},
        // 2751 * 10 / 110 = 250.09 -> 250
        {"JPY included", VatMode::Included, "10", 2751, {2501, 250, 2751}},
        // 5 * 10 % = 0.5 -> 1
        {"JPY half a yen", VatMode::Added, "10", 5, {5, 1, 6}},
        // three decimals: 1.234 * 5 % = 0.0617 -> 0.062
        {"KWD added", VatMode::Added, "5", 1234, {1234, 62, 1296}},
        // 1.296 * 5 / 105 = 0.061714 -> 0.062
        {"KWD included", VatMode::Included, "5", 1296, {1234, 62, 1296}},
        // 10.000 * 12.3456 % = 1.23456 -> 1.235
        {"KWD with four decimals of a percent",
         VatMode::Added,
         "12.3456",
         10000,
         {10000, 1235, 11235}},
    };
    for (const Row& row : rows) {
        INFO(row.why);
        const Totals totals = totals_of(row.sum, vat(row.mode, row.rate));
        CHECK(totals.subtotal == row.expected.subtotal);
        CHECK(totals.vat == row.expected.vat);
        CHECK(totals.total == row.expected.total);
        CHECK(totals.subtotal + totals.vat == totals.total);
    }
}

TEST_CASE("a whole is split by largest remainder, ties to the earlier part (rule 34)") {
    // 10 * 1/3 = 3.33 each: 3, 3, 3 and the last unit to the first
    CHECK(largest_remainder(10, {1, 1, 1}) == Amounts{4, 3, 3});
    CHECK(largest_remainder(11, {1, 1, 1}) == Amounts{4, 4, 3});
    // 100 * 1/6 = 16.67, 100 * 2/6 = 33.33, 100 * 3/6 = 50: the unit to the first
    CHECK(largest_remainder(100, {1, 2, 3}) == Amounts{17, 33, 50});
    // 100 * 3/7 = 42.86, 100 * 2/7 = 28.57 twice: two units, to the 3 and the earlier 2
    CHECK(largest_remainder(100, {2, 3, 2}) == Amounts{29, 43, 28});
    CHECK(largest_remainder(0, {5, 6}) == Amounts{0, 0});
    CHECK(largest_remainder(7, {0, 0}) == Amounts{7, 0});
    CHECK(largest_remainder(7, {0, 3, 0}) == Amounts{0, 7, 0});
    CHECK(largest_remainder(7, {9}) == Amounts{7});
    CHECK(largest_remainder(kInt64Max, {kInt64Max, kInt64Max}) ==
          Amounts{kInt64Max / 2 + 1, kInt64Max / 2});
    CHECK_THROWS_AS(largest_remainder(-1, {1}), BrokenInvariant);
    CHECK_THROWS_AS(largest_remainder(1, {1, -1}), BrokenInvariant);
    CHECK_THROWS_AS(largest_remainder(1, {}), BrokenInvariant);
}

TEST_CASE("the gross amounts of lines add up to the total (G5)") {
    // 3 lines of 0.03, 20 %: vat of 0.09 is 0.018 -> 0.02; 0.0067 each: 0, 0, 0, then one cent to
    // the first and one to the second
    CHECK(gross_of({3, 3, 3}, vat(VatMode::Added, "20")) == Amounts{4, 4, 3});
    // included and none: the amount itself
    CHECK(gross_of({3, 3, 3}, vat(VatMode::Included, "20")) == Amounts{3, 3, 3});
    CHECK(gross_of({3, 3, 3}, {}) == Amounts{3, 3, 3});
    // 100.00, 0, 50.00 at 20 %: 20.00 and 10.00; a free line bears no tax
    CHECK(gross_of({10000, 0, 5000}, vat(VatMode::Added, "20")) == Amounts{12000, 0, 6000});
    // corrections: -10.00 and 30.00: vat of 20.00 is 4.00 = -2.00 + 6.00
    CHECK(gross_of({-1000, 3000}, vat(VatMode::Added, "20")) == Amounts{-1200, 3600});
    // amounts that cancel out keep the tax of their own: sum 0.01, vat 0
    CHECK(gross_of({100001, -100000}, vat(VatMode::Added, "20")) == Amounts{120001, -120000});
    // -0.006 each, down to -0.01; -0.09 carries -0.02, so one cent comes back, to the first
    CHECK(gross_of({-3, -3, -3}, vat(VatMode::Added, "20")) == Amounts{-3, -4, -4});
    CHECK(gross_of({}, vat(VatMode::Added, "20")).empty());
    CHECK(gross_of({0, 0}, vat(VatMode::Added, "20")) == Amounts{0, 0});
}

TEST_CASE("a VAT rate is percent from 0 to 100 with at most four decimals") {
    CHECK(parse_vat_rate("20").value() == 200'000);
    CHECK(parse_vat_rate("5.5").value() == 55'000);
    CHECK(parse_vat_rate("0").value() == 0);
    CHECK(parse_vat_rate("100").value() == 1'000'000);
    CHECK(parse_vat_rate("0.0001").value() == 1);
    for (const char* wrong : {"", "-1", "20%", "100.0001", "5.00001", "twenty", "5,5"}) {
        INFO(wrong);
        CHECK(parse_vat_rate(wrong).error().code == Code::Usage);
    }
    CHECK(format_vat_rate(200'000) == "20");
    CHECK(format_vat_rate(55'000) == "5.5");
    CHECK(format_vat_rate(1) == "0.0001");
    CHECK(format_vat_rate(0) == "0");
    CHECK(format_vat_rate(1'000'000) == "100");
    for (const VatMode mode : {VatMode::None, VatMode::Added, VatMode::Included})
        CHECK(parse_vat_mode(to_string(mode)).value() == mode);
    CHECK(parse_vat_mode("add").error().code == Code::Usage);
}

TEST_CASE("a million random prices, taxes and texts keep their rules (R14, rule 32, rule 33)") {
    Random random("a million prices");
    constexpr std::int64_t kCases = 1'000'000;
    // Says which rule broke, or nothing: a check a case would take longer than the cases.
    const auto broken = [](std::int64_t rate, std::int64_t seconds, const Vat& v,
                           const Currency& c) -> const char* {
        const std::int64_t amount = price(rate, seconds);
        // amount * 3600 lies at most half a unit from rate * seconds, and a half went up
        const std::int64_t off = amount * 3600 - rate * seconds;
        if (off > 1800 || off <= -1800) return "price is the nearest unit";
        if (price(rate, -seconds) != -amount) return "price is the same downwards";
        const Totals t = totals_of(amount, v);
        if (t.subtotal + t.vat != t.total) return "subtotal and vat make the total";
        if ((v.mode == VatMode::Included ? t.total : t.subtotal) != amount) return "base is kept";
        const std::int64_t whole = 1'000'000 + (v.mode == VatMode::Included ? v.rate_e4 : 0);
        const std::int64_t exact = v.mode == VatMode::None ? 0 : amount * v.rate_e4;
        const std::int64_t tax_off = 2 * (t.vat * whole - exact);
        if (tax_off > whole || tax_off <= -whole) return "vat is the nearest unit";
        if (parse_amount(format_amount(t.total, c), c).value() != t.total) return "text is exact";
        if (parse_remote_amount("-" + format_amount(t.total, c), c).value() != -t.total)
            return "a remote's text is exact";
        return nullptr;
    };
    const std::vector<Currency> currencies{currency("JPY"), currency("EUR"), currency("KWD")};
    for (std::int64_t i = 0; i < kCases; ++i) {
        const std::int64_t rate = random.between(0, 10'000'000);
        const std::int64_t seconds = random.between(0, 400 * 3600);
        const Vat v{random.one_of<VatMode>({VatMode::None, VatMode::Added, VatMode::Included}),
                    random.between(0, 100) * 10'000};
        const Currency& c = random.one_of(currencies);
        if (const char* rule = broken(rate, seconds, v, c)) {
            INFO(rule << ": rate " << rate << ", seconds " << seconds << ", vat "
                      << to_string(v.mode) << " " << v.rate_e4 << ", seed " << random.seed());
            REQUIRE(false);
        }
    }
    SUCCEED("no rule was broken");
}

TEST_CASE("parts of random wholes equal the whole and stay within one unit of their share") {
    Random random("largest remainder");
    for (int i = 0; i < 50'000; ++i) {
        const std::int64_t whole = random.between(0, 1'000'000);
        Amounts weights;
        for (std::int64_t n = random.between(1, 12); n > 0; --n)
            weights.push_back(random.chance(10) ? 0 : random.between(1, 100'000));
        const Amounts parts = largest_remainder(whole, weights);
        INFO("seed " << random.seed() << ", case " << i);
        if (sum(parts) != whole) REQUIRE(sum(parts) == whole);
        const std::int64_t all = sum(weights);
        for (std::size_t k = 0; all > 0 && k < parts.size(); ++k) {
            const std::int64_t off = parts[k] * all - whole * weights[k];
            if (off >= all || off <= -all) REQUIRE(false);
            // an earlier part of the same weight never gets less
            for (std::size_t j = 0; j < k; ++j)
                if (weights[j] == weights[k] && parts[j] < parts[k]) REQUIRE(false);
        }
    }
    SUCCEED("all wholes were split exactly");
}

TEST_CASE("random gross amounts add up to the total and carry their own tax, corrections too") {
    Random random("gross amounts");
    for (int i = 0; i < 50'000; ++i) {
        Amounts amounts;
        const bool mixed = random.chance(50);
        for (std::int64_t n = random.between(1, 12); n > 0; --n)
            amounts.push_back(random.between(mixed ? -50'000 : 0, 100'000));
        const Vat v{random.one_of<VatMode>({VatMode::None, VatMode::Added, VatMode::Included}),
                    random.between(0, 1'000'000)};
        const Amounts gross = gross_of(amounts, v);
        INFO("seed " << random.seed() << ", case " << i);
        if (sum(gross) != totals_of(sum(amounts), v).total) REQUIRE(false);
        for (std::size_t k = 0; k < gross.size() && v.mode == VatMode::Added; ++k) {
            // within two units of the exact tax: one of the split, one of the rounded sum
            const std::int64_t off = (gross[k] - amounts[k]) * 1'000'000 - amounts[k] * v.rate_e4;
            if (off > 2'000'000 || off < -2'000'000) REQUIRE(false);
        }
    }
    SUCCEED("all sums were exact");
}
