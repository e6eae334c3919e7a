#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/config.h"
#include "base/error.h"
#include "connector/connector.h"

// A remote whose secret is not at hand. Secrets are needed when their remote is first called: what
// only looks into the books, and what a running service does for others, needs none.
namespace hb::app {

// Code::Usage: names `who` and the variable or file. REQUIRES: `lacking` is not empty
Error lacking_secret(const std::string& who, const std::vector<mapping::FileProblem>& lacking);

// The key that seals the log and makes links. REQUIRES: config.secret_key_lacking is not empty
Error lacking_key(const Config& config);

// Answers from `inner` what needs no call (capabilities, addresses of pages); every call ends with
// `why`, and goes nowhere. Its account is not known: the books' own one stays (G17).
std::unique_ptr<connector::Connector>
connector_without_secret(std::unique_ptr<connector::Connector> inner, Error why);

// Of one remote; an unknown name lacks nothing.
std::optional<Error> lacks(const Config& config, const std::string& remote);
// A writing command plans notices, and a bot's or webhook's name in the books comes from its
// secret, as does whose webhook it is that tells people.
std::optional<Error> lacks_for_notices(const Config& config);

} // namespace hb::app
