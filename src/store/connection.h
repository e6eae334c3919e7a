#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/database.h"
#include "store/migrations.h"

struct sqlite3;
struct sqlite3_stmt;
namespace SQLite {
class Database;
}

// What the sources of this room share of a connection; nobody else includes this.
namespace hb::store {

class LogTap;

// "hbrB": marks a file as our books, so that a stranger's database is refused.
inline constexpr std::int64_t kApplicationId = 0x68627242;

struct Database::Impl {
    Impl();
    ~Impl();
    std::string path;            // "" in memory
    std::shared_ptr<LogTap> tap; // outlives the connection, which calls it
    std::unique_ptr<SQLite::Database> connection;
    std::unordered_map<const char*, std::unique_ptr<Statement>> statements;
    std::string chain_key; // store/chain.h
};

struct Statement::Impl {
    ~Impl();
    sqlite3* db = nullptr;
    sqlite3_stmt* handle = nullptr;
    std::string sql;
    std::uint64_t bound = 0; // a bit for each parameter
    std::uint64_t all = 0;
    std::vector<std::string> names; // of the parameters; [0] is the first's
    int next = 1;                   // most callers bind in the order of the SQL
    bool running = false;

    int index_of(const char* name);
    void mark_bound(int index, int result);
};

struct Access {
    static SQLite::Database& of(Database& db) { return *db.impl_->connection; }
    static sqlite3* handle(const Database& db);
    static std::unique_ptr<Database> connect(const std::string& path, int flags);
    static std::unique_ptr<Statement> compile(sqlite3* db, const std::string& sql);
    static void make_ready(Statement& statement);
    static void forget_statements(Database& db); // those that nobody is using
    static const std::string& path(const Database& db) { return db.impl_->path; }
    static std::shared_ptr<LogTap>& tap(Database& db) { return db.impl_->tap; }
};

// A statement whose text is made at run time: dumps and plans. Not for anything that is repeated.
std::unique_ptr<Statement> prepare_once(Database& db, const std::string& sql);
// Any number of statements without parameters and rows.
void execute(Database& db, const std::string& sql);
// Brings the schema up to date; the error is one for the person.
Status migrate(Database& db, const std::vector<Migration>& steps = migrations());
// Is this file ours, and of a version that this program can use? REQUIRES: nothing was written yet.
Status judge_file(Database& db, bool writer);
[[noreturn]] void fail(sqlite3* db, const std::string& doing);

} // namespace hb::store
