#pragma once

#include <memory>
#include <string>

#include "books/meters.h"
#include "net/http.h"

namespace hb::app {

// The client of the network, which at log level debug shows the beginning of each answer that is a
// failure or no JSON: what a person needs to see what stands between us and a remote. No secret of
// the request is in the line.
// `meters`: where times and results of its requests are counted, under the name `remote`; outlives
// the client. nullptr: nowhere.
std::unique_ptr<net::HttpClient> make_heard_client(net::Outbound outbound,
                                                   books::Meters* meters = nullptr,
                                                   const std::string& remote = "");

// What is logged of an answer; "" when there is nothing to say.
std::string heard_line(const std::string& remote, const net::Request& request,
                       const net::Response& response);

} // namespace hb::app
