#pragma once

#include <map>

#include "books/books.h"
#include "store/free_moves.h"

// What is not billed yet, client by client: every hour stands in exactly one place (rule 8).
namespace hb::books {

struct UnbilledMonth {
    std::int64_t seconds = 0;
    std::int64_t amount = 0;
};

struct UnbilledClient {
    std::int64_t client = 0;        // 0: time of tasks without a client
    std::optional<domain::Ref> ref; // absent likewise
    std::string name;
    bool terms = false;
    std::optional<std::int64_t> draft; // the first one
    // Billable, free, not late, waiting for nobody.
    std::int64_t seconds = 0;
    std::map<std::string, UnbilledMonth> months; // "2026-03"
    std::optional<Day> oldest;
    // At the rates of each day's terms; absent without terms, where a rate is missing, or where the
    // terms changed their currency in between.
    std::optional<std::int64_t> amount;
    domain::Currency currency;

    std::int64_t late_seconds = 0;
    std::int64_t unmapped_seconds = 0; // of tasks without a client
    std::int64_t held_seconds = 0;     // values that changed wait for a person (G46)
    std::int64_t long_seconds = 0; // records of more than a day, until somebody accepts them (G54)
    std::int64_t not_shown_seconds = 0; // of tasks that their planner does not show
    std::int64_t nonbillable_seconds = 0;
    std::int64_t external_seconds = 0;    // billed elsewhere
    std::int64_t written_off_seconds = 0; // by a person or the late policy
    std::int64_t repeated_seconds = 0;    // another planner tells of it too
    std::int64_t drafted_seconds = 0;
    std::int64_t billed_seconds = 0;
    std::int64_t total_seconds = 0; // the sum of all of these, and of what the planners show
    // Beside them: what pulls took from time that is on no report, within 31 days (G47).
    std::optional<store::FreeMoves::Sum> taken_away;
};

// Clients with time, by name; what has no client last. The caller holds no lock.
std::vector<UnbilledClient> unbilled(const Reading& read);

// One client's free time alone: without what is drafted, billed and in all. The caller holds the
// lock.
UnbilledClient free_time_of(const Reading& read, std::int64_t client);

// Clients with free time and no terms, so that no report takes it.
struct WithoutTerms {
    domain::Ref ref;
    std::string name;
    std::int64_t seconds = 0;
};
std::vector<WithoutTerms> clients_without_terms(const Reading& read);
// For /metrics: how many there are, and their time. The caller holds the lock.
inline constexpr const char* kClientsWithoutTerms = "hourbridge_clients_without_terms";
inline constexpr const char* kSecondsWithoutTerms = "hourbridge_without_terms_seconds";
void count_without_terms(Step& step);

// Free time of a client that guards hold: of values that wait, records that are not shown, records
// of more than a day.
struct HeldTime {
    domain::Ref ref;
    std::string name;
    std::int64_t held_seconds = 0;
    std::int64_t not_shown_seconds = 0;
    std::int64_t long_seconds = 0;
};
// By name. The caller holds the lock.
std::vector<HeldTime> held_time(const Reading& read);
// For /metrics: in all, by why.
inline constexpr const char* kSecondsHeld = "hourbridge_held_seconds";
void count_held(Step& step);

// Clients whose free time pulls took away within 31 days (G47), most first. The caller holds the
// lock.
struct TakenAway {
    domain::Ref ref;
    std::string name;
    store::FreeMoves::Sum sum;
};
std::vector<TakenAway> taken_away(const Reading& read);

// Of one period.
std::vector<WithoutTerms> clients_without_terms(const Reading& read, DayRange period);

} // namespace hb::books
