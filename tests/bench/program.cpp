#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "base/clock.h"
#include "bench/goals.h"
#include "bench/measure.h"
#include "net/http.h"
#include "net/local.h"

// P15: the program itself on the books of the big pull.
namespace hb::bench {
namespace {

constexpr const char* kAddress = "127.0.0.1:18480";

void write_config(const Run& run, const std::string& webhook) {
    // Books without the key that their links were made with are refused.
    const std::string key = run.folder + "/data/secret.key";
    std::ofstream(key) << std::string(64, 'b') << "\n";
    std::filesystem::permissions(key, std::filesystem::perms::owner_read |
                                          std::filesystem::perms::owner_write);
    std::ofstream(run.folder + "/hourbridge.json")
        << "{\"data_dir\":\"" << run.folder << "/data\",\"listen\":\"" << kAddress
        << "\",\"public_url\":\"https://reports.example.com\",\"time_zone\":\"Europe/Minsk\","
           "\"locale\":\"en\",\"remotes\":{\"bitrix24\":{\"connector\":\"bitrix24\","
           "\"webhook_url\":\""
        << webhook << "\"}},\"log\":{\"level\":\"error\",\"format\":\"text\"}}\n";
}

std::vector<std::string> command(const Run& run, std::vector<std::string> words) {
    words.insert(words.begin(), run.binary);
    words.insert(words.end(), {"--config", run.folder + "/hourbridge.json"});
    return words;
}

// Milliseconds from exec to end; negative when it failed.
double time_command(const Run& run) {
    const double began = seconds_now();
    Child program(command(run, {"outbox", "list", "--json"}), run.folder + "/program.log");
    program.output();
    const bool good = program.wait() == 0;
    return good ? (seconds_now() - began) * 1e3 : -1;
}

bool healthy(net::HttpClient& http) {
    net::Request request;
    request.verb = net::Verb::Get;
    request.url = Secret(std::string("http://") + kAddress + "/healthz");
    return http.send(request).status == 200;
}

struct Served {
    double ready_ms = -1;
    double idle_mb = 0;
    double idle_cpu = 0; // percent of one core
};

Served serve(const Run& run) {
    SystemClock clock;
    const auto http = hb::test::local_client();
    Served out;
    const double began = seconds_now();
    Child program(command(run, {"serve"}), run.folder + "/program.log");
    const auto pause = [&](int ms) {
        clock.wait_until(clock.now() + std::chrono::milliseconds{ms});
    };
    while (seconds_now() - began < 10 && !healthy(*http)) pause(2);
    if (healthy(*http)) out.ready_ms = (seconds_now() - began) * 1e3;
    pause(4000); // its first look for new time is over by then
    const double cpu = cpu_seconds_of(program.pid());
    const double from = seconds_now();
    pause(3000);
    out.idle_cpu = 100 * (cpu_seconds_of(program.pid()) - cpu) / (seconds_now() - from);
    out.idle_mb = static_cast<double>(resident_kb(program.pid())) / 1024;
    program.terminate();
    return out;
}

struct Killed {
    double ready_ms = -1; // of the next start, from exec to its first answer
    double log_mb = 0;    // what was not in the file of the books yet
};

// A service that dies while it reads a portal for the first time.
Killed kill_in_the_middle(const Run& run, const std::string& webhook) {
    SystemClock clock;
    const auto http = hb::test::local_client();
    const auto pause = [&](int ms) {
        clock.wait_until(clock.now() + std::chrono::milliseconds{ms});
    };
    Run fresh = run;
    fresh.folder = run.folder + "/killed";
    std::filesystem::create_directories(fresh.folder + "/data");
    write_config(fresh, webhook);
    const std::string log = fresh.folder + "/data/hourbridge.db-wal";
    Killed out;
    {
        Child program(command(fresh, {"serve"}), fresh.folder + "/program.log");
        const double began = seconds_now();
        std::error_code none;
        while (seconds_now() - began < 60 && out.log_mb < 40) {
            pause(5);
            const auto size = std::filesystem::file_size(log, none);
            out.log_mb = none ? 0 : static_cast<double>(size) / 1e6;
        }
        ::kill(program.pid(), SIGKILL);
        program.wait();
    }
    {
        const double began = seconds_now();
        Child program(command(fresh, {"serve"}), fresh.folder + "/program.log");
        while (seconds_now() - began < 20 && !healthy(*http)) pause(2);
        if (healthy(*http)) out.ready_ms = (seconds_now() - began) * 1e3;
        program.terminate();
    }
    std::filesystem::remove_all(fresh.folder);
    return out;
}

} // namespace

void judge_start(Run& run, const std::string& file, const std::string& webhook,
                 std::int64_t entries) {
    const auto opened = run_role({"open", file});
    const double open_ms = static_cast<double>(number(opened.root(), "open_us")) / 1e3;
    run.table.add(
        {"P15",
         "opening the books of " + grouped(entries) + " entries",
         open_ms,
         "ms",
         plain(static_cast<double>(number(opened.root(), "peak_kb")) / 1024) + " MB resident",
         open_ms,
         "ms",
         100,
         {}});
    if (!std::filesystem::exists(run.binary)) {
        run.table.note("P15: skipped start and idle memory: " + run.binary + " is not built");
        return;
    }
    write_config(run, webhook);
    std::vector<double> starts;
    for (int i = 0; i < 5; ++i) starts.push_back(time_command(run));
    const double start = median(starts);
    if (start < 0) {
        run.table.note("P15: skipped: `hourbridge outbox list` failed");
        return;
    }
    run.table.add({"P15",
                   "`hourbridge outbox list` from exec to end",
                   start,
                   "ms",
                   "",
                   start,
                   "ms",
                   100,
                   {}});
    const auto served = serve(run);
    if (served.ready_ms < 0) {
        run.table.note("P15: skipped idle memory: `hourbridge serve` did not get ready");
        return;
    }
    run.table.add({"P15",
                   "`hourbridge serve` from exec to its first answer",
                   served.ready_ms,
                   "ms",
                   "",
                   served.ready_ms,
                   "ms",
                   100,
                   {}});
    const auto killed = kill_in_the_middle(run, webhook);
    if (killed.ready_ms < 0)
        run.table.note("P15: skipped the start after a kill: it did not get ready");
    else
        run.table.add({"P15",
                       "the same after a kill -9 in its first reading",
                       killed.ready_ms,
                       "ms",
                       plain(killed.log_mb) + " MB of log to recover",
                       killed.ready_ms,
                       "ms",
                       1000,
                       {}});
    run.table.add(
        {"P15", "its memory when idle", served.idle_mb, "MB", "", served.idle_mb, "MB", 25, {}});
    run.table.add({"P15",
                   "its CPU when idle",
                   served.idle_cpu,
                   "%",
                   "over 3 s",
                   served.idle_cpu,
                   "%",
                   0.1,
                   {}});
}

} // namespace hb::bench
