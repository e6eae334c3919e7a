#pragma once

#include "books/books.h"
#include "domain/owner.h"

namespace hb::books {

// Finds the client of every task of the remote anew (G13) and moves free entries along; who
// is one with whom by a rule, too. Returns how many tasks and
// people changed.
std::int64_t resolve_owners(Step& step, const KnownRemote& remote);

// The same for all other planners with rules, after companies or people of the CRM changed.
void resolve_by_rules(Step& step, const KnownRemote& crm);

// What decides whose the tasks of a remote are, links by rule aside. Takes texts out of `tasks`.
domain::OwnerFacts owner_facts(const Reading& read, const store::Remote& remote,
                               std::vector<store::Sources::TaskOwner>& tasks);

// Whose one task is and why, for `explain`; changes nothing.
domain::Owner explain_owner(const Reading& read, const KnownRemote& remote,
                            const std::string& task);

// The calendar that gives a client's work dates: of its contract's versions, else of the
// configuration's zone (G11, G52).
store::CalendarOf calendar_lookup(const Reading& read);
store::CalendarOf calendar_lookup(const Reading&& read) = delete; // it would outlive its books

// G1: completed and every billable second of it on paid reports, judged as things stood before this
// pull. The answer is asked for new entries only, so it may cost a few queries.
store::FullyPaid fully_paid_lookup(const Reading& read, std::int64_t pull);
store::FullyPaid fully_paid_lookup(const Reading&& read, std::int64_t pull) = delete;

} // namespace hb::books
