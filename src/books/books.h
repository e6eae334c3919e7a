#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "books/lookup.h"
#include "books/step.h"

// The books and everything around them: how a step is taken, and what people decide about hours and
// money. Wired once in `app`.
namespace hb::books {

class Books {
public:
    Books(store::Database& db, Clock& clock_, IdSource& ids_, Settings settings_)
        : clock(clock_), ids(ids_), settings(std::move(settings_)), db_(db), tables_(db) {}
    Books(const Books&) = delete;
    Books& operator=(const Books&) = delete;

    // --- the only ways to a table. From any thread; REQUIRES of begin(): the thread holds no step.
    Step begin(std::string_view actor = "engine") { return Step(*this, actor); }
    Step begin(const Actor& actor) { return Step(*this, actor.name); }
    // For what must not be decided while the report's client is unsettled (books/settling.h): that
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

    // --- What is asked of Lookup all over the house, by callers that ask this alone: of a View, so
    // it waits for nobody who writes. REQUIRES: the thread holds no step that wrote (a view would
    // not see it)
    Result<domain::ReportView> show(std::int64_t report);
    Result<std::int64_t> find_report(std::string_view id_or_number);
    Result<Created> preview(const domain::Filter& filter, const Actor& actor);
    std::string fingerprint(std::int64_t report);
    std::vector<domain::LateRow> late(std::optional<std::int64_t> client, bool all);
    std::vector<domain::Contract> contracts_of(std::int64_t client);

private:
    friend class Locked;
    friend class Step;
    friend class Read;
    friend class ViewedBooks;
    friend class View;
    friend class Rehearsal;
    // What is around is what others show (books/rehearsal.h).
    Books(store::Database& db, Clock& clock_, IdSource& ids_,
          std::shared_ptr<const SettingsShown> instead);
    std::shared_ptr<SettingsShown> as_shown();
    Surroundings around() const;
    Surroundings around(const SettingsShown& shown) const;
    std::shared_ptr<const SettingsShown> shown() const; // nullptr: not yet

    store::Database& db_;
    store::Tables tables_;
    const std::shared_ptr<const SettingsShown>
        instead_; // of remotes and senders; nullptr: their own
    BooksMutex mutex_;
    mutable Mutex shown_mutex_;
    std::shared_ptr<const SettingsShown> shown_ HB_GUARDED_BY(shown_mutex_);
};

} // namespace hb::books
