#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sandbox/portal.h"

namespace hb::sandbox {

// A portal on 127.0.0.1. Runs in its own threads; answers, drops, truncates and delays as the
// portal says, and carries its events to http:// addresses, each once.
class Server {
public:
    // `portal` must outlive the server.
    explicit Server(Portal& portal);
    // Another system than a portal, which has no events to carry. Called from several threads.
    using Handler = std::function<HttpAnswer(const HttpRequest&)>;
    explicit Server(Handler handler);
    using Headers = std::vector<std::pair<std::string, std::string>>;
    using HeaderHandler = std::function<HttpAnswer(const HttpRequest&, const Headers&)>;
    explicit Server(HeaderHandler handler); // the same for one whose keys are in headers
    ~Server();                              // stops
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // Port 0 takes any free one. The answer is the port; Code::Machine when it can't be had.
    Result<int> start(int port = 0);
    void stop();

    int port() const;
    std::string url() const; // "http://127.0.0.1:8123"
    // What a client needs: url() + "/rest/1/sandbox/".
    std::string webhook(const std::string& token, std::int64_t user = 1) const;

private:
    struct Impl;
    Server(Portal* portal, HeaderHandler handler);
    std::unique_ptr<Impl> impl_;
};

} // namespace hb::sandbox
