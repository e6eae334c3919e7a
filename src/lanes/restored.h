#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lanes/floor.h"

// G18: after a restore the CRM may hold objects of ours that the books know nothing of. Until each
// is known or adopted by a person, nothing is created.
namespace hb::lanes {

inline constexpr const char* kHeldAfterRestore =
    "the books were restored: nothing is created before hourbridge verify --remote knows every "
    "object of ours in the CRM";
inline constexpr std::chrono::minutes kLookAgainAfterRestore{5};

std::optional<Instant> restored_at(const Reading& read);
// By whoever puts a backup in the place of the books; inside a Tx.
void mark_restored(store::Database& db, Instant now);
// Links that were revoked stay so, where the books until now (nullptr: nobody can read them) say
// which; else the books remember that `check` has to warn. In a transaction of `db`. False: warned.
bool keep_links_revoked(store::Database* until_now, store::Database& db, Instant now);
// No number of a report is given twice (rule 15): what the books until now have given, or the file
// beside them (`numbers_beside`), is given; else the numbers go on further. In a transaction of
// `db`. False: nobody can tell which were given since the backup was taken.
bool keep_numbers_given(store::Database* until_now, bool numbers_beside, store::Database& db,
                        Instant now);

struct Comparison {
    std::int64_t known = 0;
    std::vector<connector::OwnedObject> unknown;
    std::vector<std::string> wrong;    // one line each: gone, twice, another id
    std::int64_t found_again = 0;      // made before the restore, learnt of now
    std::int64_t compared = 0;         // reports whose deals and invoices were compared (G56)
    std::vector<std::string> differs;  // one line each, with both values
    std::vector<std::string> accepted; // likewise: somebody knows it
    std::vector<std::string> unread;   // likewise: could not be read
    bool released = false;             // creates go on from here
};
// Reads every object of ours from the CRM, without the lock, and compares what deals and invoices
// show with what was agreed to; nothing is asked, answered or ended by that. What the books wanted
// to create and finds itself there is adopted by its key.
Result<Comparison> compare_with_crm(Books& books, RemoteRuntime& crm);

// A person says what an unknown object is: the deal or invoice of a report, or (without one)
// something that stays as it is.
Status adopt_object(Books& books, RemoteRuntime& crm, const domain::Ref& what,
                    std::optional<std::int64_t> report, const Actor& actor);

} // namespace hb::lanes
