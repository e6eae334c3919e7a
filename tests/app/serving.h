#pragma once

#include <functional>
#include <optional>
#include <string>

#include "app/program.h"
#include "net/http.h"

// The service as a process, and what is asked of it while it runs.
namespace hb::test {

// Waits until `test` holds; looking again costs little.
bool soon(const std::function<bool()>& test, int seconds = 90);

struct Serving {
    // With the configuration of the agency and `more` settings.
    explicit Serving(const Agency& agency, const std::string& more = "");
    // With the configuration that stands there.
    struct AsItStands {};
    Serving(const Agency& agency, AsItStands);
    net::Response get(const std::string& path,
                      std::vector<std::pair<std::string, std::string>> headers = {}) const;
    net::Response post(const std::string& path, const std::string& body) const;
    // A number of /metrics; -1: it is not there.
    std::int64_t metric(const std::string& series) const;
    // Several of one moment, added up.
    std::int64_t metrics(const std::vector<std::string>& series) const;
    // SIGTERM, and it has to end well.
    void stop();
    int port() const;

    const Agency& agency;
    std::optional<Running> running;
    std::string url;

private:
    void start();
};

// The door for the portal's events: adds secret and token to the configuration that stands there.
inline constexpr const char* kHookSecret = "0123456789abcdef0123456789abcdef";
inline constexpr const char* kAppToken = "51856fefc120afa4b628cc82d3935cce";
void open_hooks(const Agency& agency);
// "/hook/bitrix24/SECRET", and the body of an event about a task.
std::string hook_path();
std::string task_event(std::int64_t task, const std::string& token = kAppToken,
                       const std::string& stamp = "1766047124");

// Everything that processes of this agency have written to standard error.
std::string log_of(const Agency& agency);

} // namespace hb::test
