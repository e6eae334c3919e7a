#pragma once

#include "books/drafting.h"

// Billed time that changed afterwards (rules 19-22, G10): what is open, what it costs, and what a
// decision makes of it. Calls no remote.
namespace hb::books {

// What a decision about an adjustment came to, for its row in the log: enough to recompute the
// line that carries it.
void add_money(const Reading& read, std::int64_t adjustment, EventData& data);

// What corrections come to, by the books as they are.
class CorrectionFacts {
public:
    explicit CorrectionFacts(const Reading& read) : read_(read), drafting_(read) {}
    explicit CorrectionFacts(const Reading&& read) = delete; // it would outlive its books

    // A decided one as a draft takes it.
    domain::AdjustmentFacts facts(const store::AdjustmentRow& row);
    // The terms that its money is in.
    const domain::Contract& terms(const store::AdjustmentRow& row);
    // A report can carry it: the same currency, VAT and own company (rules 5, 22, 36).
    bool fits(const store::AdjustmentRow& row, const domain::Contract& report);

protected:
    // Where an entry's billed time stands now, after what was decided so far.
    struct Standing {
        std::optional<std::int64_t> place; // the put-in side; absent: the line of the first bill
        store::AdjustmentTerms terms;
        std::int64_t judged_by = 0;    // the contract version of its day, as it was billed (G52)
        int revision = 1;              // of the entry, as it was put there
        std::int64_t seconds = 0;      // billed, raw
        std::int64_t written_off = 0;  // changes that were left as they were, raw
        std::int64_t place_billed = 0; // of a put-in side: its money
        std::int64_t place_amount = 0;
        int decided_revision = 1; // what the last decision knew
        std::optional<std::int64_t> decided_owner;
        bool decided_judged = true;
        std::int64_t accounted() const { return seconds + written_off; }
    };
    // One entry as it stands on its bill and as it is now.
    struct Change {
        store::EntryRow now;
        std::string words; // "1:00 -> 1:30"; "" when nothing that matters changed
        bool transfer = false;
        std::optional<std::int64_t> owner;
        bool judged = true;
    };
    // A report with its lines, live allocations and standing adjustments.
    struct Bill {
        store::ReportRow report;
        domain::Contract contract;
        std::map<std::int64_t, domain::Line> lines;
        std::map<std::int64_t, store::AllocationRow> work; // by entry
        std::vector<store::AdjustmentRow> adjustments;
        std::map<std::int64_t, std::int64_t> seconds; // by entry: billed on its first line, raw
    };
    const Bill& bill(std::int64_t report);
    Standing standing(const Bill& bill, std::int64_t entry);
    Change change(const Standing& standing, const store::EntryRow& latest);
    std::int64_t seconds_now(const store::AdjustmentRow& row, const Standing& standing);
    std::int64_t to_bill(const store::AdjustmentRow& row, const Standing& standing);
    domain::AdjustmentMoney price_one(const Bill& bill, const store::AdjustmentRow& row,
                                      const Standing& standing);
    // The price of the entry's rounding group when it has `now` seconds instead of what is billed.
    domain::AdjustmentMoney group_price(const Bill& bill, std::int64_t entry, std::int64_t now);
    domain::AdjustmentMoney alone_price(const Standing& standing, std::int64_t now);
    domain::AdjustmentMoney put_in_price(const store::AdjustmentTerms& terms, std::int64_t seconds);

    struct Destination {
        store::EntryRow entry;
        store::AdjustmentTerms terms;
    };
    Result<Destination> destination(const store::AdjustmentRow& row, const Standing& standing);
    Result<store::AdjustmentTerms> terms_of_owner(std::int64_t owner, const store::TaskRow& task,
                                                  const store::EntryRow& entry);

    store::EntryRow revision_of(const store::EntryRow& entry, int n);
    std::int64_t judge_of(const Bill& bill, const store::AllocationRow& share);
    domain::Verdict judge(const store::TaskRow& task, const store::EntryRow& entry,
                          const domain::Contract& contract);
    const domain::RateRule* rate_of(const store::TaskRow& task, const store::EntryRow& entry,
                                    std::int64_t client, const domain::Contract& contract,
                                    const domain::Verdict& verdict);
    Day day_of(const store::EntryRow& entry, const domain::Contract& contract);
    std::string client_words(std::optional<std::int64_t> client);
    bool crosses(const store::AdjustmentRow& row);
    std::string number_of(const store::AdjustmentRow& row);

    const Reading& read_;
    Drafting drafting_;
    std::map<std::int64_t, domain::Contract> contracts_;
    std::map<std::int64_t, Bill> bills_;
};

// Makes and decides them.
class Corrections : public CorrectionFacts {
public:
    explicit Corrections(Step& step) : CorrectionFacts(step), step_(step) {}

    // Looks at every billed entry that moved on: a sent report is flagged, from `agreed` on there
    // is exactly one open adjustment, or none when the entry is again as it was billed.
    void find();
    // A person's or a policy's word. A change of task, person, date, client or verdict that goes to
    // the next report becomes a transfer pair. Conflict: it can't be made, and why.
    Status decide(store::AdjustmentRow row, std::string_view decision, std::string_view reason,
                  std::string_view actor);

private:
    void plan(const store::DriftRow& drift);
    // Prices the open ones of a report on top of what was decided: a decision costs what was shown,
    // and together decisions cost what the new facts cost, in whatever order they come (G10).
    void price(std::int64_t report);
    void correct(store::AdjustmentRow row);
    Status transfer(const store::AdjustmentRow& decided);
    void use_up(const store::AdjustmentRow& decided, std::int64_t billed_change);

    Step& step_;
};

} // namespace hb::books
