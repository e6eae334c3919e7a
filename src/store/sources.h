#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "domain/exchange.h"
#include "domain/facts.h"
#include "domain/sources.h"
#include "domain/versions.h"
#include "store/database.h"

// What remotes told: remotes, cursors, raw records and the mirror of facts. No function here begins
// a transaction; callers hold a Tx for everything that writes.
namespace hb::store {

struct Remote {
    std::int64_t id = 0;
    std::string name;
    std::string connector;
    std::string account;
};

struct StreamState {
    std::string stream;
    std::string reading;
    std::string cursor;
    std::int64_t run = 0;
    Instant page_at{};
    std::optional<Instant> completed_at;
};

struct KnownRecord {
    std::string id;
    std::string hash;
    bool gone = false;
    bool has_problem = false;
};

// What a page's record becomes, decided by the engine's plan.
struct KeptRecord {
    domain::SourceRecord record;
    std::optional<domain::Fact> fact; // absent: could not be mapped, `problem` says why
    std::string problem;              // beside a fact: read, but a person is needed
};

struct KeepCounts {
    std::int64_t added = 0;
    std::int64_t revised = 0;
    std::int64_t unchanged = 0;
    std::int64_t tombstoned = 0;
    std::int64_t problems = 0;
};

struct ProblemRow {
    std::string remote, stream, id, problem, text;
};

struct PersonRow {
    std::int64_t id;
    domain::Ref ref;
    std::string name;
    bool active;
    bool known;
    std::optional<std::int64_t> same_as;
};
struct ProjectRow {
    std::int64_t id;
    domain::Ref ref;
    std::string name;
    bool closed;
};
struct CompanyRow {
    std::int64_t id;
    domain::Ref ref;
    std::string name;
    bool own;
    bool known;
};
struct DealRow {
    std::int64_t id;
    domain::Ref ref;
    std::string title;
    std::string company;
    std::string stage;
    std::string origin_id;
    bool known;
};
struct TaskRow {
    std::int64_t id = 0;
    domain::Ref ref;
    bool known = true;
    domain::SourceTask facts;                                       // ids are the remote's
    domain::TaskStatus status_before = domain::TaskStatus::Unknown; // see Sources::begin_pull
    std::int64_t status_pull = 0;
    std::optional<std::int64_t> client;
    bool two_clients = false;
};
struct EntryRow {
    std::int64_t id = 0;
    domain::Ref ref;
    std::int64_t task = 0;
    std::int64_t person = 0;
    std::int64_t seconds = 0;
    std::optional<Instant> at;
    std::optional<Day> day;
    std::string text;
    int revision = 1;
    bool deleted = false;
    std::int64_t seen = 0;
    Instant seen_at{};
    bool paid_task = false;
    std::optional<std::int64_t> client;
    Day work_date{};
    std::optional<std::int64_t> live_report;
    domain::PlannerWord word;
    // What its planner told first, where it was billed before anybody asked: no change (G65).
    std::optional<domain::PlannerWord> first_word;
};
// The planner's word that a billed entry is judged by: what it did not say when it was first asked.
inline domain::PlannerWord word_since_billed(const EntryRow& entry) {
    domain::PlannerWord word = entry.word;
    if (!entry.first_word) return word;
    if (word.billable == entry.first_word->billable) word.billable.reset();
    const auto& told = entry.first_word->tags;
    std::erase_if(word.tags, [&](const std::string& tag) {
        return std::find(told.begin(), told.end(), tag) != told.end();
    });
    return word;
}

// The calendar that decides the work dates of a client (G11, G52); the engine knows contracts and
// configuration.
using CalendarOf = std::function<const domain::Calendar&(std::optional<std::int64_t> client)>;
// G1: was this task fully paid before the pull under way? Asked for new entries only.
using FullyPaid = std::function<bool(const TaskRow& task)>;

class Sources {
public:
    explicit Sources(Database& db) : db_(db) {}

