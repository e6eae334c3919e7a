#include "store/standby.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sqlite3.h>
#include <unistd.h>

#include <SQLiteCpp/SQLiteCpp.h>

#include "base/clean.h"
#include "store/connection.h"
#include "store/rows.h"
#include "store/standby_log.h"

namespace hb::store {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kChunkBytes = 1u << 20;
constexpr int kChunksBetween = 8; // of the file, before the log is looked at again

std::string log_of(const std::string& file) {
    return file + "-wal";
}

bool has_log(const std::string& file) {
    std::error_code none;
    return fs::file_size(log_of(file), none) > 0 && !none;
}

void remove_with_log(const std::string& file) {
    std::error_code ignored;
    for (const char* end : {"", "-wal", "-shm", "-journal"}) fs::remove(file + end, ignored);
}

// A file of ours that is written from its start on.
class NewFile {
public:
    explicit NewFile(const std::string& path)
        : number_(
              ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)) {}
    ~NewFile() {
        if (number_ >= 0) ::close(number_);
    }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    bool good() const { return number_ >= 0; }
    bool sync() const { return ::fsync(number_) == 0; }
    bool write(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto written = ::write(number_, bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR) continue;
            if (written <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
        return true;
    }

private:
    int number_;
};

Status unwritable() {
    return standby_error("the standby copy can't be written", std::strerror(errno));
}

// The books' own file through SQLite's own descriptor: one of ours would drop SQLite's locks when
// it is closed. What is read may be torn or of two moments; see LogTap::begin.
sqlite3_file* file_of(Database& db) {
    sqlite3_file* file = nullptr;
    if (sqlite3_file_control(Access::handle(db), "main", SQLITE_FCNTL_FILE_POINTER, &file) !=
            SQLITE_OK ||
        file == nullptr || file->pMethods == nullptr)
        fail(Access::handle(db), "can't read the file of the books");
    return file;
}

} // namespace

Standby::Standby(LogTap& tap, Options options)
    : tap_(tap), options_(std::move(options)), pages_(std::make_unique<Pages>()) {}

Standby::~Standby() {
    tap_.end();
}

// The file is read without a snapshot, which would keep the books' log from being used again while
// the folder is slow. Whatever changed meanwhile is in the log and is replayed over it.
Status Standby::start() {
    resumed_ = options_.resume && resume();
    return resumed_ ? Status{} : start_anew();
}

Status Standby::start_anew() {
    const std::string part = options_.file + ".part";
    pages_->clear();
    gathered_ = false;
    pages_after_ = source_next_ = 0;
    source_ = {};
    log_.reset();
    remove_with_log(part);
    tap_.begin();
    moment("begun");
    Status done;
    try {
        Log log(log_of(part), false);
        done = copy_file_of_books(part, log);
        if (done) done = finish_copy(part, log);
        if (done) done = take_place(part);
    } catch (const StoreError& trouble) {
        done = standby_error("the standby copy can't be made", trouble.what());
    } catch (const SQLite::Exception& trouble) {
        done = standby_error("the standby copy can't be made", trouble.what());
    }
    if (done) {
        log_ = std::make_unique<Log>(log_of(options_.file), true);
        return {};
    }
    tap_.end();
    remove_with_log(part);
    return done;
}

Status Standby::copy_file_of_books(const std::string& to, Log& log) {
    auto reader = Database::open_reader(options_.books);
    if (!reader) return reader.error();
    sqlite3_file* from = file_of(**reader);
    sqlite3_int64 size = 0;
    if (from->pMethods->xFileSize(from, &size) != SQLITE_OK)
        return standby_error("the file of the books can't be read", options_.books);
    const NewFile copy(to);
    if (!copy.good()) return unwritable();
    std::string chunk;
    int chunks = 0;
    for (sqlite3_int64 at = 0; at < size; at += static_cast<sqlite3_int64>(chunk.size())) {
        chunk.resize(static_cast<std::size_t>(
            std::min<sqlite3_int64>(size - at, static_cast<sqlite3_int64>(kChunkBytes))));
        const int got =
            from->pMethods->xRead(from, chunk.data(), static_cast<int>(chunk.size()), at);
        // The file may have become shorter: then what is missing is no longer part of it.
        if (got != SQLITE_OK && got != SQLITE_IOERR_SHORT_READ)
            return standby_error("the file of the books can't be read", options_.books);
        if (!copy.write(chunk)) return unwritable();
        counts_.written += chunk.size();
        moment("chunk copied");
        if (++chunks % kChunksBetween != 0) continue;
        if (auto gathered = gather(log); !gathered) return gathered;
    }
    return copy.sync() ? Status{} : unwritable();
}

// What changed while the file was read goes into the copy before anybody sees it.
Status Standby::finish_copy(const std::string& part, Log& log) {
    moment("file copied");
    if (!tap_.nothing_unseen(options_.patience))
        return standby_error("somebody else writes into the books", options_.books);
    if (auto gathered = gather(log); !gathered) return gathered;
    if (gathered_)
        if (auto appended = append(log, true); !appended) return appended;
    moment("copy completed");
    return fold(part, log.frames(), true);
}

