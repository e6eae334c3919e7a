#include "web/metrics_text.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "domain/lifecycle.h"
#include "engine/standby_age.h"
#include "engine/unbilled.h"
#include "web/hooks.h"

namespace hb::web {
namespace {

using engine::label_text;
using engine::Meters;

constexpr std::string_view kGauge = "gauge";
constexpr std::string_view kCounter = "counter";
constexpr std::string_view kHistogram = "histogram";
constexpr std::string_view kHolds = "hourbridge_lock_hold_seconds";
constexpr std::string_view kLongestHold = "hourbridge_lock_hold_longest_seconds";

using Samples = std::map<std::string, Meters::Series, std::less<>>; // by metric

void from_condition(Samples& out, const engine::Condition& now) {
    for (const auto& row : now.rows.ops) {
        for (const auto& remote : now.rows.remotes)
            if (remote.id == row.remote)
                out["hourbridge_ops"][label_text({{"remote", remote.name}, {"state", row.state}})] =
                    row.count;
    }
    for (const auto& oldest : now.rows.unfinished)
        for (const auto& remote : now.rows.remotes)
            if (remote.id == oldest.remote)
                out["hourbridge_op_oldest_unfinished_timestamp_seconds"]
                   [label_text({{"remote", remote.name}, {"kind", oldest.kind}})] =
                       to_epoch_seconds(oldest.made_at);
    if (now.rows.oldest_letter)
        out["hourbridge_inbox_oldest_timestamp_seconds"][""] =
            to_epoch_seconds(*now.rows.oldest_letter);
    for (const auto& remote : now.remotes) {
        const std::string label = label_text({{"remote", remote.name}});
        out["hourbridge_op_due_seconds"][label] =
            remote.oldest_due.value_or(std::chrono::seconds{0}).count();
        out["hourbridge_ops_stuck"][label] = remote.stuck;
        out["hourbridge_outage"][label] = remote.breaker.outage ? 1 : 0;
        if (remote.breaker.outage && remote.breaker.since)
            out["hourbridge_outage_since_timestamp_seconds"][label] =
                to_epoch_seconds(*remote.breaker.since);
        out["hourbridge_pull_failures"][label] = remote.failures;
        out["hourbridge_guard_stopped"][label] = remote.stopped.empty() ? 0 : 1;
    }
    for (const auto& stream : now.streams) {
        const std::string label =
            label_text({{"remote", stream.remote}, {"stream", stream.stream}});
        out["hourbridge_freshness_seconds"][label] = stream.age.count();
        out["hourbridge_freshness_limit_seconds"][label] = stream.limit.count();
        out["hourbridge_problems"][label] = stream.problems;
    }
    for (const char* state : {"new", "done", "ignored", "failed"}) {
        const auto found = now.rows.inbox.find(state);
        out["hourbridge_inbox"][label_text({{"state", state}})] =
            found == now.rows.inbox.end() ? 0 : found->second;
    }
    out["hourbridge_inbox_oldest_seconds"][""] =
        now.inbox_age.value_or(std::chrono::seconds{0}).count();
    for (const auto& [table, count] : now.rows.rows)
        out["hourbridge_table_rows"][label_text({{"table", table}})] = count;
    for (const auto& [state, count] : now.rows.reports)
        out["hourbridge_reports"]
           [label_text({{"state", domain::to_string(static_cast<domain::State>(state))}})] = count;
    out["hourbridge_reports_asking"][""] = now.rows.asking;
    out["hourbridge_restored"][""] = now.rows.restored ? 1 : 0;
    if (now.free_bytes >= 0) out["hourbridge_disk_free_bytes"][""] = now.free_bytes;
}

void file_sizes(Samples& out, const std::string& database) {
    if (database.empty()) return;
    for (const auto& [file, path] :
         {std::pair<const char*, std::string>{"database", database}, {"log", database + "-wal"}}) {
        std::error_code trouble;
        const auto bytes = std::filesystem::file_size(path, trouble);
        out["hourbridge_file_bytes"][label_text({{"file", file}})] =
            trouble ? 0 : static_cast<std::int64_t>(bytes);
    }
}

// "VmRSS:     12345 kB"
std::int64_t resident_bytes() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.rfind("VmRSS:", 0) != 0) continue;
        const auto digits = line.find_first_of("0123456789");
        const auto end = line.find(' ', digits);
        if (digits == std::string::npos || end == std::string::npos) break;
        return parse_integer(line.substr(digits, end - digits)).value_or(0) * 1024;
    }
    return 0;
}

void write_head(std::string& out, const Metric& metric) {
    const std::string name(metric.name);
    out += "# HELP " + name + " " + std::string(metric.help) + "\n";
    out += "# TYPE " + name + " " + std::string(metric.type) + "\n";
}

void write(std::string& out, const Metric& metric, const Meters::Series& series) {
    if (series.empty()) return;
    write_head(out, metric);
    for (const auto& [label, value] : series)
        out += std::string(metric.name) + label + " " + std::to_string(value) + "\n";
}

std::string seconds_text(std::int64_t us) {
    std::string fraction = std::to_string(us % 1'000'000);
    fraction.insert(0, 6 - fraction.size(), '0');
    return std::to_string(us / 1'000'000) + "." + fraction;
}

void write_holds(std::string& out, const HoldTimes::Seen& seen) {
    const std::string name(kHolds);
    std::int64_t count = 0;
    for (std::size_t i = 0; i < seen.counts.size(); ++i) {
        count += seen.counts[i];
        const std::string bound = i < HoldTimes::kBoundsUs.size()
                                      ? seconds_text(HoldTimes::kBoundsUs[i])
                                      : std::string("+Inf");
        out += name + "_bucket{le=\"" + bound + "\"} " + std::to_string(count) + "\n";
    }
    out += name + "_sum " + seconds_text(seen.sum_us) + "\n";
    out += name + "_count " + std::to_string(count) + "\n";
}

