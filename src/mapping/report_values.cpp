#include "mapping/report_values.h"

#include "base/text.h"

namespace hb::mapping {

// The order in which a language writes a date's day, month and year.
std::string shown_day(Day day, const std::string& locale) {
    const std::string iso = format_day(day);
    const std::string language = locale.substr(0, locale.find('-'));
    for (const char* dotted : {"ru", "be", "uk", "kk", "de", "pl"})
        if (language == dotted)
            return iso.substr(8, 2) + "." + iso.substr(5, 2) + "." + iso.substr(0, 4);
    return iso;
}

Values report_values(const domain::Revision& revision) {
    const std::string& locale = revision.contract.locale;
    return {{"locale", locale},
            {"number", revision.number},
            {"client", shorten(revision.client.name, kTaskCharactersMax)},
            {"from", shown_day(revision.period.from, locale)},
            {"to", shown_day(revision.period.to, locale)},
            {"total", domain::format_amount(revision.totals.total, revision.contract.currency)},
            {"currency", revision.contract.currency.code},
            {"hours", format_duration(revision.billed_seconds)},
            {"url", ""}};
}

} // namespace hb::mapping
