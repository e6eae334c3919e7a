#pragma once

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

#include "sandbox/planner.h"
#include "json/value.h"

// A stand-in for a planner on a clock that the test moves, asked as its connector asks it.
namespace hb::sandbox::test {

inline const std::string kConnectors = std::string{HB_SOURCE_DIR} + "/connectors/";

struct PlannerKit {
    explicit PlannerKit(const std::string& name,
                        std::vector<std::pair<std::string, std::string>> key)
        : clock(*parse_instant("2025-01-15T10:00:00Z")),
          planner(std::move(*Planner::load(kConnectors + name, clock))), headers(std::move(key)) {}

    ManualClock clock;
    std::unique_ptr<Planner> planner;
    std::vector<std::pair<std::string, std::string>> headers;

    HttpAnswer raw(const std::string& target, const std::string& verb = "GET",
                   const std::string& body = "") {
        HttpRequest request;
        const std::size_t mark = target.find('?');
        request.method = verb;
        request.path = planner->base_path() + target.substr(0, mark);
        if (mark != std::string::npos) request.query = target.substr(mark + 1);
        request.host = "127.0.0.1:1";
        request.content_type = "application/json";
        request.body = body;
        return planner->handle(request, headers);
    }

    json::Document get(const std::string& target, const std::string& verb = "GET",
                       const std::string& body = "") {
        const HttpAnswer answer = raw(target, verb, body);
        INFO(target << " -> " << answer.status << " " << answer.body);
        CHECK(answer.status == 200);
        auto document = json::Document::parse(answer.body);
        REQUIRE(document.ok());
        return std::move(*document);
    }

    HttpAnswer control(const std::string& path, const std::string& body = "{}",
                       const std::string& verb = "POST") {
        HttpRequest request;
        request.method = verb;
        request.path = "/sandbox/" + path;
        request.content_type = "application/json";
        request.body = verb == "GET" ? "" : body;
        return planner->handle(request);
    }

    void change(const std::string& path, const std::string& body = "{}",
                const std::string& verb = "POST") {
        const HttpAnswer answer = control(path, body, verb);
        INFO(path << " " << body << " -> " << answer.status << " " << answer.body);
        REQUIRE(answer.status == 200);
    }
};

} // namespace hb::sandbox::test
