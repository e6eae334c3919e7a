#pragma once

#include <vector>

#include "app/config.h"
#include "app/config_settings.h"

// "notify" and "backup" of the configuration.
namespace hb::app {

std::vector<NotifyRule> read_notify(Settings& settings, const Config& config);
std::optional<BackupPlan> read_backup(Settings& settings, const std::string& data_dir);

} // namespace hb::app
