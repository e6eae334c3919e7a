#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/core.h"
#include "render/report_view.h"

// What people decide about hours and money. Every function is one committed step; none calls a
// remote.
namespace hb::engine {

struct Actor {
    std::string name; // "cli:root", "page:203.0.113.5", "policy"
};

class Books {
public:
    explicit Books(Core& core) : core_(core) {}

    // contracts (G7, G12)
    struct Applied {
        domain::Contract contract;
        std::vector<std::string> warnings;
        std::vector<std::string> changes; // "draft 3: 1200.00 -> 1350.00 BYN"
    };
    // `known_currencies`: of the CRM, empty when it could not be asked yet.
    Result<Applied> apply_contract(domain::Contract contract,
                                   const std::vector<std::string>& known_currencies, bool dry_run,
                                   const Actor& actor);
    std::vector<domain::Contract> contracts_of(std::int64_t client);
    std::optional<domain::Contract> contract_on(std::int64_t client, Day day);

    // reports
    struct Created {
        render::ReportView view; // id absent: nothing was free
        int exit_code = 0; // G8: 0, 1 (something held, or no time at all), 4 (only held or late)
    };
    // `also`: more that belongs to the same transaction as the new draft.
    Result<Created> create(const domain::Filter& filter, const Actor& actor,
                           const std::function<void(std::int64_t report)>& also = {});
    // What create() would make: nothing is stored, nothing is reserved.
    Result<Created> preview(const domain::Filter& filter, const Actor& actor);
    // Is what the filter names known? NotFound: a project or a work type that is not; the hint
    // lists those that are.
    Status check_filter(const domain::Filter& filter);
    // A draft by another filter of the same client (G36).
    Result<render::ReportView> refilter(std::int64_t report, const domain::Filter& filter,
                                        const Actor& actor);
    struct BatchRow {
        std::string client;
        std::string name;
        std::optional<std::int64_t> report;
        std::string outcome; // made, no terms, nothing, or why not
        std::string total, currency;
        bool asks = false; // a draft of the month that is not sent before somebody accepts (G47)
    };
    std::vector<BatchRow> batch(DayRange month, const Actor& actor);
    Result<render::ReportView> show(std::int64_t report);
    std::vector<render::ReportView> list(std::optional<domain::State> state,
                                         std::optional<std::int64_t> client,
                                         std::string_view search);
    // A report by id or number.
    Result<std::int64_t> find_report(std::string_view id_or_number);

    // The ids of the draft's entries by remote: what is read again before freezing (G25).
    std::map<std::string, std::vector<std::string>> entries_to_read(std::int64_t report);
    // A fingerprint of what the draft would bill; send() compares it across the read before
    // freezing.
    std::string fingerprint(std::int64_t report);
    // Freezes, gives number and link. `fingerprint_before`: of the draft before the read; a
    // difference updates the draft and is Code::Conflict with both totals. `stale`: sent although a
    // remote could not be read (recorded).
    Result<render::ReportView> send(std::int64_t report, const std::string& fingerprint_before,
                                    bool strict, bool stale, const Actor& actor);
    Result<render::ReportView> recall(std::int64_t report, const Actor& actor);
    // `hash` empty: the current one (a command); else it must be the current one (rule 57).
    Result<render::ReportView> agree(std::int64_t report, std::string_view hash,
                                     const Actor& actor);
    Result<render::ReportView> invoice(std::int64_t report, const Actor& actor);
    Result<render::ReportView> cancel(std::int64_t report, std::string_view reason,
                                      const Actor& actor);
    Result<render::ReportView> exclude(std::int64_t report, const domain::Ref& what,
                                       std::string_view reason, const Actor& actor);
    Result<render::ReportView> include(std::int64_t report, const domain::Ref& what,
                                       const Actor& actor);
    Result<render::ReportView> note(std::int64_t report, std::string_view text, const Actor& actor);
    Result<render::ReportView> override_entry(std::int64_t report, const domain::Ref& entry,
                                              std::optional<bool> billable, std::string_view reason,
                                              const Actor& actor);
    // The client link's token (G23); new_link: a fresh one, revoke: none.
    Result<render::ReportView> link(std::int64_t report, bool new_link, bool revoke,
                                    const Actor& actor);
    struct ByToken {
        std::int64_t report = 0;
        render::ReportView view;
        bool withdrawn = false; // recalled or cancelled: no figures
    };
    // Head: without lines, completeness and frozen text, which the revision's hash stands for.
    enum class Detail { Head, Whole };
    std::optional<ByToken> by_token(std::string_view token, Detail detail = Detail::Whole);

    // late tray and adjustments
    std::vector<render::LateRow> late(std::optional<std::int64_t> client, bool all);
    // A record of more than a day is true, as it stands now (G54).
    Status accept_long(std::string_view ref, std::string_view reason, const Actor& actor);
    Status decide_late(std::string_view ref, std::string_view decision, std::string_view reason,
                       const Actor& actor);

    // payments by hand
    Result<store::PaymentRow> add_payment(std::int64_t report, std::string_view amount, Day date,
                                          std::string_view ref, const Actor& actor);
    Status reverse_payment(std::int64_t payment, std::string_view reason, const Actor& actor);

    // links, adoption (G13, G2)
    Status set_link(std::string_view subject, std::string_view target, std::optional<Day> from,
                    const Actor& actor);
    Status remove_link(std::string_view subject, const Actor& actor);
    Result<std::int64_t> adopt(std::string_view subject, Day until, bool undo, const Actor& actor);

    // --- what the engine itself does to the books

    // After facts changed: owners, drafts, drift, late policies. One transaction each, in this
    // order.
    // `cause`: what a person's decision moves shows its own money, what a new version reads is
    // shown as recounted (G65); the rest counts for G47.
    enum class Cause { Facts, Decision, Recount };
    void settle_facts(std::int64_t pull, Cause cause = Cause::Facts);
    // What was read of a report's deal; moves the report and plans marks (G3). Returns true when
    // something changed.
    bool apply_evidence(std::int64_t report, const domain::DealState& deal,
                        const std::optional<domain::DealState>& invoice = {});
    // Deal and rows read back: moves agreed -> invoiced when they equal the revision, else asks a
    // person.
    // The invoice too, where the report has one (G19).
    bool confirm_invoiced(std::int64_t report, const domain::DealState& deal,
                          const std::optional<domain::DealState>& invoice = {});
    // Plans marks of all tasks on a report whose value differs from what was last written (G26).
    void plan_marks(std::int64_t report);
    std::optional<int> percent_of_task(std::int64_t task);
    // Drafts anew, inside the caller's transaction.
    void settle_drafts(Cause cause);
    // A person accepts by name what a draft says of pulls: shrunk, grown (G47). Conflict when the
    // draft does not say so, or says another `figure` ("" any).
    Status accept(std::int64_t report, std::string_view name, std::string_view figure,
                  const Actor& actor);

private:
    // Inside the caller's transaction.
    std::vector<BatchRow> asking_drafts(DayRange month);
    bool find_days_anew(); // were they?
    bool settle_report(std::int64_t report, const domain::EvidenceRead& read, bool crm_was_read);
    Core& core_;
};

} // namespace hb::engine
