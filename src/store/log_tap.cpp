#include "store/log_tap.h"

#include <algorithm>

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/clean.h"
#include "base/ensure.h"
#include "store/connection.h"

namespace hb::store {
namespace {

// What the follower reads at once; the writer's next commit waits for so much at most.
constexpr std::size_t kPieceBytes = 1u << 20;
// Two logs' worth are handed over at most: a follower that hangs is given up soon after.
constexpr std::size_t kHandedPieces = 4;
// A transaction that is under way and longer than this is not looked through.
constexpr std::uint32_t kFramesAhead = 2000;

} // namespace

std::shared_ptr<LogTap> LogTap::attach(Database& writer, Limits limits) {
    ensure(!writer.in_transaction() && !Access::path(writer).empty() && !Access::tap(writer),
           "a log is followed once, from between two transactions, in a file");
    auto& tap = Access::tap(writer);
    tap.reset(new LogTap(Access::path(writer) + "-wal", limits));
    // In the place of SQLite's own hook, which makes the automatic checkpoints.
    const auto hook = [](void* self, sqlite3* db, const char*, int frames) {
        try {
            static_cast<LogTap*>(self)->on_commit(db, static_cast<std::uint32_t>(frames));
        } catch (const std::exception& trouble) {
            spdlog::error("store follow error={}", log_value(trouble.what()));
        }
        return SQLITE_OK; // whatever becomes of the copy, this was committed
    };
    sqlite3_wal_hook(Access::handle(writer), hook, tap.get());
    return tap;
}

LogTap::LogTap(std::string log_path, Limits limits)
    : log_path_(std::move(log_path)), limits_(limits) {
    if (!open_log()) return;
    const auto end = find_log_end(file_);
    if (!end) return;
    known_ = end->header;
    committed_ = end->frames;
    closed_ = false;
}

LogTap::~LogTap() {
    if (file_ >= 0) ::close(file_);
}

bool LogTap::open_log() {
    if (file_ < 0) file_ = ::open(log_path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    return file_ >= 0;
}

void LogTap::begin() {
    const std::lock_guard guard(mutex_);
    handed_.clear();
    why_.clear();
    following_ = true;
    woken_ = false;
    // What a closed log holds is in the file, and may be overwritten while it is read.
    taken_ = closed_ ? committed_ : 0;
    log_at_begin_ = log_end().has_value();
}

void LogTap::end() {
    const std::lock_guard guard(mutex_);
    following_ = false;
    handed_.clear();
}

void LogTap::on_backlog(std::function<void()> call) {
    const std::lock_guard guard(mutex_);
    on_backlog_ = std::move(call);
}

void LogTap::lose(std::string why) {
    if (!following_) return;
    following_ = false;
    why_ = std::move(why);
    handed_.clear();
}

Result<LogTap::Piece> LogTap::take() {
    const std::lock_guard guard(mutex_);
    if (!following_)
        return Error{Code::Machine, "the standby copy lost touch with the books",
                     why_.empty() ? "nothing was begun" : why_, "it is made anew by itself"};
    woken_ = false;
    if (!handed_.empty()) {
        Piece piece = std::move(handed_.front());
        handed_.pop_front();
        return piece;
    }
    if (waiting() == 0) return Piece{};
    const auto many =
        static_cast<std::uint32_t>(std::max<std::size_t>(1, kPieceBytes / known_->frame_bytes()));
    auto piece = read_piece(std::min(waiting(), many));
    if (!piece) {
        lose("its log can't be read");
        return Error{Code::Machine, "the standby copy lost touch with the books", why_,
                     "it is made anew by itself"};
    }
    return std::move(*piece);
}

std::optional<LogTap::Piece> LogTap::read_piece(std::uint32_t frames) {
    Piece piece{*known_, taken_, known_->sum, std::string(frames * known_->frame_bytes(), '\0')};
    const std::uint64_t at = kLogHeaderBytes + std::uint64_t{taken_} * known_->frame_bytes();
    if (taken_ > 0) {
        std::string before(kFrameHeaderBytes, '\0');
        if (!read_at(file_, before, at - known_->frame_bytes())) return std::nullopt;
        piece.before = sum_of_frame(before);
    }
    if (!read_at(file_, piece.frames, at)) return std::nullopt;
    taken_ += frames;
    return piece;
}

// The log as it stands, also what no commit has announced yet. nullopt: there is none.
std::optional<LogEnd> LogTap::log_end() {
    std::string bytes(kLogHeaderBytes, '\0');
    if (!open_log() || !read_at(file_, bytes, 0)) return std::nullopt;
    const auto header = read_log_header(bytes);
    if (!header) return std::nullopt;
    LogEnd end{*header, known_ && header->same_log(*known_) ? committed_ : 0};
    const std::uint64_t size = header->frame_bytes();
    bytes.resize(size);
    LogSum sum = header->sum;
    if (end.frames > 0) {
        if (!read_at(file_, bytes, kLogHeaderBytes + (end.frames - 1) * size)) return end;
        sum = sum_of_frame(bytes);
    }
    for (std::uint32_t frame = end.frames, last = frame + kFramesAhead; frame < last; ++frame) {
        if (!read_at(file_, bytes, kLogHeaderBytes + frame * size)) return end;
        const auto known = read_log_frame(*header, sum, bytes);
        if (!known) return end;
        if (known->pages_after != 0) end.frames = frame + 1;
    }
    return end;
}

bool LogTap::nothing_unseen(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    const auto there = log_end();
    if (!there) return !log_at_begin_; // it was taken away since
    if (there->frames == 0) return true;
    const auto before = known_;
    if (before && !there->header.same_log(*before) && !closed_) return false;
    return commits_.wait_for(lock, patience, [&] {
        if (!known_) return false;
        if (known_->same_log(there->header)) return committed_ >= there->frames;
        return !before || !known_->same_log(*before); // a later one
    });
}

// SQLite calls this after each commit, before anything else is written; `frames` are in the log.
void LogTap::on_commit(sqlite3* db, std::uint32_t frames) {
    const std::lock_guard guard(mutex_);
    note(frames);
    commits_.notify_all();
    const bool full = frames >= limits_.checkpoint_frames;
    if (following_ && !woken_ && on_backlog_ && waiting() >= limits_.checkpoint_frames / 2) {
        woken_ = true;
        on_backlog_();
    }
    if (full && !waits(frames)) checkpoint(db);
}

void LogTap::note(std::uint32_t frames) {
    std::string head(kLogHeaderBytes, '\0');
    const auto header =
        open_log() && read_at(file_, head, 0) ? read_log_header(head) : std::nullopt;
    if (!header) {
        lose("its log can't be read");
        known_.reset();
        committed_ = taken_ = 0;
        closed_ = true;
        return;
    }
    if (!known_ || !header->same_log(*known_)) {
        // A restart counts the first salt up by one, so a log in between would show.
        const bool next = !known_ || header->salt_1 == known_->salt_1 + 1;
        if (!closed_ || !next) lose("its log was begun anew by somebody else");
        known_ = header;
        taken_ = 0;
    } else if (frames < committed_) {
        lose("its log became shorter");
    }
    committed_ = frames;
    closed_ = false;
}

// A follower that is only busy catches up soon: the log may become twice as long meanwhile.
bool LogTap::waits(std::uint32_t frames) const {
    return following_ && waiting_bytes() > limits_.hand_over_bytes &&
           frames < 2 * limits_.checkpoint_frames;
}

void LogTap::checkpoint(sqlite3* db) {
    int in_log = -1, done = -1;
    // As SQLite's own automatic checkpoint: what fails is tried again with the next commit.
    if (sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_PASSIVE, &in_log, &done) !=
            SQLITE_OK ||
        in_log < 0 || in_log != done)
        return; // a reader holds it back: nothing can be overwritten
    closed_ = true;
    committed_ = std::max(committed_, static_cast<std::uint32_t>(in_log));
    hand_over();
}

// Everything is in the file, so the next write may overwrite the log: the last moment to read it.
void LogTap::hand_over() {
    if (!following_ || waiting() == 0) return;
    if (waiting_bytes() > limits_.hand_over_bytes || handed_.size() >= kHandedPieces)
        return lose("its folder takes longer than the books can wait");
    auto piece = read_piece(waiting());
    if (!piece) return lose("its log can't be read");
    handed_.push_back(std::move(*piece));
}

void LogTap::before_truncate() {
    const std::lock_guard guard(mutex_);
    const auto there = log_end();
    const bool seen =
        there ? known_ && there->header.same_log(*known_) && there->frames == committed_ : closed_;
    if (!seen) lose("somebody else writes into the books");
    hand_over();
}

void LogTap::after_truncate(bool restarts) {
    const std::lock_guard guard(mutex_);
    if (restarts) closed_ = true;
}

} // namespace hb::store
