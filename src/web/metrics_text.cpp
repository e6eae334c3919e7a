#include "web/metrics_text.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "books/unbilled.h"
#include "domain/lifecycle.h"
#include "domain/op_kind.h"
#include "lanes/standby_age.h"
#include "web/hooks.h"
#include "web/process_figures.h"
#include "web/router.h"

namespace hb::web {
namespace {

using books::label_text;
using books::Meters;

constexpr std::string_view kGauge = "gauge";
constexpr std::string_view kCounter = "counter";
constexpr std::string_view kHistogram = "histogram";
constexpr std::string_view kHolds = "hourbridge_lock_hold_seconds";
constexpr std::string_view kLongestHold = "hourbridge_lock_hold_longest_seconds";
constexpr std::string_view kCpu = "process_cpu_seconds_total";
constexpr std::string_view kStart = "process_start_time_seconds";

using Samples = std::map<std::string, Meters::Series, std::less<>>; // by metric

// Ops of places that are only told something.
bool is_told(domain::OpKind kind) {
    return kind == domain::OpKind::NoticeSend || kind == domain::OpKind::TelegramSend ||
           kind == domain::OpKind::WebhookSend;
}

// Parked ones are those that wait for a person; "lacking" go on by themselves.
void ops_by_state(Samples& out, const lanes::Condition& now) {
    auto& ops = out["hourbridge_ops"];
    const auto series = [&ops](const std::string& remote, const char* state) -> std::int64_t& {
        return ops[label_text({{"remote", remote}, {"state", state}})];
    };
    for (const auto& remote : now.remotes) {
        for (const char* state : {"pending", "in_flight", "uncertain", "done"})
            series(remote.name, state) = 0;
        series(remote.name, "parked") = remote.parked;
        series(remote.name, "lacking") = remote.lacking;
    }
    for (const auto& row : now.rows.ops)
        for (const auto& remote : now.rows.remotes)
            if (remote.id == row.remote && row.state != "parked")
                series(remote.name, row.state.c_str()) = row.count;
}

// 0 while nothing of the kind waits, so that a kind's first trouble is a rise and no new series.
void unfinished_ops(Samples& out, const lanes::Condition& now) {
    auto& oldest = out["hourbridge_op_oldest_unfinished_timestamp_seconds"];
    for (const auto& remote : now.remotes)
        for (const auto& each : domain::kOpKinds)
            if (is_told(each.kind) == remote.tells_only || each.kind == domain::OpKind::NoticeSend)
                oldest[label_text({{"remote", remote.name}, {"kind", each.name}})] = 0;
    for (const auto& op : now.rows.unfinished)
        for (const auto& remote : now.rows.remotes)
            if (remote.id == op.remote)
                oldest[label_text({{"remote", remote.name}, {"kind", op.kind}})] =
                    to_epoch_seconds(op.wanted_at);
}

void from_condition(Samples& out, const lanes::Condition& now) {
    ops_by_state(out, now);
    unfinished_ops(out, now);
    if (now.rows.oldest_letter)
        out["hourbridge_inbox_oldest_timestamp_seconds"][""] =
            to_epoch_seconds(*now.rows.oldest_letter);
    for (const auto& remote : now.remotes) {
        const std::string label = label_text({{"remote", remote.name}});
        out["hourbridge_op_due_seconds"][label] =
            remote.oldest_due.value_or(std::chrono::seconds{0}).count();
        if (remote.oldest_due)
            out["hourbridge_op_oldest_due_timestamp_seconds"][label] =
                to_epoch_seconds(now.at - *remote.oldest_due);
        out["hourbridge_paused"][label] = remote.pause ? 1 : 0;
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
        out["hourbridge_last_read_timestamp_seconds"][label] =
            to_epoch_seconds(now.at - stream.age);
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
        for (const char* name : {"hourbridge_table_rows_total", "hourbridge_table_rows"})
            out[name][label_text({{"table", table}})] = count;
    for (int state = 0; state <= static_cast<int>(domain::State::Credited); ++state)
        out["hourbridge_reports"]
           [label_text({{"state", domain::to_string(static_cast<domain::State>(state))}})] = 0;
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

// `bounds_us`: of the buckets but the last one. `label`: "" or "{…}".
template <class Counts, class Bounds>
void write_buckets(std::string& out, const std::string& name, const std::string& label,
                   const Counts& counts, const Bounds& bounds_us, std::int64_t sum_us) {
    const std::string others = label.empty() ? "" : label.substr(1, label.size() - 2) + ",";
    std::int64_t count = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        count += counts[i];
        const std::string bound =
            i < bounds_us.size() ? seconds_text(bounds_us[i]) : std::string("+Inf");
        out += name + "_bucket{" + others + "le=\"" + bound + "\"} " + std::to_string(count) + "\n";
    }
    out += name + "_sum" + label + " " + seconds_text(sum_us) + "\n";
    out += name + "_count" + label + " " + std::to_string(count) + "\n";
}

void write_times(std::string& out, const Metric& metric,
                 const std::map<std::string, books::Times>& all) {
    if (all.empty()) return;
    write_head(out, metric);
    std::vector<std::int64_t> bounds_us;
    for (const auto ms : books::Times::kBoundsMs) bounds_us.push_back(ms * 1000);
    for (const auto& [label, times] : all)
        write_buckets(out, std::string(metric.name), label, times.counts, bounds_us, times.sum_us);
}

void write_fraction(std::string& out, const Metric& metric, std::int64_t us) {
    write_head(out, metric);
    out += std::string(metric.name) + " " + seconds_text(us) + "\n";
}

// What is not a whole number, or more than one line.
bool write_special(std::string& out, const Metric& metric, const HoldTimes::Seen& holds,
                   const ProcessFigures& process) {
    if (metric.name == kHolds) {
        write_head(out, metric);
        write_buckets(out, std::string(kHolds), "", holds.counts, HoldTimes::kBoundsUs,
                      holds.sum_us);
    } else if (metric.name == kLongestHold) {
        write_fraction(out, metric, holds.longest_us);
    } else if (metric.name == kCpu) {
        write_fraction(out, metric, process.cpu_us);
    } else if (metric.name == kStart) {
        if (process.started_us != 0) write_fraction(out, metric, process.started_us);
    } else {
        return false;
    }
    return true;
}

// A counter that was never met is 0, so that its first rise is seen: of what is known beforehand.
void add_zeros(Samples& out, const lanes::Condition* condition) {
    namespace meter = books::meter;
    constexpr std::array kClasses{"2xx", "3xx", "4xx", "5xx"};
    const auto zero = [&out](std::string_view name, const books::Labels& labels) {
        out[std::string(name)].try_emplace(label_text(labels), 0);
    };
    for (const char* result : {"good", "failed"}) zero(meter::kBackups, {{"result", result}});
    for (const char* result : {"good", "refused"}) zero(meter::kReloads, {{"result", result}});
    for (const char* result : {"begun", "shipped", "failed"})
        zero(meter::kStandbys, {{"result", result}});
    for (const Route& route : routes())
        for (const char* code : kClasses)
            zero(meter::kWebResponses, {{"route", route.pattern}, {"code", code}});
    if (condition == nullptr) return;
    for (const auto& remote : condition->remotes) {
        for (const char* code : kClasses)
            zero(meter::kResponses, {{"remote", remote.name}, {"code", code}});
        zero(meter::kResponses, {{"remote", remote.name}, {"code", "none"}});
        if (remote.tells_only) continue;
        zero(meter::kWaited, {{"remote", remote.name}});
        for (const char* result : {"done", "stopped", "failed"})
            zero(meter::kPulls, {{"remote", remote.name}, {"result", result}});
    }
}

void from_process(Samples& out, const ProcessFigures& process) {
    out["process_resident_memory_bytes"][""] = process.resident_bytes;
    out["hourbridge_memory_bytes"][""] = process.resident_bytes;
    out["process_virtual_memory_bytes"][""] = process.virtual_bytes;
    out["process_open_fds"][""] = process.open_fds;
    out["process_max_fds"][""] = process.max_fds;
}

} // namespace

const std::vector<Metric>& metrics() {
    namespace meter = books::meter;
    static const std::vector<Metric> all = {
        {"hourbridge_build_info", kGauge, "Always 1; the version is in the label."},
        {"hourbridge_ready", kGauge, "1 when /readyz answers 200."},
        {"process_resident_memory_bytes", kGauge, "Resident memory of the process."},
        {"process_virtual_memory_bytes", kGauge, "Its address space."},
        {kCpu, kCounter, "Its processor time."},
        {"process_open_fds", kGauge, "Its open descriptors."},
        {"process_max_fds", kGauge, "How many it may have."},
        {kStart, kGauge, "When it started."},
        {"hourbridge_last_read_timestamp_seconds", kGauge,
         "When the last good page of a stream came."},
        {"hourbridge_freshness_limit_seconds", kGauge, "An older one makes the service not ready."},
        {"hourbridge_problems", kGauge, "Records of a stream that can't be read."},
        {"hourbridge_pull_failures", kGauge, "Pulls that failed in a row."},
        {"hourbridge_guard_stopped", kGauge,
         "1 when a guard asks a person about deletions or values."},
        {"hourbridge_ops", kGauge,
         "Writes in the outbox by state; parked wait for a person, lacking for a right."},
        {"hourbridge_op_oldest_due_timestamp_seconds", kGauge,
         "Since when the oldest write that is due has been; not there while none is."},
        {"hourbridge_op_oldest_unfinished_timestamp_seconds", kGauge,
         "Since when the oldest write of a kind that is not done is wanted; 0: there is none."},
        {meter::kWaited, kCounter, "Time in which calls waited for a remote's request limits."},
        {"hourbridge_ops_stuck", kGauge, "Writes that fail while others to the same remote pass."},
        {"hourbridge_paused", kGauge, "1 while a person lets a remote rest."},
        {"hourbridge_outage", kGauge, "1 while a remote is not available."},
        {"hourbridge_outage_since_timestamp_seconds", kGauge, "Since when it is not."},
        {meter::kRequests, kCounter, "HTTP requests sent to a remote."},
        {meter::kCommands, kCounter, "Calls of methods, those inside batches counted one by one."},
        {meter::kRequestTimes, kHistogram, "How long a remote took to answer a request."},
        {meter::kResponses, kCounter, "Its answers by class of status; none: no answer came."},
        {meter::kPulls, kCounter, "Pulls by result: done, stopped, failed."},
        {meter::kRows, kCounter, "Records by what became of them."},
        {"hourbridge_inbox", kGauge, "Events in the inbox by state."},
        {"hourbridge_inbox_oldest_timestamp_seconds", kGauge,
         "When the oldest event that waits came."},
        {kEventsRefused, kCounter, "Events that were refused, by remote and reason."},
        {meter::kWebTimes, kHistogram, "How long an answer of the server took, by route."},
        {meter::kWebResponses, kCounter, "Answers of the server by route and class of status."},
        {meter::kAnswers, kCounter, "Answers of the server by route and status."},
        {"hourbridge_reports", kGauge, "Reports by state."},
        {"hourbridge_reports_asking", kGauge, "Reports that ask a person something."},
        {books::kClientsWithoutTerms, kGauge, "Clients with time and without terms."},
        {books::kSecondsWithoutTerms, kGauge, "Their time: no report takes it."},
        {books::kSecondsHeld, kGauge,
         "Unbilled time that waits for a person: values, not_shown, long."},
        {"hourbridge_table_rows_total", kCounter, "Rows that a table has been given so far."},
        {"hourbridge_file_bytes", kGauge, "Size of the database and of its write-ahead log."},
        {"hourbridge_disk_free_bytes", kGauge, "Room on the disk of data_dir."},
        {meter::kBackups, kCounter, "Scheduled backups by result: good, failed."},
        {meter::kBackupTime, kGauge, "When the newest good backup was made."},
        {meter::kBackupBytes, kGauge, "Its size."},
        {"hourbridge_standby_timestamp_seconds", kGauge,
         "What was committed by then is in the standby copy."},
        {meter::kStandbys, kCounter,
         "What became of the standby copy: begun, resumed, shipped, failed."},
        {meter::kStandbyBytes, kCounter, "What was written to the standby copy."},
        {meter::kBooksChecked, kGauge, "When the books were last checked for damage."},
        {meter::kBooksGood, kGauge, "0 when that check found damage."},
        {"hourbridge_restored", kGauge, "1 while nothing is created after a restore."},
        {kHolds, kHistogram, "How long the writer's lock of the books was held at a time."},
        {kLongestHold, kGauge, "The longest of these holds since the start."},
        {meter::kReloads, kCounter, "Reloads of the configuration by result: good, refused."},
        {"hourbridge_memory_bytes", kGauge, "Old name of process_resident_memory_bytes."},
        {"hourbridge_freshness_seconds", kGauge,
         "Old name: the age of hourbridge_last_read_timestamp_seconds."},
        {"hourbridge_op_due_seconds", kGauge,
         "Old name: the age of hourbridge_op_oldest_due_timestamp_seconds."},
        {"hourbridge_inbox_oldest_seconds", kGauge,
         "Old name: the age of hourbridge_inbox_oldest_timestamp_seconds."},
        {"hourbridge_table_rows", kGauge, "Old name of hourbridge_table_rows_total."},
        {"hourbridge_standby_age_seconds", kGauge,
         "Old name: the age of hourbridge_standby_timestamp_seconds."},
    };
    return all;
}

std::string metrics_text(const lanes::Condition* condition, lanes::Watch& watch,
                         std::string_view version) {
    Samples samples;
    samples["hourbridge_build_info"][label_text({{"version", version}})] = 1;
    samples["hourbridge_ready"][""] = condition != nullptr && condition->ready() ? 1 : 0;
    const ProcessFigures process =
        read_process(condition != nullptr ? std::optional(condition->at) : std::nullopt);
    from_process(samples, process);
    add_zeros(samples, condition);
    if (condition != nullptr) {
        from_condition(samples, *condition);
        if (const auto copy = lanes::standby_age(watch.meters(), condition->at)) {
            samples["hourbridge_standby_age_seconds"][""] = copy->age.count();
            samples["hourbridge_standby_timestamp_seconds"][""] =
                watch.meters().of(books::meter::kStandbyTime).begin()->second;
        }
    }
    file_sizes(samples, watch.database());
    std::string out;
    for (const auto& metric : metrics()) {
        if (write_special(out, metric, watch.holds(), process)) continue;
        if (metric.type == kHistogram) {
            write_times(out, metric, watch.meters().times_of(metric.name));
            continue;
        }
        auto series = samples[std::string(metric.name)];
        for (const auto& [label, value] : watch.meters().of(metric.name)) series[label] = value;
        write(out, metric, series);
    }
    return out;
}

} // namespace hb::web
