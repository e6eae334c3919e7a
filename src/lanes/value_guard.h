#pragma once

#include <set>

#include "books/plan.h"
#include "domain/guards.h"
#include "lanes/floor.h"
#include "store/waiting.h"

// Values that decide money and changed wait until their walk or sweep has ended, so that they can
// be judged together (G46).
namespace hb::lanes {

class ValueGuard {
public:
    ValueGuard(Step& step, const KnownRemote& remote)
        : step_(step), remote_(remote), waiting_(step->waiting) {}

    // Does this page touch something that waits? Then it has to be kept, however quiet it is.
    bool concerns(const std::string& stream, const std::vector<std::string>& unchanged) const;
    // Takes out of a page's plan what has to wait and puts it aside; what waits already and comes
    // again unchanged counts as unchanged, what is told as accepted waits no longer.
    // Returns the ids of all records of the page that wait.
    std::set<std::string> hold(const std::string& stream, books::PagePlan& plan);

    struct Judged {
        store::KeepCounts kept;                   // applied now
        std::vector<domain::SuspectValues> asked; // a person decides
    };
    // At the end of a walk or sweep: few suspects are applied with all else, many go on waiting.
    // `accepted`: fields that a person has looked at; of them, what was shown already.
    Judged judge(const store::Sources::Keep& context, const std::set<domain::MoneyField>& accepted);

private:
    // A record as it would be applied, and what of it is judged.
    struct Looked {
        store::KeptRecord kept;
        std::vector<domain::ValueChange> changes;
    };
    Looked look(const std::string& stream, store::KeptRecord kept,
                std::vector<std::string> not_told) const;
    void keep_untold(const std::string& known, const mapping::Mapped& before,
                     store::KeptRecord& kept, std::vector<std::string> fields) const;
    // Would it still say what is known, if it had the members that it lacks?
    bool only_lacks(const domain::SourceRecord& record, const std::string& known,
                    const domain::ValueChange& change) const;
    std::set<std::int64_t>
    empty_what_leads_nowhere(std::vector<domain::WaitingValue>& values) const;
    bool leads_nowhere(domain::MoneyField field, const std::string& value) const;
    Step& step_;
    const KnownRemote& remote_;
    store::Waiting& waiting_;
};

// "tags of 640 of 1200 tasks turned empty (Blue Harbor, Delta)", for people.
std::string suspect_words(const domain::SuspectValues& suspect,
                          const std::vector<std::string>& clients);

} // namespace hb::lanes
