#pragma once

#include <catch2/catch.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "connector/trial.h"
#include "sandbox/planner.h"

// The sandbox's stand-in for a planner at the end of a connector's wire.
namespace stand_in {

using namespace hb;

// Connectors by manifest, by name.
inline std::vector<std::string> names() {
    std::vector<std::string> out;
    for (const auto& each :
         std::filesystem::directory_iterator(std::string(HB_SOURCE_DIR) + "/connectors"))
        if (std::filesystem::exists(each.path() / "manifest.json"))
            out.push_back(each.path().filename().string());
    std::sort(out.begin(), out.end());
    return out;
}

inline std::string folder_of(const std::string& name) {
    return std::string(HB_SOURCE_DIR) + "/connectors/" + name;
}

inline connector::trial::Folder load(const std::string& name) {
    std::vector<connector::ManifestProblem> problems;
    auto folder = connector::trial::load_folder(folder_of(name), problems);
    REQUIRE(folder.ok());
    return std::move(*folder);
}

inline const char* verb_of(net::Verb verb) {
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

inline std::string in_lower_case(std::string name) {
    for (char& c : name)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return name;
}

// As the server hands paths on.
inline std::string decoded(const std::string& path) {
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

// A wire that ends in the sandbox, without a socket.
class Wire final : public net::HttpClient {
public:
    // `before`: told of each request, before it is answered.
    explicit Wire(sandbox::Planner& planner, std::function<void()> before = {})
        : planner_(planner), before_(std::move(before)) {}

    net::Response send(const net::Request& request) override {
        if (before_) before_();
        sandbox::HttpRequest sent;
        const std::string url = request.url.reveal();
        const std::size_t path = url.find('/', url.find("://") + 3);
        const std::size_t mark = url.find('?');
        sent.method = verb_of(request.verb);
        sent.host = url.substr(url.find("://") + 3, path - url.find("://") - 3);
        sent.path = decoded(url.substr(path, mark == std::string::npos ? mark : mark - path));
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
            out.headers.emplace_back(in_lower_case(name), value);
        return out;
    }

private:
    sandbox::Planner& planner_;
    std::function<void()> before_;
};

// A control call, whatever comes of it.
inline sandbox::HttpAnswer try_control(sandbox::Planner& planner, const std::string& path,
                                       const std::string& body, const std::string& verb = "POST") {
    sandbox::HttpRequest request;
    request.method = verb;
    request.path = "/sandbox/" + path;
    request.content_type = "application/json";
    request.body = body;
    return planner.handle(request);
}

// A control call that succeeds; what it answers.
inline std::string control(sandbox::Planner& planner, const std::string& path,
                           const std::string& body, const std::string& verb = "POST") {
    const auto answer = try_control(planner, path, body, verb);
    INFO(path << " " << body << " -> " << answer.body);
    REQUIRE(answer.status == 200);
    return answer.body;
}

} // namespace stand_in
