#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "connector/bitrix24.h"
#include "net/http.h"
#include "json/value.h"
#include "json/writer.h"

// A wire of which the test holds both ends: requests are kept, answers are the test's.
namespace wire {

using namespace hb;

inline const std::string kToken = "t0ps3cr3tt0k3n";
inline const std::string kUrl = "https://portal.example/rest/7/" + kToken + "/";
inline const Instant kNow = from_epoch_seconds(1'772'500'000); // 2026-03-03T01:06:40Z

struct Seen {
    std::string method;
    std::string body;
    bool fresh = false;
};

inline net::Response answered(int status, std::string body) {
    net::Response response;
    response.reach = net::Reach::Answered;
    response.status = status;
    response.body = std::move(body);
    return response;
}
inline net::Response ok(const std::string& result) {
    return answered(
        200, R"({"result":)" + result +
                 R"(,"time":{"start":1772500000,"date_start":"2026-03-03T04:06:40+03:00"}})");
}
inline net::Response failed(int status, const std::string& code, const std::string& text = "") {
    return answered(status, R"({"error":)" + json::quote(code) + R"(,"error_description":)" +
                                json::quote(text) + "}");
}
inline net::Response lost(const std::string& trouble = "Timeout was reached") {
    net::Response response;
    response.reach = net::Reach::Unknown;
    response.trouble = trouble;
    return response;
}

struct Wire {
    std::vector<Seen> seen;
    std::function<net::Response(const Seen&)> answer;
};

class WireClient final : public net::HttpClient {
public:
    explicit WireClient(Wire& wire) : wire_(wire) {}
    net::Response send(const net::Request& request) override {
        const std::string& url = request.url.reveal();
        if (url.rfind(kUrl, 0) != 0) throw std::logic_error("a call went to another address");
        wire_.seen.push_back(Seen{url.substr(kUrl.size()), request.body, request.fresh_connection});
        return wire_.answer(wire_.seen.back());
    }

private:
    Wire& wire_;
};

// A connector on such a wire.
struct Rig {
    Wire wire;
    ManualClock clock{kNow};
    std::unique_ptr<connector::Connector> portal;

    net::Limiter::Limits limits;

    explicit Rig(std::function<net::Response(const Seen&)> answer = {}) {
        wire.answer = std::move(answer);
        connect();
    }
    // As after a restart: nothing is left but the cursors.
    void connect() {
        connector::Bitrix24Options options;
        options.webhook_url = Secret(kUrl);
        options.limits = limits;
        auto made = connector::make_bitrix24(options, std::make_unique<WireClient>(wire), clock);
        if (!made) throw std::logic_error(to_string(made.error()));
        portal = std::move(*made);
    }
    // The clock moves on when the limiter says so, as a lane would wait.
    void wait() { clock.wait_until(portal->earliest()); }
};

// ---- batches

struct Call {
    std::string key;
    std::string method;
    std::string query; // percent-decoded
};

inline std::string decode(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

inline std::vector<Call> calls_of(const Seen& seen) {
    std::vector<Call> calls;
    const auto body = json::Document::parse(seen.body);
    if (!body) throw std::logic_error("a request is no JSON: " + seen.body);
    for (const auto command : body->root()["cmd"]) {
        const std::string text(command.text_view().value());
        const auto mark = text.find('?');
        calls.push_back(Call{std::string(command.key()), text.substr(0, mark),
                             mark == std::string::npos ? "" : decode(text.substr(mark + 1))});
    }
    return calls;
}

// The value of "name=" in a decoded query, or "".
inline std::string value_in(const std::string& query, const std::string& name) {
    for (const auto part : split(query, '&'))
        if (part.rfind(name + "=", 0) == 0) return std::string(part.substr(name.size() + 1));
    return "";
}

struct BatchAnswer {
    std::map<std::string, std::string> results;
    std::map<std::string, std::string> errors;
    std::map<std::string, std::int64_t> totals;

    net::Response response(const std::string& date_start = "2026-03-03T04:06:40+03:00") const {
        json::Writer out;
        out.begin_object().key("result").begin_object();
        maps(out, "result", results);
        maps(out, "result_error", errors);
        out.key("result_total").begin_object();
        for (const auto& [key, total] : totals) out.member(key, total);
        out.end_object().end_object().key("time").begin_object();
        out.member("date_start", date_start).end_object().end_object();
        return answered(200, out.take());
    }

private:
    static void maps(json::Writer& out, const char* name,
                     const std::map<std::string, std::string>& values) {
        out.key(name);
        if (values.empty()) { // PHP's empty map
            out.begin_array().end_array();
            return;
        }
        out.begin_object();
        for (const auto& [key, value] : values) out.key(key).raw(value);
        out.end_object();
    }
};

} // namespace wire
