#pragma once

#include <set>

#include "engine/core.h"

namespace hb::engine {

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
    bool reconcile = false;        // do the nightly sweep now
    bool accept_deletions = false; // a person has looked at what a guard stopped
    std::optional<Day> since;      // window sweep from here, besides what is new
    // The read before freezing (G25): these entries by id, and new ones since the cursor; nothing
    // else.
    std::optional<std::vector<std::string>> only_entries;
};

// One pull of one remote, page by page. Each step makes about one request and commits one page; a
// step may be the last that this process does: the cursors continue it.
class Pull {
public:
    Pull(Core& core, RemoteRuntime& remote, PullOptions options);

    enum class Step { More, Wait, Finished, Failed };
    // Wait: the remote may not be called before `connector.earliest()`.
    Step step();
    const PullReport& report() const { return report_; }

private:
    struct Sweep {
        domain::Reading reading = domain::Reading::ByIds;
        std::vector<std::string> ids;
        std::string cursor;
        Day from{}, to{};
        std::int64_t asked = 0;
        std::set<std::string> absent;
        std::set<std::string> shown;
    };
    Step walk_step();
    Step sweep_step();
    bool totals_due(const std::string& stream) const;
    void begin_stream();
    bool names_changed() const;
    void finish_stream();
    void plan_sweeps();
    Step fail(const Error& error);
    Step finish();
    void add_unlisted_people();
    void take_deletions(const domain::Page& page);
    store::KeepCounts keep_rows(const std::string& stream, std::vector<store::KeptRecord> changed,
                                const std::vector<std::string>& unchanged, bool walk,
                                const std::vector<domain::SourceRecord>& records);
    bool keep_page(const domain::ReadRequest& request, const domain::Page& page, bool full);
    // What a whole walk did not show, of how many that are known.
    struct WalkEnd {
        std::vector<std::string> missing;
        std::int64_t known = 0;
    };
    WalkEnd compare_walk();
    void end_full_walk(const WalkEnd& end);
    std::vector<Sweep> sweeps_by_ids();
    void plan_window(Day from);
    void stop(const std::string& reason);
    StreamReport& stream_report(const std::string& stream);

    Core& core_;
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
    bool begun_ = false;
    bool facts_changed_ = false;
    bool sweeping_ = false;
    bool walked_whole_ = false; // the entries were read from the first to the last in this pull
    std::vector<Sweep> sweeps_;
    Instant step_began_{};
};

// Is the nightly sweep of this remote due?
bool reconcile_due(Core& core, const RemoteRuntime& remote);

} // namespace hb::engine
