#pragma once

#include <algorithm>

#include "base/clock.h"
#include "connector/connector.h"
#include "net/http.h"

namespace hb::connector {

// Where only notices go: nothing is read from it, it has no deals. What differs is write().
class Sender : public Connector {
public:
    Sender(std::string account, std::unique_ptr<net::HttpClient> http, Clock& clock)
        : http_(std::move(http)), clock_(clock), account_(std::move(account)) {}

    const Capabilities& capabilities() const override { return nothing_; }
    std::string account() const override { return account_; }
    Instant earliest() const override { return earliest_; }
    Counters counters() const override { return counters_; }
    Contact contact() const override { return contact_; }
    Result<domain::Page> read(const domain::ReadRequest&) override { return absent(); }
    Result<std::vector<std::string>> find(const domain::WriteOp&) override { return absent(); }
    Result<std::string> read_back(const domain::WriteOp&) override { return absent(); }
    Result<domain::DealState> read_deal(std::string_view) override { return absent(); }
    Result<std::string> deal_stage(std::string_view, std::string_view) override { return absent(); }
    Result<std::vector<std::string>> currencies() override { return absent(); }
    std::string task_url(std::string_view, std::string_view, std::string_view) const override {
        return "";
    }

protected:
    static domain::WriteResult done(std::string id) {
        domain::WriteResult result;
        result.outcome = domain::Outcome::Done;
        result.id = std::move(id);
        return result;
    }
    static domain::WriteResult failed(domain::Outcome outcome, Error error,
                                      std::optional<Instant> due = {}) {
        domain::WriteResult result;
        result.outcome = outcome;
        result.error = std::move(error);
        result.due = due;
        return result;
    }
    net::Response send(const net::Request& request) {
        ++counters_.requests;
        ++counters_.commands;
        auto response = http_->send(request);
        if (response.reach == net::Reach::NotSent)
            contact_.note_failure("no connection");
        else if (response.reach != net::Reach::Answered)
            contact_.note_failure("no whole answer");
        else if (response.status >= 500)
            contact_.note_failure("HTTP " + std::to_string(response.status));
        else
            contact_.note_answer();
        return response;
    }
    // A place that fails is left alone for longer each time, all of its notices together.
    Instant step_back(std::chrono::seconds longest) {
        const auto pause = std::min<std::chrono::seconds>(
            std::chrono::seconds{5} * (1 << std::min(failures_++, 12)), longest);
        return earliest_ = std::max(earliest_, clock_.now() + pause);
    }
    void went_well() { failures_ = 0; }

    std::unique_ptr<net::HttpClient> http_;
    Clock& clock_;
    Instant earliest_{};

private:
    std::string account_;
    Capabilities nothing_;
    Counters counters_;
    Contact contact_;
    int failures_ = 0;
};

} // namespace hb::connector
