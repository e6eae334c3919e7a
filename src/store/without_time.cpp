#include "store/without_time.h"

#include "store/rows.h"

namespace hb::store {

std::vector<std::string> entries_without_time(Database& db, std::int64_t remote) {
    return all(db.prepare(R"(
        SELECT remote_id FROM entries
         WHERE remote = :remote AND seconds = 0 AND deleted = 0 ORDER BY work_date, id)")
                   .bind(":remote", remote),
               only_text);
}

} // namespace hb::store
