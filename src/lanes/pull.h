#pragma once

#include <map>
#include <set>

#include "books/plan.h"
#include "domain/guards.h"
#include "domain/hidden.h"
#include "lanes/floor.h"

namespace hb::lanes {

struct StreamReport {
    std::string stream;
    std::int64_t read = 0;
    std::int64_t added = 0;
    std::int64_t revised = 0;
    std::int64_t tombstoned = 0;
    std::int64_t problems = 0;
    std::int64_t requests = 0;
    bool complete = false;
    std::int64_t milliseconds = 0;
};
struct Stopped {
    std::string reason;
    std::string what_to_do;
};
struct PullReport {
    std::string remote;
    std::vector<StreamReport> streams;
    std::optional<Stopped> stopped; // a guard asks a person
    std::optional<Error> error;     // the remote failed; what was committed stays
};

struct PullOptions {
    bool full = false;             // walk every stream whole, then sweep every entry (G42)
    bool anew = false;             // a whole walk that is under way is dropped, not gone on with
    bool reconcile = false;        // do the nightly sweep now
    bool accept_deletions = false; // a person has looked at what a guard stopped
    std::set<domain::MoneyField> accept_values; // likewise, at values that changed (G46)
    std::optional<Day> since;                   // window sweep from here, besides what is new
    // The read before freezing (G25): these entries by id, and new ones since the cursor; nothing
    // else.
    std::optional<std::vector<std::string>> only_entries;
    bool asked = false; // by a person's command, for the history
};

// Whole walks that a pull has begun and not ended; the next one goes on with them (G50).
struct UnderWay {
    std::string stream;
    Instant at{}; // of the last page that was put down
};
std::vector<UnderWay> walks_under_way(const Reading& read, const KnownRemote& remote);

// One pull of one remote, page by page. Each step makes about one request and commits one page; a
// step may be the last that this process does: the cursors continue it.
class Pull {
public:
    Pull(Books& books, RemoteRuntime& remote, PullOptions options);

    enum class Turn { More, Wait, Finished, Failed };
    // Wait: the remote may not be called before `connector.earliest()`.
    Turn step();
    const PullReport& report() const { return report_; }

    // The first steps of its streams, which one request can carry (P21). A pull that is not given
    // them asks for them itself; the caller's request may carry more. Empty: nothing is read so,
    // each stream goes by itself.
    // REQUIRES: nobody else calls the remote before use_heads()
    std::vector<domain::ReadRequest> heads();
    void use_heads(const std::vector<domain::ReadRequest>& asked, const connector::Heads& heads);

private:
    // First pages that came before their turn. They are good until anybody else asks the remote
    // for something or writes to it: what they show must not be older than that.
    struct Ahead {
        struct First {
            std::string cursor; // that it was asked with
            domain::Page page;
        };
        std::map<std::string, First> pages; // by stream
        std::int64_t requests = 0;          // of the connector, when the pull was last at work
        Instant at{};
    };
    void begin();
    bool reads_whole(const Reading& read, const std::string& stream,
                     const std::optional<store::StreamState>& full,
                     const std::optional<store::StreamState>& changes);
    bool wants_heads();
    std::optional<Turn> ask_heads();
    Result<domain::Page> first_or_ask(const domain::ReadRequest& request);
    Turn next_step();

