#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "sandbox/portal.h"

// A fake Worksection account: it keeps state, checks both signatures, obeys the documented limits
// and misbehaves on request. No sockets here: a Server gives it one.
namespace hb::sandbox {

inline constexpr const char* kWorksectionKey = "0123456789abcdef0123456789abcdef";

struct WorksectionOptions {
    std::string key = kWorksectionKey; // the admin key
    int per_second = 1;                // requests; 0: no limit
    std::int64_t records_max = 10'000; // of one answer
    bool cap_fails = true;             // the sources disagree: fails, or is cut off
    bool limit_answers_429 = false;    // else HTTP 200 with an error
    int clock_minutes = 5;             // how far the stamp of a signed header may be off
    int offset_minutes = 120;          // of the account's clocks
};

class Worksection {
public:
    struct Person {
        std::string id, email, name;
    };
    struct Project {
        std::string id, name;
        std::string company = "Clients"; // the folder
        std::string status = "active";
        std::set<std::string> tag_groups{}; // ids of the label sets that its tasks may carry
    };
    struct Task {
        std::string id, name, project, parent;
        bool done = false;
        std::string added = "2025-01-07 10:01", closed{};
        std::set<std::string> tags{}; // ids
    };
    struct Cost {
        std::string id, task, person, day; // 2025-01-10
        std::int64_t minutes = 0;
        std::int64_t cents = 0;
        std::string comment{};
        bool timer = false;
    };
    struct Tag {
        std::string id, title, group;
    };
    struct TagGroup {
        std::string id, title, type = "label", access = "private";
    };
    struct Webhook {
        std::string id, url, events, user, password;
        std::string status = "active";
    };
    struct Counters {
        std::int64_t requests = 0, refused = 0, too_fast = 0, writes = 0;
    };

    explicit Worksection(Clock& clock, WorksectionOptions options = {});

    // One request as a server got it. Safe to call from any thread.
    HttpAnswer handle(const HttpRequest& request);

    // --- what people do in the account -----------------------------------------------------------
    std::string add_person(const std::string& name, const std::string& email);
    std::string add_project(const std::string& name, const std::string& status = "active");
    std::string add_task(const std::string& project, const std::string& name,
                         const std::string& parent = "");
    std::string add_cost(const std::string& task, const std::string& person, const std::string& day,
                         std::int64_t minutes, const std::string& comment);
    void edit_cost(const std::string& id, std::int64_t minutes);
    void delete_cost(const std::string& id);
    void close_task(const std::string& id, bool done = true);
    void start_timer(const std::string& task, const std::string& person);
    // A tag of a label set; the set is made, and attached to every project.
    std::string add_tag(const std::string& title, const std::string& group);
    void tag_task(const std::string& task, const std::string& tag);
    std::vector<std::string> tags_of(const std::string& task) const; // titles, sorted
    // A cost of money without time.
    std::string add_expense(const std::string& task, const std::string& person,
                            const std::string& day, std::int64_t cents, const std::string& comment);
    std::vector<Webhook> registered_webhooks() const;
    // New label sets belong to every project from now on (people attach them by hand).
    void attach_new_groups(bool all) { attach_new_groups_ = all; }

    // --- faults
    // ------------------------------------------------------------------------------------ The next
    // `count` calls of `action` run, and their answers are lost.
    void lose_answers(const std::string& action, int count);
    // The next `count` requests are refused as too fast.
    void refuse_as_too_fast(int count);

    Counters counters() const;

private:
    struct Call; // worksection.cpp
    std::string next_id(int first);
    bool proven(const HttpRequest& request, const std::string& action) const;
    bool too_fast();

    std::string answer(const Call& call);
    std::string users() const;
    std::string user_groups() const;
    std::string projects(const Call& call) const;
    std::string tasks(const Call& call, const std::string& project) const;
    std::string task(const Call& call) const;
    std::string costs(const Call& call) const;
    std::string costs_total(const Call& call) const;
    std::string timers() const;
    std::string tag_groups(const Call& call) const;
    std::string tags(const Call& call) const;
    std::string add_tag_groups(const Call& call);
    std::string add_tags(const Call& call);
    std::string update_tags(const Call& call);
    std::string webhooks() const;
    std::string add_webhook(const Call& call);

    std::vector<const Cost*> chosen(const Call& call) const;
    const Tag* find_tag(const std::string& word) const;
    void write_person(json::Writer& json, const std::string& id) const;
    void write_task(json::Writer& json, const Task& task, bool children, bool open_only) const;

    Clock& clock_;
    WorksectionOptions options_;
    mutable std::mutex mutex_;
    std::map<std::string, Person> persons_;
    std::map<std::string, Project> projects_;
    std::map<std::string, Task> tasks_;
    std::map<std::string, Cost> costs_;
    std::map<std::string, Tag> tags_;
    std::map<std::string, TagGroup> groups_;
    std::map<std::string, Webhook> webhooks_;
    std::vector<std::pair<std::string, std::string>> timers_; // task, person
    std::map<std::string, int> lose_;
    std::vector<Instant> recent_; // requests of the last second
    std::map<int, int> last_id_;
    int refuse_ = 0;
    bool attach_new_groups_ = true;
    Counters counters_;
};

// A studio with two projects and 18 costs over the two months before `today`: enough for one report
// beside a portal's. The first project's id is "7201".
void seed_worksection(Worksection& account, Day today);

} // namespace hb::sandbox
