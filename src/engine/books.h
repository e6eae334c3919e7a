#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "engine/lookup.h"
#include "engine/step.h"

// The books and everything around them: how a step is taken, and what people decide about hours and
// money. Wired once in `app`.
namespace hb::engine {

class Books {
public:
    Books(store::Database& db, Clock& clock_, IdSource& ids_, Settings settings_)
        : clock(clock_), ids(ids_), settings(std::move(settings_)), db_(db), tables_(db) {}
    Books(const Books&) = delete;
    Books& operator=(const Books&) = delete;

    // --- the only ways to a table. From any thread; REQUIRES of begin(): the thread holds no step.
    Step begin(std::string_view actor = "engine") { return Step(*this, actor); }
    Step begin(const Actor& actor) { return Step(*this, actor.name); }
    // For what must not be decided while the report's client is unsettled (engine/settling.h): that
    // client is settled first, in a step of its own, and nobody comes between.
    Step begin_settled(std::int64_t report, const Actor& actor);
    Read read() { return Read(*this); }
    View view() { return View(*this); } // throws StoreError when the books can't be read

    // --- around them
    Clock& clock;
    IdSource& ids;
    Settings settings; // changed by change() alone, once others look at them
    std::vector<std::unique_ptr<RemoteRuntime>> remotes;
    // Where only notices go (Telegram, webhooks): no mapping, nothing is read from them. The list
    // is touched by the service's own thread alone; a lane keeps what it works with.
    std::vector<std::shared_ptr<RemoteRuntime>> senders;
    Meters meters;
    // Connections for whoever only reads; none: books in memory.
    std::unique_ptr<store::Readers> readers;
    // Of the machine; where tests move the clock, the clock itself.
    std::function<Uptime()> uptime;
    // Called just before and just after each remote call: tests kill the program there.
    std::function<void(std::string_view moment)> failpoint;
    // Told a person at a terminal what is going on, by the thread that works for that person.
    static inline thread_local std::function<void(const std::string& line)> progress;

    RemoteRuntime* find_remote(std::string_view name); // nullptr: not configured
    RemoteRuntime* crm();                              // nullptr: there is none
    const std::string& remote_name(std::int64_t id) const;
    // begin_settled() without what comes after it.
    void settle_client_of(std::int64_t report);
    // Settings, remotes or senders change while nobody holds the books, and views see them from
    // then on.
    void change(const std::function<void()>& how);
    // Views see settings and remotes as they are now.
    void show_settings();
    Uptime up() const {
        return uptime ? uptime() : Uptime{"machine", "boot", clock.now().time_since_epoch()};
    }
    void at(std::string_view moment) const {
        if (failpoint) failpoint(moment);
    }
    static void say(const std::string& line) {
        if (progress) progress(line);
    }
    // What the remote's connector has sent so far, for /metrics.
    void note_calls(const RemoteRuntime& remote);
    bool held(); // by any other thread, at this moment
    HoldTimes::Seen holds() const { return mutex_.times().seen(); } // of the writer's lock
    // Gives back what the writer's connection keeps for the next time.
    void shrink();
    // Numbers that were given are written beside the books (store/numbers.h). REQUIRES: no step
    void keep_numbers();

    // --- what people decide: each a step of its own, committed; none calls a remote
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

    // reports
    using Created = engine::Created;
    // `also`: more that belongs to the same step as the new draft.
    Result<Created> create(const domain::Filter& filter, const Actor& actor,
                           const std::function<void(Step& step, std::int64_t report)>& also = {});
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
    // A person accepts by name what a draft says of pulls: shrunk, grown (G47). Conflict when the
    // draft does not say so, or says another `figure` ("" any).
    Status accept(std::int64_t report, std::string_view name, std::string_view figure,
                  const Actor& actor);

    // late tray and adjustments
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

    // --- what the engine itself does to the books, each a step of its own
    // What was read of a report's deal; moves the report and plans marks (G3). Returns true when
    // something changed.
    bool apply_evidence(std::int64_t report, const domain::DealState& deal,
                        const std::optional<domain::DealState>& invoice = {});
    // Deal and rows read back: moves agreed -> invoiced when they equal the revision, else asks a
    // person. The invoice too, where the report has one (G19).
    bool confirm_invoiced(std::int64_t report, const domain::DealState& deal,
                          const std::optional<domain::DealState>& invoice = {});
    // Plans marks of all tasks on a report whose value differs from what was last written (G26).
    void plan_marks(std::int64_t report);

    // --- Lookup, for callers that ask one thing. What needs no mapping or connector (list,
    // find_report, contracts, percent) waits for nobody who writes; the others take the lock.
    Result<render::ReportView> show(std::int64_t report);
    std::vector<render::ReportView> list(std::optional<domain::State> state,
                                         std::optional<std::int64_t> client,
                                         std::string_view search);
    Result<std::int64_t> find_report(std::string_view id_or_number);
    Result<Created> preview(const domain::Filter& filter, const Actor& actor);
    Status check_filter(const domain::Filter& filter);
    std::map<std::string, std::vector<std::string>> entries_to_read(std::int64_t report);
    std::string fingerprint(std::int64_t report);
    std::optional<ByToken> by_token(std::string_view token, Detail detail = Detail::Whole);
    std::vector<render::LateRow> late(std::optional<std::int64_t> client, bool all);
    std::vector<domain::Contract> contracts_of(std::int64_t client);
    std::optional<domain::Contract> contract_on(std::int64_t client, Day day);
    std::optional<int> percent_of_task(std::int64_t task);

private:
    friend class Locked;
    friend class Step;
    friend class Read;
    friend class ViewedBooks;
    friend class View;
    Surroundings around() const;
    Surroundings around(const SettingsShown& shown) const;
    std::shared_ptr<const SettingsShown> shown() const; // nullptr: not yet

    store::Database& db_;
    store::Tables tables_;
    BooksMutex mutex_;
    mutable Mutex shown_mutex_;
    std::shared_ptr<const SettingsShown> shown_ HB_GUARDED_BY(shown_mutex_);
};

} // namespace hb::engine
