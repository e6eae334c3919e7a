#pragma once

#include <set>
#include <string>
#include <unordered_map>

#include "store/sources.h"

// How one page of records goes into the books; for Sources::keep and Sources::tombstone.
namespace hb::store {

// Who holds an entry. A draft only reserves: what it holds still follows its task and its date, and
// the draft is evaluated again (G8). On a sent report client and work date stay as billed (G11).
inline bool held_for_good(const std::optional<std::int64_t>& state_of_holder) {
    return state_of_holder && *state_of_holder != 0;
}

// A planner's flags of a time record, as it is stored: "" nothing; else letters for not billable
// and billed elsewhere, and a line for each tag.
std::string word_text(const domain::SourceEntry& entry);
Day work_date(const std::optional<Day>& day, const std::optional<Instant>& at,
              const domain::Calendar& calendar);
// Copies the entry as it stands into entry_revisions, before it changes.
void keep_revision(Database& db, std::int64_t entry, Instant now);
// A revision without a change of its own: what it depends on has changed.
void add_revision(Database& db, std::int64_t entry, Instant now);

// Ids, clients and calendars are remembered for one call: a page's entries share few tasks and
// persons, and nothing outlives a rollback.
class PageKeeper {
public:
    PageKeeper(Database& db, Sources& sources, const Sources::Keep& context,
               const CalendarOf& calendar_of, const FullyPaid& fully_paid)
        : db_(db), sources_(sources), context_(context), calendar_of_(calendar_of),
          fully_paid_(fully_paid) {}

    void keep(const KeptRecord& kept);
    // At the end: whose drafts the page's new entries concern (store/touched.h).
    void note_touched();
    KeepCounts counts;

private:
    enum class Raw { Added, Changed, Same };
    Raw keep_raw(const KeptRecord& kept);
    void put_accepted_aside(const domain::SourceRecord& record);
    void forget_accepted(const domain::SourceRecord& record);
    // Each returns whether the books changed.
    bool keep_fact(const domain::SourcePerson& person);
    bool keep_fact(const domain::SourceProject& project);
    bool keep_fact(const domain::SourceCompany& company);
    bool keep_fact(const domain::SourceDeal& deal);
    bool keep_fact(const domain::SourceTask& task);
    bool keep_fact(const domain::SourceEntry& entry);
    void revise_judged(const domain::SourceTask& task);

    struct Task {
        std::int64_t id = 0;
        std::optional<std::int64_t> client;
        bool billed = false; // some report has a line of it; else it can't be paid
        std::optional<bool> paid;
    };
    struct Standing; // an entry as it stands
    Task& task(const std::string& remote_id);
    Task find_or_add_task(const std::string& remote_id);
    std::int64_t person(const std::string& remote_id);
    bool fully_paid(Task& task);
    const domain::Calendar& calendar(std::optional<std::int64_t> client);
    void add_entry(const domain::SourceEntry& entry);
    void revise_entry(const domain::SourceEntry& entry, const Standing& old);
    bool keep_word(const domain::SourceEntry& entry, const Standing& old, bool same);

    Database& db_;
    Sources& sources_;
    const Sources::Keep& context_;
    const CalendarOf& calendar_of_;
    const FullyPaid& fully_paid_;
    std::set<std::int64_t> new_time_of_; // clients
    bool new_record_ = false;            // the record under way was not known before
    std::unordered_map<std::string, Task> tasks_;
    std::unordered_map<std::string, std::int64_t> persons_;
    std::unordered_map<std::int64_t, const domain::Calendar*> calendars_; // 0: none
};

} // namespace hb::store
