#include "store/source_rows.h"

namespace hb::store {

std::vector<std::string> Sources::ids_in_window(std::int64_t remote, Day from, Day to) {
    auto& row = db_.prepare(R"(
        SELECT remote_id FROM entries
         WHERE remote = :remote AND deleted = 0
           AND (at >= :begin AND at < :end OR day BETWEEN :from AND :to))");
    row.bind(":remote", remote)
        .bind(":begin", to_epoch_ms(Instant{from}))
        .bind(":end", to_epoch_ms(Instant{to + std::chrono::days{1}}))
        .bind(":from", to_epoch_days(from))
        .bind(":to", to_epoch_days(to));
    std::vector<std::string> ids;
    while (row.step()) ids.push_back(row.text(0));
    return ids;
}

} // namespace hb::store
