#include <filesystem>

#include "bench/goals.h"
#include "bench/measure.h"

// P9 to P11, `verify` and `report batch` on the books of an agency of five years.
namespace hb::bench {
namespace {

double of(const json::Value& object, const char* name) {
    return static_cast<double>(number(object, name));
}
double ms(const json::Value& object, const char* name) {
    return of(object, name) / 1e3;
}

void judge_month(Run& run, const std::string& file, const std::string& size, double at_most) {
    const auto answer = run_role({"agency", file, run.long_form ? "400" : "200"});
    const auto got = answer.root();
    const double report = ms(got, "report_p99_us");
    const double sums = ms(got, "sums_scan_p50_us");
    const double rows = ms(got, "rows_scan_p50_us");
    run.table.add(
        {"P9",
         "a month of " + size + ": evaluate, JSON, page (p99)",
         report,
         "ms",
         "p50 " + plain(ms(got, "report_p50_us")) + " ms, " + plain(of(got, "lines")) + " lines",
         report,
         "ms",
         at_most,
         {}});
    run.table.add({"P9",
                   "its sums and its page (p99), of " + size,
                   ms(got, "query_and_page_p99_us"),
                   "ms",
                   "sums by reading all " + plain(sums) + " ms",
                   ms(got, "query_and_page_p99_us") / sums,
                   "ratio",
                   0.02,
                   {}});
    run.table.add({"P9",
                   "its sums alone (p99), of " + size,
                   ms(got, "query_p99_us"),
                   "ms",
                   "p50 " + plain(ms(got, "query_p50_us")) + " ms",
                   ms(got, "query_p99_us") / sums,
                   "ratio",
                   0.02,
                   {}});
    run.table.add({"P9",
                   "evaluated whole, against reading all " + size,
                   report,
                   "ms",
                   "rows by reading all " + plain(rows) + " ms",
                   report / (rows + report),
                   "ratio",
                   0.02,
                   {}});
    run.table.add({"P9",
                   "the sixth month when five before it wait, of " + size,
                   ms(got, "waiting_p50_us"),
                   "ms",
                   "p50",
                   {},
                   "",
                   {},
                   {}});
    const auto plan = got["plan"].string().value();
    run.table.add({"P9",
                   "its plan says COVERING INDEX",
                   1,
                   "",
                   plan.substr(0, 34),
                   plan.find("COVERING INDEX") == std::string::npos ? 0.0 : 1.0,
                   "yes",
                   {},
                   1});
}

void judge_sums(Run& run, const std::string& file, const std::string& size) {
    const auto answer = run_role({"sums", file});
    const auto got = answer.root();
    const double totals = ms(got, "totals_p99_us");
    run.table.add({"P11",
                   "totals of all time by client, of " + size + " (p99)",
                   totals,
                   "ms",
                   "slow sums " + plain(ms(got, "slow_us")) + " ms",
                   totals,
                   "ms",
                   100,
                   {}});
    run.table.add({"P11",
                   "equal to the slow sums, to the second",
                   of(got, "clients"),
                   "clients",
                   "",
                   got["equal"].boolean().value() ? 1.0 : 0.0,
                   "yes",
                   {},
                   1});
}

void judge_verify(Run& run, const std::string& file, const std::string& size) {
    const auto answer = run_role({"verify", file});
    const auto got = answer.root();
    run.table.add({"",
                   "verify of " + size,
                   ms(got, "wall_us") / 1e3,
                   "s",
                   "CPU " + plain(ms(got, "cpu_us") / 1e3) + " s, peak " +
                       plain(of(got, "peak_kb") / 1024) + " MB",
                   ms(got, "wall_us") / 1e3,
                   "s",
                   5,
                   {}});
}

// On books of its own making: it leaves drafts behind.
void judge_batch(Run& run, const std::string& file, const std::string& size) {
    const auto answer = run_role({"batch", file, run.folder});
    const auto got = answer.root();
    run.table.add({"",
                   "report batch of a month, of " + size,
                   ms(got, "wall_us") / 1e3,
                   "s",
                   plain(of(got, "made")) + " drafts, CPU " + plain(ms(got, "cpu_us") / 1e3) +
                       " s, fdatasync " + plain(ms(got, "sync_p50_us")) + " ms",
                   ms(got, "wall_us") / 1e3,
                   "s",
                   2,
                   {}});
}

void judge_mixed(Run& run, const std::string& file, const std::string& size, std::int64_t entries) {
    const auto answer =
        run_role({"mixed", file, run.long_form ? "20" : "8", std::to_string(entries / 2500 + 1)});
    const auto got = answer.root();
    run.table.add({"P10",
                   "a report of " + size + " beside a writer (p99)",
                   ms(got, "busy_p99_us"),
                   "ms",
                   "idle " + plain(ms(got, "idle_p99_us")) + " ms; " +
                       grouped(number(got, "rows")) + " rows meanwhile",
                   of(got, "busy_p99_us") / of(got, "idle_p99_us"),
                   "ratio",
                   2.5,
                   {}});
    run.table.add({"P10",
                   "reports refused because the books were busy",
                   of(got, "refused"),
                   "",
                   "of " + grouped(number(got, "samples")),
                   of(got, "refused"),
                   "count",
                   0,
                   {}});
}

// On the books that the batch left drafts in.
void judge_holds(Run& run, const std::string& file, const std::string& size) {
    const auto answer = run_role({"holds", file});
    const auto got = answer.root();
    const auto put = [&](const std::string& name, const char* what) {
        const double cpu = ms(got, (name + "_cpu_us").c_str());
        run.table.add({"P23",
                       std::string("longest hold of the lock: ") + what + ", of " + size,
                       ms(got, (name + "_us").c_str()),
                       "ms",
                       "CPU of the longest step " + plain(cpu) + " ms; " +
                           plain(of(got, (name + "_steps").c_str())) + " holds",
                       cpu,
                       "ms",
                       50,
                       {}});
    };
    put("read", "the end of a reading that touched every client");
    put("night", "each night, everybody");
    put("contract", "contract apply of the largest client");
    put("link", "a task linked by hand");
}

} // namespace

void judge_books(Run& run, std::int64_t entries) {
    const std::string file = run.folder + "/agency.db";
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file + end);
    const std::string size = grouped(entries);
    const auto seeded = run_role({"seed", file, std::to_string(entries)});
    run.table.note("books of " + size + " entries: made in " +
                   plain(ms(seeded.root(), "wall_us") / 1e3) + " s, " +
                   plain(static_cast<double>(std::filesystem::file_size(file)) / 1048576) + " MB");
    judge_month(run, file, size, entries > 1'000'000 ? 60 : 15);
    judge_sums(run, file, size);
    judge_verify(run, file, size);
    judge_mixed(run, file, size, entries);
    judge_batch(run, file, size);
    judge_holds(run, file, size);
    std::filesystem::remove(file);
}

void judge_service(Run& run, const std::string& file, const std::string& webhook) {
    const auto answer = run_role({"service", file, webhook});
    const auto got = answer.root();
    run.table.add({"P10",
                   "a report of the service while it reads all anew (p99)",
                   ms(got, "busy_p99_us"),
                   "ms",
                   "idle " + plain(ms(got, "idle_p99_us")) + " ms",
                   of(got, "busy_p99_us") / of(got, "idle_p99_us"),
                   "ratio",
                   2.5,
                   {}});
}

} // namespace hb::bench
