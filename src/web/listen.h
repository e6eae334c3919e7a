#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hb::web {

// "127.0.0.1:8480", "[::1]:0", "localhost:8480", "unix:/run/hourbridge/http.sock".
struct Listen {
    std::string host; // "" for a unix socket
    int port = 0;     // 0: any free one
    std::string path; // of the unix socket
};

// Code::Usage for what is not an address, and for one that strangers can reach while `allow_direct`
// is not set: TLS, patience with slow senders and limits on headers are a proxy's work.
Result<Listen> parse_listen(std::string_view text, bool allow_direct);

struct Listener {
    int socket = -1; // does not block
    int port = 0;    // 0 of a unix socket
};

// Code::Machine when it is taken (a second instance must fail) or may not be used. The file of a
// unix socket that nobody listens behind is replaced.
Result<Listener> open_listener(const Listen& at, const std::string& shown);

} // namespace hb::web
