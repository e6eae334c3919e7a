#include "bench/goals.h"

#include <cmath>
#include <filesystem>
#include <stdexcept>

#include "bench/measure.h"

namespace hb::bench {
namespace {

namespace fs = std::filesystem;

std::int64_t tasks_for(std::int64_t entries) {
    return std::max<std::int64_t>(200, entries / 50);
}

// A portal over loopback, in a process of its own.
class RemotePortal {
public:
    explicit RemotePortal(std::int64_t entries)
        : child_({own_program(), "portal", std::to_string(tasks_for(entries)),
                  std::to_string(entries), "0"}) {
        auto line = json::Document::parse(child_.line());
        if (!line) throw std::runtime_error("the portal did not start");
        webhook_ = line->root()["webhook"].string().value();
    }
    const std::string& webhook() const { return webhook_; }

private:
    Child child_;
    std::string webhook_;
};

std::string fresh_file(const Run& run, const std::string& name) {
    const std::string file = run.folder + "/" + name;
    for (const char* end : {"", "-wal", "-shm"}) fs::remove(file + end);
    return file;
}

double per_row(const json::Value& pulled, const char* what) {
    return static_cast<double>(number(pulled, what)) / static_cast<double>(number(pulled, "rows"));
}

double of(const json::Value& object, const char* name) {
    return static_cast<double>(number(object, name));
}

void count_one(Run& run, std::int64_t entries, std::int64_t gap) {
    const auto answer =
        run_role({"requests", fresh_file(run, "requests.db"), std::to_string(tasks_for(entries)),
                  std::to_string(entries), std::to_string(gap)});
    const auto got = answer.root();
    if (number(got, "rows_entries") != entries) throw std::runtime_error("entries are missing");
    const double floor = std::ceil(static_cast<double>(entries) / 2500);
    const double used = of(got, "requests_entries");
    const double allowed = gap == 0 ? 1.10 * floor + 5 : 1.5 * floor + 5;
    run.table.add({"P1",
                   "requests for " + grouped(entries) + " entries, " +
                       (gap == 0 ? "dense ids" : "every second id gone"),
                   used,
                   "",
                   "floor " + plain(floor) + ", all streams " + plain(of(got, "requests")),
                   used,
                   "requests",
                   allowed,
                   {}});
}

json::Document read_with_peer(const Run& run, const std::string& webhook,
                              const std::string& reader) {
    Child node({"node", run.folder + "/peer/reader.mjs", webhook, reader},
               run.folder + "/peer.log");
    const auto text = node.line();
    auto parsed = json::Document::parse(text);
    if (node.wait() != 0 || !parsed)
        throw std::runtime_error("the peer failed, see " + run.folder + "/peer.log");
    return std::move(*parsed);
}

// The peer is installed beside the figures, so that the sources stay as they are.
bool install_peer(Run& run) {
    const std::string folder = run.folder + "/peer";
    fs::remove_all(folder);
    fs::copy(HB_BENCH_PEER, folder);
    Child npm({"npm", "ci", "--silent", "--prefix", folder}, run.folder + "/peer.log");
    npm.output();
    if (npm.wait() == 0) return true;
    run.table.note("P4: skipped the peer: Node is absent or `npm ci` failed");
    return false;
}

void judge_memory(Run& run, std::int64_t small, std::int64_t small_kb, std::int64_t big,
                  std::int64_t big_kb) {
    const double ratio = static_cast<double>(big_kb) / static_cast<double>(small_kb);
    const double mb = static_cast<double>(big_kb) / 1024;
    run.table.add({"P5",
                   "peak memory of a pull of " + grouped(big) + " entries",
                   mb,
                   "MB",
                   "",
                   mb,
                   "MB",
                   64,
                   {}});
    run.table.add({"P5",
                   "the same against " + grouped(small) + " entries",
                   mb,
                   "MB",
                   plain(static_cast<double>(small_kb) / 1024) + " MB",
                   ratio,
                   "ratio",
                   1.1,
                   {}});
}

void judge_again(Run& run, const json::Value& pulled) {
    const auto again = pulled["again"];
    const double written = of(again, "facts_written");
    run.table.add({"P7",
                   "facts written by a second whole pull",
                   written,
                   "rows",
                   plain(of(again, "rows_written")) + " of bookkeeping, " +
                       plain(of(again, "requests")) + " requests",
                   written,
                   "rows",
                   0,
                   {}});
    const double ratio = of(again, "wall_us") / of(pulled, "wall_us");
    run.table.add({"P7",
                   "its time against the first",
                   of(again, "wall_us") / 1e6,
                   "s",
                   plain(of(pulled, "wall_us") / 1e6) + " s, the portal's share included",
                   ratio,
                   "ratio",
                   0.2,
                   {}});
    run.table.add({"P7",
                   "its own CPU time against the first",
                   of(again, "cpu_us") / 1e6,
                   "s",
                   plain(of(pulled, "cpu_us") / 1e6) + " s",
                   of(again, "cpu_us") / of(pulled, "cpu_us"),
                   "ratio",
                   {},
                   {}});
    const double grown = (of(again, "log_after") - of(again, "log_before")) / 1048576;
    run.table.add({"P7", "growth of the write-ahead log", grown, "MB", "", grown, "MB", 1, {}});
}

} // namespace

std::string grouped(std::int64_t number) {
    std::string text = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
        text.insert(static_cast<std::size_t>(at), ",");
    return text;
}

void count_requests(Run& run) {
    for (const std::int64_t gap : {0, 1}) {
        count_one(run, 10'000, gap);
        count_one(run, 100'000, gap);
        if (run.long_form) count_one(run, 1'000'000, gap);
    }
}

void compare_with_peer(Run& run) {
    const std::int64_t entries = 100'000;
    const RemotePortal portal(entries);
    const auto ours = run_role({"pull", fresh_file(run, "peer.db"), portal.webhook()});
    const double cpu = per_row(ours.root(), "cpu_us");
    run.table.add({"P4",
                   "CPU a row pulled and durably stored (" + grouped(entries) + ")",
                   cpu,
                   "us",
                   "wall " + plain(per_row(ours.root(), "wall_us")) + " us",
                   cpu,
                   "us",
                   6,
                   {}});
    if (!install_peer(run)) return;
    for (const std::string reader : {"callList", "fetchList"}) {
        if (reader == "fetchList" && !run.long_form) continue;
        const auto theirs = read_with_peer(run, portal.webhook(), reader);
        if (number(theirs.root(), "rows") != entries)
            throw std::runtime_error("the peer read other rows than we did");
        const double their_cpu = per_row(theirs.root(), "cpu_us");
        Figure figure{"P4",
                      "the SDK's " + reader + ", nothing stored",
                      their_cpu,
                      "us",
                      "peak " + plain(of(theirs.root(), "peak_kb") / 1024) + " MB, ours " +
                          plain(of(ours.root(), "peak_kb") / 1024) + " MB",
                      their_cpu / cpu,
                      "ratio",
                      {},
                      {}};
        if (reader == "callList") figure.at_least = 8;
        run.table.add(figure);
    }
}

void judge_big_pull(Run& run) {
    const std::int64_t small = 100'000;
    const std::int64_t big = run.long_form ? 1'000'000 : 300'000;
    std::int64_t small_kb = 0;
    {
        const RemotePortal portal(small);
        const auto pulled = run_role({"pull", fresh_file(run, "small.db"), portal.webhook()});
        small_kb = number(pulled.root(), "peak_kb");
    }
    const RemotePortal portal(big);
    fs::create_directories(run.folder + "/data");
    const auto file = fresh_file(run, "data/hourbridge.db");
    const auto pulled = run_role({"pull", file, portal.webhook(), "again"});
    judge_memory(run, small, small_kb, big, number(pulled.root(), "peak_kb"));
    judge_again(run, pulled.root());
    judge_start(run, file, portal.webhook(), big);
    judge_reports(run, file, big);
    judge_service(run, file, portal.webhook());
}

void judge_commits(Run& run) {
    for (const char* name : {"commits.db", "full.db", "normal.db"}) fresh_file(run, name);
    const auto answer = run_role({"commits", run.folder, run.long_form ? "80" : "30"});
    const auto got = answer.root();
    run.table.add({"P8",
                   "one durable commit (median)",
                   of(got, "commit_p50_us"),
                   "us",
                   "fdatasync of 8 KiB " + plain(of(got, "sync_p50_us")) + " us",
                   of(got, "commit_p50_us") / of(got, "sync_p50_us"),
                   "ratio",
                   1.3,
                   {}});
    run.table.add({"P8",
                   "2,500 new rows, FULL, checkpoints shared out",
                   of(got, "full_us") / 1e3,
                   "ms",
                   "NORMAL " + plain(of(got, "normal_us") / 1e3) + " ms",
                   of(got, "full_us") / of(got, "normal_us"),
                   "ratio",
                   1.25,
                   {}});
}

void judge_reports(Run& run, const std::string& file, std::int64_t entries) {
    const auto answer = run_role({"reports", file, run.long_form ? "400" : "200"});
    const auto got = answer.root();
    const double scan = of(got, "scan_p50_us") / 1e3;
    const double p99 = of(got, "report_p99_us") / 1e3;
    const double query = of(got, "query_p99_us") / 1e3;
    run.table.add({"P9",
                   "one client's month of " + grouped(entries) + ": evaluate, JSON, page (p99)",
                   p99,
                   "ms",
                   "p50 " + plain(of(got, "report_p50_us") / 1e3) + " ms, " +
                       plain(of(got, "lines")) + " lines",
                   p99,
                   "ms",
                   15,
                   {}});
    run.table.add({"P9",
                   "the same against reading everything",
                   p99,
                   "ms",
                   "full scan " + plain(scan) + " ms",
                   p99 / scan,
                   "ratio",
                   0.02,
                   {}});
    run.table.add({"P9",
                   "the index query alone (p99)",
                   query,
                   "ms",
                   "p50 " + plain(of(got, "query_p50_us") / 1e3) + " ms",
                   query / scan,
                   "ratio",
                   0.02,
                   {}});
    run.table.add({"P9",
                   "a client who never got a bill (18 months free)",
                   of(got, "unbilled_p50_us") / 1e3,
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

} // namespace hb::bench
