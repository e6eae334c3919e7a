#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "app/backups.h"
#include "app/config.h"
#include "books/books.h"

namespace hb::app {

// What the service does for its books by itself: backups on a schedule, and the nightly check for
// damage (G37). In a thread of its own through a connection of its own, so that nothing waits.
class Night {
public:
    Night(books::Books& books, const Config& config, std::string database);
    ~Night(); // stops
    void start();
    void stop();
    void use(const Config& config); // another plan from now on
    // Does what is due now; called by the thread, and by tests.
    void look();

private:
    void back_up(const BackupPlan& plan, std::chrono::minutes delay, Instant now);
    void watch_standby(Instant now);
    void check(std::chrono::minutes delay, Instant now);
    bool open();
    void tell(const char* action, const Error& error);

    books::Books& books_;
    const std::string database_;
    const std::string documents_;
    const Zone zone_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    std::optional<BackupPlan> plan_;
    std::chrono::minutes delay_; // night_spread.h
    std::thread thread_;

    // The thread's own.
    std::unique_ptr<store::Database> db_;
    std::optional<Instant> tried_;   // the last scheduled backup, good or not
    std::optional<Instant> checked_; // the last check
    bool standby_late_ = false;      // and reported
    bool worked_ = false;            // since memory was given back
};

} // namespace hb::app
