#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "web/listen.h"
#include "web/page_cache.h"

namespace hb::web {

// A request as it came: its head and all of its body.
struct WholeRequest {
    std::string bytes;
    std::string address; // of the one connected to us; "" through a unix socket
    bool last = false;   // the connection ends with its answer
};

struct WholeAnswer {
    std::string bytes;
    bool hang_up = false;
    // What comes behind `bytes`: shared by all who ask for it, and unpacked piece by piece as it is
    // sent to those who don't take it compressed.
    Page page = nullptr;
    bool unpack = false;
};

// What a request costs. Heavy ones leave some workers to the others; what is answered at once needs
// none, so it is answered whatever the workers do.
enum class Work { AtOnce, Light, Heavy };

struct FrontLimits {
    int workers = 32;                              // made when needed
    int light_workers = 8;                         // of those, not for heavy requests
    std::chrono::milliseconds worker_rest{10'000}; // without work; then it goes
    int connections = 900; // and always a hundred files less than the process may open
    std::size_t answers_per_connection = 100;
    std::size_t held_bytes = 8u << 20;      // of all requests under way and answers not yet taken
    std::chrono::milliseconds rest{30'000}; // without a byte of the next request
    std::chrono::milliseconds head{10'000}; // from its first byte to its end
    std::chrono::milliseconds body{20'000};
    std::chrono::milliseconds send{60'000}; // an answer, to its last byte
};

// The sockets of the server: one thread waits for all of them, and only whole requests reach a
// worker. The HTTP library gives a thread to each connection and counts time and bytes by the read,
// so some dozens of slow senders would hold it all, and a head without end would eat the memory.
// Short time-outs and more threads only move that number; here a sender who is slow, silent or
// endless holds a few bytes until its time is over, and when there are too many of those, the
// largest ones go first. Alone it stands what S2 asks for; a proxy in front brings TLS.
class Front {
public:
    using Answering = std::function<WholeAnswer(const WholeRequest&)>; // by any worker
    // The answer to what never became a request, or found no worker: 400 408 431 503.
    using Refusing = std::function<std::string(int status)>;
    using Judging = std::function<Work(const WholeRequest&)>;

    Front(Answering answering, Refusing refusing, Judging judging, FrontLimits limits = {});
    ~Front();
    Front(const Front&) = delete;
    Front& operator=(const Front&) = delete;

    // Code::Machine: the address is taken or may not be used.
    Status listen(const Listen& at, const std::string& shown);
    void start();
    // Answers under way are given; connections at rest are closed at once.
    void stop();
    int port() const;
    int workers() const; // at the moment

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace hb::web
