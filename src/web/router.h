#pragma once

#include <string_view>
#include <vector>

#include "web/exchange.h"

namespace hb::web {

struct Route {
    std::string_view method;  // GET POST
    std::string_view pattern; // "/r/{token}/agree": {…} takes one path segment that is not empty
    Answer (*answer)(const Site& site, const Asked& asked);
};

// All there is; one file each in routes/.
const std::vector<Route>& routes();

// Finds the route and asks it. An exception ends here: it is logged with the request's id, and the
// stranger learns nothing but the id. `route` is set to the pattern for the log: paths hold
// secrets.
Answer answer(const Site& site, Asked asked, std::string_view& route);

} // namespace hb::web
