#include "sandbox/core.h"

// The public face of the portal: each door takes the lock.
namespace hb::sandbox {

Portal::Portal(PortalOptions options, Clock& clock)
    : core_(std::make_unique<PortalState>(std::move(options), clock)) {}
Portal::~Portal() = default;

HttpAnswer Portal::handle(const HttpRequest& request) {
    const std::lock_guard guard{core_->lock};
    return core_->answer(request);
}

void Portal::edit(const std::function<void(State&)>& change) {
    const std::lock_guard guard{core_->lock};
    change(core_->state);
}

void Portal::change_options(const std::function<void(PortalOptions&)>& change) {
    const std::lock_guard guard{core_->lock};
    change(core_->options);
}

void Portal::add_token(Token token) {
    const std::lock_guard guard{core_->lock};
    core_->tokens.push_back(std::move(token));
}

void Portal::add_fault(Fault fault) {
    const std::lock_guard guard{core_->lock};
    core_->add_fault(std::move(fault));
}

void Portal::clear_faults() {
    const std::lock_guard guard{core_->lock};
    core_->clear_faults();
}

void Portal::reset() {
    const std::lock_guard guard{core_->lock};
    core_->reset();
}

std::vector<PortalEvent> Portal::take_events() {
    const std::lock_guard guard{core_->lock};
    return core_->events.take(core_->now(), core_->options.events);
}

void Portal::note_delivery(bool arrived) {
    const std::lock_guard guard{core_->lock};
    ++(arrived ? core_->events.delivered : core_->events.failed);
}

Seconds Portal::now() const {
    return core_->now();
}

Day Portal::today() const {
    const std::lock_guard guard{core_->lock};
    return core_->today();
}

PortalOptions Portal::options() const {
    const std::lock_guard guard{core_->lock};
    return core_->options;
}

bool Portal::gzip() const {
    const std::lock_guard guard{core_->lock};
    return core_->options.gzip;
}

Counters Portal::counters() const {
    const std::lock_guard guard{core_->lock};
    return core_->counters;
}

std::vector<WrittenCall> Portal::writes() const {
    const std::lock_guard guard{core_->lock};
    return {core_->writes.begin(), core_->writes.end()};
}

} // namespace hb::sandbox
