#pragma once

#include <catch2/catch.hpp>

#include "net/http.h"
#include "sandbox/planner.h"

// A planner of the sandbox on a wire without sockets.
namespace field {

using namespace hb;

inline std::string decoded_path(const std::string& path) {
    std::string out;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] != '%' || i + 2 >= path.size()) {
            out += path[i];
            continue;
        }
        out += static_cast<char>(std::stoi(path.substr(i + 1, 2), nullptr, 16));
        i += 2;
    }
    return out;
}

class StandInWire final : public net::HttpClient {
public:
    explicit StandInWire(sandbox::Planner& planner) : planner_(planner) {}

    net::Response send(const net::Request& request) override {
        sandbox::HttpRequest sent;
        const std::string url = request.url.reveal();
        const std::size_t path = url.find('/', url.find("://") + 3);
        const std::size_t mark = url.find('?');
        sent.method = verb_of(request.verb);
        sent.host = url.substr(url.find("://") + 3, path - url.find("://") - 3);
        sent.path = decoded_path(url.substr(path, mark == std::string::npos ? mark : mark - path));
        if (mark != std::string::npos) sent.query = url.substr(mark + 1);
        sent.content_type = "application/json";
        sent.body = request.body;
        const sandbox::HttpAnswer answer = planner_.handle(sent, request.headers);
        net::Response out;
        if (answer.delivery != sandbox::HttpAnswer::Delivery::Whole) {
            out.reach = net::Reach::Unknown;
            out.trouble = "cut";
            return out;
        }
        out.reach = net::Reach::Answered;
        out.status = answer.status;
        out.body = answer.body;
        for (const auto& [name, value] : answer.headers)
            out.headers.emplace_back(fold_case(name), value);
        return out;
    }

private:
    static const char* verb_of(net::Verb verb) {
        switch (verb) {
        case net::Verb::Get:
            return "GET";
        case net::Verb::Post:
            return "POST";
        case net::Verb::Put:
            return "PUT";
        case net::Verb::Patch:
            return "PATCH";
        default:
            return "DELETE";
        }
    }
    sandbox::Planner& planner_;
};

inline sandbox::HttpAnswer control(sandbox::Planner& planner, const std::string& path,
                                   const std::string& body, const std::string& verb = "POST") {
    sandbox::HttpRequest request;
    request.method = verb;
    request.path = "/sandbox/" + path;
    request.content_type = "application/json";
    request.body = verb == "GET" ? "" : body;
    return planner.handle(request);
}

} // namespace field
