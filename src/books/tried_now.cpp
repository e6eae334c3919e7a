#include "books/tried_now.h"

namespace hb::books {

void probe_now(Step& step, std::int64_t remote) {
    auto breaker = step->breakers.find(remote);
    if (!breaker.shut()) return;
    breaker.probe_at = step.now();
    step->breakers.put(remote, breaker);
}

void try_lacking(Books& books, Step& step, std::int64_t remote) {
    step->lacks.try_anew(remote, step.now());
    for (auto& each : books.remotes)
        if (each->row.id == remote) each->try_lacking = true;
}

} // namespace hb::books
