#include "domain/money.h"

namespace hb::domain {
namespace {

// ISO 4217, national currencies in circulation and those that older contracts may still name.
// Exceptions first; every other code of the list has two decimals.
constexpr std::string_view kNoDecimals = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF "
                                         "XOF XPF ";
constexpr std::string_view kThreeDecimals = "BHD IQD JOD KWD LYD OMR TND ";
constexpr std::string_view kTwoDecimals =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
    "GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL "
    "MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK "
    "PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB "
    "TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG ";

bool lists(std::string_view codes, std::string_view code) {
    for (std::size_t at = 0; at < codes.size(); at += 4)
        if (codes.substr(at, 3) == code) return true;
    return false;
}

} // namespace

Result<Currency> find_currency(std::string_view code) {
    const auto found = [&](int exponent) { return Currency{std::string(code), exponent}; };
    if (lists(kTwoDecimals, code)) return found(2);
    if (lists(kNoDecimals, code)) return found(0);
    if (lists(kThreeDecimals, code)) return found(3);
    return Error{Code::Usage, "unknown currency \"" + std::string(code) + "\"", "",
                 "write the three capital letters of ISO 4217, for example EUR, BYN or JPY"};
}

} // namespace hb::domain
