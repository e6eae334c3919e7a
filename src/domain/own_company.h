#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/exchange.h"

// In whose name a client is billed (G57).
namespace hb::domain {

struct OwnCompany {
    enum class State {
        Found,   // named, or the only one
        None,    // none is named, and the CRM calls none one's own
        Several, // none is named, and there are several
        NotOwn,  // the named one is a client's company
        Unread,  // the named one was never read from the CRM
    };
    State state = State::None;
    std::optional<Ref> ref; // Found; of NotOwn and Unread the one that was named
};

// `own`: what the CRM calls one's own; `read`: the named one is among the companies that were read.
OwnCompany own_company_of(const std::optional<Ref>& named, const std::vector<Ref>& own, bool read);

// Two contracts bill in one name: none named, and the only one named, are the same (rule 5).
bool same_own_company(const std::optional<Ref>& a, const std::optional<Ref>& b,
                      const std::vector<Ref>& own);

// What numbers of a brand begin with (G57). "": the brand has no prefix, or another company's
// numbers began so. What has begun this year goes on: the brand's takes force with the next one.
// `own_began`: this year has numbers of the company that begin otherwise.
std::string brand_prefix(const std::string& prefix, bool of_another, bool own_began,
                         bool prefix_began);

// What numbers begin with. Terms that name a company have "C7-", terms that name none ""; a series
// of the same company that has begun goes on.
// `plain_began`, `own_began`: there is a number of "" or of "C7-" that is this company's.
std::string number_prefix(const std::optional<Ref>& named, const OwnCompany& company,
                          bool plain_began, bool own_began);

} // namespace hb::domain
