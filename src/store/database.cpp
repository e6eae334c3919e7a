#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include <SQLiteCpp/SQLiteCpp.h>
#include <spdlog/spdlog.h>
#include <sqlite3.h>

#include "base/clean.h"
#include "base/ensure.h"
#include "base/held.h"
#include "store/chain.h"
#include "store/connection.h"
#include "store/rows.h"
#include "store/schema.h"

namespace hb::store {

namespace {

// A reader may meet the short moment in which the writer changes the file's mode or truncates its
// log; a second writer never gets this far (the lock of the data directory).
constexpr int kBusyMs = 5000;

Error machine(const std::string& path, const std::string& detail, std::string hint) {
    return Error{Code::Machine, "the books " + path + " can't be opened", detail, std::move(hint)};
}

// The file is made by us and not by SQLite, so that nobody else may read it; its log takes over the
// mode.
std::optional<Error> make_private_file(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return machine(path, std::strerror(errno),
                       "the directory must exist and be writable for the service's user");
    ::close(file);
    return std::nullopt;
}

void set_up(Database& db, bool writer) {
    execute(db, "PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON;"
                "PRAGMA trusted_schema=OFF");
    if (!writer) execute(db, "PRAGMA cache_size=-2000; PRAGMA query_only=ON");
}

void set_up_writing(Database& db) {
    // Of a new file only. Pages of 8 KiB take a tenth off an import: fewer and fuller pages to log.
    execute(db, "PRAGMA page_size=8192");
    // In KiB; after the page size, which it is counted by. Room for what one page of a pull
    // changes.
    execute(db, "PRAGMA cache_size=-6000");
    const auto mode = first(db.prepare("PRAGMA journal_mode=WAL"), only_text);
    if (mode != "wal" && mode != "memory")
        throw StoreError("the file system does not allow SQLite's write-ahead log",
                         SQLITE_CANTOPEN);
    // 64 MB between checkpoints: 1.4 times faster imports (docs/benchmarks.md). The limit gives the
    // disk space back afterwards.
    execute(db, "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=8000;"
                "PRAGMA journal_size_limit=67108864");
}

// Books without their indexes and triggers could bill twice: nothing is written into them.
Status judge_schema(Database& db, const std::string& path) {
    if (Access::path(db).empty()) return {}; // in memory, made a moment ago
    const auto differences = schema_differences(db);
    if (differences.empty()) return {};
    constexpr std::size_t kShown = 5;
    std::string detail;
    for (std::size_t i = 0; i < differences.size() && i < kShown; ++i)
        detail += (i == 0 ? "" : "; ") + differences[i];
    if (differences.size() > kShown)
        detail += "; and " + std::to_string(differences.size() - kShown) + " more";
    return machine(
        path, detail,
        "the file was changed by another program: restore a backup (hourbridge restore)");
}

Result<std::unique_ptr<Database>> open(const std::string& path, bool writer) {
    const int flags =
        (writer ? SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE : SQLite::OPEN_READONLY) |
        SQLite::OPEN_NOMUTEX;
    try {
        auto db = Access::connect(path, flags);
        set_up(*db, writer);
        if (auto fit = judge_file(*db, writer); !fit) return fit.error();
        if (writer) {
            set_up_writing(*db);
            if (auto done = migrate(*db); !done) return done.error();
            if (auto whole = judge_schema(*db, path); !whole) return whole.error();
        }
        return db;
    } catch (const StoreError& trouble) {
        return machine(path, trouble.what(),
                       "is it a file of ours, is the disk full, may the service's user write?");
    } catch (const SQLite::Exception& trouble) {
        return machine(path, trouble.what(),
                       "does the file exist, may the service's user read it?");
    }
}

} // namespace

Database::Impl::Impl() = default;
Database::Impl::~Impl() {
    statements.clear(); // before their connection
}
Database::Database() : impl_(std::make_unique<Impl>()) {}
Database::~Database() = default;

std::unique_ptr<Database> Access::connect(const std::string& path, int flags) {
    // Counting every allocation under one lock costs a twentieth of an import; nobody reads it.
    static const int once = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    (void)once; // refused when somebody used SQLite before us: then it only stays slower
    std::unique_ptr<Database> db(new Database());
    db->impl_->path = path == ":memory:" ? "" : path;
    db->impl_->connection = std::make_unique<SQLite::Database>(path, flags, kBusyMs);
    sqlite3_extended_result_codes(handle(*db), 1);
    return db;
}

sqlite3* Access::handle(const Database& db) {
    return db.impl_->connection->getHandle();
}

Result<std::unique_ptr<Database>> Database::open_writer(const std::string& path) {
    if (auto trouble = make_private_file(path)) return *trouble;
    return open(path, true);
}

Result<std::unique_ptr<Database>> Database::open_reader(const std::string& path) {
    return open(path, false);
}

Result<std::unique_ptr<Database>> Database::in_memory() {
    return open(":memory:", true);
}

Statement& Database::prepare(const char* sql) {
    auto& statement = impl_->statements[sql];
    if (!statement) statement = Access::compile(Access::handle(*this), sql);
    ensure(statement->impl_->sql == sql, "prepare() wants a literal");
    Access::make_ready(*statement);
    return *statement;
}

std::unique_ptr<Statement> prepare_once(Database& db, const std::string& sql) {
    return Access::compile(Access::handle(db), sql);
}

void execute(Database& db, const std::string& sql) {
    sqlite3* handle = Access::handle(db);
    if (sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        fail(handle, "can't run a script");
}

std::int64_t Database::last_insert_id() const {
    return sqlite3_last_insert_rowid(Access::handle(*this));
}
std::int64_t Database::changes() const {
    return sqlite3_changes64(Access::handle(*this));
}
std::int64_t Database::total_changes() const {
    return sqlite3_total_changes64(Access::handle(*this));
}
bool Database::in_transaction() const {
    return sqlite3_get_autocommit(Access::handle(*this)) == 0;
}
void Database::use_chain_key(const Secret& secret_key) {
    impl_->chain_key = store::chain_key(secret_key);
}

const std::string& Database::chain_key() const {
    return impl_->chain_key;
}

std::string Database::sqlite_version() const {
    return sqlite3_libversion();
}

namespace {

// SQLite itself rolls back after some errors (disk full, I/O).
void roll_back(Database& db) {
    if (!db.in_transaction()) return;
    try {
        db.prepare("ROLLBACK").run();
    } catch (const std::exception& trouble) {
        spdlog::error("store rollback failed error={}", log_value(trouble.what()));
    }
}

} // namespace

Snapshot::Snapshot(Database& db) : db_(db), own_(!db.in_transaction()) {
    if (own_) db_.prepare("BEGIN").run();
}

// Ends even after an error of a read; there is nothing to lose.
Snapshot::~Snapshot() {
    if (own_) roll_back(db_);
}

Tx::Tx(Database& db) : db_(db) {
    ensure(!db.in_transaction(), "one transaction at a time");
    db_.prepare("BEGIN IMMEDIATE").run();
    Held::begin();
}

Tx::~Tx() {
    if (!open_) return;
    Held::end();
    roll_back(db_);
}

void Tx::commit() {
    ensure(open_, "a transaction is committed once");
    if (db_.failpoint) db_.failpoint("before commit");
    db_.prepare("COMMIT").run();
    open_ = false;
    Held::end();
    if (db_.failpoint) db_.failpoint("after commit");
}

} // namespace hb::store