// The old copy stays good until the new one is in its place: its log must be gone before, for
// good, or it would be replayed over a file that it does not belong to.
Status Standby::take_place(const std::string& part) {
    moment("before place");
    const std::string& file = options_.file;
    std::error_code trouble;
    if (has_log(file)) {
        if (!folds(file)) { // the new one is whole already, and this one is no copy without its log
            fs::remove(file, trouble);
            if (auto synced = sync_folder(file); !synced) return synced;
        }
    }
    moment("old folded");
    for (const char* end : {"-wal", "-shm", ".sha256"}) fs::remove(file + end, trouble);
    if (fs::exists(log_of(file), trouble)) return unwritable();
    if (auto synced = sync_folder(file); !synced) return synced;
    moment("old log gone");
    if (::rename(part.c_str(), file.c_str()) != 0) return unwritable();
    if (auto synced = sync_folder(file); !synced) return synced;
    moment("in place");
    return {};
}

bool Standby::folds(const std::string& file) {
    try {
        return fold(file, 0, false).ok();
    } catch (const std::exception& trouble) {
        spdlog::warn("store standby old_copy=unreadable error={}", log_value(trouble.what()));
        return false;
    }
}

Status Standby::ship() {
    if (!log_) return standby_error("the standby copy was not begun", options_.file);
    const auto shipped = [this]() -> Status {
        if (auto gathered = gather(*log_); !gathered) return gathered;
        if (!gathered_) return {};
        moment("gathered");
        if (auto appended = append(*log_, true); !appended) return appended;
        ++counts_.ships;
        moment("appended");
        if (log_->bytes() < options_.fold_bytes) return {};
        const auto frames = log_->frames();
        log_ = std::make_unique<Log>(log_of(options_.file), true);
        if (auto folded = fold(options_.file, frames, false); !folded) return folded;
        moment("folded");
        return {};
    };
    auto done = [&]() -> Status {
        try {
            return shipped();
        } catch (const StoreError& trouble) {
            return standby_error("the standby copy can't be written", trouble.what());
        } catch (const SQLite::Exception& trouble) {
            return standby_error("the standby copy can't be written", trouble.what());
        }
    }();
    if (!done) {
        log_.reset();
        tap_.end();
    }
    return done;
}

Status Standby::gather(Log& log) {
    for (;;) {
        auto piece = tap_.take();
        if (!piece) return piece.error();
        if (piece->frames.empty()) return {};
        const bool goes_on = source_next_ == piece->first && source_.same_log(piece->log);
        if (goes_on && piece->before != source_sum_)
            return standby_error("the books' log is not what it was", options_.books);
        LogSum sum = piece->before;
        std::string_view rest = piece->frames;
        for (; !rest.empty(); rest.remove_prefix(piece->log.frame_bytes())) {
            const auto frame = read_log_frame(piece->log, sum, rest);
            if (!frame) return standby_error("the books' log is damaged", options_.books);
            pages_->put(*frame);
            if (replayed_ != nullptr) replayed_->insert(frame->page);
            pages_after_ = frame->pages_after;
            gathered_ = true;
            if (pages_->bytes() < options_.gather_bytes) continue;
            if (auto appended = append(log, false); !appended) return appended;
        }
        counts_.read += piece->frames.size();
        source_ = piece->log;
        source_sum_ = sum;
        source_next_ = piece->first +
                       static_cast<std::uint32_t>(piece->frames.size() / piece->log.frame_bytes());
    }
}

// Without `commit` only what takes too much memory, as the beginning of a longer transaction.
Status Standby::append(Log& log, bool commit) {
    if (commit && pages_after_ == 0)
        return standby_error("the books' log ends inside a transaction", options_.books);
    const auto before = log.bytes();
    const auto page_size = static_cast<std::uint32_t>(pages_->bytes() / pages_->count());
    if (auto done = log.append(*pages_, page_size, commit ? pages_after_ : 0); !done) return done;
    counts_.written += log.bytes() - before;
    if (commit) {
        pages_->clear();
        gathered_ = false;
    } else {
        pages_->keep_one();
    }
    return {};
}

// SQLite itself brings the log into the file, syncs it, and takes the log away. `frames`: that is
// what it must find. Alone (EXCLUSIVE), because then it needs no shared memory, which network file
// systems do not have.
Status Standby::fold(const std::string& file, std::uint32_t frames, bool check) {
    auto db = Access::connect(file, SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX);
    execute(*db, "PRAGMA mmap_size=0; PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=FULL");
    int in_log = -1, done = -1;
    (void)first(db->prepare("PRAGMA schema_version"), only_integer); // finds the log
    if (sqlite3_wal_checkpoint_v2(Access::handle(*db), "main", SQLITE_CHECKPOINT_FULL, &in_log,
                                  &done) != SQLITE_OK)
        fail(Access::handle(*db), "can't bring the log of the standby copy in");
    if (in_log != done || (frames > 0 && in_log != static_cast<int>(frames)))
        return standby_error("the standby copy's log is not what was written",
                             std::to_string(in_log) + " of " + std::to_string(frames));
    if (check)
        if (auto good = db->quick_check(); !good)
            return standby_error("the new standby copy is damaged", good.error().detail);
    counts_.written += static_cast<std::uint64_t>(std::max(0, in_log)) *
                       static_cast<std::uint64_t>(
                           first(db->prepare("PRAGMA page_size"), only_integer).value_or(0));
    return {};
}

} // namespace hb::store
