#pragma once

#include "books/viewing.h"
#include "domain/losses.h"

// What pulls took from drafts and brought into them (G47).
namespace hb::books {

// What a draft bills, entry by entry, as it is stored.
domain::BilledEntries stored_bills(const Reading& read, std::int64_t report);

// For one settling (books/settling.h).
class DraftLosses {
public:
    explicit DraftLosses(Step& step);
    // Compares what the draft bills so far with what it is about to bill.
    void note(const store::ReportRow& row, const domain::DraftInput& input,
              const domain::Draft& draft);
    // It is evaluated because a new version reads more than the one before (G65): its totals before
    // that, where they change.
    void recounted(const store::ReportRow& row, const domain::Draft& draft);
    // What comes new from `ended` from here on counts as new for the next settling; nullptr: its
    // reading goes on.
    void done(const KnownRemote* ended);

private:
    void lower_accepted(const store::ReportRow& row, const domain::Draft& draft,
                        const std::vector<domain::EntryMove>& moves);
    std::int64_t seen_before(const std::string& remote);
    Step& step_;
    std::set<std::int64_t> owner_moves_;
    std::map<std::string, std::int64_t> seen_; // by remote: time that was first seen later is new
};

// What a reading that is still under way has moved in a draft is noted before a person changes the
// draft: afterwards nobody could tell one from the other.
void note_moves_so_far(Step& step, store::ReportRow& row);

// What a draft says of it: `shrunk`, `grown`, `not_shown` above the bounds (G48) and `recounted`
// (G65), each with its figures, until accepted.
struct DraftLoss {
    std::string code;
    domain::Billed moved;
    domain::Billed held; // what the draft bills now
    std::int64_t entries = 0;
    Instant since{};
};
std::vector<DraftLoss> losses_of(const Reading& read, const store::ReportRow& row,
                                 const domain::Draft& draft);
// "5094.00 BYN, now 2520.00 BYN: 32 entries since 12 November" for people.
Message loss_said(const store::ReportRow& row, const DraftLoss& loss);
// The figure that a person accepts: the draft's money now.
std::string loss_figure(const store::ReportRow& row, const DraftLoss& loss);

} // namespace hb::books
