#include "app/night.h"

#include <filesystem>

#include <spdlog/spdlog.h>

#include "app/night_spread.h"
#include "base/clean.h"
#include "base/memory.h"
#include "base/text.h"
#include "books/settings_names.h"
#include "lanes/standby_age.h"
#include "store/health.h"

namespace hb::app {
namespace {

namespace meter = books::meter;

constexpr std::chrono::seconds kLookEvery{20};
// Of the check, when no backup says when the night is.
constexpr const char* kCheckAt = "04:15";
// Once a week that check is a whole one; half a day less, since nights are not equally long.
constexpr std::chrono::hours kWholeEvery{6 * 24 + 12};

void remove_backup(const std::string& path) {
    std::error_code trouble;
    // The manifest first: what is cut off in between is no good copy.
    std::filesystem::remove(path + ".sha256", trouble);
    std::filesystem::remove(path, trouble);
    spdlog::info("backup removed={}", log_value(path));
}

} // namespace

Night::Night(books::Books& books, const Config& config, std::string database)
    : books_(books), database_(std::move(database)), documents_(books.settings.documents_dir),
      zone_(books.settings.zone), plan_(config.backup), delay_(night_delay(config)) {}

Night::~Night() {
    stop();
}

void Night::start() {
    thread_ = std::thread([this] {
        std::unique_lock lock(mutex_);
        while (!stopping_) {
            lock.unlock();
            try {
                look();
            } catch (const std::exception& trouble) {
                spdlog::error("night error={}", log_value(trouble.what()));
            }
            lock.lock();
            changed_.wait_for(lock, kLookEvery, [this] { return stopping_; });
        }
    });
}

void Night::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Night::use(const Config& config) {
    const std::lock_guard lock(mutex_);
    plan_ = config.backup;
    delay_ = night_delay(config);
}

bool Night::open() {
    if (db_) return true;
    auto opened = store::Database::open_reader(database_);
    if (opened) db_ = std::move(*opened);
    return opened.ok();
}

void Night::look() {
    std::optional<BackupPlan> plan;
    std::chrono::minutes delay{0};
    {
        const std::lock_guard lock(mutex_);
        plan = plan_;
        delay = delay_;
    }
    const Instant now = books_.clock.now();
    if (!open()) return; // the process that works with the books says why
    if (plan) back_up(*plan, delay, now);
    watch_standby(now);
    check(delay, now);
    if (!worked_) return;
    worked_ = false;
    store::shrink(*db_); // it has read all of the books
    give_back_memory();
}

// A failure is told and not repeated before the next time: a full disk does not become fuller.
void Night::tell(const char* action, const Error& error) {
    spdlog::error("night {} error={}", action, log_value(to_string(error)));
    books::Step step = books_.begin();
    step->events.add(step.now(), "service", action, std::nullopt, shorten(to_string(error), 300),
                     "{}");
    step.done();
}

void Night::back_up(const BackupPlan& plan, std::chrono::minutes delay, Instant now) {
    const Instant due = last_time(later_at_night(plan.at, delay), zone_, now);
    if (tried_ && *tried_ >= due) return;
    const auto known = list_backups(plan.folder);
    for (const auto& backup : known) {
        if (!backup.good) continue;
        books_.meters.set(meter::kBackupTime, {}, to_epoch_seconds(backup.at));
        if (backup.at >= due) tried_ = due; // of a service before this one
    }
    if (tried_ && *tried_ >= due) return;
    tried_ = due;
    worked_ = true;
    const auto made = make_backup(*db_, documents_, plan.folder, backup_name(now));
    books_.meters.add(meter::kBackups, {{"result", made ? "good" : "failed"}});
    if (!made) return tell("backup.failed", made.error());
    books_.meters.set(meter::kBackupTime, {}, to_epoch_seconds(now));
    books_.meters.set(meter::kBackupBytes, {}, made->bytes);
    spdlog::info("backup file={} bytes={} documents={}", log_value(made->file), made->bytes,
                 made->documents);
    for (const auto& path : outdated(list_backups(plan.folder), plan.keep_days, now))
        remove_backup(path);
}

// Told once: it is in a thread of its own, which may hang as long as the folder does.
void Night::watch_standby(Instant now) {
    const auto behind = lanes::standby_age(books_.meters, now);
    const bool late = behind && behind->age > behind->limit;
    if (late && !standby_late_)
        tell("standby.late", Error{Code::Machine, "the standby copy is not kept up to date",
                                   std::to_string(behind->age.count() / 60) + " min behind",
                                   "the log says why, at standby broken="});
    standby_late_ = late;
}

void Night::check(std::chrono::minutes delay, Instant now) {
    const Instant due = last_time(later_at_night(kCheckAt, delay), zone_, now);
    if (!checked_) {
        const auto at = store::Settings(*db_).written_at(0, books::kept::kBooksChecked);
        checked_ = at.value_or(Instant{});
    }
    if (*checked_ >= due) return;
    checked_ = now;
    worked_ = true;
    const auto whole_at = store::Settings(*db_).written_at(0, books::kept::kBooksCheckedWhole);
    const bool whole = !whole_at || now - *whole_at >= kWholeEvery;
    const auto good = whole ? db_->integrity_check() : db_->quick_check();
    books_.meters.set(meter::kBooksChecked, {}, to_epoch_seconds(now));
    books_.meters.set(meter::kBooksGood, {}, good ? 1 : 0);
    if (!good) {
        tell("books.damaged", good.error());
        books::Step step = books_.begin();
        step->kept.put(0, books::kept::kBooksDamaged, good.error().message, now);
        return step.done();
    }
    books::Step step = books_.begin();
    step->kept.erase(0, books::kept::kBooksDamaged);
    step->kept.put(0, books::kept::kBooksChecked, "ok", now);
    if (whole) step->kept.put(0, books::kept::kBooksCheckedWhole, "ok", now);
    step.done();
    spdlog::info("books check=ok indexes={}", whole ? "checked" : "\"next week\"");
}

} // namespace hb::app
