#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace hb::bench {

// What a number of connections got that each send one request after the other.
struct Load {
    double seconds = 0;
    std::int64_t answered = 0;      // with 200
    std::int64_t refused = 0;       // with anything else
    std::int64_t broken = 0;        // hung up on without an answer
    std::vector<double> times;      // milliseconds of each answer
    std::vector<std::int64_t> each; // answers of each connection
};

// Keeps `connections` to 127.0.0.1:port busy for so many seconds from one thread; `request` makes
// the bytes of the next request. A connection that the server closes is opened again, and its time
// counts.
Load put_load(int port, int connections, double seconds,
              const std::function<std::string()>& request);

} // namespace hb::bench
