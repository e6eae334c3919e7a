#include "app/logging.h"

#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "app/log_line.h"
#include "base/time.h"

namespace hb::app {
namespace {

class LineFormatter final : public spdlog::formatter {
public:
    explicit LineFormatter(bool json) : json_(json) {}

    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
        const auto level = spdlog::level::to_string_view(message.level);
        const std::string_view name(level.data(), level.size());
        const std::string_view text(message.payload.data(), message.payload.size());
        const auto at = std::chrono::floor<std::chrono::milliseconds>(message.time);
        const std::string line = json_ ? json_line(with_milliseconds(at), name, text)
                                       : text_line(format_instant(at), name, text);
        out.append(line.data(), line.data() + line.size());
    }
    std::unique_ptr<spdlog::formatter> clone() const override {
        return std::make_unique<LineFormatter>(json_);
    }

private:
    static std::string with_milliseconds(Instant at) {
        std::string out = format_instant(at);
        const auto rest = std::to_string(1000 + to_epoch_ms(at) % 1000);
        return out.insert(out.size() - 1, "." + rest.substr(1));
    }
    bool json_;
};

void set_level(const Config& config, spdlog::level::level_enum quietest) {
    const auto level = spdlog::level::from_str(config.log_level);
    spdlog::set_level(level <= spdlog::level::debug ? level : std::max(level, quietest));
    spdlog::set_formatter(std::make_unique<LineFormatter>(config.log_format == "json"));
}

} // namespace

void set_up_logging() {
    spdlog::set_default_logger(spdlog::stderr_logger_mt("hourbridge"));
    spdlog::set_formatter(std::make_unique<LineFormatter>(false));
    spdlog::set_level(spdlog::level::warn);
}

void set_up_logging(const Config& config) {
    set_level(config, spdlog::level::warn);
}

void log_as_service(const Config& config) {
    set_level(config, spdlog::level::trace);
}

} // namespace hb::app
