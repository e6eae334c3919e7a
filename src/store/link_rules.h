#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/link_rules.h"
#include "store/database.h"

// Rules by which things of planners belong to clients, and what those rules look at. Callers hold a
// Tx for everything that writes.
namespace hb::store {

struct LinkRuleRow {
    std::int64_t remote = 0;
    domain::LinkRule rule; // its number is the row's id
    std::string note;
    std::string actor;
    Instant at{};
};

class LinkRules {
public:
    explicit LinkRules(Database& db) : db_(db) {}

    // At the end of the order, or in the place of `before`. Returns its number.
    std::int64_t add(const LinkRuleRow& row, std::optional<std::int64_t> before);
    bool remove(std::int64_t number, std::string_view actor, Instant now);
    // Those in force, in their order; of one remote or of all.
    std::vector<LinkRuleRow> all() const;
    std::vector<LinkRuleRow> of_remote(std::int64_t remote) const;
    std::optional<LinkRuleRow> find(std::int64_t number) const; // in force
    bool any() const;
    // Another remote's rules join its people by e-mail.
    bool any_by_email() const;

    using Values = std::map<std::string, std::vector<std::string>>; // by remote id
    Values values(std::int64_t remote, std::string_view stream, std::string_view name) const;
    std::vector<std::string> values_of(std::int64_t remote, std::string_view stream,
                                       std::string_view name, std::string_view id) const;
    // Writes only what differs.
    void keep_values(std::int64_t remote, std::string_view stream, std::string_view name,
                     std::string_view id, const std::vector<std::string>& values);
    void forget_values(std::int64_t remote, std::string_view stream, std::string_view name);

    // Free and not deleted seconds of each person of a remote. Reads every entry: for previews.
    std::map<std::int64_t, std::int64_t> free_by_person(std::int64_t remote) const;

    // Time without a client, by project; of tasks without a project by task.
    struct Waiting {
        std::int64_t remote = 0;
        std::string project; // remote id; "" none: then the task's
        std::string task;
        std::int64_t tasks = 0;
        std::int64_t entries = 0;
        std::int64_t seconds = 0;
    };
    std::vector<Waiting> waiting() const;

private:
    Database& db_;
};

} // namespace hb::store
