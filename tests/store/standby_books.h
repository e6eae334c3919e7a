#pragma once

#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "store/log_tap.h"
#include "store/standby.h"

#include "books.h"

// Books that are written at random and followed by a standby copy, and what of it can be read.
namespace hb::store::test {

// What the books held after commit number `n`.
struct Story {
    std::int64_t n = 0;
    std::string content;
};
Story story_of(Database& db);

class Followed {
public:
    explicit Followed(unsigned seed, LogTap::Limits limits = small_limits());
    ~Followed();
    static LogTap::Limits small_limits() { return {40, 128 << 10}; }

    // One transaction of the given writer, the own one by default; `rows` changes in it.
    void write(int rows, Database* by = nullptr);
    void roll_back(int rows);
    void hold_reader();
    void release_readers() { readers_.clear(); }
    std::unique_ptr<Database> stranger() const;

    std::string file() const { return dir.file("copies/hourbridge-latest.db"); }
    Standby::Options options() const;
    // Both take what has been committed so far as what a later look has to find.
    bool start();
    bool ship();
    // "" or what is wrong with a copy of the two files, opened by SQLite as they are.
    std::string wrong() const;
    std::string wrong_in(const std::string& copy) const;
    // Which commit the copy holds.
    std::int64_t held() const;
    std::string copied(const std::string& name) const;

    TempDir dir = TempDir::in_memory(); // where there is one: hundreds of syncs
    std::mt19937 random;
    std::unique_ptr<Database> db;
    std::shared_ptr<LogTap> tap;
    std::unique_ptr<Standby> standby;
    std::string last_error;
    std::int64_t least = -1; // no copy may be older; -1: there need be none
    std::int64_t n = 0;
    std::int64_t own = 0; // the last one by the own writer; what strangers write is not followed
    std::function<void(std::string_view)> moment;

private:
    void change(Database& by);
    void note(Database& by);
    std::map<std::int64_t, std::string> told_;
    struct Reader {
        std::unique_ptr<Database> db;
        std::unique_ptr<Snapshot> snapshot;
        ~Reader() { snapshot.reset(); }
    };
    std::vector<std::unique_ptr<Reader>> readers_;
};

} // namespace hb::store::test
