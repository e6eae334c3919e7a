#include "app/planner_options.h"

namespace hb::app {

connector::PlannerOptions planner_options(const RemoteConfig& remote) {
    connector::PlannerOptions options;
    options.remote = remote.name;
    options.base_url = remote.planner->base_url;
    options.settings = remote.planner->settings;
    options.timeouts = {std::chrono::milliseconds{remote.connect_ms},
                        std::chrono::milliseconds{remote.total_ms}};
    options.settle = std::chrono::seconds{remote.settle_seconds};
    return options;
}

} // namespace hb::app
