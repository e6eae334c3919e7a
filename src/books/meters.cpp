#include "books/meters.h"

#include <algorithm>

namespace hb::books {

std::string_view status_class(int status) {
    switch (status / 100) {
    case 2:
        return "2xx";
    case 3:
        return "3xx";
    case 4:
        return "4xx";
    case 5:
        return "5xx";
    default:
        return "none";
    }
}

std::string label_text(const Labels& labels) {
    std::string out;
    for (const auto& [name, value] : labels) {
        out += (out.empty() ? "{" : ",") + std::string(name) + "=\"";
        for (const char c : value) {
            if (c == '\n')
                out += "\\n";
            else
                out += c == '"' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
        }
        out += '"';
    }
    return out.empty() ? out : out + "}";
}

void Meters::add(std::string_view name, const Labels& labels, std::int64_t by) {
    const std::string label = label_text(labels);
    const MutexLock guard(mutex_);
    all_[std::string(name)][label] += by;
}

void Meters::set(std::string_view name, const Labels& labels, std::int64_t value) {
    const std::string label = label_text(labels);
    const MutexLock guard(mutex_);
    all_[std::string(name)][label] = value;
}

void Meters::observe(std::string_view name, const Labels& labels, std::chrono::microseconds took) {
    const std::string label = label_text(labels);
    const auto& bounds = Times::kBoundsMs;
    const auto at = std::find_if(bounds.begin(), bounds.end(), [took](std::int64_t ms) {
        return took <= std::chrono::milliseconds{ms};
    });
    const MutexLock guard(mutex_);
    Times& times = times_[std::string(name)][label];
    ++times.counts[static_cast<std::size_t>(at - bounds.begin())];
    times.sum_us += took.count();
}

std::map<std::string, Times> Meters::times_of(std::string_view name) const {
    const MutexLock guard(mutex_);
    const auto found = times_.find(name);
    return found == times_.end() ? std::map<std::string, Times>() : found->second;
}

void Meters::note_calls(std::string_view remote, const connector::Counters& counters) {
    set(meter::kRequests, {{"remote", remote}}, counters.requests);
    set(meter::kCommands, {{"remote", remote}}, counters.commands);
    set(meter::kWaited, {{"remote", remote}},
        std::chrono::duration_cast<std::chrono::seconds>(counters.waited).count());
}

Meters::Series Meters::of(std::string_view name) const {
    const MutexLock guard(mutex_);
    const auto found = all_.find(name);
    return found == all_.end() ? Series() : found->second;
}

} // namespace hb::books
