#pragma once

#include <atomic>
#include <map>
#include <set>

#include "lanes/cards.h"
#include "lanes/crm_looks.h"
#include "lanes/floor.h"
#include "lanes/inbox_job.h"
#include "lanes/lanes.h"
#include "lanes/outages.h"
#include "lanes/pull.h"
#include "lanes/restored.h"
#include "lanes/troubles.h"

// Puts the jobs in order and works them: for `sync`, `run` and `serve`.
namespace hb::lanes {

struct RunReport {
    std::int64_t steps = 0;
    std::int64_t parked = 0;  // for a person
    std::int64_t lacking = 0; // parked too, but they go on by themselves (G55)
    std::int64_t asking = 0;  // reports that ask a person
    std::optional<Instant> next_due;
    std::vector<PullReport> pulls;
    std::vector<std::string> errors; // of remotes, one a remote
};

class Service {
public:
    Service(Books& books) : books_(books) {}

    // Whoever died before left ops in flight; they may have run.
    void recover();

    PullReport pull(RemoteRuntime& remote, const PullOptions& options);
    // Every remote, in the caller's thread: beside the lanes a remote that hangs holds up whoever
    // asked, and nobody else. One that is not available is asked only when a probe is due (G63).
    std::vector<PullReport> pull_all();
    // One reading, when a probe is due. Is the remote available?
    bool probe(RemoteRuntime& remote);
    // G16: pull every remote, check payments of open reports, then work the outbox until nothing is
    // due within `wait`. Beside lanes the pulls were made `before`, in a thread of their own.
    RunReport run(std::chrono::seconds wait, std::vector<PullReport> before = {});
    bool has_lanes() const { return lanes_run_; }
    // G25: the entries of a draft by id, and what is new since the cursor.
    enum class Patience { Waits, GivesUp }; // while somebody's command reads the same remote
    Status read_before_freezing(std::int64_t report, Patience patience = Patience::Waits);
    // Looks at deals and invoices of all reports that wait for money or for their read-back: what
    // was paid, and what differs from what was agreed (G3, G56). Returns how many there were.
    std::int64_t check_payments(Troubles& errors);
    // The same of these reports, whatever their turn. Returns how many of them moved.
    std::int64_t look_at(const std::vector<std::int64_t>& reports, Troubles& errors);
    bool check_payment(std::int64_t report, Troubles& errors) {
        return look_at({report}, errors) > 0;
    }
    void look_for_twins(Troubles& errors);
    // Reads the kanban and does what managers asked there; then plans what the cards have to show.
    // `facts_changed`: warnings of drafts are looked at again. Returns steps made.
    // `first`: the first page, that was read already.
    std::int64_t work_cards(Troubles& errors, bool facts_changed,
                            std::optional<domain::CardPage> first = std::nullopt);
    // What events asked to look at again, those of the portal's own queue among it when `offline`
    // says so. Returns how many there were.
    std::int64_t work_inbox(Troubles& errors, bool offline);
    // Stage moves since the last look, for what polling and events missed: reports and cards that
    // they name are looked at again.
    std::int64_t follow_moves(Troubles& errors,
                              std::optional<domain::MovePage> first = std::nullopt);
    // What the CRM needs for reports (cards, fields, event handlers): found, made or repaired, and
    // remembered. `handler`: our public address for events.
    Result<domain::SetupReport> setup_portal(RemoteRuntime& remote, bool dry_run,
                                             std::string_view handler);
    // Every object of ours in the CRM against the books (G18). REQUIRES: there is a CRM
    Result<Comparison> compare_with_crm();
    // Works what is due now; returns steps made.
    std::int64_t work_outbox(RemoteRuntime& remote, Troubles& errors, std::optional<Instant> until);

    // Plans notices of what happened and delivers those that do not go into the CRM; with `until`
    // waits for what becomes due by then. Returns steps made.
    std::int64_t tell(Troubles& errors, std::optional<Instant> until);

    // For ever, until `stop` says so: what is due, in turns of small steps. The caller's thread is
    // the CRM's lane; every other remote has one of its own.
    void serve(const std::function<bool()>& stop);
    // Called by serve() in the caller's thread between two steps: what has to call remotes on
    // somebody's behalf does it here.
    std::function<void()> between_jobs;

    std::optional<Instant> next_due() const;

private:
    bool available(const RemoteRuntime& remote) { return Outages(books_).open(remote); }
    // After a call; `error` is told unless it is the connection's, which has its own words.
    void failed(RemoteRuntime& remote, Doing doing, const Error& error, Troubles& errors);
    std::optional<Instant> next_probe(const RemoteRuntime& remote) const;
    // One request, and what it shows is judged; how many reports moved.
    Result<std::int64_t> look_on(CrmLooks& looks, Troubles& errors);
    bool judge(const Look& look, Troubles& errors);
    std::int64_t look_whole(CrmLooks& looks, Troubles& errors);
    // Reports whose deals or invoices were just written (G19).
    std::int64_t read_back(Troubles& errors);
    // Waits for the remote's limiter within `until`; false: it is later than that.
    bool wait_for(RemoteRuntime& remote, std::optional<Instant> until);
    void compare_marks();
    // What could not be read, a line for each remote that is not available.
    void add_outages(RunReport& report);
    // The connectors learn the layout of the cards that the books remember.
    void ready();
    // What reading left in memory is given back before a rest.
    void rest();
    // Documents that are due, and what cards have to show after what just happened.
    std::int64_t follow_up(RemoteRuntime& remote);
    CardsJob cards();
    void follow(const Looked& looked, Troubles& errors);
    void follow_offline(RemoteRuntime& remote, Troubles& errors);

    std::int64_t work_sender(RemoteRuntime& sender, Troubles& errors, std::optional<Instant> until);
    std::int64_t plan_notices();

    struct MainLane;
    Instant main_turn(MainLane& lane, const std::function<bool()>& stop);
    void look_around(MainLane& lane, Troubles& errors);
    std::string moves_cursor(const RemoteRuntime& crm) const;
    Walk::Turn watch_slice(MainLane& lane, const std::function<bool()>& stop, Troubles& errors);
    void open_lane(Lanes& lanes, RemoteRuntime& remote);
    void open_sender_lanes(Lanes& lanes);
    void refresh_if_idle(RemoteRuntime& remote, Troubles& errors);
    std::optional<Instant> next_due(const RemoteRuntime& remote) const;
    Instant rest_until(const RemoteRuntime& remote, Walk::Turn turn) const;

    Instant give_up_due_{};
    // Of the CRM's lane: reports to read back; and for each report the number of the last write or
    // look, so that an older look that comes late is not judged.
    std::set<std::int64_t> written_;
    std::int64_t news_ = 0;
    std::map<std::int64_t, std::int64_t> last_news_;
    std::atomic<bool> facts_changed_{true}; // since the cards were looked at
    std::atomic<bool> lanes_run_{false};
    std::atomic<bool> ready_{false};
    std::atomic<bool> read_{true}; // something, since memory was given back
    Books& books_;
};

} // namespace hb::lanes
