#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/held.h"
#include "base/mutex.h"
#include "store/database.h"

namespace hb::store {

class Readers;

// The books as they were when this was made: a read-only connection with an open snapshot. What was
// committed before is seen; nobody who writes is waited for. Tables are read through db(). Not kept
// across a wait (Held), since SQLite can't overwrite its log meanwhile.
class Reader {
public:
    Reader(Reader&& other) noexcept = default;
    Reader& operator=(Reader&&) = delete;
    ~Reader();
    Database& db() const { return *db_; }

private:
    friend class Readers;
    Reader(Readers& home, std::unique_ptr<Database> db);
    Readers* home_;
    std::unique_ptr<Database> db_; // empty: moved from
};

// Connections for reading a file of books, opened when needed; a few are kept open. Safe to use
// from any thread; outlives its readers.
class Readers {
public:
    explicit Readers(std::string path, std::size_t kept = 2)
        : path_(std::move(path)), kept_(kept) {}
    Reader read(); // throws StoreError when the books can't be read

private:
    friend class Reader;
    void take_back(std::unique_ptr<Database> db);

    const std::string path_;
    const std::size_t kept_;
    Mutex mutex_;
    std::vector<std::unique_ptr<Database>> idle_ HB_GUARDED_BY(mutex_);
};

} // namespace hb::store
