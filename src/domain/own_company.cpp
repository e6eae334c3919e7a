#include "domain/own_company.h"

#include <algorithm>

namespace hb::domain {

OwnCompany own_company_of(const std::optional<Ref>& named, const std::vector<Ref>& own, bool read) {
    using State = OwnCompany::State;
    if (named) {
        if (std::find(own.begin(), own.end(), *named) != own.end()) return {State::Found, named};
        return {read ? State::NotOwn : State::Unread, named};
    }
    if (own.empty()) return {State::None, std::nullopt};
    if (own.size() > 1) return {State::Several, std::nullopt};
    return {State::Found, own.front()};
}

bool same_own_company(const std::optional<Ref>& a, const std::optional<Ref>& b,
                      const std::vector<Ref>& own) {
    if (a == b) return true;
    const auto only = own.size() == 1 ? std::optional(own.front()) : std::nullopt;
    return (a ? a : only) == (b ? b : only);
}

std::string brand_prefix(const std::string& prefix, bool of_another, bool own_began,
                         bool prefix_began) {
    if (prefix.empty() || of_another || (own_began && !prefix_began)) return "";
    return prefix;
}

std::string number_prefix(const std::optional<Ref>& named, const OwnCompany& company,
                          bool plain_began, bool own_began) {
    if (!company.ref) return "";
    const std::string own = "C" + company.ref->id + "-";
    if (named) return plain_began && !own_began ? "" : own;
    return own_began && !plain_began ? own : "";
}

} // namespace hb::domain
