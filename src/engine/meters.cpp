#include "engine/meters.h"

namespace hb::engine {

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

void Meters::note_calls(std::string_view remote, const connector::Counters& counters) {
    set(meter::kRequests, {{"remote", remote}}, counters.requests);
    set(meter::kCommands, {{"remote", remote}}, counters.commands);
}

Meters::Series Meters::of(std::string_view name) const {
    const MutexLock guard(mutex_);
    const auto found = all_.find(name);
    return found == all_.end() ? Series() : found->second;
}

} // namespace hb::engine
