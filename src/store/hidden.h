#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "domain/hidden.h"
#include "store/database.h"

namespace hb::store {

// A record that its planner does not show any longer, though nothing proves that it was deleted.
struct HiddenRow {
    std::int64_t remote = 0;
    std::string stream, id;
    domain::NotShown cause = domain::NotShown::Unproven;
    Instant since{};
    std::optional<std::string> kept_by; // a person said that it stays
};

// Table not_shown (G48). Callers hold a Tx for everything that writes.
class Hidden {
public:
    explicit Hidden(Database& db) : db_(db) {}

    // What is there already keeps its first moment, and its cause where that was lost permissions.
    void add(std::int64_t remote, std::string_view stream, const std::vector<std::string>& ids,
             domain::NotShown cause, Instant now);
    // Shown again, or gone for good.
    void drop(std::int64_t remote, std::string_view stream, const std::vector<std::string>& ids);
    bool keep(std::int64_t remote, std::string_view stream, std::string_view id,
              std::string_view reason, std::string_view actor);

    bool any(std::int64_t remote, std::string_view stream) const;
    std::map<std::string, HiddenRow> of_stream(std::int64_t remote, std::string_view stream) const;
    std::optional<HiddenRow> find(std::int64_t remote, std::string_view stream,
                                  std::string_view id) const;
    // How many of each remote and stream, kept ones aside; by cause.
    struct Count {
        std::int64_t remote = 0;
        std::string stream;
        domain::NotShown cause = domain::NotShown::Unproven;
        std::int64_t records = 0;
        Instant since{};
    };
    std::vector<Count> counts() const;

    // Time on a report that is not shown itself, or whose task is not; kept ones aside.
    struct OnReport {
        std::string remote;
        domain::NotShown cause = domain::NotShown::Unproven;
        std::int64_t entries = 0;
        std::int64_t seconds = 0;
        Instant since{};
    };
    std::vector<OnReport> on_report(std::int64_t report) const;
    std::vector<std::int64_t> entries_on_report(std::int64_t report) const; // the same ones
    // Of a client: its free entries of that kind, kept ones aside.
    std::set<std::int64_t> free_of(std::int64_t client) const;

    // Seconds of these entries by client, and of all time of those clients that is on no sent
    // report.
    struct Loss {
        std::int64_t client = 0;
        std::string name;
        std::int64_t lost = 0;
        std::int64_t open = 0;
    };
    std::vector<Loss> loss_by_client(std::int64_t remote,
                                     const std::vector<std::string>& entries) const;

private:
    Database& db_;
};

} // namespace hb::store
