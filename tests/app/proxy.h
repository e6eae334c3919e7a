#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

#include "app/program.h"

// The real nginx with the site that we ship, in front of a service of the test.
namespace hb::test {

bool nginx_is_here();

class Proxy {
public:
    // `upstream`: the service's port. The site is the shipped file; only addresses and the
    // certificate's place are others.
    // `paced`: off, requests may come as fast as they like, so that the other limits are met.
    // `lines`: more of nginx's http block.
    Proxy(const Folder& folder, int upstream, bool paced = true, const std::string& lines = "");
    ~Proxy();
    Proxy(const Proxy&) = delete;
    Proxy& operator=(const Proxy&) = delete;
    int plain() const { return plain_; } // the site without TLS, for raw bytes
    int tls() const { return tls_; }
    int redirect() const { return redirect_; } // port 80
    std::int64_t resident_bytes() const;
    std::string log() const;

private:
    const Folder& folder_;
    int plain_, tls_, redirect_;
    pid_t pid_ = 0;
};

int free_port();

// A request that waits for somebody slow waits for seconds; the goals of S2 and P14 (100 and 50 ms)
// are printed, not judged: the machine may be busy.
inline constexpr std::int64_t kSoonMs = 1000;

// One connection that a test talks over byte by byte.
class Wire {
public:
    explicit Wire(int port);
    ~Wire();
    Wire(Wire&& other) noexcept : socket_(other.socket_) { other.socket_ = -1; }
    Wire& operator=(Wire&&) = delete;
    bool send(const std::string& bytes) const; // false: the other side has hung up
    // What comes until the other side hangs up, or for so long.
    std::string receive(int milliseconds = 3000) const;
    // One answer: its head, and the body that its Content-Length tells.
    std::string answer(int milliseconds = 3000) const;

private:
    int socket_;
};

} // namespace hb::test
