#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/world.h"
#include "stand_in.h"

// An agency with a portal, Kimai and Paymo, as a program of an older schema left it: it did not
// read what planners say of their time, and took the day of an hour by the zone of the newest
// contract.
namespace old_books {

using namespace hb;

struct Told { // a time record of a planner, and what is true of it
    std::string planner, id;
    bool billable = true, billed = false;
    std::string day;
};

// Days of the planners' records, by what became of their report.
inline constexpr const char* kSent = "2025-01-02";
inline constexpr const char* kAgreed = "2025-01-03";
inline constexpr const char* kPaid = "2025-01-06";
inline constexpr const char* kDraft = "2025-01-08";
inline constexpr const char* kFree = "2025-01-10";

class Agency {
public:
    explicit Agency(int schema); // 1 or 4
    ~Agency();
    // Today's program opens the books, with the mappings that it brings.
    void update();
    // Everything that is there, from each planner and the portal.
    void pull();
    // What is true of a record from now on: members by their pointers.
    void change(const Told& held, const std::string& members);
    store::EntryRow entry(const Told& held);
    std::vector<Told> held_on(const std::string& day) const;
    // Reports with their states, sums and frozen texts; corrections; late rows.
    std::string billed();

private:
    std::string folder_; // before the world, whose file lies in it

public:
    test::World world;
    std::vector<Told> records;
    std::map<std::string, std::int64_t> reports; // by day
    std::int64_t bordering = 0;                  // client whose time lies at the borders of months
    std::int64_t planned = 0;                    // client whose time lies in the planners

private:
    void attach(const std::string& planner, bool as_before);
    void fill();
    void put_border_time();
    void bill();
    void go_back(int schema);

    std::map<std::string, std::unique_ptr<sandbox::Planner>> planners_;
};

} // namespace old_books
