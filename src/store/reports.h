#pragma once

#include <set>
#include <string>
#include <vector>

#include "domain/lifecycle.h"
#include "domain/question.h"
#include "domain/report.h"
#include "store/database.h"

// Contracts, reports, revisions, allocations, adjustments, payments. Callers hold a Tx for
// everything that writes.
namespace hb::store {

struct ContractRow {
    std::int64_t id = 0;
    std::int64_t client = 0;
    int version = 0;
    Day valid_from{};
    std::string text; // JSON
    std::string actor;
    Instant at{};
};

class Contracts {
public:
    explicit Contracts(Database& db) : db_(db) {}
    std::int64_t add(const ContractRow& row); // version must be the client's next
    std::vector<ContractRow> of_client(std::int64_t client) const; // by version
    std::optional<ContractRow> find(std::int64_t id) const;
    std::vector<ContractRow> all() const;

private:
    Database& db_;
};

struct ReportRow {
    std::int64_t id = 0;
    std::int64_t client = 0;
    std::int64_t contract = 0;
    std::string currency;
    domain::State state = domain::State::Draft;
    std::string filter; // JSON
    DayRange period;
    std::optional<std::string> number;
    int revision = 0;
    int link = 0;
    std::optional<std::string> link_digest;
    std::string deal_key;
    std::int64_t worked_seconds = 0, billed_seconds = 0, nonbillable_seconds = 0;
    std::int64_t subtotal = 0, vat = 0, total = 0;
    std::int64_t settled = 0, surplus = 0, written_off = 0;
    bool drifted = false;
    std::string note;
    Instant created_at{};
    std::string created_by;
    std::optional<Instant> sent_at;
    std::optional<std::int64_t> sent_seen;
    std::optional<Instant> agreed_at, invoiced_at, paid_at, ended_at;
    std::optional<std::string> agreed_by, agreed_hash, ended_reason;
};

// Whose lines count now: 0 the draft's own, also of a report that was cancelled as a draft; else
// the last frozen revision.
int counting_revision(const ReportRow& row);

struct RevisionRow {
    std::int64_t report = 0;
    int n = 0;
    std::string canonical;
    std::string hash;
    Instant frozen_at{};
    std::string actor;
    std::string acknowledged;
};

struct LineRow {
    std::int64_t id = 0;
    std::int64_t report = 0;
    int revision = 0;
    int position = 0;
    std::string people; // JSON
    domain::Line line;  // without allocations; people empty (see `people`)
};

struct AllocationRow {
    std::int64_t id = 0;
    std::int64_t entry = 0;
    int entry_revision = 1;
    std::string origin;
    std::int64_t line = 0;
    std::int64_t report = 0;
    std::int64_t seconds = 0;
    bool live = true;
};

// Whose next report takes the line of an adjustment, and by which terms.
struct AdjustmentTerms {
    std::int64_t client = 0;
    std::int64_t contract = 0;
    std::int64_t task = 0;
    std::string work_type;
    std::int64_t rate = 0;
    bool billable = true;
};

struct AdjustmentRow {
    // Stored: do not renumber. A transfer is decided as a pair (G10): one row takes billed time out
    // of where it stands, the other puts it where it belongs. Used up: the part of a change that
    // only takes back what was written off before.
    enum class Side { Correction = 0, TakenOut = 1, PutIn = 2, UsedUp = 3 };

    std::int64_t id = 0;
    std::int64_t entry = 0;
    std::int64_t report = 0;
    std::int64_t line = 0;
    int from_revision = 1;
    int to_revision = 1;
    std::int64_t delta_seconds = 0, delta_billed = 0, delta_amount = 0;
    std::string why;
    std::optional<std::string> decision, reason, actor;
    std::optional<Instant> decided_at;
    Instant made_at{};
    bool replaced = false;
    bool transfer = false; // decided for the next report it becomes a pair
    Side side = Side::Correction;
    std::optional<std::int64_t> pair;  // of what was put in or used up: its decision
    std::optional<std::int64_t> place; // the put-in side that it corrects; absent: the first bill
    std::optional<std::int64_t> owner; // of the time when this was made
    std::optional<bool> judged;        // billable then
    std::optional<AdjustmentTerms> terms; // absent: those of the line of the first bill
};

struct PaymentRow {
    std::int64_t id = 0;
    std::int64_t report = 0;
    std::string source;
    std::string external_id;
    std::int64_t amount = 0;
    std::string currency;
    Day date{};
    std::string ref;
    std::string actor;
    Instant at{};
    std::optional<Instant> reversed_at;
    std::optional<std::string> reversed_reason;
};

// What a person is asked about a report (G56). Answered: these values are known; others ask again.
struct QuestionRow {
    std::int64_t id = 0;
    std::int64_t report = 0;
    domain::Question asked;
    Instant asked_at{};
    std::optional<std::string> answer, answered_by;
    std::optional<Instant> answered_at, ended_at;
};

// A live allocation whose entry has moved on since (rule 19).
struct DriftRow {
    AllocationRow allocation;
    domain::State state = domain::State::Draft;
    int latest_revision = 1;
};

class Reports {
public:
    explicit Reports(Database& db) : db_(db) {}

