#include "connector/manifest/trial/tap.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace hb::connector::trial {
namespace {

const char* name_of(net::Verb verb) {
    constexpr std::array<const char*, 5> kNames{"GET", "POST", "PUT", "PATCH", "DELETE"};
    return kNames.at(static_cast<std::size_t>(verb));
}

class Tap final : public net::HttpClient {
public:
    Tap(std::unique_ptr<net::HttpClient> inner, Clock& clock, std::shared_ptr<Wire> wire,
        std::vector<PaceRule> rules)
        : inner_(std::move(inner)), clock_(clock), wire_(std::move(wire)),
          rules_(std::move(rules)) {}

    net::Response send(const net::Request& request) override {
        judge_pace();
        own_.push_back(clock_.now()); // as this connector meant it
        const Instant due = earliest();
        if (due > clock_.now() + kPatience) {
            net::Response out;
            out.trouble = "this planner takes no more requests before " + format_instant(due);
            return out;
        }
        while (clock_.now() < due) clock_.wait_until(due);
        Spoken spoken{clock_.now(),
                      name_of(request.verb),
                      request.url.reveal(),
                      request.body,
                      {},
                      wire_->state,
                      "",
                      request.fresh_connection,
                      wire_->by_time,
                      wire_->loose_body};
        net::Response response = inner_->send(request);
        note_pause(response);
        if (wire_->keep_answers) spoken.response = response;
        wire_->spoken.push_back(std::move(spoken));
        return response;
    }

private:
    // Does this connector keep its limits by itself?
    void judge_pace() {
        for (const PaceRule& rule : rules_)
            if (own_.size() >= rule.most &&
                clock_.now() < own_[own_.size() - rule.most] + rule.within)
                wire_->too_fast = "more than " + std::to_string(rule.most) + " requests in " +
                                  std::to_string(rule.within.count()) + " s";
    }
    Instant earliest() const {
        Instant out = std::max(clock_.now(), wire_->pause_until);
        const auto& all = wire_->spoken;
        for (const PaceRule& rule : rules_)
            if (all.size() >= rule.most)
                out = std::max(out, all[all.size() - rule.most].at + rule.within);
        return out;
    }
    void note_pause(const net::Response& response) {
        if (response.status != 429 && response.status != 503) return;
        const auto asked = parse_integer(response.header("retry-after"));
        const auto pause = asked && *asked >= 0 && *asked < 86400 ? *asked : 30;
        wire_->pause_until = clock_.now() + std::chrono::seconds{pause};
    }

    std::unique_ptr<net::HttpClient> inner_;
    Clock& clock_;
    std::shared_ptr<Wire> wire_;
    std::vector<PaceRule> rules_;
    std::vector<Instant> own_;
};

} // namespace

std::unique_ptr<net::HttpClient> make_tap(std::unique_ptr<net::HttpClient> inner, Clock& clock,
                                          std::shared_ptr<Wire> wire, std::vector<PaceRule> rules) {
    return std::make_unique<Tap>(std::move(inner), clock, std::move(wire), std::move(rules));
}

} // namespace hb::connector::trial
