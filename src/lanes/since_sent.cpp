#include "lanes/since_sent.h"

#include "base/text.h"

namespace hb::lanes {
namespace {

std::string name_of(const store::OpRow& op) {
    return "sent." + std::to_string(op.id);
}

// "1234567 MACHINE BOOT": milliseconds of running time. Books of older versions lack the machine,
// and the boot where it was hidden from the service.
std::string written(const Uptime& at) {
    return std::to_string(at.at.count()) + " " + at.machine + " " + at.boot;
}

std::optional<Uptime> parsed(std::string_view text) {
    const auto parts = split(text, ' ');
    if (parts.size() != 3) return std::nullopt;
    const auto then = parse_integer(parts[0]);
    if (!then || parts[1].empty() || parts[2].empty()) return std::nullopt;
    return Uptime{std::string(parts[1]), std::string(parts[2]), std::chrono::milliseconds{*then}};
}

} // namespace

std::optional<std::chrono::milliseconds> time_between(const Uptime& then, const Uptime& now) {
    const bool known = !then.machine.empty() && !then.boot.empty();
    if (!known || then.machine != now.machine || then.boot != now.boot) return std::nullopt;
    if (now.at < then.at) return std::nullopt; // a snapshot of the machine was restored
    return now.at - then.at;
}

void remember_sent(Step& step, const store::OpRow& op, const Uptime& at) {
    step->kept.put(op.remote, name_of(op), written(at), step.now());
}

void forget_sent(Step& step, const store::OpRow& op) {
    step->kept.erase(op.remote, name_of(op));
}

std::chrono::milliseconds since_sent(Step& step, const store::OpRow& op) {
    const Uptime now = step.up();
    const auto kept = step->kept.get(op.remote, name_of(op));
    const auto then = kept ? parsed(*kept) : std::nullopt;
    if (const auto passed = then ? time_between(*then, now) : std::nullopt) return *passed;
    remember_sent(step, op, now);
    return std::chrono::milliseconds{0};
}

void remember_interrupted(Step& step) {
    const Uptime now = step.up();
    for (const auto& op : step->outbox.list(store::OpState::InFlight, 1'000'000))
        if (op.op.repeat == domain::Repeat::Findable)
            remember_sent(step, op, now); // also over what an earlier try has left
}

} // namespace hb::lanes
