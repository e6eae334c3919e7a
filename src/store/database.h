#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

namespace hb::store {

class Statement;

// One SQLite file through one connection. The writer's is the only one that writes and checkpoints
// (F10); readers open read-only. Belongs to one thread at a time. A broken disk
// or schema throws StoreError.
class Database {
public:
    // Creates the file when absent, applies missing migrations (each in its own transaction, after
    // a backup FILE.before-N when there was data), sets WAL, synchronous=FULL, foreign keys, busy
    // time-out. Code::Machine when the file can't be opened, is newer than this program, or is not
    // ours.
    static Result<std::unique_ptr<Database>> open_writer(const std::string& path);
    static Result<std::unique_ptr<Database>> open_reader(const std::string& path);
    static Result<std::unique_ptr<Database>> in_memory(); // a writer without a file, for tests
    ~Database();

    // A cached prepared statement, reset and with cleared bindings. `sql` must be a literal: it is
    // the cache's key by address. REQUIRES: not in use further up the stack.
    Statement& prepare(const char* sql);
    std::int64_t last_insert_id() const;
    std::int64_t changes() const;       // rows changed by the last statement
    std::int64_t total_changes() const; // since opening
    bool in_transaction() const;

    // Called with "before commit" and "after commit" around every commit of a writer: tests kill
    // the program there.
    std::function<void(std::string_view moment)> failpoint;

    // The online backup into `path`, then quick_check of the copy. Code::Machine on failure.
    Status backup_to(const std::string& path);
    Status quick_check(); // "ok" or what SQLite found
    // Besides, that every index tells the same as its table; takes several times as long.
    Status integrity_check();
    std::string sqlite_version() const;

    // Rows of the log are sealed with a key that comes of this one (store/chain.h);
    // Events::begin_key says so in the log.
    void use_chain_key(const Secret& secret_key);
    const std::string& chain_key() const; // "": none was handed over
    void checkpoint();

private:
    friend class Statement;
    friend class Tx;
    friend struct Access;
    Database();
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Errors of the file, the disk or the schema: nothing a caller can fix. Mapped to exit 5 / HTTP
// 503.
class StoreError : public std::runtime_error {
public:
    StoreError(const std::string& what, int sqlite_code)
        : std::runtime_error(what), code(sqlite_code) {}
    int code;                      // SQLite's extended result code
    bool unique_violation() const; // the second claimant lost
};

// Begins IMMEDIATE; rolls back unless committed. One at a time per Database.
class Tx {
public:
    explicit Tx(Database& db);
    ~Tx();
    Tx(const Tx&) = delete;
    Tx& operator=(const Tx&) = delete;
    void commit();

private:
    Database& db_;
    bool open_ = true;
};

// Many small reads as one: of one moment, and without locking and unlocking the file for each.
// Nothing may be written while it lives; inside a Tx it does nothing.
class Snapshot {
public:
    explicit Snapshot(Database& db);
    ~Snapshot();
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

private:
    Database& db_;
    bool own_;
};

// A prepared statement with checked bindings by name and typed columns: 64-bit integers only, no
// silent NULL to 0.
class Statement {
public:
    ~Statement();
    Statement& bind(const char* name, std::int64_t value);
    Statement& bind(const char* name, int value) { return bind(name, std::int64_t{value}); }
    Statement& bind(const char* name, bool value) = delete;
    Statement& bind(const char* name, std::string_view text);
    Statement& bind(const char* name, const std::string& text) {
        return bind(name, std::string_view(text));
    }
    Statement& bind(const char* name, const char* text) {
        return bind(name, std::string_view(text));
    }
    // Without a copy. REQUIRES: `text` outlives the statement's run() or its last step().
    Statement& bind_view(const char* name, std::string_view text);
    Statement& bind_null(const char* name);
    Statement& bind_blob(const char* name, std::string_view bytes);
    template <class T> Statement& bind(const char* name, const std::optional<T>& value) {
        return value ? bind(name, *value) : bind_null(name);
    }

    bool step();  // true: a row is there; false: done
    void run();   // REQUIRES: returns no rows; every parameter bound
    void reset(); // ends a SELECT before its last row

    std::int64_t integer(int column) const; // throws StoreError on NULL or another type
    std::optional<std::int64_t> integer_or_null(int column) const;
    std::string text(int column) const;           // throws on NULL
    std::string_view text_view(int column) const; // valid until the next step
    std::optional<std::string> text_or_null(int column) const;
    bool is_null(int column) const;

private:
    friend class Database;
    friend struct Access;
    Statement();
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace hb::store
