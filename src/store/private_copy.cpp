#include "store/private_copy.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <unistd.h>

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include "store/connection.h"
#include "store/rows.h"

namespace hb::store {
namespace {

[[noreturn]] void no_copy(const std::string& detail, int code) {
    throw StoreError("a copy of the books to try it out on can't be made: " + detail +
                         "; is there room on the disk for the books once more?",
                     code);
}

// A name that lives for as long as opening takes.
class Name {
public:
    explicit Name(const std::string& books) {
        static std::atomic<int> count{0};
        path_ = books + ".copy-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
        std::error_code ignored; // left by a process of the same number that died just here
        std::filesystem::remove(path_, ignored);
        const int file = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (file < 0) no_copy(std::strerror(errno), SQLITE_CANTOPEN);
        ::close(file);
    }
    ~Name() {
        std::error_code ignored;
        for (const char* end : {"", "-wal", "-journal"})
            std::filesystem::remove(path_ + end, ignored);
    }
    Name(const Name&) = delete;
    Name& operator=(const Name&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

// What dies with its connection needs neither a journal on the disk nor to be synced.
void copy_into(Database& copy, Database& of) {
    execute(copy, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=MEMORY;"
                  "PRAGMA synchronous=OFF");
    if (SQLite::Backup(Access::of(copy), Access::of(of)).executeStep(-1) != SQLITE_DONE)
        no_copy("the books are busy", SQLITE_BUSY);
    // The books' own header asks for a log.
    if (first(copy.prepare("PRAGMA journal_mode=MEMORY"), only_text) != "memory")
        no_copy("it keeps a log", SQLITE_ERROR);
    execute(copy, "PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;"
                  "PRAGMA cache_size=-6000");
}

} // namespace

std::unique_ptr<Database> private_copy(Database& of) {
    const int flags = SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX;
    try {
        std::optional<Name> name;
        if (!Access::path(of).empty()) name.emplace(Access::path(of));
        auto copy = Access::connect(name ? name->path() : ":memory:", flags);
        copy_into(*copy, of);
        return copy;
    } catch (const SQLite::Exception& trouble) {
        no_copy(trouble.what(), trouble.getExtendedErrorCode());
    }
}

} // namespace hb::store
