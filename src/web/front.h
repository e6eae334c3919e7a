#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "web/listen.h"

namespace hb::web {

// A request as it came: its head and all of its body.
struct WholeRequest {
    std::string bytes;
    std::string address; // of whoever is connected to us; "" through a unix socket
    bool last = false;   // the connection ends with its answer
};

struct WholeAnswer {
    std::string bytes;
    bool hang_up = false;
};

struct FrontLimits {
    int workers = 32;
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
    // The answer to what never became a request: 400 408 431.
    using Refusing = std::function<std::string(int status)>;

    Front(Answering answering, Refusing refusing, FrontLimits limits = {});
    ~Front();
    Front(const Front&) = delete;
    Front& operator=(const Front&) = delete;

    // Code::Machine: the address is taken or may not be used.
    Status listen(const Listen& at, const std::string& shown);
    void start();
    // Answers under way are given; connections at rest are closed at once.
    void stop();
    int port() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace hb::web
