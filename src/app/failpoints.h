#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hb::app {

// Counts the moments at which a power cut would hurt (around every commit and every remote call),
// and dies at one of them when a test asks for it. Safe to use from any thread.
class Failpoints {
public:
    Failpoints(std::optional<std::int64_t> die_at, std::string count_file)
        : die_at_(die_at), count_file_(std::move(count_file)) {}
    ~Failpoints();
    Failpoints(const Failpoints&) = delete;
    Failpoints& operator=(const Failpoints&) = delete;

    void hit(std::string_view moment);

private:
    std::optional<std::int64_t> die_at_;
    std::string count_file_;
    std::atomic<std::int64_t> count_{0};
};

} // namespace hb::app
