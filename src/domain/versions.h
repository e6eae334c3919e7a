#pragma once

#include <vector>

#include "domain/contract.h"

// Which version of a client's terms is meant (G52). A client has many: each begins on its
// `valid_from`, and of two that begin on one day the later one replaces the earlier.
//
//   of the entry's day   the zone that finds the day, verdict, work type, rate, late policy
//   of the report        currency, VAT, rounding, own company, language; days of `--task-dates`
//   never                the newest one because it is the newest
namespace hb::domain {

// The version in force on `day`; before the first one, the first. nullptr: there is none.
// REQUIRES: older versions first, as the store has them
const Contract* in_force(const std::vector<Contract>& versions, Day day);

// The versions that judge what is on a report under `own`: others that begin on its first day
// do not, so a recalled report keeps the terms that it has.
std::vector<Contract> versions_beside(const Contract& own, std::vector<Contract> versions);

// Can a report under `report` show a price that `of_day` names? The same currency, and both rates
// net or both gross.
bool prices_alike(const Contract& of_day, const Contract& report);

// Finds the work date of an instant. Cheap to copy where a client has one version.
class Calendar {
public:
    // One zone for all time: of the configuration, for time without a client or without terms.
    Calendar(Zone zone); // NOLINT: a zone is a calendar
    // `otherwise` where there is no version, or one that names no zone.
    Calendar(const std::vector<Contract>& versions, const Zone& otherwise);

    // The version in force on the instant's date in that version's own zone says the date; where
    // two claim it, or none does, the earlier of them. So a later version never moves a day of an
    // earlier one.
    Day day_of(Instant instant) const;
    // Does the other one find the same date for any instant? False where that is not plain to see.
    bool same_days(const Calendar& other) const;

private:
    std::size_t claimant(Instant instant) const;
    struct Part {
        Day from;
        Zone zone;
    };
    std::size_t part_of(Day day) const;
    std::vector<Part> changes_of_zone() const;
    std::vector<Part> parts_; // by `from`; never empty
};

} // namespace hb::domain
