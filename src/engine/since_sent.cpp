#include "engine/since_sent.h"

#include "base/text.h"

namespace hb::engine {
namespace {

std::string name_of(const store::OpRow& op) {
    return "sent." + std::to_string(op.id);
}

} // namespace

void remember_sent(Core& core, const store::OpRow& op, const Uptime& at) {
    core.kept.put(op.remote, name_of(op), std::to_string(at.at.count()) + " " + at.boot,
                  core.clock.now());
}

void forget_sent(Core& core, const store::OpRow& op) {
    core.kept.erase(op.remote, name_of(op));
}

std::chrono::milliseconds since_sent(Core& core, const store::OpRow& op) {
    const auto kept = core.kept.get(op.remote, name_of(op));
    if (!kept) {
        const Instant now = core.clock.now();
        return now - op.claimed_at.value_or(now);
    }
    const std::size_t space = kept->find(' ');
    const auto then = parse_integer(std::string_view(*kept).substr(0, space));
    const Uptime now = core.up();
    // The machine was started anew since: at least so long ago.
    if (space == std::string::npos || !then || kept->substr(space + 1) != now.boot) return now.at;
    return now.at - std::chrono::milliseconds{*then};
}

void remember_interrupted(Core& core) {
    const Uptime now = core.up();
    for (const auto& op : core.outbox.list(store::OpState::InFlight, 1'000'000))
        if (op.op.repeat == domain::Repeat::Findable)
            remember_sent(core, op, now); // also over what an earlier try has left
}

} // namespace hb::engine