    // remotes (G17)
    std::optional<Remote> find_remote(std::string_view name) const;
    std::optional<Remote> find_account(std::string_view account) const;
    std::vector<Remote> remotes() const;
    Remote add_remote(std::string_view name, std::string_view connector, std::string_view account,
                      Instant now);
    // Also where people's decisions name things of this remote: links, adoptions, presets, filters,
    // payments. Contracts never change; a rename puts new versions of them in force.
    void rename_remote(std::int64_t id, std::string_view name);
    void move_remote(std::int64_t id, std::string_view account);

    // cursors
    std::optional<StreamState> find_cursor(std::int64_t remote, std::string_view stream,
                                           std::string_view reading) const;
    void keep_cursor(std::int64_t remote, const StreamState& state);
    std::vector<StreamState> cursors(std::int64_t remote) const;
    // The stream is read from its beginning with the next pull.
    void drop_cursors(std::int64_t remote, std::string_view stream);

    // A number for a pull or full walk, rising; also the sequence for EntryRow::seen.
    std::int64_t next_sequence(std::string_view name); // "pull" "run" "seen"
    std::int64_t current_sequence(std::string_view name) const;

    // raw records
    std::map<std::string, KnownRecord> known(std::int64_t remote, std::string_view stream,
                                             const std::vector<std::string>& ids) const;
    std::int64_t count_known(std::int64_t remote, std::string_view stream) const; // not gone
    std::vector<std::string> known_ids(std::int64_t remote,
                                       std::string_view stream) const; // not gone
    std::optional<std::string> record_text(std::int64_t remote, std::string_view stream,
                                           std::string_view id) const;
    std::vector<ProblemRow> problems(std::int64_t limit) const;
    std::int64_t count_problems(std::int64_t remote, std::string_view stream) const;

    // Keeps new and changed records with their facts (upsert into records and the mirror; a changed
    // entry's old state goes to entry_revisions and its revision number rises); what stands like
    // that already is not written again. With run > 0 the page is remembered as seen by that walk.
    // New entries get `seen`, `paid_task`, client and work date; changed free ones get a new work
    // date and client. A record that comes back after it was gone is a revision. `pull` as given by
    // next_sequence("pull").
    struct Keep {
        std::int64_t remote = 0;
        std::string stream;
        std::int64_t run = 0; // > 0 while a full walk is under way
        std::int64_t pull = 0;
        std::int64_t seen = 0; // sequence for new entries
        Instant now{};
        // Every time record of the remote was read once since planners are asked for their word:
        // one that tells none was asked and told nothing.
        bool words_known = false;
    };
    KeepCounts keep(const Keep& context, const std::vector<KeptRecord>& changed,
                    const std::vector<std::string>& unchanged, const CalendarOf& calendar_of,
                    const FullyPaid& fully_paid);
    // Tombstones: a deletion is a revision with zero seconds (rule 20). Returns how many were not
    // gone before.
    std::int64_t tombstone(const Keep& context, const std::vector<std::string>& ids);
    // Ids of the stream that a completed full walk `run` did not see and that are not gone.
    std::vector<std::string> unseen(std::int64_t remote, std::string_view stream,
                                    std::int64_t run) const;

