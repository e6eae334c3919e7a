#pragma once

#include <map>
#include <set>
#include <unordered_map>

#include "books/books.h"
#include "domain/json_text.h"

// Gathers from the store what the domain needs to judge a client's time. Reads only; the caller
// holds the lock. Lives for one step: what it has read once it does not ask for again, so whoever
// changes tasks, decisions or contracts makes a new one afterwards.
namespace hb::books {

class Drafting {
public:
    explicit Drafting(const Reading& read) : read_(read) {}
    explicit Drafting(const Reading&& read) = delete; // it would outlive its books

    // The contract in force on the filter's last day. Conflict: none, or a version that starts
    // inside the period (G7).
    Result<domain::Contract> terms(std::int64_t client, const domain::Filter& filter);
    std::optional<domain::Contract> contract(std::int64_t contract_id);
    const std::vector<domain::Contract>& contracts_of(std::int64_t client);
    // Before this day a client's time is `external` (G2).
    std::optional<Day> first_valid_from(std::int64_t client);

    DayRange period_of(std::int64_t client, const domain::Filter& filter);
    // Everything evaluate() wants; `report` 0 for a new draft.
    domain::DraftInput input(std::int64_t client, const domain::Contract& contract,
                             const domain::Filter& filter, std::int64_t report);
    std::vector<domain::SentReport> sent_reports(std::int64_t client, std::int64_t except);

    domain::TaskFacts task_facts(const store::TaskRow& task, bool with_percent);
    domain::EntryFacts entry_facts(const store::EntryRow& entry, std::int64_t client);
    std::optional<int> percent_paid(std::int64_t task);
    // Who an entry's person is, joined ones as one.
    store::PersonRow joined(std::int64_t person);
    // A task of the mirror; nullptr when it is not there.
    const store::TaskRow* task(std::int64_t id);

    // Late rows of a client (G2): undecided late entries of any date, open adjustments; with
    // `before`, all other free billable time dated before it.
    std::vector<domain::LateRow> late_rows(std::int64_t client, std::optional<Day> before,
                                           bool decided_too);
    // The corrections among them.
    std::vector<domain::LateRow> late_adjustments(std::int64_t client, bool decided_too);

private:
    // Of projects whose new names nobody has confirmed yet, by id.
    const std::map<std::string, std::string>& names_used(const std::string& remote);
    bool is_external(const store::EntryRow& entry, std::int64_t client);
    bool is_billed_there(const store::EntryRow& entry, std::int64_t client);
    const std::string& client_ref(std::int64_t client);
    const std::vector<domain::SentReport>& all_sent(std::int64_t client);
    const domain::TaskFacts& facts_of(std::int64_t task);
    std::vector<store::EntryRow> maybe_late(std::int64_t client, std::optional<Day> before,
                                            const std::vector<domain::SentReport>& sent);
    // What of a report's money is settled, by task (rule 42); of one that was not sent nothing.
    struct Settled {
        bool sent = false;
        struct Share {
            std::int64_t billed = 0;
            std::int64_t settled = 0;
        };
        std::map<std::int64_t, Share> tasks;
    };
    const Settled& settled(std::int64_t report);
    bool is_being_corrected(std::int64_t task);

    const Reading& read_;
    std::map<std::int64_t, std::vector<domain::Contract>> contracts_;
    std::map<std::int64_t, std::optional<Day>> first_days_;
    std::map<std::int64_t, std::string> client_refs_;
    std::map<std::int64_t, std::vector<domain::SentReport>> sent_;
    std::unordered_map<std::int64_t, store::PersonRow> persons_;
    std::unordered_map<std::int64_t, std::optional<store::TaskRow>> tasks_;
    std::unordered_map<std::int64_t, domain::TaskFacts> task_facts_; // without percents
    std::map<std::int64_t, Settled> settled_;
    std::optional<std::set<std::int64_t>> corrected_; // tasks under an adjustment
    // What people decided, read once: a Drafting lives for one step.
    struct Decisions {
        std::map<std::int64_t, domain::Override> overrides;
        std::map<std::int64_t, domain::LateDecision> late;
        std::map<std::int64_t, int> long_accepted;  // in which revision
        std::set<std::string> linked_tasks;         // by hand, their references
        std::map<std::string, std::string> persons; // joined by hand (G13): reference -> reference
        struct Repeat {
            std::string words; // "repeats kimai:entry:7"
            bool decided = false;
        };
        std::map<std::int64_t, Repeat> twins; // entries that are not billed (rule 7), and why
    };
    const Decisions& decisions();
    std::optional<Decisions> decisions_;
    std::optional<std::map<std::string, Day>> adoptions_; // until, by subject
    std::map<std::string, std::string> project_names_;
    std::map<std::string, std::map<std::string, std::string>> names_used_;
};

// G1: completed or not is the caller's; here: is there billed time, and does all billable time of
// the task stand on paid reports, late and written-off time aside?
bool task_is_fully_paid(const Reading& read, std::int64_t task);

// People of a line as text for the store, and back: "ref \t name \t seconds" a line.
std::string people_text(const std::vector<domain::PersonShare>& people);
std::vector<domain::PersonShare> parse_people(std::string_view text);

// One JSON object for the event log.
class EventData {
public:
    EventData& add(std::string_view key, std::string_view text) {
        object_.add(std::string(key), domain::json_string(text));
        return *this;
    }
    EventData& add(std::string_view key, const std::string& text) {
        return add(key, std::string_view(text));
    }
    EventData& add(std::string_view key, const char* text) {
        return add(key, std::string_view(text));
    }
    EventData& add(std::string_view key, std::int64_t number) {
        object_.add(std::string(key), domain::json_number(number));
        return *this;
    }
    EventData& add(std::string_view key, int number) { return add(key, std::int64_t{number}); }
    std::string text() const { return object_.text(); }

private:
    domain::JsonObject object_;
};

} // namespace hb::books
