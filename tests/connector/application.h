#pragma once

#include "connector/tokens.h"
#include "wire.h"

// An application of a portal on a wire: the test answers for the portal and for the OAuth server.
namespace application {

using namespace hb;

class MemoryKeeper final : public connector::Keeper {
public:
    bool writes() const override { return writable; }
    Result<std::optional<connector::AppTokens>> tokens() override {
        if (trouble) return *trouble;
        return kept;
    }
    Result<bool> replace_tokens(const connector::AppTokens& old,
                                const connector::AppTokens& fresh) override {
        if (full_disk) return Error{Code::Machine, "the disk is full", "", ""};
        log += "keep " + fresh.access.reveal() + "\n";
        if (!kept || kept->refresh.reveal() != old.refresh.reveal()) return false;
        kept = fresh;
        return true;
    }
    std::string moved_to(std::string_view host) override { return host == moved_from ? moved : ""; }
    Status note_moved(std::string_view host, std::string_view new_host) override {
        moved_from = host;
        moved = new_host;
        return {};
    }

    bool writable = true;
    bool full_disk = false;
    std::optional<Error> trouble;
    std::optional<connector::AppTokens> kept;
    std::string moved_from, moved;
    std::string log; // what happened, in its order
};

struct App {
    ManualClock clock{wire::kNow};
    std::shared_ptr<MemoryKeeper> keeper = std::make_shared<MemoryKeeper>();
    std::vector<net::Request> seen;
    std::function<net::Response(const net::Request&)> portal = [](const net::Request&) {
        return wire::ok("[]");
    };
    std::function<net::Response(const net::Request&)> server;
    connector::Bitrix24Options options;
    std::unique_ptr<connector::Connector> connector;

    App() {
        options.oauth.emplace();
        options.oauth->portal = "portal.example";
        options.oauth->oauth_url = "https://oauth.example/oauth/token/";
        options.oauth->client_id = "app.1";
        options.oauth->client_secret = Secret("cl13ntS3cr3t");
        options.keeper = keeper;
        connector::AppTokens tokens;
        tokens.access = Secret("access-1");
        tokens.refresh = Secret("refresh-1");
        tokens.expires = clock.now() + std::chrono::hours{1};
        tokens.renewed = clock.now();
        tokens.member_id = "a223c6b3710f85df22e9377d6c4f7553";
        tokens.server = "https://oauth.example";
        tokens.portal = "https://portal.example";
        keeper->kept = tokens;
        server = [this](const net::Request&) { return fresh(2); };
        connect();
    }
    void connect();
    net::Response fresh(int n) const {
        const std::string id = std::to_string(n);
        return wire::answered(
            200, R"({"access_token":"access-)" + id + R"(","refresh_token":"refresh-)" + id +
                     R"(","expires_in":3600,"member_id":"a223c6b3710f85df22e9377d6c4f7553",)"
                     R"("client_endpoint":"https://portal.example/rest/",)"
                     R"("server_endpoint":"https://oauth.example/rest/","scope":"crm,task"})");
    }
    // URLs without their secrets, one a line: the order of what went out.
    std::string calls() const {
        std::string out;
        for (const auto& request : seen) {
            const std::string& url = request.url.reveal();
            out += (request.verb == net::Verb::Get ? "GET " : "POST ") +
                   url.substr(0, url.find('?')) + "\n";
        }
        return out;
    }
};

class AppClient final : public net::HttpClient {
public:
    explicit AppClient(App& rig) : rig_(rig) {}
    net::Response send(const net::Request& request) override {
        rig_.seen.push_back(request);
        const bool renewal = request.url.reveal().find("/oauth/token/") != std::string::npos;
        rig_.keeper->log += renewal ? "renew\n" : "call\n";
        return renewal ? rig_.server(request) : rig_.portal(request);
    }

private:
    App& rig_;
};

inline void App::connect() {
    auto made = connector::make_bitrix24(options, std::make_unique<AppClient>(*this), clock);
    if (!made) throw std::logic_error(to_string(made.error()));
    connector = std::move(*made);
}

} // namespace application
