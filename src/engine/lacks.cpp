#include "engine/lacks.h"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "base/clean.h"

namespace hb::engine {
namespace {

bool holds(const std::vector<domain::Lack>& lacks, const domain::Lack& one) {
    return std::any_of(lacks.begin(), lacks.end(), [&one](const domain::Lack& other) {
        return other.method == one.method && other.about == one.about;
    });
}

void log_changes(const std::string& remote, const std::vector<domain::Lack>& before,
                 const std::vector<domain::Lack>& now) {
    for (const auto& lack : now)
        if (!holds(before, lack))
            spdlog::warn("lack remote={} method={} why={} next={}", remote, lack.method,
                         log_value(lack.what), log_value(lack.hint));
    for (const auto& lack : before)
        if (!holds(now, lack))
            spdlog::info("lack remote={} method={} over=yes since={}", remote, lack.method,
                         format_instant(lack.since));
}

} // namespace

void keep_lacks(Core& core, RemoteRuntime& remote) {
    if (remote.try_lacking.exchange(false)) remote.connector->try_lacking();
    const auto changes = remote.connector->lack_changes();
    if (changes == remote.lack_changes) return;
    remote.lack_changes = changes;
    const auto lacks = remote.connector->lacks();
    const auto lock = core.lock();
    const auto before = core.lacks.of(remote.row.id);
    if (before == lacks) return;
    store::Tx tx(core.db);
    core.lacks.put(remote.row.id, lacks);
    tx.commit();
    log_changes(remote.row.name, before, lacks);
}

void try_lacking(Core& core, RemoteRuntime& remote) {
    const std::lock_guard<std::recursive_mutex> busy(*remote.busy);
    remote.connector->try_lacking();
    keep_lacks(core, remote);
}

void try_lacking(Core& core, std::int64_t remote) {
    core.lacks.try_anew(remote, core.clock.now());
    for (auto& each : core.remotes)
        if (each->row.id == remote) each->try_lacking = true;
}

} // namespace hb::engine
