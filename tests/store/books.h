#pragma once

#include <memory>
#include <string>
#include <vector>

#include "store/database.h"
#include "store/outbox.h"
#include "store/reports.h"
#include "store/sources.h"

// Books in memory with one remote, and short ways to fill them.
namespace hb::store::test {

// A directory of its own that goes away with the test.
class TempDir {
public:
    TempDir();
    static TempDir in_memory(); // on a disk where there is none
    ~TempDir();
    std::string file(const std::string& name) const { return path_ + "/" + name; }
    const std::string& path() const { return path_; }

private:
    explicit TempDir(const std::string& above);
    std::string path_;
};

inline Instant at(std::int64_t second) {
    return from_epoch_seconds(second);
}
inline Day day(std::int64_t number) {
    return from_epoch_days(number);
}

domain::SourceEntry entry(const std::string& id, const std::string& task, std::int64_t seconds,
                          Day date = day(100));
domain::SourceTask task(const std::string& id);
// A record as the engine would hand it in: its hash follows from its text.
KeptRecord kept(const domain::Fact& fact, const std::string& text = "");
KeptRecord problem(const std::string& id, const std::string& why);

struct Books {
    Books();
    explicit Books(std::unique_ptr<Database> opened);

    std::unique_ptr<Database> db;
    Sources sources;
    Reports reports;
    Contracts contracts;
    Outbox outbox;
    Events events;
    std::int64_t remote = 0;
    domain::Calendar calendar = Zone::utc();
    bool task_is_paid = false;
    int paid_asked = 0;

    // One page in a transaction of its own.
    KeepCounts keep(const std::string& stream, const std::vector<KeptRecord>& changed,
                    const std::vector<std::string>& unchanged = {}, std::int64_t run = 0);
    KeepCounts keep_entries(const std::vector<domain::SourceEntry>& entries);
    std::int64_t tombstone(const std::string& stream, const std::vector<std::string>& ids);
    std::int64_t pull = 1;
    std::int64_t seen = 1;
    Instant now = at(1000);

    EntryRow get_entry(const std::string& id);
    TaskRow get_task(const std::string& id);
    std::int64_t add_company(const std::string& id);
    void give(const std::string& task_id, std::optional<std::int64_t> client);
    std::int64_t add_contract(std::int64_t client);
    // A draft of the client that has nothing on it.
    std::int64_t add_report(std::int64_t client);
    // One line of a task that allocates these entries whole, at 60.00 an hour without VAT.
    domain::Line line(const std::vector<EntryRow>& entries);
    void draft(std::int64_t report, const std::vector<domain::Line>& lines);
    // Draft and send with that line; totals follow. Returns the revision's hash.
    std::string send(std::int64_t report, const std::vector<domain::Line>& lines);
    void put_totals(std::int64_t report, const std::vector<domain::Line>& lines);

    // Behind the store's back, for damage; throws with SQLite's words.
    void raw(const std::string& sql);
    std::string raw_text(const std::string& sql);
};

} // namespace hb::store::test
