#pragma once

#include "kit.h"
#include "sandbox/form.h"

// A portal with the application installed.
namespace hb::sandbox::test {

struct AppKit : EmptyKit {
    explicit AppKit(PortalOptions options = without_limits(), const std::string& install = "{}")
        : EmptyKit(std::move(options)) {
        const auto made = json::Document::parse(control("app/install", install).body);
        REQUIRE(made.ok());
        access = *made->root()["access_token"].string();
        refresh = *made->root()["refresh_token"].string();
        application_token = *made->root()["application_token"].string();
        portal.take_events();
    }

    std::string access, refresh, application_token;

    HttpAnswer by_app_raw(const std::string& method, const std::string& body = "{}") {
        HttpRequest request;
        request.path = "/rest/" + method;
        request.query = "auth=" + access;
        request.content_type = "application/json";
        request.body = body;
        return portal.handle(request);
    }
    json::Document by_app(const std::string& method, const std::string& body = "{}") {
        const HttpAnswer answer = by_app_raw(method, body);
        INFO(method << " " << body << " -> " << answer.status << " " << answer.body);
        CHECK(answer.status == 200);
        auto document = json::Document::parse(answer.body);
        REQUIRE(document.ok());
        return std::move(*document);
    }
    // "403 CODE"
    std::string app_failure(const std::string& method, const std::string& body = "{}") {
        const HttpAnswer answer = by_app_raw(method, body);
        const auto document = json::Document::parse(answer.body);
        return std::to_string(answer.status) + " " +
               std::string{document->root()["error"].text_view().value_or("")};
    }
    HttpAnswer token_call(const std::string& query) {
        HttpRequest request;
        request.method = "GET";
        request.path = "/oauth/token/";
        request.query = query;
        return portal.handle(request);
    }
    std::string refresh_query() const {
        return "grant_type=refresh_token&client_id=app.sandbox&client_secret=sandbox-secret"
               "&refresh_token=" +
               refresh;
    }
    // The names and ids of what was sent: "ONTASKADD 1".
    std::vector<std::string> heard() {
        std::vector<std::string> out;
        for (const auto& event : portal.take_events()) {
            const Tree body = read_form(event.body);
            const Tree* data = body.find("data");
            std::string id;
            for (const char* side : {"FIELDS", "FIELDS_AFTER", "FIELDS_BEFORE"}) {
                const Tree* fields = data == nullptr ? nullptr : data->find(side);
                if (id.empty() && fields != nullptr && fields->find("ID") != nullptr)
                    id = fields->find("ID")->str();
            }
            if (id.empty() && data != nullptr && data->find("ID")) id = data->find("ID")->str();
            out.push_back(body.find("event")->str() + " " + id);
        }
        return out;
    }
};

using Heard = std::vector<std::string>;

} // namespace hb::sandbox::test
