#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "web/gzip.h"

namespace hb::web {

using Page = std::shared_ptr<const Packed>;

struct PageLimits {
    std::size_t bytes = 16u << 20;                   // of what is kept
    int renderings = 2;                              // at a time
    std::chrono::milliseconds patience{1'000};       // for the turn to render
    std::chrono::milliseconds same_patience{25'000}; // for somebody who renders the very page
};

// What frozen reports look like, compressed, by a key that says everything that is shown. Safe to
// use from any thread. A page that many ask for is rendered once: the others wait for that one.
class PageCache {
public:
    explicit PageCache(PageLimits limits = {}) : limits_(limits) {}

    struct Made {
        std::string key;  // of what was rendered: the report may have moved on meanwhile
        Page page;        // nullptr: there is nothing left to show
        bool keep = true; // for the next who asks
    };
    enum class Outcome { Found, Gone, Busy };
    struct Told {
        Outcome outcome = Outcome::Busy;
        Page page;
    };
    // Busy: too many are being rendered. REQUIRES: the thread does not hold the books
    Told get(const std::string& key, const std::function<Made()>& render);

    std::size_t bytes() const;       // kept now
    std::int64_t renderings() const; // since the start

private:
    struct Flight {
        bool ended = false;
        Told told;
    };
    struct Kept {
        std::string key;
        Page page;
        std::size_t bytes = 0;
    };
    using Lock = std::unique_lock<std::mutex>;
    Page find(const std::string& key);
    void keep(const Made& made);
    Told wait_for(Lock& lock, std::shared_ptr<Flight> flight); // its own: the map lets go of it
    Told fly(Lock& lock, const std::string& key, const std::function<Made()>& render);
    void land(const std::string& key, Flight& flight, Told told);

    const PageLimits limits_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::list<Kept> kept_; // the last used first
    std::unordered_map<std::string, std::list<Kept>::iterator> index_;
    std::map<std::string, std::shared_ptr<Flight>> flights_;
    std::size_t bytes_ = 0;
    int under_way_ = 0;
    std::int64_t renderings_ = 0;
};

} // namespace hb::web
