#include <map>

#include "store/source_rows.h"

// Sums that read no entry itself: indexes and the rollup have all that they need.
namespace hb::store {

namespace {

constexpr char kFreeByTask[] = R"(
        SELECT task, sum(seconds) FROM entries
         WHERE client = :client AND live_report IS NULL AND work_date BETWEEN :from AND :to
         GROUP BY task)";
constexpr char kFreeByClient[] = R"(
        SELECT client, sum(seconds) FROM entries WHERE live_report IS NULL GROUP BY client)";
constexpr char kHeldByClient[] = "SELECT client, sum(held_seconds) FROM rollup GROUP BY client";

std::string plan_text(Statement& plan) {
    std::string out;
    const Finally end(plan);
    while (plan.step()) {
        if (!out.empty()) out += "; ";
        out += plan.text_view(3);
    }
    return out;
}

} // namespace

std::vector<Sources::TaskSum> Sources::free_by_task(std::int64_t client, Day from, Day to) const {
    return all(db_.prepare(kFreeByTask)
                   .bind(":client", client)
                   .bind(":from", stored(from))
                   .bind(":to", stored(to)),
               [](const Statement& row) {
                   Columns c(row);
                   return TaskSum{c.integer(), c.integer()};
               });
}

std::string Sources::plan_of_free_by_task() const {
    static const std::string explain = std::string("EXPLAIN QUERY PLAN ") + kFreeByTask;
    return plan_text(
        db_.prepare(explain.c_str()).bind(":client", 0).bind(":from", 0).bind(":to", 0));
}

std::vector<Sources::ClientTotal> Sources::totals() const {
    const Snapshot one(db_);
    std::map<std::optional<std::int64_t>, ClientTotal> sums;
    Statement& held = db_.prepare(kHeldByClient);
    const Finally end_held(held);
    while (held.step()) sums[held.integer(0)].held_seconds = held.integer(1);
    Statement& free = db_.prepare(kFreeByClient);
    const Finally end_free(free);
    while (free.step()) sums[free.integer_or_null(0)].free_seconds = free.integer(1);
    std::vector<ClientTotal> out;
    for (auto& [client, total] : sums) {
        total.client = client;
        if (total.held_seconds != 0 || total.free_seconds != 0) out.push_back(total);
    }
    return out;
}

std::string Sources::plan_of_totals() const {
    static const std::string explain = std::string("EXPLAIN QUERY PLAN ") + kFreeByClient;
    return plan_text(db_.prepare(explain.c_str()));
}

} // namespace hb::store
