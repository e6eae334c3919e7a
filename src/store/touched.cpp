#include "store/touched.h"

#include "store/rows.h"

namespace hb::store {

std::set<std::int64_t> Touched::of(std::int64_t remote) const {
    std::set<std::int64_t> out;
    auto& sql = db_.prepare("SELECT client FROM touched WHERE remote IN (0, :remote, -:remote)");
    sql.bind(":remote", remote);
    while (sql.step()) out.insert(sql.integer(0));
    return out;
}

std::set<std::int64_t> Touched::put_off() const {
    std::set<std::int64_t> out;
    auto& sql = db_.prepare("SELECT client FROM touched WHERE remote <> 0");
    while (sql.step()) out.insert(sql.integer(0));
    return out;
}

std::vector<std::int64_t> Touched::unsettled_by(std::int64_t client) const {
    return all(db_.prepare("SELECT DISTINCT -remote FROM touched "
                           " WHERE client IN (0, :client) AND remote < 0")
                   .bind(":client", client),
               only_integer);
}

void Touched::take(std::int64_t remote) {
    db_.prepare("DELETE FROM touched WHERE remote IN (0, :remote, -:remote)")
        .bind(":remote", remote)
        .run();
}

void Touched::take(std::int64_t remote, std::int64_t client) {
    db_.prepare("DELETE FROM touched WHERE client = :client AND remote IN (0, :remote, -:remote)")
        .bind(":client", client)
        .bind(":remote", remote)
        .run();
}

void Touched::unsettle(std::int64_t remote) {
    db_.prepare(
           "INSERT INTO touched(client, remote) SELECT DISTINCT client, -:remote FROM contracts "
           " WHERE EXISTS (SELECT 1 FROM touched "
           "                WHERE client = 0 AND remote IN (0, :remote, -:remote)) "
           "ON CONFLICT DO NOTHING")
        .bind(":remote", remote)
        .run();
    db_.prepare("INSERT INTO touched(client, remote) SELECT DISTINCT client, -:remote FROM touched "
                " WHERE client <> 0 AND remote IN (0, :remote) ON CONFLICT DO NOTHING")
        .bind(":remote", remote)
        .run();
    db_.prepare("DELETE FROM touched WHERE remote IN (0, :remote) "
                "   OR (client = 0 AND remote = -:remote)")
        .bind(":remote", remote)
        .run();
}

void Touched::put_off(std::int64_t remote) {
    db_.prepare("INSERT INTO touched(client, remote) "
                "SELECT client, :remote FROM touched WHERE remote = 0 ON CONFLICT DO NOTHING")
        .bind(":remote", remote)
        .run();
    db_.prepare("DELETE FROM touched WHERE remote = 0").run();
}

void Touched::gather() {
    db_.prepare("INSERT INTO touched(client, remote) "
                "SELECT DISTINCT client, 0 FROM touched WHERE remote <> 0 ON CONFLICT DO NOTHING")
        .run();
    db_.prepare("DELETE FROM touched WHERE remote <> 0").run();
}

void Touched::everybody() {
    db_.prepare("INSERT INTO touched(client, remote) VALUES (0, 0) ON CONFLICT DO NOTHING").run();
}

} // namespace hb::store
