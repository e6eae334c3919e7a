#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include "sandbox/portal.h"

// The two limits of a portal, on whatever clock it is given. Inner header.
namespace hb::sandbox {

// Every request adds one drop; a request that would run the bucket over is refused.
class RequestBuckets {
public:
    bool take(const std::string& source, std::int64_t now_ms, const Limits& limits);
    void clear() { buckets_.clear(); }

private:
    struct Bucket {
        double level = 0;
        std::int64_t at_ms = 0;
    };
    std::map<std::string, Bucket> buckets_;
};

// Run time per method and token in one-minute baskets of which ten count. The check comes before a
// call, so the call that crosses the limit still ends well.
class RunTimes {
public:
    using Key = std::pair<std::string, std::string>; // method in lower case, token
    struct Reading {
        std::int64_t operating_ms = 0;
        std::int64_t reset_at = 0; // when the oldest basket leaves; 0 for none
    };
    Reading read(const Key& key, std::int64_t now_ms);
    Reading book(const Key& key, std::int64_t now_ms, std::int64_t cost_ms);
    void clear() { baskets_.clear(); }

private:
    struct Basket {
        std::int64_t first_ms = 0;
        std::int64_t sum_ms = 0;
    };
    std::map<Key, std::deque<Basket>> baskets_;
};

} // namespace hb::sandbox
