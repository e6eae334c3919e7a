#pragma once

#include <set>
#include <string>
#include <string_view>

namespace hb::net {

// Where the requests of one client may lead (S4): to public addresses over https, and
// beyond that only where the configuration says so. Made of the configuration alone, never of an
// answer. A client is made from one of these and keeps it.
class Outbound {
public:
    // `who`: whose client it is, for people: "bitrix24", "telegram".
    explicit Outbound(std::string who) : who_(std::move(who)) {}

    // An address that the configuration names. Plain http is for this machine only: naming it so
    // opens this machine to the client. A host named with https may be on this machine or in a
    // private network when `may_be_private` ("private": true). What is no address opens nothing.
    Outbound& named(std::string_view url, bool may_be_private = false);

    const std::string& who() const { return who_; }
    // Plain http to this machine.
    bool local() const { return local_; }
    bool may_be_private(std::string_view host) const; // `host` without a port, in lower case
    // "bitrix24: public; private: portal.lan"; what a person or a test compares.
    std::string words() const;

private:
    std::string who_;
    bool local_ = false;
    std::set<std::string, std::less<>> private_hosts_;
};

} // namespace hb::net
