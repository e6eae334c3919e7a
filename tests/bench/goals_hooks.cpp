#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "base/text.h"
#include "bench/goals.h"
#include "bench/load.h"
#include "bench/measure.h"

// P12: events that are on the disk before they are answered, many in one commit, beside a commit
// for each. Both are the same program on the same disk, in turns.
namespace hb::bench {
namespace {

constexpr int kRounds = 5;
constexpr double kSecondsOfARound = 1.5;

std::string event_number(std::int64_t number) {
    const std::string body =
        "event=ONTASKUPDATE&event_handler_id=34&data%5BFIELDS_BEFORE%5D%5BID%5D=" +
        std::to_string(number) + "&data%5BFIELDS_AFTER%5D%5BID%5D=" + std::to_string(number) +
        "&ts=1766047124&auth%5Bdomain%5D=b24-bench.example&auth%5Bmember_id%5D="
        "a223c6b3710f85df22e9377d6c4f7553&auth%5Bapplication_token%5D="
        "bench-application-token-of-32-bytes";
    return "POST /hook/bitrix24 HTTP/1.1\r\nHost: bench\r\n"
           "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

struct Way {
    std::vector<double> rates, p99;
    std::int64_t refused = 0;
    double least = 1; // answers of the poorest connection beside the average one
};

void go(Way& way, int port, int connections, std::int64_t& number) {
    const Load load =
        put_load(port, connections, kSecondsOfARound, [&] { return event_number(++number); });
    if (load.answered == 0) throw std::runtime_error("the door took no event");
    way.rates.push_back(static_cast<double>(load.answered) / load.seconds);
    way.p99.push_back(percentile(load.times, 0.99));
    way.refused += load.refused;
    const double average = static_cast<double>(load.answered) / connections;
    const auto poorest = *std::min_element(load.each.begin(), load.each.end());
    way.least = std::min(way.least, static_cast<double>(poorest) / average);
}

} // namespace

void judge_hooks(Run& run) {
    for (const int connections : {8, 64}) {
        Way shared, each;
        std::int64_t number = 0;
        Child ours({own_program(), "hooks", run.folder + "/hooks_shared.db", "shared"});
        Child peer({own_program(), "hooks", run.folder + "/hooks_each.db", "each"});
        const auto port_of = [](Child& child) {
            const auto port = parse_integer(trim(child.line()));
            if (!port) throw std::runtime_error("the door did not open");
            return static_cast<int>(*port);
        };
        const int our_port = port_of(ours), peer_port = port_of(peer);
        for (int round = 0; round < kRounds; ++round) {
            go(shared, our_port, connections, number);
            go(each, peer_port, connections, number);
        }
        const std::string with = ", " + std::to_string(connections) + " connections";
        const double rate = median(shared.rates), alone = median(each.rates);
        run.table.add({"P12",
                       "events kept a second" + with,
                       rate,
                       "events/s",
                       "a commit each: " + plain(alone) + " events/s",
                       rate / alone,
                       "times",
                       {},
                       connections == 8 ? 2.5 : 4});
        run.table.add({"P12",
                       "p99 of an answer" + with,
                       median(shared.p99),
                       "ms",
                       "a commit each: " + plain(median(each.p99)) + " ms; refused " +
                           std::to_string(shared.refused),
                       median(shared.p99),
                       "ms",
                       connections == 64 ? std::optional<double>(25) : std::nullopt,
                       {}});
        run.table.add({"P12",
                       "answers of the poorest connection beside the average" + with,
                       shared.least,
                       "ratio",
                       "a commit each: " + plain(each.least),
                       shared.least,
                       "ratio",
                       {},
                       {}});
        for (const char* file : {"/hooks_shared.db", "/hooks_each.db"})
            for (const char* end : {"", "-wal", "-shm"})
                std::filesystem::remove(run.folder + file + end);
    }
}

} // namespace hb::bench
