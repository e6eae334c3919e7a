#pragma once

#include <map>
#include <string>

#include "connector/manifest.h"
#include "engine/world.h"

// A planner that keeps state, in each of the forms in which planners let themselves be asked.
namespace planners {

using namespace hb;

// How time records can be asked for, and how a deleted one shows.
struct Form {
    const char* name;
    const char* read;    // since | window | all
    const char* deleted; // one | many | list | "" only a whole walk tells
};
inline constexpr Form kForms[] = {
    {"changes, one by one", "since", "one"},
    {"changes, by ids", "since", "many"},
    {"changes, own deletions", "since", "list"},
    {"changes, whole walks", "since", ""},
    {"windows, one by one", "window", "one"},
    {"windows, whole walks", "window", ""},
    {"no filter at all", "all", ""},
    {"no filter, one by one", "all", "one"},
};

class Account {
public:
    struct Entry {
        std::string task = "1", person = "1";
        std::int64_t seconds = 0;
        Day day{};
        Instant changed{};
    };
    Account(Form form, ManualClock& clock) : form_(form), clock_(clock) {}

    std::string add(const std::string& task, std::int64_t seconds, Day day);
    void edit(const std::string& id, std::int64_t seconds);
    void move(const std::string& id, const std::string& task);
    void remove(const std::string& id);
    // A stand-in for its network: says whether the next request fails.
    std::function<bool()> fails = [] { return false; };

    net::Response answer(const net::Request& request);
    // What planner's events look like, as it would post them.
    connector::Delivery event(const std::string& id) const;
    std::string manifest() const;
    static std::string mapping();

    std::map<std::string, Entry> entries;
    std::map<std::string, Instant> gone;
    std::int64_t requests = 0;

private:
    Form form_;
    ManualClock& clock_;
    std::int64_t last_ = 0;
};

// The account as a remote of that world; its one project belongs to `company`.
books::RemoteRuntime& join_account(test::World& world, Account& account, std::int64_t company);

} // namespace planners
