#include "app/standby.h"

#include <algorithm>
#include <filesystem>

#include <spdlog/spdlog.h>

#include "app/backups.h"
#include "base/clean.h"
#include "base/memory.h"
#include "books/settings_names.h"
#include "lanes/standby_age.h"
#include "store/crm.h"
#include "store/health.h"

namespace hb::app {
namespace {

namespace fs = std::filesystem;

namespace meter = books::meter;

constexpr std::chrono::seconds kFirstPause{60};
constexpr std::chrono::seconds kLongestPause{30 * 60};
// A copy this much older than it should be is reported (Night), and shown in /readyz.
constexpr std::chrono::seconds kLateAfter{10 * 60};

// After what has read and held so much, memory is given back: a first reading of a remote.
constexpr std::uint64_t kMuch = 1 << 20;

std::chrono::seconds every(const BackupPlan& plan) {
    if (plan.every_minutes < 0) return std::chrono::seconds{30};
    return std::chrono::minutes{plan.every_minutes};
}

} // namespace

std::string backup_advice(const Config& config) {
    if (!config.backup) return "no backup is configured: a disk that dies takes everything with it";
    if (!on_one_disk(config.data_dir, config.backup->folder)) return "";
    return "backup.folder lies on the same disk as data_dir: a disk that dies takes both";
}

StandbyKeeper::StandbyKeeper(books::Books& books, store::Database& writer, const Config& config,
                             std::string database)
    : books_(books), database_(std::move(database)), documents_(books.settings.documents_dir),
      tap_(store::LogTap::attach(writer)), plan_(config.backup) {
    tap_->on_backlog([this] {
        const std::lock_guard lock(mutex_);
        hurry_ = true;
        changed_.notify_all();
    });
}

StandbyKeeper::~StandbyKeeper() {
    stop();
    tap_->on_backlog(nullptr);
}

void StandbyKeeper::start() {
    thread_ = std::thread([this] { work(); });
}

void StandbyKeeper::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void StandbyKeeper::use(const Config& config) {
    const std::lock_guard lock(mutex_);
    plan_ = config.backup;
    hurry_ = true;
    changed_.notify_all();
}

void StandbyKeeper::work() {
    std::unique_lock lock(mutex_);
    for (bool last = false; !last;) {
        last = stopping_;
        const BackupPlan plan = plan_.value_or(BackupPlan{});
        lock.unlock();
        try {
            // What was broken is not repaired at the end: the next start makes a new copy anyway.
            if (!last || standby_) look(plan);
        } catch (const std::exception& trouble) {
            broke({Code::Machine, "the standby copy failed", trouble.what(), ""},
                  books_.clock.now());
        }
        lock.lock();
        if (last) break;
        const bool on = every(plan).count() > 0;
        changed_.wait_for(lock, on ? every(plan) : kFirstPause,
                          [this] { return stopping_ || hurry_; });
        hurry_ = false;
    }
    drop();
}

void StandbyKeeper::drop() {
    standby_.reset(); // the books' log is not kept for anybody then
    counted_ = {};
}

void StandbyKeeper::look(const BackupPlan& plan) {
    const Instant now = books_.clock.now();
    if (every(plan).count() == 0) {
        drop();
        books_.meters.set(meter::kStandbyTime, {}, 0);
        return;
    }
    if (books_.meters.of(meter::kStandbyTime).empty())
        books_.meters.set(meter::kStandbyTime, {}, to_epoch_seconds(now));
    books_.meters.set(meter::kStandbyLimit, {}, (every(plan) + kLateAfter).count());
    const std::string file = plan.folder + "/" + kLatestBackup;
    if (file != file_) {
        drop();
        file_ = file;
        copied_.clear();
        retry_at_.reset();
    }
    if (retry_at_ && now < *retry_at_) return;
    if (auto done = follow(plan); !done) return broke(done.error(), books_.clock.now());
    good(now);
}

// Books that were just restored may be older than the copy that stands there.
Status StandbyKeeper::keep_copy_of_restored(const BackupPlan& plan) {
    const std::string kept = plan.folder + "/hourbridge-before-restore.db";
    std::error_code trouble;
    if (!store::Settings(*reader_).get(0, books::kept::kRestored) || fs::exists(kept, trouble) ||
        !fs::exists(file_, trouble))
        return {};
    fs::rename(file_, kept, trouble);
    if (!trouble && fs::exists(file_ + "-wal")) fs::rename(file_ + "-wal", kept + "-wal", trouble);
    if (trouble)
        return Error{Code::Machine, "the old standby copy can't be put aside", trouble.message(),
                     "is the folder of the backups writable?"};
    spdlog::warn("standby kept={} why=\"the books were restored, it may be newer\"",
                 log_value(kept));
    return {};
}

Status StandbyKeeper::follow(const BackupPlan& plan) {
    const bool fresh = !standby_;
    if (fresh) {
        if (auto there = make_backup_folder(plan.folder); !there) return there;
        auto opened = store::Database::open_reader(database_);
        if (!opened) return opened.error();
        reader_ = std::move(*opened);
        if (auto kept = keep_copy_of_restored(plan); !kept) return kept;
        store::Standby::Options options;
        options.books = database_;
        options.file = file_;
        options.resume = true;
        standby_ = std::make_unique<store::Standby>(*tap_, std::move(options));
        if (auto begun = standby_->start(); !begun) return begun;
        books_.meters.add(meter::kStandbys,
                          {{"result", standby_->resumed() ? "resumed" : "begun"}});
    }
    if (auto shipped = standby_->ship(); !shipped) return shipped;
    const auto now = standby_->counts();
    if (fresh)
        spdlog::info("standby {}={} bytes={}", standby_->resumed() ? "resumed" : "begun",
                     log_value(file_), now.written);
    const bool news = fresh || now.ships > counted_.ships;
    if (now.ships > counted_.ships) books_.meters.add(meter::kStandbys, {{"result", "shipped"}});
    books_.meters.add(meter::kStandbyBytes, {},
                      static_cast<std::int64_t>(now.written - counted_.written));
    const bool much = fresh || now.written - counted_.written > kMuch;
    counted_ = now;
    const auto copied = news ? copy_documents(plan) : Status{};
    if (much) {
        store::shrink(*reader_);
        give_back_memory();
    }
    return copied;
}

Status StandbyKeeper::copy_documents(const BackupPlan& plan) {
    for (const auto& document : store::Documents(*reader_).kept()) {
        if (copied_.count(document.file) > 0) continue;
        if (auto copied = copy_document(documents_, plan.folder + "/documents", document.file);
            !copied)
            return copied;
        copied_.insert(document.file);
    }
    return {};
}

void StandbyKeeper::broke(const Error& error, Instant now) {
    drop();
    reader_.reset();
    books_.meters.add(meter::kStandbys, {{"result", "failed"}});
    pause_ = pause_.count() == 0 ? kFirstPause : std::min(2 * pause_, kLongestPause);
    retry_at_ = now + pause_;
    if (!broken_)
        spdlog::error("standby broken={} next=\"a new copy is tried, at most every {} min\"",
                      log_value(to_string(error)), kLongestPause.count() / 60);
    broken_ = true;
}

void StandbyKeeper::good(Instant now) {
    books_.meters.set(meter::kStandbyTime, {}, to_epoch_seconds(now));
    if (broken_) spdlog::info("standby mended={}", log_value(file_));
    broken_ = false;
    retry_at_.reset();
    pause_ = std::chrono::seconds{0};
}

} // namespace hb::app
