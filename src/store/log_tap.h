#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "store/log_frames.h"

struct sqlite3;

namespace hb::store {

class Database;

// Lets one other thread follow what the writer's connection commits, frame by frame, without ever
// holding it up. SQLite overwrites its log from the start once everything in it was brought into
// the file, so the tap also decides when that may be done: what the follower has not read by then
// is kept for it in memory, and when it is too much the chain is given up.
//
// The chain is proven, not believed: each commit looks at the log's header, and a restart that the
// tap does not know of (another process, a log that was lost) ends it.
class LogTap {
public:
    // How many frames make the writer bring its log into the file, as PRAGMA wal_autocheckpoint;
    // what is handed over in memory at most: more than that has the checkpoint wait a while.
    struct Limits {
        std::uint32_t checkpoint_frames = 8000;
        std::size_t hand_over_bytes = 16u << 20;
    };
    // From now on the connection's commits go by the tap. REQUIRES: called by the thread that
    // writes, outside of a transaction, once; books in a file.
    static std::shared_ptr<LogTap> attach(Database& writer, Limits limits);
    static std::shared_ptr<LogTap> attach(Database& writer) { return attach(writer, Limits{}); }
    ~LogTap();
    LogTap(const LogTap&) = delete;
    LogTap& operator=(const LogTap&) = delete;

    // For the follower, from any one thread. After begin(), the file of the books and all pieces
    // from then on, replayed over it in their order, are the books: whatever the file looked like
    // while it was read in between (a checkpoint writes only what some piece holds).
    void begin();
    void end();
    struct Piece {
        LogHeader log;
        std::uint32_t first = 0; // of its frames, from 0
        LogSum before;           // of the frame before it
        std::string frames;
    };
    // The next frames of committed transactions; without frames: that was all. An error: the chain
    // is broken and nothing more comes before begin().
    Result<Piece> take();
    // Whether every transaction that is in the log by now has gone by the tap, at least after
    // `patience`. Not so: another process has written, and its checkpoint may be in the file.
    bool nothing_unseen(std::chrono::milliseconds patience);
    // Called, by the writer's thread, when so much is waiting that the next take() should be soon.
    void on_backlog(std::function<void()> call);

private:
    friend class Database;
    LogTap(std::string log_path, Limits limits);
    void on_commit(sqlite3* db, std::uint32_t frames);
    void before_truncate();
    void after_truncate(bool restarts);

    bool open_log();
    void note(std::uint32_t frames);
    bool waits(std::uint32_t frames) const;
    void checkpoint(sqlite3* db);
    void hand_over();
    std::optional<Piece> read_piece(std::uint32_t frames);
    std::optional<LogEnd> log_end();
    void lose(std::string why);
    std::uint32_t waiting() const { return committed_ - taken_; }
    std::size_t waiting_bytes() const { return known_ ? waiting() * known_->frame_bytes() : 0; }

    const std::string log_path_;
    const Limits limits_;
    std::mutex mutex_;
    std::condition_variable commits_;
    int file_ = -1;                  // the log; SQLite takes no locks on it, so closing harms none
    std::optional<LogHeader> known_; // of the log at the last commit; none: there was no log
    std::uint32_t committed_ = 0;    // frames in it
    std::uint32_t taken_ = 0;        // of these the follower has, or needs not
    bool closed_ = true;             // all of it is in the file: the next write may overwrite it
    bool following_ = false;
    bool log_at_begin_ = false;
    std::string why_; // the chain broke
    std::deque<Piece> handed_;
    bool woken_ = false;
    std::function<void()> on_backlog_;
};

} // namespace hb::store
