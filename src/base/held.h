#pragma once

#include <string_view>

namespace hb {

// Whether the calling thread holds the books: the writer's lock, a transaction or the snapshot of a
// reader. A thread that does must not wait for anything outside the process, or everybody waits
// with it.
class Held {
public:
    Held() { ++depth_; }
    ~Held() { --depth_; }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

    static bool by_this_thread() { return depth_ != 0; }
    static void begin() { ++depth_; }
    static void end() { --depth_; }

private:
    static inline thread_local int depth_ = 0;
};

// Called before each remote call, wait, and write to a socket or terminal. On in release builds
// too: ends the program when this thread holds the books. Its state is safe at any such end, while
// a service that waits under the lock answers nobody.
void must_not_hold_books(std::string_view what);

} // namespace hb
