#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "connector/connector.h"

// Counts of this process for /metrics. Safe to use from any thread; nothing waits here.
namespace hb::engine {

using Labels = std::vector<std::pair<std::string_view, std::string_view>>;
// {remote="bitrix24",state="done"}; "" without labels.
std::string label_text(const Labels& labels);

class Meters {
public:
    using Series = std::map<std::string, std::int64_t>; // by label text

    // Rises and never falls.
    void add(std::string_view name, const Labels& labels, std::int64_t by = 1);
    // What is counted elsewhere, or may fall.
    void set(std::string_view name, const Labels& labels, std::int64_t value);
    // What a connector has sent so far. Called by the thread that the connector belongs to.
    void note_calls(std::string_view remote, const connector::Counters& counters);
    Series of(std::string_view name) const;

private:
    mutable Mutex mutex_;
    std::map<std::string, Series, std::less<>> all_ HB_GUARDED_BY(mutex_);
};

// Names used in more than one place; docs/operations.md tells what each means.
namespace meter {
inline constexpr const char* kRequests = "hourbridge_requests_total";
inline constexpr const char* kCommands = "hourbridge_commands_total";
inline constexpr const char* kPulls = "hourbridge_pulls_total";
inline constexpr const char* kRows = "hourbridge_rows_total";
inline constexpr const char* kAnswers = "hourbridge_answers_total";
inline constexpr const char* kBackups = "hourbridge_backups_total";
inline constexpr const char* kBackupTime = "hourbridge_backup_last_success_timestamp_seconds";
inline constexpr const char* kBackupBytes = "hourbridge_backup_bytes";
inline constexpr const char* kBooksChecked = "hourbridge_books_check_timestamp_seconds";
inline constexpr const char* kBooksGood = "hourbridge_books_check_ok";
inline constexpr const char* kReloads = "hourbridge_reloads_total";
} // namespace meter

} // namespace hb::engine
