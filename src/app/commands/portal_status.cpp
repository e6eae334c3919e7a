#include "app/commands/portal_status.h"

#include <vector>

namespace hb::app {
namespace {

constexpr std::size_t kNamesShown = 6;

std::string names(const std::vector<std::string>& all) {
    std::string out;
    for (std::size_t i = 0; i < all.size() && i < kNamesShown; ++i)
        out += (i == 0 ? "" : ", ") + all[i];
    if (all.size() > kNamesShown)
        out += " and " + std::to_string(all.size() - kNamesShown) + " more";
    return out;
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

const char* heading(const domain::SetupStep& step) {
    return step.state == "failed"      ? "  wrong          "
           : step.state == "forbidden" ? "  not allowed    "
                                       : "  by hand        ";
}

// Steps that need a person, by their reason.
class Reasons {
public:
    void add(const domain::SetupStep& step) {
        const std::string why = first_line(step.detail);
        for (auto& known : all_)
            if (known.heading == heading(step) && known.why == why) {
                known.steps.push_back(step.what);
                return;
            }
        all_.push_back({heading(step), why, {step.what}});
    }
    std::string text() const {
        std::string out;
        for (const auto& each : all_)
            out +=
                each.heading + names(each.steps) + (each.why.empty() ? "" : ": " + each.why) + "\n";
        return out;
    }

private:
    struct Reason {
        std::string heading, why;
        std::vector<std::string> steps;
    };
    std::vector<Reason> all_;
};

std::string events_line(const std::string& remote, const EventsSeen& events) {
    if (!events.refused_at.empty())
        return "  events         are refused: no application_token is configured; the last one "
               "at " +
               events.refused_at +
               "\n                 put the token of the outgoing webhook into application_token "
               "of " +
               remote + "\n";
    if (!events.last.empty()) return "  events         arrive; the last one: " + events.last + "\n";
    return "  events         none has come yet. Pulls find everything without them, only later;\n"
           "                 `hourbridge portal setup` prints what to enter in Bitrix24, once\n";
}

} // namespace

bool is_out_of_sight(const domain::SetupStep& step) {
    return step.what == "events" && step.state == "by_hand";
}

std::string portal_status(const std::string& remote, const domain::SetupReport& report,
                          const EventsSeen& events) {
    std::vector<std::string> there, missing;
    Reasons reasons;
    for (const auto& step : report.steps) {
        if (is_out_of_sight(step)) continue;
        if (step.state == "ok")
            there.push_back(step.what);
        else if (step.state == "planned")
            missing.push_back(step.what);
        else
            reasons.add(step);
    }
    const std::string people = reasons.text();
    std::string out = remote + "\n";
    if (!there.empty()) out += "  in place       " + names(there) + "\n";
    if (!missing.empty())
        out += "  missing        " + names(missing) +
               "\n                 `hourbridge portal setup` makes them\n";
    out += people + events_line(remote, events);
    if (missing.empty() && people.empty()) out += "Nothing is missing.\n";
    return out;
}

} // namespace hb::app
