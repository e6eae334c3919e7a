#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/losses.h"
#include "store/sources.h"

// What pulls took from time that is on no report (G47), and what facts were before they changed.
// Callers hold a Tx for everything that writes.
namespace hb::store {

// A free entry as it was before the first change since drafts were last evaluated.
struct EntryBefore {
    std::int64_t entry = 0;
    std::optional<std::int64_t> client;
    std::int64_t task = 0;
    std::int64_t seconds = 0;
    Day work_date{};
    domain::PlannerWord word;
    bool deleted = false;
};
struct TaskBefore {
    bool known = true;
    std::vector<std::string> tags;
    std::string project;
};

class FreeMoves {
public:
    explicit FreeMoves(Database& db) : db_(db) {}

    std::vector<EntryBefore> entries_before() const;
    std::map<std::int64_t, TaskBefore> tasks_before() const; // by task
    void forget_before();

    using Key = std::pair<std::int64_t, std::int64_t>; // entry, client
    std::map<Key, domain::EntryMove> all() const;
    void put(std::int64_t client, const domain::EntryMove& move, Instant now); // `since` stays
    void drop(std::int64_t client, std::int64_t entry);
    void drop_older(Instant than);

    struct Sum {
        std::int64_t client = 0;
        domain::Billed lost;
        std::int64_t entries = 0;
        Instant since{};
    };
    std::vector<Sum> sums(Instant since) const; // by client

private:
    Database& db_;
};

} // namespace hb::store