    // the mirror
    std::vector<CompanyRow> companies(std::int64_t remote) const;
    std::vector<CompanyRow> own_companies(std::int64_t remote) const; // known, and one's own
    std::vector<ProjectRow> projects(std::int64_t remote) const;
    std::vector<DealRow> deals(std::int64_t remote) const;
    std::vector<TaskRow> tasks(std::int64_t remote) const;
    // What decides whose a task is (G13), of every task of the remote.
    struct TaskOwner {
        std::int64_t id;
        std::string remote_id;
        std::string parent;
        std::string project;
        std::vector<domain::CrmLink> links;
        bool known;
        std::optional<std::int64_t> client; // as it stands
        bool two_clients;
    };
    std::vector<TaskOwner> task_owners(std::int64_t remote) const;
    std::optional<CompanyRow> find_company(const domain::Ref& ref) const;
    std::optional<CompanyRow> find_company(std::int64_t id) const;
    std::optional<ProjectRow> find_project(const domain::Ref& ref) const;
    std::vector<ProjectRow> projects(std::string_view remote) const;
    std::vector<PersonRow> persons(std::int64_t remote) const;
    // Joined by a rule (G13); nullopt: no longer.
    void set_same_as(std::int64_t person, std::optional<std::int64_t> same_as);
    // What rules look at in tasks, of those that are known; `tagged`: only of tasks with tags.
    struct TaskWords {
        std::string remote_id;
        std::string title;
        std::vector<std::string> tags;
    };
    std::vector<TaskWords> task_words(std::int64_t remote, bool tagged) const;
    std::optional<PersonRow> find_person(const domain::Ref& ref) const;
    std::optional<PersonRow> find_person(std::int64_t id) const;
    std::optional<TaskRow> find_task(const domain::Ref& ref) const;
    std::optional<TaskRow> find_task(std::int64_t id) const;
    std::optional<DealRow> find_deal(const domain::Ref& ref) const;
    std::optional<EntryRow> find_entry(const domain::Ref& ref) const;
    std::optional<EntryRow> find_entry(std::int64_t id) const;
    std::vector<EntryRow>
    revisions_of(std::int64_t entry) const; // superseded ones, oldest first; `revision` is n

    // Sets the derived owner of a task. Its free entries follow, with new work dates (G11, G13),
    // and so do those that a draft reserves: an evaluation finds them by `client` and lets go of
    // what is another's now. Entries on sent reports stay as billed and get a revision (drifts()).
    void set_client(std::int64_t task, std::optional<std::int64_t> client, bool two_clients,
                    const CalendarOf& calendar_of);
    // The same for one entry that was released from a sent report: it catches up with its task.
    void realign(std::int64_t entry, const CalendarOf& calendar_of);
    // Work dates of a client's free and reserved entries after its terms changed.
    struct DaysMoved {
        std::int64_t entries = 0;
        std::int64_t seconds = 0;
    };
    DaysMoved recompute_work_dates(std::optional<std::int64_t> client,
                                   const domain::Calendar& calendar);

