#include "store/overview.h"

#include "store/breakers.h"
#include "store/without_time.h"

namespace hb::store {

std::vector<std::string> Overview::unlisted_people(std::int64_t remote) const {
    return store::unlisted_people(db_, remote);
}

std::vector<std::string> Overview::those_with_time(std::int64_t remote,
                                                   const std::vector<std::string>& people) const {
    return store::those_with_time(db_, remote, people);
}

Nameless Overview::nameless_people(std::int64_t remote) const {
    return store::nameless_people(db_, remote);
}

std::vector<ClientTime> Overview::time_of_clients() const {
    return store::time_of_clients(db_);
}

std::vector<FreeTime> Overview::free_time_of_clients() const {
    return store::free_time_of_clients(db_);
}

std::vector<std::int64_t> Overview::maybe_held_clients(std::int64_t longest) const {
    return store::maybe_held_clients(db_, longest);
}

std::vector<KeptEntry> Overview::kept_entries(std::int64_t remote, std::string_view task) const {
    return store::kept_entries(db_, remote, task);
}

std::string Overview::task_of_entry(std::int64_t remote, std::string_view entry) const {
    return store::task_of_entry(db_, remote, entry);
}

std::vector<std::string> Overview::entries_without_time(std::int64_t remote) const {
    return store::entries_without_time(db_, remote);
}

std::vector<StreamHealth> Overview::read_streams() const {
    return store::read_streams(db_);
}

HealthRows Overview::read_health(Instant now, const HealthNames& names) const {
    return store::read_health(db_, now, names);
}

std::int64_t Overview::last_event() const {
    return store::last_event(db_);
}

std::int64_t Overview::count_waiting(std::int64_t remote) const {
    return store::count_waiting(db_, remote);
}

} // namespace hb::store
