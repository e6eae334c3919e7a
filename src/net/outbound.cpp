#include "net/outbound.h"

#include "base/text.h"
#include "net/sites.h"

namespace hb::net {

Outbound& Outbound::named(std::string_view url, bool may_be_private) {
    const auto site = site_of_url(url);
    if (!site) return *this;
    if (site->scheme == "http")
        local_ = true; // site_of_url() gives http for this machine only
    else if (may_be_private)
        private_hosts_.insert(site->host);
    return *this;
}

bool Outbound::may_be_private(std::string_view host) const {
    return private_hosts_.find(host) != private_hosts_.end();
}

std::string Outbound::words() const {
    std::string out = who_ + ": public";
    if (local_) out += "; this machine over http";
    if (!private_hosts_.empty())
        out += "; private: " + join({private_hosts_.begin(), private_hosts_.end()}, ", ");
    return out;
}

} // namespace hb::net
