#include "books/pauses.h"

#include <spdlog/spdlog.h>

#include "base/wall_clock.h"
#include "books/drafting.h"
#include "books/settings_names.h"

namespace hb::books {
namespace {

std::optional<Pause> stored_pause(const store::Settings& kept, std::int64_t remote) {
    const auto until = kept.get(remote, kept::kPaused);
    if (!until) return std::nullopt;
    Pause out;
    out.since = kept.written_at(remote, kept::kPaused).value_or(Instant{});
    if (const auto at = parse_instant(*until)) out.until = *at;
    return out;
}

void tell_resumed(Step& step, const store::Remote& remote, const std::string& why) {
    step->kept.erase(remote.id, kept::kPaused);
    step->events.add(step.now(), step.actor(), "remote.resumed", std::nullopt, remote.name,
                     EventData().add("why", why).text());
    spdlog::info("remote name={} state=resumed why={}", remote.name, why);
}

} // namespace

std::optional<Pause> pause_of(const store::Settings& kept, std::int64_t remote, Instant now) {
    const auto pause = stored_pause(kept, remote);
    return pause && !pause->over(now) ? pause : std::nullopt;
}

void pause(Step& step, const store::Remote& remote, std::optional<Instant> until) {
    const std::string text = until ? format_instant(*until) : "";
    step->kept.put(remote.id, kept::kPaused, text, step.now());
    step->events.add(step.now(), step.actor(), "remote.paused", std::nullopt, remote.name,
                     EventData().add("until", text).text());
    spdlog::info("remote name={} state=paused until={}", remote.name,
                 text.empty() ? "resumed" : text);
}

bool resume(Step& step, const store::Remote& remote) {
    if (!stored_pause(step->kept, remote.id)) return false;
    tell_resumed(step, remote, "asked");
    return true;
}

void end_pause_in_time(Books& books, const store::Remote& remote) {
    {
        const Read read = books.read();
        const auto pause = stored_pause(read->kept, remote.id);
        if (!pause || !pause->over(read.now())) return;
    }
    Step step = books.begin();
    const auto pause = stored_pause(step->kept, remote.id);
    if (!pause || !pause->over(step.now())) return;
    tell_resumed(step, remote, "time");
    step.done();
}

std::string pause_text(const std::string& remote, const Pause& pause, const Zone& zone) {
    return "is paused since " + wall_clock_text(pause.since, zone) +
           (pause.until ? " until " + wall_clock_text(*pause.until, zone) : "") +
           ": nothing is read from it or written to it; hourbridge remote resume " + remote;
}

} // namespace hb::books
