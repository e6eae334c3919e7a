#include "web/routes/routes.h"

namespace hb::web {

// Alive, no more: it asks nothing of the books, so it answers while they are busy.
Answer get_health(const Site&, const Asked&) {
    return plain(200, "ok\n");
}

} // namespace hb::web
