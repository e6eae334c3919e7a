#include <algorithm>
#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sqlite3.h>
#include <unistd.h>

#include <SQLiteCpp/SQLiteCpp.h>

#include "base/clean.h"
#include "store/connection.h"
#include "store/standby.h"
#include "store/standby_log.h"

// The copy that stands there after a restart is kept where it is proven to be the books: no page is
// written that is right already, and nothing is believed that another process may have left.
//
//   a page that equals the books' file                     right
//   a page that differs, and is in the books' log      replayed over it
//   any other                                              no proof: a whole new copy
namespace hb::store {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kChunkBytes = 1u << 20; // a multiple of every page size
constexpr int kChunksBetween = 8;             // before the log is looked at again
// More than a log holds before it is brought in: then a new copy is as cheap.
constexpr std::size_t kDifferMost = 16'384;

class OldFile {
public:
    explicit OldFile(const std::string& path)
        : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) {}
    ~OldFile() {
        if (number_ >= 0) ::close(number_);
    }
    OldFile(const OldFile&) = delete;
    OldFile& operator=(const OldFile&) = delete;
    bool good() const { return number_ >= 0; }
    // As many of the bytes as there are.
    std::string read(std::size_t bytes, std::int64_t at) const {
        std::string out(bytes, '\0');
        std::size_t got = 0;
        while (got < bytes) {
            const auto n = ::pread(number_, out.data() + got, bytes - got,
                                   static_cast<off_t>(at + static_cast<std::int64_t>(got)));
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) break;
            got += static_cast<std::size_t>(n);
        }
        out.resize(got);
        return out;
    }

private:
    int number_;
};

// Bytes 16 and 17 of a database; 1 stands for 65536. 0: this is none.
std::size_t page_size_of(const std::string& head) {
    if (head.size() < 18 || head.compare(0, 15, "SQLite format 3") != 0) return 0;
    const auto byte = [&head](std::size_t at) { return static_cast<unsigned char>(head[at]); };
    const std::size_t size = byte(16) * 256u + byte(17);
    if (size == 1) return 65'536;
    return size >= 512 && (size & (size - 1)) == 0 ? size : 0;
}

// Numbers of the pages of a chunk that are not alike, those that one of them lacks among them.
void note_differing(const std::string& books, const std::string& copy, std::size_t page_size,
                    std::int64_t at, std::set<std::uint32_t>& differing) {
    const std::size_t end = std::max(books.size(), copy.size());
    for (std::size_t from = 0; from < end; from += page_size) {
        const auto of = [from, page_size](const std::string& bytes) {
            return from < bytes.size() ? std::string_view(bytes).substr(from, page_size)
                                       : std::string_view();
        };
        if (of(books) == of(copy)) continue;
        const auto page = (static_cast<std::size_t>(at) + from) / page_size + 1;
        differing.insert(static_cast<std::uint32_t>(page));
    }
}

} // namespace

bool Standby::resume() {
    std::error_code none;
    if (!fs::is_regular_file(options_.file, none)) return false;
    const std::string log_file = options_.file + "-wal";
    if (fs::exists(log_file, none) && !folds(options_.file)) return false;
    pages_->clear();
    gathered_ = false;
    pages_after_ = source_next_ = 0;
    source_ = {};
    log_.reset();
    std::set<std::uint32_t> replayed;
    replayed_ = &replayed;
    tap_.begin();
    moment("resuming");
    auto log = std::make_unique<Log>(log_file, true);
    Status done;
    try {
        done = prove_and_replay(*log);
    } catch (const std::exception& trouble) {
        done = standby_error("the standby copy can't be compared", trouble.what());
    }
    replayed_ = nullptr;
    if (done) {
        log_ = std::move(log);
        moment("resumed");
        return true;
    }
    spdlog::info("standby begins_anew=yes why={}", log_value(to_string(done.error())));
    tap_.end();
    log.reset();
    fs::remove(log_file, none); // what it had was brought in before; nothing in it was committed
    return false;
}

Status Standby::prove_and_replay(Log& log) {
    std::set<std::uint32_t> differing;
    if (auto compared = compare(log, differing); !compared) return compared;
    if (!tap_.nothing_unseen(options_.patience))
        return standby_error("somebody else writes into the books", options_.books);
    if (auto gathered = gather(log); !gathered) return gathered;
    for (const auto page : differing) {
        const bool cut_off = gathered_ && page > pages_after_;
        if (replayed_->count(page) == 0 && !cut_off)
            return standby_error("the copy is not what the books were",
                                 "page " + std::to_string(page));
    }
    return gathered_ ? append(log, true) : Status{};
}

// As the file is read for a new copy: without a snapshot, and what changes meanwhile is in the log.
Status Standby::compare(Log& log, std::set<std::uint32_t>& differing) {
    auto reader = Database::open_reader(options_.books);
    if (!reader) return reader.error();
    sqlite3_file* books = nullptr;
    if (sqlite3_file_control(Access::handle(**reader), "main", SQLITE_FCNTL_FILE_POINTER, &books) !=
            SQLITE_OK ||
        books == nullptr || books->pMethods == nullptr)
        return standby_error("the file of the books can't be read", options_.books);
    const OldFile copy(options_.file);
    const std::size_t page_size = copy.good() ? page_size_of(copy.read(18, 0)) : 0;
    if (page_size == 0) return standby_error("this is no copy of the books", options_.file);
    std::string chunk;
    int chunks = 0;
    for (std::int64_t at = 0;; at += static_cast<std::int64_t>(kChunkBytes)) {
        sqlite3_int64 size = 0;
        if (books->pMethods->xFileSize(books, &size) != SQLITE_OK)
            return standby_error("the file of the books can't be read", options_.books);
        chunk.resize(static_cast<std::size_t>(
            std::clamp<std::int64_t>(size - at, 0, static_cast<std::int64_t>(kChunkBytes))));
        const int got = chunk.empty() ? SQLITE_OK
                                      : books->pMethods->xRead(books, chunk.data(),
                                                               static_cast<int>(chunk.size()), at);
        if (got != SQLITE_OK)
            return standby_error("the file of the books can't be read", options_.books);
        const std::string there = copy.read(kChunkBytes, at);
        if (chunk.empty() && there.empty()) return {};
        note_differing(chunk, there, page_size, at, differing);
        if (differing.size() > kDifferMost)
            return standby_error("too much of the copy is not as the books are", options_.file);
        moment("chunk compared");
        if (++chunks % kChunksBetween != 0) continue;
        if (auto gathered = gather(log); !gathered) return gathered;
    }
}

} // namespace hb::store
