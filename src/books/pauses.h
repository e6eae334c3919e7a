#pragma once

#include "books/books.h"

// A remote that a person lets rest: nothing is read from it and no write goes out to it, while its
// events are kept. It stands in the books, so every process knows and a restart changes nothing.
namespace hb::books {

struct Pause {
    Instant since{};
    std::optional<Instant> until; // none: until a person says so
    bool over(Instant now) const { return until && *until <= now; }
};

// nullopt: it works. One whose time has come is over, also before anybody has noted it.
std::optional<Pause> pause_of(const store::Settings& kept, std::int64_t remote, Instant now);
// A second pause takes the place of the first one. `until` lies in the future.
void pause(Step& step, const store::Remote& remote, std::optional<Instant> until);
// false: it was not paused.
bool resume(Step& step, const store::Remote& remote);
// Notes the end of a pause whose time has come. Outside of transactions.
void end_pause_in_time(Books& books, const store::Remote& remote);
// "is paused since 2026-11-30 08:24:36 +03:00 until 2026-12-01 06:00:00 +03:00: nothing is read
// from it and nothing is written to it; hourbridge remote resume bitrix24"
std::string pause_text(const std::string& remote, const Pause& pause, const Zone& zone);

} // namespace hb::books