    std::int64_t add(const ReportRow& row); // a draft; returns its id
    void update(const ReportRow& row);      // every column that may change
    std::optional<ReportRow> find(std::int64_t id) const;
    std::optional<ReportRow> find_number(std::string_view number) const;
    std::optional<ReportRow> find_deal_key(std::string_view key) const;
    std::vector<ReportRow> list(std::optional<domain::State> state,
                                std::optional<std::int64_t> client) const;
    std::vector<ReportRow> drafts() const;                     // by id (G8)
    std::vector<ReportRow> sent_of(std::int64_t client) const; // Sent..Paid
    bool has_number_of(std::string_view series) const;         // "HB-2026"
    bool has_series(std::string_view prefix) const; // a number of PREFIX and some year was given
    std::string next_number(std::string_view series,
                            int digits); // SERIES-0001; consumed with the transaction

    // Replaces the draft's lines and allocations (revision 0); the same as before writes nothing. A
    // second claimant of an entry gets StoreError with unique_violation(): the caller turns it into
    // a conflict that names the winner (rule 9).
    void replace_draft(std::int64_t report, const std::vector<domain::Line>& lines,
                       const std::vector<std::string>& people_json);
    // Moves the draft's lines to revision n and stores the frozen text. The allocations stay the
    // same rows' heirs: draft lines are re-inserted as lines of revision n with live allocations.
    void freeze(const RevisionRow& revision, const std::vector<domain::Line>& lines,
                const std::vector<std::string>& people_json);
    // Ends the live allocations of a report (recall, cancel, credit). The entries take their task's
    // client of today; call Sources::recompute_work_dates for the clients concerned afterwards.
    std::int64_t release(std::int64_t report);
    std::optional<RevisionRow> find_revision(std::int64_t report, int n) const;
    std::optional<std::string> revision_hash(std::int64_t report, int n) const;
    std::vector<LineRow> lines(std::int64_t report, int revision) const;
    std::optional<LineRow> find_line(std::int64_t id) const;
    std::vector<LineRow>
    lines_of_task(std::int64_t task) const; // of current revisions of live reports
    std::vector<AllocationRow> allocations(std::int64_t report, bool live_only) const;
    std::vector<AllocationRow> allocations_of_entry(std::int64_t entry) const;
    std::vector<AllocationRow> allocations_of_line(std::int64_t line) const;

    void exclude(std::int64_t report, std::int64_t entry, std::int64_t task,
                 std::string_view reason, std::string_view actor, Instant now);
    bool include(std::int64_t report, std::int64_t entry, std::int64_t task);
    std::vector<domain::DraftInput::Exclusion> exclusions(std::int64_t report) const;

    std::vector<DriftRow>
    drifts() const; // allocation live, its entry's revision newer, no adjustment for that pair
    std::int64_t add_adjustment(const AdjustmentRow& row); // an open one replaces that of its entry
    bool withdraw_adjustment(std::int64_t entry); // the open one: nothing is left to correct
    // This revision of a billed entry asks for nothing: it is no drift.
    void answer_drift(std::int64_t entry, std::int64_t report, int revision);
    // Sums, terms, side and decision.
    void update_adjustment(const AdjustmentRow& row);
    void decide_adjustment(std::int64_t id, std::string_view decision, std::string_view reason,
                           std::string_view actor, Instant now);
    // Its report was credited whole: what was to be corrected is unbilled again.
    void void_adjustments(std::int64_t report);
    std::optional<AdjustmentRow> find_adjustment(std::int64_t id) const;
    // Of the client whose next report takes them.
    std::vector<AdjustmentRow> adjustments(std::optional<std::int64_t> client,
                                           bool open_only) const;
    // Of what was first billed on this report: those that stand.
    std::vector<AdjustmentRow> adjustments_of_report(std::int64_t report) const;
    // Tasks with time under an adjustment that is open, or that waits for its report (G1).
    std::set<std::int64_t> tasks_being_corrected() const;
    // Decided next_report and without a live allocation, plus those on `report`'s live lines.
    std::vector<AdjustmentRow> adjustments_for_draft(std::int64_t client,
                                                     std::int64_t report) const;

    std::int64_t
    add_payment(const PaymentRow& row); // 0 when (source, external_id) is known already (rule 39)
    bool reverse_payment(std::int64_t id, std::string_view reason, Instant now);
    std::vector<PaymentRow> payments(std::optional<std::int64_t> report) const;
    std::optional<PaymentRow> find_payment(std::int64_t id) const;

    // Asks a person. 0: the same question with the same values stands already, answered or not;
    // other values end the old one.
    std::int64_t ask(std::int64_t report, const domain::Question& question, Instant now);
    void end_question(std::int64_t id, Instant now);
    // REQUIRES: it has not ended
    void answer_question(std::int64_t id, std::string_view answer, std::string_view actor,
                         Instant now);
    std::vector<QuestionRow> questions_of(std::int64_t report) const; // those that have not ended
    std::vector<QuestionRow> open_questions() const; // of all reports: neither ended nor answered
    std::optional<QuestionRow> find_question(std::int64_t id) const;

    void save_preset(std::string_view name, std::string_view filter, std::string_view actor,
                     Instant now);
    std::vector<std::pair<std::string, std::string>> presets() const;

private:
    Database& db_;
};

} // namespace hb::store
