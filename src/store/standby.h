#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "store/database.h"
#include "store/log_tap.h"

namespace hb::store {

// A copy of the books that follows them commit by commit (R15): FILE and its log FILE-wal, together
// an ordinary SQLite database at every moment. What was committed is gathered (of a page that was
// written twice only the last content), appended to the copy's log as one transaction and synced;
// a torn append is none, by SQLite's own sums. A log that has grown is brought into the file.
//
// Everything here may hang as long as the folder does. It never holds a lock or a snapshot of the
// books meanwhile. Belongs to one thread.
class Standby {
public:
    struct Options {
        std::string books;                    // their file
        std::string file;                     // the copy; its folder is there
        std::uint64_t fold_bytes = 32u << 20; // a log of the copy that is longer is brought in
        std::size_t gather_bytes = 16u << 20; // pages in memory at most
        // For a commit that is under way when a new copy is complete but for it.
        std::chrono::milliseconds patience{5000};
        bool resume = false; // start() goes on with the copy that stands there, if it can be proven
        std::function<void(std::string_view moment)> at; // moments for tests
    };
    Standby(LogTap& tap, Options options);
    ~Standby();

    // A whole new copy, checked, in the place of what stands there; the writer goes on meanwhile.
    // With `resume` that copy is kept where it is the books already: each of its pages equals the
    // books' own, or is in their log and is replayed over it.
    Status start();
    bool resumed() const { return resumed_; } // by the last start()
    // Everything that was committed before the call. REQUIRES: started, and nothing failed since.
    Status ship();

    struct Counts {
        std::uint64_t read = 0;    // bytes of the books' log
        std::uint64_t written = 0; // bytes, to the copy's file and its log
        std::uint64_t ships = 0;   // that had something
    };
    const Counts& counts() const { return counts_; }

private:
    class Pages;
    class Log;
    Status start_anew();
    bool resume();
    Status prove_and_replay(Log& log);
    Status compare(Log& log, std::set<std::uint32_t>& differing);
    Status copy_file_of_books(const std::string& to, Log& log);
    Status finish_copy(const std::string& part, Log& log);
    Status take_place(const std::string& part);
    Status gather(Log& log);
    Status append(Log& log, bool commit);
    Status fold(const std::string& file, std::uint32_t frames, bool check);
    bool folds(const std::string& file);
    void moment(std::string_view name) const {
        if (options_.at) options_.at(name);
    }

    LogTap& tap_;
    const Options options_;
    std::unique_ptr<Pages> pages_;
    std::unique_ptr<Log> log_;
    // Of the books' log, as far as it was gathered.
    LogHeader source_;
    LogSum source_sum_;
    std::uint32_t source_next_ = 0;
    std::uint32_t pages_after_ = 0; // as the last frame gathered says; 0: inside a transaction
    bool gathered_ = false;         // something since the last commit of the copy
    bool resumed_ = false;
    std::set<std::uint32_t>* replayed_ = nullptr; // numbers of the pages gathered, where wanted
    Counts counts_;
};

// Whether the log beside `file` is one that a Standby has written: then both are one backup.
bool is_standby_log(const std::string& log);

} // namespace hb::store
