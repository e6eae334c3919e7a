#include "store/restore.h"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <SQLiteCpp/SQLiteCpp.h>

#include "base/clean.h"
#include "base/files.h"
#include "store/connection.h"
#include "store/crm.h"
#include "store/rows.h"
#include "store/standby.h"

namespace hb::store {
namespace {

namespace fs = std::filesystem;

Error refused(std::string message, std::string detail, std::string hint) {
    return Error{Code::Machine, std::move(message), std::move(detail), std::move(hint)};
}

void remove_with_log(const std::string& path) {
    std::error_code ignored;
    for (const char* end : {"", "-wal", "-shm", "-journal"}) fs::remove(path + end, ignored);
    // An older backup is brought up to date, which keeps a copy of it; the backup itself is one.
    for (const auto& file : fs::directory_iterator(fs::path(path).parent_path(), ignored))
        if (file.path().string().rfind(path + ".before-", 0) == 0) fs::remove(file.path(), ignored);
}

bool has_log(const std::string& file) {
    std::error_code none;
    return fs::file_size(file + "-wal", none) > 0 && !none;
}

// What would be another file, or other bytes.
std::string look_of(const std::string& file) {
    struct stat now {};
    if (::stat(file.c_str(), &now) != 0) return "none";
    return std::to_string(now.st_ino) + " " + std::to_string(now.st_size) + " " +
           std::to_string(now.st_mtim.tv_sec) + "." + std::to_string(now.st_mtim.tv_nsec);
}

// A backup is one file; of a standby copy its log too, both of one moment.
Status copy_backup(const std::string& backup, const std::string& copy) {
    const auto look = [&] { return look_of(backup) + ", " + look_of(backup + "-wal"); };
    const std::string before = look();
    if (has_log(backup))
        if (auto copied = copy_file(backup + "-wal", copy + "-wal"); !copied) return copied;
    if (auto copied = copy_file(backup, copy); !copied) return copied;
    if (look() == before) return {};
    return refused("this standby copy is being written", backup,
                   "stop the service that writes it, or take a nightly backup");
}

// A file with a log beside it is half of some books and no backup, but for a standby copy.
Status judge_backup(const std::string& backup, const std::string& path) {
    std::error_code unknown;
    if (!fs::is_regular_file(backup, unknown))
        return Error{Code::Usage, "there is no file " + backup, "", "name a backup"};
    if (fs::file_size(backup, unknown) == 0)
        return refused("this is no backup: the file is empty", backup,
                       "take a file that hourbridge backup has made");
    if (fs::exists(path, unknown) && fs::equivalent(backup, path, unknown))
        return Error{Code::Usage, "these are the books themselves", backup, "name a backup"};
    if (has_log(backup) && !is_standby_log(backup + "-wal"))
        return refused("this is no backup: a write-ahead log lies beside it", backup,
                       "take a file that hourbridge backup has made");
    return {};
}

// A database without tables would become new and empty books. What can't be read at all is told by
// open_writer().
Status judge_books(const std::string& copy) {
    std::int64_t version = 0;
    try {
        const auto file = Access::connect(copy, SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX);
        version = first(file->prepare("PRAGMA user_version"), only_integer).value();
    } catch (const StoreError&) {
        return {};
    } catch (const SQLite::Exception&) {
        return {};
    }
    if (version > 0) return {};
    return refused("this is no backup: there are no books in the file", "",
                   "take a file that hourbridge backup has made");
}

// Names of files come from the backup's rows: none leads out of the folder of documents.
Status judge_names(Database& db) {
    for (const auto& document : Documents(db).kept())
        if (!stays_beneath(document.file))
            return refused("this backup names a file outside its folder of documents",
                           for_people(document.file, Lines::Join),
                           "somebody has changed it: take another one");
    return {};
}

// The copy, up to date, checked, prepared, and in one file.
Status make_ready(const std::string& copy, const std::function<void(Database&)>& prepare) {
    if (auto books = judge_books(copy); !books) return books;
    auto db = Database::open_writer(copy);
    if (!db) return db.error();
    if (auto good = judge_names(**db); !good) return good;
    if (auto good = (*db)->quick_check(); !good) return good;
    Tx tx(**db);
    prepare(**db);
    tx.commit();
    (*db)->checkpoint();
    return {};
}

// What is in the log belongs into the file before it is put aside. Books that are damaged or of
// another version keep theirs beside them.
void fold_log(const std::string& path) {
    if (!Database::open_reader(path)) return;
    auto old = Database::open_writer(path);
    if (!old) return;
    try {
        (*old)->checkpoint();
    } catch (const StoreError& trouble) {
        (void)trouble; // it is put aside with its log, below
    }
}

Status put_aside(const std::string& path, const std::string& kept) {
    std::error_code trouble;
    if (!fs::exists(path, trouble)) return {};
    fold_log(path);
    for (const char* end : {"-wal", "-shm"})
        if (fs::exists(path + end, trouble)) fs::rename(path + end, kept + end, trouble);
    if (::link(path.c_str(), kept.c_str()) == 0) return {};
    if (errno == EEXIST) return refused("the name for the old books is taken", kept, "try again");
    return copy_file(path, kept); // a file system without links
}

Status sync_folder(const std::string& path) {
    const int folder =
        ::open(fs::path(path).parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = folder >= 0 && ::fsync(folder) == 0;
    if (folder >= 0) ::close(folder);
    if (synced) return {};
    return refused("the data directory can't be synced", std::strerror(errno), "is the disk full?");
}

} // namespace

Result<Restored> restore_books(const std::string& backup, const std::string& path,
                               const std::string& kept,
                               const std::function<void(Database&)>& prepare,
                               const std::function<void(std::string_view moment)>& at) {
    const auto moment = [&at](std::string_view name) {
        if (at) at(name);
    };
    if (auto good = judge_backup(backup, path); !good) return good.error();
    const std::string copy = path + ".restoring";
    remove_with_log(copy); // of an attempt that was cut off
    moment("before copy");
    if (auto copied = copy_backup(backup, copy); !copied) {
        remove_with_log(copy);
        return copied.error();
    }
    moment("after copy");
    if (auto ready = make_ready(copy, prepare); !ready) {
        remove_with_log(copy);
        return ready.error();
    }
    std::error_code unknown;
    const bool had = fs::exists(path, unknown);
    moment("before aside");
    if (auto aside = put_aside(path, kept); !aside) {
        remove_with_log(copy);
        return aside.error();
    }
    moment("after aside");
    if (::rename(copy.c_str(), path.c_str()) != 0)
        return refused("the copy can't take the place of the books", std::strerror(errno),
                       "the old books are unharmed; is the disk full?");
    moment("after rename");
    remove_with_log(copy);
    if (auto synced = sync_folder(path); !synced) return synced.error();
    return Restored{had ? kept : ""};
}

} // namespace hb::store