// What is not a whole number, or more than one line.
bool write_special(std::string& out, const Metric& metric, const HoldTimes::Seen& holds) {
    if (metric.name != kHolds && metric.name != kLongestHold) return false;
    write_head(out, metric);
    if (metric.name == kHolds)
        write_holds(out, holds);
    else
        out += std::string(metric.name) + " " + seconds_text(holds.longest_us) + "\n";
    return true;
}

} // namespace

const std::vector<Metric>& metrics() {
    namespace meter = engine::meter;
    static const std::vector<Metric> all = {
        {"hourbridge_build_info", kGauge, "Always 1; the version stands in the label."},
        {"hourbridge_ready", kGauge, "1 when /readyz answers 200."},
        {"hourbridge_memory_bytes", kGauge, "Resident memory of the process."},
        {"hourbridge_freshness_seconds", kGauge, "Age of the last good page of a stream."},
        {"hourbridge_freshness_limit_seconds", kGauge, "An older one makes the service not ready."},
        {"hourbridge_problems", kGauge, "Records of a stream that can't be read."},
        {"hourbridge_pull_failures", kGauge, "Pulls that failed in a row."},
        {"hourbridge_guard_stopped", kGauge, "1 when a guard asks a person about deletions."},
        {"hourbridge_ops", kGauge, "Writes in the outbox by state."},
        {"hourbridge_op_due_seconds", kGauge, "How long the oldest write has been due."},
        {"hourbridge_op_oldest_unfinished_timestamp_seconds", kGauge,
         "When the oldest write of a kind that is not done was planned."},
        {"hourbridge_ops_stuck", kGauge, "Writes that fail while others to the same remote pass."},
        {"hourbridge_outage", kGauge, "1 while a remote is not available."},
        {"hourbridge_outage_since_timestamp_seconds", kGauge, "Since when it is not."},
        {meter::kRequests, kCounter, "HTTP requests sent to a remote."},
        {meter::kCommands, kCounter, "Calls of methods, those inside batches counted one by one."},
        {meter::kPulls, kCounter, "Pulls by result: done, stopped, failed."},
        {meter::kRows, kCounter, "Records by what became of them."},
        {"hourbridge_inbox", kGauge, "Events in the inbox by state."},
        {"hourbridge_inbox_oldest_seconds", kGauge, "Age of the oldest event that waits."},
        {"hourbridge_inbox_oldest_timestamp_seconds", kGauge,
         "When the oldest event that waits came."},
        {kEventsRefused, kCounter, "Events that were refused, by remote and reason."},
        {meter::kAnswers, kCounter, "Answers of the server by route and status."},
        {"hourbridge_reports", kGauge, "Reports by state."},
        {"hourbridge_reports_asking", kGauge, "Reports that ask a person something."},
        {engine::kClientsWithoutTerms, kGauge, "Clients with time and without terms."},
        {engine::kSecondsWithoutTerms, kGauge, "Their time: no report takes it."},
        {engine::kSecondsHeld, kGauge,
         "Unbilled time that waits for a person: values, not_shown, long."},
        {"hourbridge_table_rows", kGauge, "Rows that a table has been given so far."},
        {"hourbridge_file_bytes", kGauge, "Size of the database and of its write-ahead log."},
        {"hourbridge_disk_free_bytes", kGauge, "Room on the disk of data_dir."},
        {meter::kBackups, kCounter, "Scheduled backups by result: good, failed."},
        {meter::kBackupTime, kGauge, "When the newest good backup was made."},
        {meter::kBackupBytes, kGauge, "Its size."},
        {"hourbridge_standby_age_seconds", kGauge,
         "How far the standby copy is behind the books at most."},
        {meter::kStandbys, kCounter, "What became of the standby copy: begun, shipped, failed."},
        {meter::kStandbyBytes, kCounter, "What was written to the standby copy."},
        {meter::kBooksChecked, kGauge, "When the books were last checked for damage."},
        {meter::kBooksGood, kGauge, "0 when that check found damage."},
        {"hourbridge_restored", kGauge, "1 while nothing is created after a restore."},
        {kHolds, kHistogram, "How long the writer's lock of the books was held at a time."},
        {kLongestHold, kGauge, "The longest of these holds since the start."},
        {meter::kReloads, kCounter, "Reloads of the configuration by result: good, refused."},
    };
    return all;
}

std::string metrics_text(const engine::Condition* condition, engine::Watch& watch,
                         std::string_view version) {
    Samples samples;
    samples["hourbridge_build_info"][label_text({{"version", version}})] = 1;
    samples["hourbridge_ready"][""] = condition != nullptr && condition->ready() ? 1 : 0;
    samples["hourbridge_memory_bytes"][""] = resident_bytes();
    if (condition != nullptr) {
        from_condition(samples, *condition);
        if (const auto copy = engine::standby_age(watch.meters(), condition->at))
            samples["hourbridge_standby_age_seconds"][""] = copy->age.count();
    }
    file_sizes(samples, watch.database());
    std::string out;
    for (const auto& metric : metrics()) {
        if (write_special(out, metric, watch.holds())) continue;
        auto series = samples[std::string(metric.name)];
        for (const auto& [label, value] : watch.meters().of(metric.name)) series[label] = value;
        write(out, metric, series);
    }
    return out;
}

} // namespace hb::web