    struct Sweep {
        std::string stream = "entries";
        bool missing = false;    // by id, of what a whole walk did not show
        bool shown_ones = false; // a whole walk that only tells which are shown
        bool judged = false;     // `absent` is known; what it belongs to had to be looked at first
        domain::Reading reading = domain::Reading::ByIds;
        std::vector<std::string> ids;
        std::string cursor;
        Day from{}, to{};
        std::int64_t asked = 0;
        std::set<std::string> absent;
        std::set<std::string> shown;
    };
    Turn walk_step();
    Turn sweep_step();
    bool totals_due(const std::string& stream) const;
    bool whole_walk_due(const Reading& read, const std::string& stream,
                        const std::optional<store::StreamState>& full);
    void begin_stream();
    bool names_changed() const;
    Status finish_stream();
    void plan_sweeps();
    Result<domain::Page> ask(const domain::ReadRequest& request);
    Turn missed(const Error& error);
    Turn fail(const Error& error);
    void judge_sweep(const Sweep& sweep, std::vector<std::string>& ask_for);
    void settle_one_by_one(bool everybody); // of those whom the pages touched
    Step::Cause cause() const;
    void ends_reading(Step& step) const; // its pages are settled with this step
    Turn finish();
    void add_unlisted_people();
    void take_deletions(const domain::Page& page);
    store::KeepCounts keep_rows(Step& step, const std::string& stream, books::PagePlan plan,
                                const std::vector<std::string>& quiet, bool walk,
                                const std::vector<domain::SourceRecord>& records);
    bool keep_page(const domain::ReadRequest& request, const domain::Page& page, bool full);
    // What a whole walk did not show, of how many that are known.
    struct WalkEnd {
        std::vector<std::string> missing;
        std::int64_t known = 0;
    };
    WalkEnd compare_walk();
    void end_full_walk(Step& step, const WalkEnd& end);
    std::vector<Sweep> sweeps_by_ids();
    void plan_window(Day from);
    void read_free_time_anew();
    Turn conclude();
    bool asks_by_id(const Sweep& sweep) const;
    bool is_proven(const Reading& read, const Sweep& sweep, const std::string& id) const;
    void take_absent(Step& step, const Sweep& sweep, const std::vector<std::string>& absent,
                     const std::vector<std::string>& gone);
    bool look_first(Sweep sweep);
    Turn look_step();
    std::vector<std::string> judge_missing(Step& step, const std::string& stream,
                                           std::vector<std::string> missing);
    bool is_hidden(const Reading& read, const std::string& stream, const std::string& id) const;
    void put_down();
    void note_history(Step& step, const std::string& outcome);
    void note_hidden(Step& step, const std::string& stream, const std::vector<std::string>& missing,
                     const std::vector<std::string>& gone);
    Status ask_rights();
    bool may_conclude() const;
    std::vector<std::string> proven_of(Step& step, const Sweep& sweep,
                                       const std::vector<std::string>& absent);
    domain::NotShown cause_now() const;
    std::vector<std::string> within_bounds(Step& step, const std::string& stream,
                                           std::vector<std::string> gone);
    void stop_for_large(const Reading& read);
    void remember_rights(Step& step);
    void judge_values(Step& step, const std::string& stream);
    void stop(const std::string& reason, const std::string& what_to_do);
    void stop_deletions(const std::string& reason);
    StreamReport& stream_report(const std::string& stream);

    Books& books_;
    RemoteRuntime& remote_;
    PullOptions options_;
    PullReport report_;
    std::size_t index_ = 0;
    bool full_ = false;        // of the stream at index_
    store::StreamState state_; // likewise
    std::int64_t pull_ = 0;
    std::int64_t seen_ = 0;
    // Entries of pages in which nothing was new: put down together, with the cursor behind them.
    std::vector<std::string> quiet_;
    bool recounted_ = false;                  // free time changed by that
    bool reread_ = false;                     // see read_free_time_anew()
    bool moved_ = false;                      // the position is ahead of the one in the books
    std::vector<std::string> known_parents_;  // of the stream at index_
    std::optional<domain::WalkEnd> walk_end_; // likewise, of a whole walk that ended
    // By stream: what whole walks of this pull did not show.
    std::map<std::string, std::set<std::string>> not_shown_;
    Ahead ahead_;
    int heads_asked_ = 0;            // how often
    std::int64_t failed_before_ = 0; // calls that got no answer, before the last request
    int pauses_ = 0;                 // that it asked for in a row
    bool begun_ = false;
    bool facts_changed_ = false;
    bool sweeping_ = false;
    bool walked_whole_ = false; // the entries were read from the first to the last in this pull
    std::vector<Sweep> sweeps_;
    // Asked for when something is missing; of this pull.
    std::optional<connector::Connector::Rights> rights_;
    bool rights_changed_ = false;
    bool walked_rights_ = false;                          // something was read whole with them
    std::set<std::pair<std::string, std::string>> large_; // stream and id: waits for a person
    Instant step_began_{}, began_{};
};

// Is the nightly sweep of this remote due?
bool reconcile_due(const Reading& read, const KnownRemote& remote);
// When its next night work is: on the clock of the configuration's zone.
Instant next_night(const Reading& read, const KnownRemote& remote);

} // namespace hb::lanes
