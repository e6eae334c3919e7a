#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "connector/bitrix24.h"
#include "lanes/service.h"
#include "sandbox/portal.h"

// The whole service in one process: a portal with state and faults, the books in a file, a clock
// that tests move.
namespace hb::test {

// Thrown at a failpoint: from there on the process is dead.
struct Killed {};

// Where the books wake up after a death (G58).
enum class Wakes {
    Same,
    OtherMachine, // they were copied
    OtherBoot,    // the machine was started anew
    Snapshot,     // an hour-old state of the machine was restored, and the books lay elsewhere
    Hidden        // nothing tells the process which machine this is
};
inline constexpr Wakes kElsewhere[] = {Wakes::OtherMachine, Wakes::OtherBoot, Wakes::Snapshot,
                                       Wakes::Hidden};

struct WorldOptions {
    std::string file; // "" a fresh temporary one
    std::string deal_create = "on_agree";
    domain::LatePolicy late_policy = domain::LatePolicy::Ask;
    bool full_crm = false;      // invoices and documents by two templates of the portal
    bool portal_limits = false; // the request bucket and the run-time budgets
};

class World {
public:
    explicit World(WorldOptions options = {});
    ~World();

    // The process dies and starts anew: the same file, the same portal, the same clock.
    void restart();
    // Likewise, there. What a call in flight had created is shown only a minute later.
    void wake(Wakes where);
    // Dies at the n-th moment (before or after a commit or a remote call); 0: never.
    void kill_at(int moment);
    int moments() const { return moments_; }

    // --- the portal
    // -------------------------------------------------------------------------------------------
    std::int64_t company(const std::string& title, bool own = false);
    std::int64_t user(const std::string& name);
    std::int64_t group(const std::string& name);
    struct TaskMaker {
        std::string title = "Task";
        std::vector<std::string> links;
        std::vector<std::string> tags;
        std::int64_t group = 0;
        std::int64_t parent = 0;
        int status = 5;
    };
    std::int64_t task(const TaskMaker& maker);
    std::int64_t entry(std::int64_t task, std::int64_t user, std::int64_t seconds,
                       const std::string& when, const std::string& text = "work");
    void edit_entry(std::int64_t entry, std::int64_t seconds);
    void delete_entry(std::int64_t entry);
    void move_entry(std::int64_t entry, std::int64_t task);
    void redate_entry(std::int64_t entry, const std::string& when);
    // The task's CRM links and tags, as somebody changes them in the portal.
    void link_task(std::int64_t task, std::int64_t company);
    void tag_task(std::int64_t task, const std::vector<std::string>& tags);
    void win_deal(std::int64_t deal, const std::string& stage = "WON");
    // A payment on the deal with a sum in minor units, paid.
    std::int64_t pay(std::int64_t deal, std::int64_t minor, const std::string& currency = "BYN");
    void unpay(std::int64_t payment);
    std::vector<std::int64_t> deals() const; // that carry our originator
    std::int64_t comments_of(std::int64_t deal) const;
    std::int64_t rows_of(std::int64_t deal) const;
    std::string mark(std::int64_t task, const std::string& field) const;
    // Somebody types over a field of a task in the portal.
    void edit_mark(std::int64_t task, const std::string& field, const std::string& value);
    std::int64_t writes() const { return static_cast<std::int64_t>(portal->writes().size()); }
    std::string portal_text() const; // deals, rows, comments and marks, for comparing two worlds

    // --- the agency
    // -------------------------------------------------------------------------------------------
    // One rate, nothing else, unless `terms` adds members: "\"rounding\":{…},".
    void contract(std::int64_t company, const std::string& rate = "90.00",
                  const std::string& terms = "", const std::string& currency = "BYN",
                  const std::string& from = "2025-01-01");
    lanes::PullReport pull(lanes::PullOptions options = {});
    lanes::RunReport run(std::chrono::seconds wait = std::chrono::seconds{300});
    domain::Filter filter(std::int64_t company, const std::string& from,
                          const std::string& to) const;
    // create, send, agree; REQUIREs each
    std::int64_t draft(std::int64_t company, const std::string& from, const std::string& to);
    void send(std::int64_t report);
    void agree(std::int64_t report);
    std::string state(std::int64_t report);
    std::string total(std::int64_t report);
    void advance(std::chrono::seconds by) { clock.advance(by); }
    // Every check of the books, "" when all hold.
    std::string verify();
    std::string books_text(); // what the books hold, without times: for comparing two worlds

    ManualClock clock;
    CountingIds ids;
    std::function<Uptime()> uptime; // of the machine; without it the clock tells
    // Creates become visible only a minute later, as on a portal under load.
    void show_creates_late();
    std::unique_ptr<sandbox::Portal> portal;
    std::unique_ptr<store::Database> db;
    std::unique_ptr<store::Tables> tables; // for looking, and for what no command does
    std::unique_ptr<books::Books> books;
    std::unique_ptr<lanes::Service> service;
    books::Actor actor{"test"};
    std::map<std::string, std::int64_t> names; // of a scenario's reports and people

private:
    void open();
    void tick();
    void hide_unheard_creates();
    WorldOptions options_;
    std::string file_;
    bool own_file_ = false;
    int moments_ = 0;
    int kill_at_ = 0;
    int woken_ = 0;
};

} // namespace hb::test
