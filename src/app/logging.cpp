#include "app/logging.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace hb::app {
namespace {

void set_level(const Config& config, spdlog::level::level_enum quietest) {
    const auto level = spdlog::level::from_str(config.log_level);
    spdlog::set_level(level <= spdlog::level::debug ? level : std::max(level, quietest));
    if (config.log_format == "json")
        spdlog::set_pattern(
            R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","thread":%t,"message":"%v"})",
            spdlog::pattern_time_type::utc);
}

} // namespace

void set_up_logging() {
    spdlog::set_default_logger(spdlog::stderr_logger_mt("hourbridge"));
    spdlog::set_pattern("%Y-%m-%dT%H:%M:%SZ %l %v", spdlog::pattern_time_type::utc);
    spdlog::set_level(spdlog::level::warn);
}

void set_up_logging(const Config& config) {
    set_level(config, spdlog::level::warn);
}

void log_as_service(const Config& config) {
    set_level(config, spdlog::level::trace);
}

} // namespace hb::app
