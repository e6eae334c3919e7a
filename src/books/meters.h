#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "connector/connector.h"

// Counts of this process for /metrics. Safe to use from any thread; nothing waits here.
namespace hb::books {

using Labels = std::vector<std::pair<std::string_view, std::string_view>>;
// {remote="bitrix24",state="done"}; "" without labels.
std::string label_text(const Labels& labels);

// How long something took, in buckets.
struct Times {
    // Upper bounds of the buckets; one more takes what was longer.
    static constexpr std::array<std::int64_t, 11> kBoundsMs{5,   10,   25,   50,    100,  250,
                                                            500, 1000, 2500, 10000, 60000};
    std::array<std::int64_t, kBoundsMs.size() + 1> counts{}; // each bucket's own
    std::int64_t sum_us = 0;
};
// "2xx" … "5xx"; "none" without an answer (0).
std::string_view status_class(int status);

class Meters {
public:
    using Series = std::map<std::string, std::int64_t>; // by label text

    // Rises and never falls.
    void add(std::string_view name, const Labels& labels, std::int64_t by = 1);
    // What is counted elsewhere, or may fall.
    void set(std::string_view name, const Labels& labels, std::int64_t value);
    // One that took so long. A histogram.
    void observe(std::string_view name, const Labels& labels, std::chrono::microseconds took);
    std::map<std::string, Times> times_of(std::string_view name) const; // by label text
    // What a connector has sent so far. Called by the thread that the connector belongs to.
    void note_calls(std::string_view remote, const connector::Counters& counters);
    Series of(std::string_view name) const;

private:
    mutable Mutex mutex_;
    std::map<std::string, Series, std::less<>> all_ HB_GUARDED_BY(mutex_);
    std::map<std::string, std::map<std::string, Times>, std::less<>> times_ HB_GUARDED_BY(mutex_);
};

// Names used in more than one place; docs/operations.md tells what each means.
namespace meter {
inline constexpr const char* kRequests = "hourbridge_requests_total";
inline constexpr const char* kCommands = "hourbridge_commands_total";
inline constexpr const char* kWaited = "hourbridge_rate_limit_wait_seconds_total";
inline constexpr const char* kRequestTimes = "hourbridge_remote_request_duration_seconds";
inline constexpr const char* kResponses = "hourbridge_remote_responses_total";
inline constexpr const char* kWebTimes = "hourbridge_http_request_duration_seconds";
inline constexpr const char* kWebResponses = "hourbridge_http_responses_total";
inline constexpr const char* kPulls = "hourbridge_pulls_total";
inline constexpr const char* kRows = "hourbridge_rows_total";
inline constexpr const char* kAnswers = "hourbridge_answers_total";
inline constexpr const char* kBackups = "hourbridge_backups_total";
inline constexpr const char* kBackupTime = "hourbridge_backup_last_success_timestamp_seconds";
inline constexpr const char* kBackupBytes = "hourbridge_backup_bytes";
inline constexpr const char* kBooksChecked = "hourbridge_books_check_timestamp_seconds";
inline constexpr const char* kBooksGood = "hourbridge_books_check_ok";
inline constexpr const char* kReloads = "hourbridge_reloads_total";
inline constexpr const char* kStandbys = "hourbridge_standby_total";
inline constexpr const char* kStandbyBytes = "hourbridge_standby_written_bytes_total";
// Not shown as they are.
inline constexpr const char* kStandbyTime = "standby time"; // what was committed by then is safe
inline constexpr const char* kStandbyLimit = "standby limit";
} // namespace meter

} // namespace hb::books
