#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "app/config.h"
#include "books/books.h"
#include "store/standby.h"

namespace hb::app {

// Keeps the standby copy (hourbridge-latest.db and its log) close behind the books while the
// service runs (R15). In a thread of its own: a folder that hangs holds up nothing else. What goes
// wrong is told when it begins and when it is over; the copy is then made anew, ever more seldom.
class StandbyKeeper {
public:
    // REQUIRES: called by the writer of the books, before anybody else works with them
    // `writer`: the books' connection.
    StandbyKeeper(books::Books& books, store::Database& writer, const Config& config,
                  std::string database);
    ~StandbyKeeper(); // stops
    void start();
    void stop();                    // after a last ship: the writer has ended
    void use(const Config& config); // another plan from now on

private:
    void work();
    void look(const BackupPlan& plan);
    Status follow(const BackupPlan& plan);
    Status keep_copy_of_restored(const BackupPlan& plan);
    Status copy_documents(const BackupPlan& plan);
    void drop();
    void broke(const Error& error, Instant now);
    void good(Instant now);

    books::Books& books_;
    const std::string database_;
    const std::string documents_;
    const std::shared_ptr<store::LogTap> tap_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    bool hurry_ = false; // much is waiting, or there is another plan
    std::optional<BackupPlan> plan_;
    std::thread thread_;

    // The thread's own.
    std::unique_ptr<store::Standby> standby_;
    std::string file_; // of it
    store::Standby::Counts counted_;
    std::unique_ptr<store::Database> reader_; // of the books
    std::set<std::string> copied_;            // documents that are there
    bool broken_ = false;
    std::optional<Instant> retry_at_;
    std::chrono::seconds pause_{0};
};

// What is unwise about the backups of this configuration; "" nothing.
std::string backup_advice(const Config& config);

} // namespace hb::app
