#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/books_mutex.h"
#include "base/ensure.h"
#include "base/ids.h"
#include "base/uptime.h"
#include "books/meters.h"
#include "books/remotes.h"
#include "store/reader.h"
#include "store/tables.h"

// Nobody touches a table without one of these. None leads to the database, the lock or a connector.
namespace hb::books {

class Books;

struct Actor {
    std::string name; // "cli:root", "page:203.0.113.5", "policy"
};

// What a reading sees besides tables.
struct Surroundings {
    const Settings& settings;
    std::vector<const KnownRemote*> remotes, senders;
    Instant now;
};

// The books for reading, at one moment: of a Step, or of a View.
class Reading {
public:
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

    const store::Tables* operator->() const { return tables_; }
    Instant now() const { return now_; } // the same for as long as this lives
    const Settings& settings;

    const KnownRemote* find_remote(std::string_view name) const; // nullptr: not configured
    const KnownRemote* crm() const;                              // nullptr: there is none
    const std::string& remote_name(std::int64_t id) const;       // "?" not configured
    // Planners and the CRM, in the order of the configuration.
    const std::vector<const KnownRemote*>& remotes() const { return remotes_; }

protected:
    Reading(const store::Tables& tables, Surroundings around);
    ~Reading() = default;

private:
    const store::Tables* tables_;
    const std::vector<const KnownRemote*> remotes_, senders_;
    const Instant now_;
};

// The writer's lock, taken before anything is looked at.
class Locked {
protected:
    explicit Locked(Books& books);
    std::unique_lock<BooksMutex> lock_;
};

// One decision: the writer's lock, one transaction, one moment, one actor. Made by Books::begin()
// alone, never kept across a remote call or a wait (Held). What is not done() is as if it had never
// been.
class Step final : private Locked, public Reading {
public:
    ~Step();

    // REQUIRES: it is not done
    store::Tables* operator->() const {
        ensure(tx_.has_value(), "nothing is written after a step is done");
        return tables_;
    }
    const std::string& actor() const { return actor_; }
    IdSource& ids;
    Meters& meters;
    Uptime up() const; // of the machine

    // What moves drafts in this step: what a person's decision moves shows its own money, what a
    // new version reads is shown as recounted (G65); facts that planners tell count for G47.
    enum class Cause { Facts, Decision, Recount };
    Cause cause = Cause::Facts;

    // Was anything written since it began?
    bool wrote() const;
    // Settles what was touched (books/settling.h) and commits, once. Where nothing was written
    // there is nothing to commit.
    void done();
    // Commits, and leaves what was touched to the next step: while not all remotes are known yet.
    void leave();
    // Commits a page of what is read: what it touched is settled by the step that ends_reading().
    void put_off(const KnownRemote& remote);
    // Before done(): what this remote's pages put off is settled, too.
    void ends_reading(const KnownRemote& remote);

private:
    friend class Books;
    Step(Books& books, std::string_view actor);
    void commit();

    Books& books_;
    std::optional<store::Tx> tx_;
    store::Tables* tables_;
    const std::string actor_;
    const std::int64_t changes_;
    const KnownRemote* ends_ = nullptr;
};

// The books for reading under the writer's lock: for whoever decides by it what to do next, and
// where no other connection sees the books (in memory).
class Read final : private Locked, public Reading {
public:
    ~Read() = default;

private:
    friend class Books;
    explicit Read(Books& books);
};

// The books as they were when this was made, through a connection for reading: nobody who writes is
// waited for, and nothing can be written. Where there is no such connection (books in memory, or
// before Books::show_settings) under the writer's lock. Not kept across a wait (Held).
class ViewedBooks {
protected:
    explicit ViewedBooks(Books& books); // throws StoreError when the books can't be read
    std::shared_ptr<const struct SettingsShown> shown_;
    std::unique_lock<BooksMutex> lock_;
    std::optional<store::Reader> reader_;
    std::optional<store::Tables> own_;
};
class View final : private ViewedBooks, public Reading {
public:
    explicit View(Books& books);
    ~View() = default;
};

// What a View needs to know besides the books.
struct SettingsShown {
    Settings settings;
    std::vector<std::unique_ptr<KnownRemote>> remotes, senders; // of senders their rows only
};

} // namespace hb::books
