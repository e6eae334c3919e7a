#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>

#include "base/ensure.h"
#include "store/connection.h"
#include "store/log_tap.h"
#include "store/rows.h"

namespace hb::store {

namespace fs = std::filesystem;

namespace {

Error no_backup(const std::string& path, const std::string& detail) {
    return Error{Code::Machine, "the backup " + path + " could not be made", detail,
                 "the books themselves are unharmed; is there room on the disk?"};
}

// The copy as one file without a log of its own, so that it can be moved anywhere.
void copy_pages(SQLite::Database& source, const std::string& path) {
    SQLite::Database copy(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    SQLite::Backup backup(copy, source);
    backup.executeStep(-1);
}

Status check_copy(const std::string& path) {
    auto copy = Access::connect(path, SQLite::OPEN_READWRITE);
    (void)first(copy->prepare("PRAGMA journal_mode=DELETE"), only_text);
    return copy->quick_check();
}

// A renamed file is safe from a power cut once its directory is on the disk.
bool sync_directory(const fs::path& file) {
    const fs::path directory = file.has_parent_path() ? file.parent_path() : fs::path(".");
    const int handle = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0) return false;
    const bool synced = ::fsync(handle) == 0;
    ::close(handle);
    return synced;
}

// The copy is made for this user alone, as the books are.
Status start_file(const std::string& path) {
    const int file =
        ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return no_backup(path, std::strerror(errno));
    ::close(file);
    return {};
}

} // namespace

// Written under another name and renamed when proven good: an old backup of the same name stays
// until then, and a half one never looks like a whole one.
Status Database::backup_to(const std::string& path) {
    ensure(!in_transaction(), "a backup is made outside of transactions");
    std::error_code ignored; // "does not exist" is the usual answer
    if (!impl_->path.empty() && fs::equivalent(path, impl_->path, ignored))
        return Error{Code::Usage, "a backup can't replace the books themselves", path,
                     "give another file name"};
    const std::string part = path + ".part";
    try {
        if (auto started = start_file(part); !started) return started;
        copy_pages(Access::of(*this), part);
        if (auto good = check_copy(part); !good) return no_backup(path, good.error().detail);
        fs::rename(part, path);
        if (!sync_directory(path)) return no_backup(path, "its directory can't be synced");
        return {};
    } catch (const std::exception& trouble) {
        fs::remove(part, ignored);
        return no_backup(path, trouble.what());
    }
}

namespace {

// Small damage comes as rows, great damage as an error.
Status check_with(Database& db, const char* pragma) {
    std::string found;
    try {
        const auto rows = all(db.prepare(pragma), only_text);
        if (rows.size() == 1 && rows[0] == "ok") return {};
        for (const std::string& row : rows) found += (found.empty() ? "" : "; ") + row;
    } catch (const StoreError& trouble) {
        found = trouble.what();
    }
    return Error{Code::Machine, "the books are damaged", found,
                 "stop the service and restore the last good backup"};
}

} // namespace

Status Database::quick_check() {
    return check_with(*this, "PRAGMA quick_check(5)");
}

Status Database::integrity_check() {
    return check_with(*this, "PRAGMA integrity_check(5)");
}

void Database::checkpoint() {
    const auto& tap = impl_->tap;
    if (tap) tap->before_truncate();
    const auto restarts =
        first(prepare("PRAGMA wal_checkpoint(TRUNCATE)"), [](const Statement& row) {
            return row.integer(0) == 0 || row.integer(1) == row.integer(2);
        });
    if (tap) tap->after_truncate(restarts.value_or(true));
}

} // namespace hb::store
