#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include "bench/measure.h"
#include "bench/rig.h"
#include "bench/roles.h"
#include "json/writer.h"

// P2, P3, P6: a first pull under the portal's real limits, on a clock that only moves when somebody
// waits. The portal books `t` of run time for each page of 50 rows and answers that much later.
namespace hb::bench {
namespace {

class TimedHttp final : public net::HttpClient {
public:
    TimedHttp(sandbox::Portal& portal, ManualClock& clock, std::int64_t page_ms)
        : portal_(portal), inner_(portal_http(portal)), clock_(clock), page_ms_(page_ms) {}

    net::Response send(const net::Request& request) override {
        return std::move(send_all({request}).front());
    }
    // All of them begin now, and the last to be ready decides how long it took.
    std::vector<net::Response> send_all(const std::vector<net::Request>& requests) override {
        std::vector<net::Response> responses;
        std::int64_t longest = 0;
        for (const auto& request : requests) {
            const auto before = portal_.counters().commands;
            responses.push_back(answer(request));
            longest = std::max(longest, (portal_.counters().commands - before) * page_ms_);
        }
        clock_.advance(std::chrono::milliseconds{longest});
        return responses;
    }

    std::int64_t answers_ = 0, held_ = 0, held_in_a_row_ = 0;
    double portal_seconds_ = 0;

private:
    net::Response answer(const net::Request& request) {
        const double began = seconds_now();
        auto response = inner_->send(request);
        portal_seconds_ += seconds_now() - began;
        const bool held = response.status == 503 || response.status == 429;
        if (held && last_held_) ++held_in_a_row_;
        held_ += held ? 1 : 0;
        last_held_ = held;
        ++answers_;
        return response;
    }

    sandbox::Portal& portal_;
    std::unique_ptr<net::HttpClient> inner_;
    ManualClock& clock_;
    std::int64_t page_ms_;
    bool last_held_ = false;
};

// Carries the calls, so that the counters outlive the rig.
class Borrowed final : public net::HttpClient {
public:
    explicit Borrowed(TimedHttp& http) : http_(http) {}
    net::Response send(const net::Request& request) override { return http_.send(request); }
    std::vector<net::Response> send_all(const std::vector<net::Request>& requests) override {
        return http_.send_all(requests);
    }

private:
    TimedHttp& http_;
};

} // namespace

// FILE TASKS ENTRIES PAGE_MS
int role_clock(const std::vector<std::string>& words) {
    if (words.size() != 5) throw std::runtime_error("clock FILE TASKS ENTRIES PAGE_MS");
    const std::int64_t tasks = std::stoll(words[2]);
    const std::int64_t entries = std::stoll(words[3]);
    const std::int64_t page_ms = std::stoll(words[4]);
    ManualClock clock(*parse_instant("2026-07-01T09:00:00Z"));
    auto portal = open_portal(clock, tasks, entries, 0);
    portal->change_options([page_ms](sandbox::PortalOptions& options) {
        options.limits.requests = true;
        options.limits.operating = true;
        options.limits.cost_ms = page_ms;
        options.log_rows_max = 0;
    });
    TimedHttp http(*portal, clock, page_ms);
    const Instant began = clock.now();
    const double real = seconds_now();
    const double cpu = cpu_seconds();
    {
        Rig rig(clock, words[1], "http://127.0.0.1:1/rest/1/sandbox/",
                std::make_unique<Borrowed>(http), Books::Write, Limiting::AsPublished);
        rig.pull_everything();
    }
    const auto wall =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - began).count();
    // What is not the portal's is ours: reading, mapping, storing.
    const double own = cpu_seconds() - cpu - http.portal_seconds_;
    const double real_own = seconds_now() - real - http.portal_seconds_;
    json::Writer out;
    out.begin_object()
        .member("wall_ms", wall)
        .member("answers", http.answers_)
        .member("held", http.held_)
        .member("held_in_a_row", http.held_in_a_row_)
        .member("own_us", static_cast<std::int64_t>(own * 1e6))
        .member("own_wall_us", static_cast<std::int64_t>(real_own * 1e6))
        .end_object();
    std::printf("%s\n", std::string(out.text()).c_str());
    return 0;
}

} // namespace hb::bench
