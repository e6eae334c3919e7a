#include "domain/mapping_bounds.h"

namespace hb::domain {

bool breaks_too_many(std::int64_t broken, std::int64_t kept, const MappingBounds& bounds) {
    return broken > bounds.broken_max || broken * 100 > kept * bounds.broken_percent;
}

} // namespace hb::domain
