#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "connector/manifest.h"

// A planner on a wire of which the test holds the other end.
namespace rig {

using namespace hb;

inline net::Response answered(int status, std::string body,
                              std::vector<std::pair<std::string, std::string>> headers = {}) {
    net::Response response;
    response.reach = net::Reach::Answered;
    response.status = status;
    response.body = std::move(body);
    response.headers = std::move(headers);
    return response;
}

struct Wire {
    std::vector<net::Request> seen;
    std::function<net::Response(const net::Request&)> answer;
};

class WireClient final : public net::HttpClient {
public:
    explicit WireClient(Wire& wire) : wire_(wire) {}
    net::Response send(const net::Request& request) override {
        wire_.seen.push_back(request);
        return wire_.answer(request);
    }

private:
    Wire& wire_;
};

inline std::string header(const net::Request& request, const std::string& name) {
    for (const auto& [key, value] : request.headers)
        if (key == name) return value;
    return "";
}

connector::Plan shipped(const std::string& name);
connector::Plan parsed(const std::string& text);

struct Rig {
    Wire wire;
    ManualClock clock{from_epoch_seconds(1'735'689'600)}; // 2025-01-01T00:00:00Z
    connector::PlannerOptions options;
    std::unique_ptr<connector::Connector> planner;

    void connect(const connector::Plan& plan) {
        planner = connector::make_planner(plan, options, std::make_unique<WireClient>(wire), clock);
    }
    // The clock moves on when the pace says so, as a lane would wait.
    Result<domain::Page> read(const domain::ReadRequest& request) {
        clock.wait_until(planner->earliest());
        return planner->read(request);
    }
};

} // namespace rig
