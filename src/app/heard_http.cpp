#include "app/heard_http.h"

#include <spdlog/spdlog.h>

#include "base/clean.h"
#include "base/text.h"

namespace hb::app {
namespace {

constexpr std::size_t kShown = 200;
// Shorter pieces of a request are words, not secrets.
constexpr std::size_t kSecretLeast = 8;

void hide_pieces(std::string& text, std::string_view of) {
    std::string piece;
    const auto hide = [&] {
        for (auto at = text.find(piece); piece.size() >= kSecretLeast && at != std::string::npos;
             at = text.find(piece))
            text.replace(at, piece.size(), "***");
        piece.clear();
    };
    for (const char c : of) {
        if (std::string_view("/?&=: ").find(c) == std::string_view::npos)
            piece += c;
        else
            hide();
    }
    hide();
}

bool looks_like_json(std::string_view body) {
    const auto first = body.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && (body[first] == '{' || body[first] == '[');
}

class HeardHttp final : public net::HttpClient {
public:
    HeardHttp(std::string remote, std::unique_ptr<net::HttpClient> http, books::Meters* meters,
              std::string counted_as)
        : remote_(std::move(remote)), http_(std::move(http)), meters_(meters),
          counted_as_(std::move(counted_as)) {}

    net::Response send(const net::Request& request) override {
        auto response = http_->send(request);
        hear(request, response);
        return response;
    }
    std::vector<net::Response> send_all(const std::vector<net::Request>& requests) override {
        auto responses = http_->send_all(requests);
        for (std::size_t i = 0; i < responses.size() && i < requests.size(); ++i)
            hear(requests[i], responses[i]);
        return responses;
    }

private:
    void hear(const net::Request& request, const net::Response& response) const {
        if (meters_ != nullptr) {
            meters_->observe(books::meter::kRequestTimes, {{"remote", counted_as_}}, response.took);
            meters_->add(books::meter::kResponses,
                         {{"remote", counted_as_}, {"code", books::status_class(response.status)}});
        }
        if (!spdlog::should_log(spdlog::level::debug)) return;
        const std::string line = heard_line(remote_, request, response);
        if (!line.empty()) spdlog::debug("{}", line);
    }

    std::string remote_;
    std::unique_ptr<net::HttpClient> http_;
    books::Meters* meters_;
    std::string counted_as_;
};

} // namespace

std::string heard_line(const std::string& remote, const net::Request& request,
                       const net::Response& response) {
    const bool answered = response.reach == net::Reach::Answered;
    if (answered && response.status < 500 && looks_like_json(response.body)) return "";
    std::string said = to_utf8(answered ? response.body.substr(0, 4 * kShown) : response.trouble);
    hide_pieces(said, request.url.reveal());
    for (const auto& [name, value] : request.headers) hide_pieces(said, value);
    return "answer remote=" + remote + " status=" + std::to_string(response.status) +
           " bytes=" + std::to_string(response.body.size()) +
           " begins=" + log_value(shorten(said, kShown));
}

std::unique_ptr<net::HttpClient> make_heard_client(net::Outbound outbound, books::Meters* meters,
                                                   const std::string& remote) {
    std::string who = outbound.who();
    return std::make_unique<HeardHttp>(std::move(who), net::make_curl_client(std::move(outbound)),
                                       meters, remote);
}

} // namespace hb::app
