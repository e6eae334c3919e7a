#pragma once

#include "connector/live_trial.h"

namespace hb::connector::trial {

// Whoever has to wait longer than that is told so.
inline constexpr std::chrono::minutes kPatience{3};

struct PaceRule {
    std::size_t most = 1;
    std::chrono::seconds within{1};
};

// Stands between a connector and the network: notes what is said, and keeps the pace of all
// connectors of one trial together.
std::unique_ptr<net::HttpClient> make_tap(std::unique_ptr<net::HttpClient> inner, Clock& clock,
                                          std::shared_ptr<Wire> wire, std::vector<PaceRule> rules);

} // namespace hb::connector::trial