    // entries by use
    std::vector<EntryRow> entries_of_client(std::int64_t client, Day from,
                                            Day to) const; // held or free, deleted when held
    std::vector<EntryRow> entries_of_task(std::int64_t task) const;
    std::vector<EntryRow>
    entries_of_report(std::int64_t report) const; // live allocations of origin work
    std::optional<Day> earliest_free(std::int64_t client) const;
    // Free, not deleted entries of the client that can be late: paid_task, or dated on or before
    // `until`.
    std::vector<EntryRow> free_until(std::int64_t client, Day until) const;
    // What can be late, each question by its own index. Free, not deleted entries with time:
    std::vector<EntryRow> free_of_paid_tasks(std::int64_t client) const;
    std::vector<EntryRow> free_seen_after(std::int64_t client, DayRange dates,
                                          std::int64_t seen) const;
    // Free, not deleted entries of the client that were sent to its next report.
    std::vector<EntryRow> free_for_next_report(std::int64_t client) const;
    std::vector<std::string> unbilled_ids(std::int64_t remote, std::string_view after,
                                          std::int64_t limit) const; // ordered by id as a number
    // Likewise, of time on reports that were sent, whose planner was never asked for its word.
    std::vector<std::string> billed_unasked_ids(std::int64_t remote, std::string_view after,
                                                std::int64_t limit) const;
    // What the planner of such time tells about it counts as told when it was billed, which is no
    // change (G65). Nothing is written of time of which it says nothing, or was asked already.
    void put_first_word(std::int64_t remote, const domain::SourceEntry& entry);
    std::vector<std::string> all_entry_ids(std::int64_t remote, std::string_view after,
                                           std::int64_t limit) const;
    // Ids of entries that are not gone and whose work moment lies on these days (UTC), billed or
    // not: what a window should have shown (G30). Scans the remote's entries: for the nightly
    // sweep.
    std::vector<std::string> ids_in_window(std::int64_t remote, Day from, Day to) const;
    // Is there time without a task for which no client is known (G64)?
    bool has_unowned_none(std::int64_t remote) const;
    // Ids of people ("users") or projects ("groups") of the remote whose time is known and not
    // gone.
    std::vector<std::string> with_time(std::int64_t remote, std::string_view parents) const;
    // Tasks whose remote total differs from the cached sum, and those without a total to compare
    // (rule 52).
    struct TotalGap {
        std::int64_t task;
        std::string remote_id;
        std::optional<std::int64_t> remote_seconds;
        std::int64_t cached_seconds;
    };
    std::vector<TotalGap> total_gaps(std::int64_t remote) const;
    // How many of these tasks have a remote total that differs from their cached sum, or none to
    // compare?
    std::int64_t count_unproven(const std::vector<std::int64_t>& tasks) const;
    // Tasks of the client that were closed in [from, until) and have no time anywhere.
    std::int64_t closed_without_time(std::int64_t client, Instant from, Instant until) const;
    std::vector<TaskRow>
    needs_mapping(std::int64_t limit) const; // tasks with time and without a client
    // Covering sum for dashboards and benchmarks: free seconds of a client in a period, by task.
    struct TaskSum {
        std::int64_t task;
        std::int64_t seconds;
    };
    std::vector<TaskSum> free_by_task(std::int64_t client, Day from, Day to) const;
    std::string plan_of_free_by_task() const; // EXPLAIN QUERY PLAN of that query, one line
    // Sums of all time for dashboards (P11), by client; absent: time that needs mapping. What live
    // reports hold comes from the rollup, what is free from an index.
    struct ClientTotal {
        std::optional<std::int64_t> client;
        std::int64_t held_seconds = 0;
        std::int64_t free_seconds = 0;
    };
    std::vector<ClientTotal> totals() const;
    std::string plan_of_totals() const;

    // decisions about facts
    struct LinkRow {
        std::int64_t id;
        std::string subject;
        std::string target;
        std::optional<Day> valid_from;
        std::string actor;
        Instant at;
    };
    void set_link(std::string_view subject, std::string_view target, std::optional<Day> from,
                  std::string_view actor, Instant now);
    bool remove_link(std::string_view subject, Instant now);
    std::vector<LinkRow> links() const;
    struct AdoptionRow {
        std::string subject;
        Day until;
    };
    void adopt(std::string_view subject, Day until, std::string_view actor, Instant now);
    bool undo_adoption(std::string_view subject, Instant now);
    std::vector<AdoptionRow> adoptions() const;
    // A record of more than a day is true as it is in this revision (G54).
    void accept_long(std::int64_t entry, int revision, std::string_view reason,
                     std::string_view actor, Instant now);
    std::map<std::int64_t, int> long_accepted() const; // entry -> revision
    void set_override(std::int64_t entry, bool billable, std::string_view reason,
                      std::string_view actor, Instant now);
    void clear_override(std::int64_t entry);
    std::optional<domain::Override> find_override(std::int64_t entry) const;
    void decide_late(std::int64_t entry, std::string_view decision, std::string_view reason,
                     std::string_view actor, Instant now);
    domain::LateDecision late_decision(std::int64_t entry) const;
    // All of them at once, by entry: few rows, asked for with every draft.
    std::map<std::int64_t, domain::Override> overrides() const;
    std::map<std::int64_t, domain::LateDecision> late_decisions() const;

private:
    Database& db_;
};

} // namespace hb::store
