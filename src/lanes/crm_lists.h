#pragma once

#include <string>

#include "lanes/floor.h"

// Which of the vendor's two lists companies and deals are read by. Both give rows of one shape, but
// a mapping is the user's: books that were kept by the older lists go over to the newer ones only
// after the mapping in force has read both alike.
namespace hb::lanes {

// Decides where it is open: at a first start; a day after the older lists had to stay, or when the
// mapping has changed since. Tells the connector. Calls the remote.
// REQUIRES: `busy`, and no lock
void settle_crm_lists(Books& books, RemoteRuntime& remote);

// Why the older lists stay, for people; "" they do not.
std::string why_older_lists(const store::Settings& kept, std::int64_t remote);

} // namespace hb::lanes
