#pragma once

#include "books/viewing.h"
#include "mapping/parts.h"

// What follows from a decision: ops for the outbox, adjustments, late decisions by policy. Calls no
// remote.
namespace hb::books {

class Planning {
public:
    explicit Planning(Step& step) : step_(step) {}

    // Deal, its rows and a comment, each once per report (G18, G19).
    void plan_deal(const store::ReportRow& report);
    // The deal, and the invoice where there is one, go to the failed stage of their category after
    // their creates have settled (G4).
    void plan_deal_failed(const store::ReportRow& report);
    // On the deal, or on the card while there is no deal; `what` names a template (M-R6).
    void plan_comment(const store::ReportRow& report, const std::string& what);
    // Invoice and rows after the deal's rows, then a document of each template (G19, G20).
    void plan_invoice(const store::ReportRow& report, std::int64_t after);
    void plan_documents(const store::ReportRow& report, std::int64_t after);

    // --- report cards (G36), planning_cards.cpp -------------------------------------------------
    // What the card of a report should show, against what was decided last: ops for the
    // difference. `warnings`: of a draft, one a line; nullopt leaves what is there. True: something
    // was planned.
    bool plan_card(const store::ReportRow& report, const std::optional<std::string>& warnings);
    // Says something on a card, unless its last comment said just that.
    // Worded for staff (G61).
    void plan_card_comment(store::CardRow& card, const Error& error);
    // Puts the stage of a card back to its report's state.
    void plan_card_state(store::CardRow& card, const std::string& state);
    // The card's complete list of files (G36).
    void plan_card_files(const store::ReportRow& report);
    // Makes the next plan_card() write every field anew; false: it was put back too often within
    // an hour, a robot may be answering.
    bool put_back(store::CardRow& card);
    // Writes our key on a card that a manager made, before anything else.
    void plan_adoption(const store::CardRow& card);

    // Inside the transaction that settles an op as done: what its result means for the books.
    void op_done(const store::OpRow& op);
    // Marks of all tasks that the report's current revision names (G26).
    void plan_marks(const store::ReportRow& report);
    // One task's mark, when it differs from what was last decided. False: nothing to do.
    bool plan_mark(std::int64_t task);

    // What a task shows now, against what we wrote last: a mark that somebody changed is set again
    // (rule 46).
    void mark_seen(const KnownRemote& remote, const domain::SourceTask& task);

    // Of these clients; Touched::kEverybody: of all.
    void apply_late_policies(const std::set<std::int64_t>& clients);
    void find_drift(); // rules 19-22, G10

private:
    struct MarkPlan {
        domain::OpKind kind;
        domain::Purpose purpose;
        std::int64_t task;
        std::string target; // id in the planner
        std::string percent;
        std::string numbers;
    };
    domain::LatePolicy late_policy_of(Drafting& drafting, std::int64_t client,
                                      const domain::LateRow& row);
    bool plan_mark_op(const KnownRemote& remote, const MarkPlan& plan);
    bool plan_entry_marks(const KnownRemote& remote, std::int64_t task);
    std::optional<std::int64_t> plan_task_fields(const KnownRemote& remote);

    Step& step_;
};

// An op of a remote, with a key of its own, due now.
store::OpRow new_op(Step& step, const KnownRemote& remote, domain::OpKind kind,
                    domain::Repeat repeat, domain::Purpose purpose);
// The fields of an op, and what it needs at its sending.
void write(store::OpRow& op, mapping::Written written);

} // namespace hb::books
