#pragma once

#include "books/books.h"
#include "store/aliases.h"

// The same time told by two planners is billed once (rule 7).
namespace hb::books {

// Compares time of one person, client and day in different remotes. What looks alike is left out of
// drafts until a person decides; what is repeated goes on being billed. An alias of time that is
// gone, or that is another client's now, ends.
void find_repeated(Step& step);

struct AliasView {
    store::AliasRow row;
    std::string entry, same_as; // REMOTE:entry:ID
    std::string client, person, work_date;
    std::int64_t seconds = 0, same_as_seconds = 0;
    std::string text, same_as_text;
    // Both stand on sent reports: only a decision changes that, by a correction.
    std::optional<std::int64_t> report, same_as_report;
};
std::vector<AliasView> aliases(const Reading& read, bool decided_too);

// `same`: `entry` is never billed while `same_as` stands. Without a proposal it is one by hand.
// When both were sent, the bill of `entry` drifts, from agreement on it gets an adjustment (rule
// 19). Refused: for sent time when the other was not, of two clients, or that would make a chain.
Status decide_alias(Books& books, const domain::Ref& entry, const domain::Ref& same_as, bool same,
                    std::string_view reason, const Actor& actor);

} // namespace hb::books
