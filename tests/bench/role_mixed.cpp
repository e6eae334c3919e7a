#include <atomic>
#include <cstdio>
#include <stdexcept>
#include <thread>

#include "base/text.h"
#include "bench/agency_seed.h"
#include "bench/books_parts.h"
#include "bench/measure.h"
#include "bench/roles.h"
#include "net/local.h"

// P10: reports while a sync writes. Wall time, since waiting is what is asked about, but without
// the time in which other programs of the machine had the cores.
namespace hb::bench {
namespace {

struct Looks {
    std::vector<double> times;
    std::int64_t refused = 0;
};

void look(books::Books& books, std::int64_t client, const DayRange& month, Looks& out) {
    try {
        out.times.push_back(milliseconds_alone([&] { make_report(books, client, month); }));
    } catch (const store::StoreError&) { // SQLITE_BUSY would come here
        ++out.refused;
    }
}

} // namespace

// New entries as fast as they can be stored, 2,500 a transaction: more than any portal sends.
int role_writer(const std::vector<std::string>& words) {
    SystemClock clock;
    Rig rig(clock, words.at(1), kNowhere, nobody());
    const auto seconds = static_cast<double>(*parse_integer(words.at(2)));
    std::int64_t page = *parse_integer(words.at(3));
    const std::int64_t first = page;
    keep_page(rig, page++, kClients);
    std::printf("writing\n");
    std::fflush(stdout);
    const double began = seconds_now();
    while (seconds_now() - began < seconds) keep_page(rig, page++, kClients);
    std::printf("%lld\n", static_cast<long long>((page - first) * kRowsOfAPage));
    return 0;
}

// FILE SECONDS PAGE: a reading connection beside another process that writes.
int role_mixed(const std::vector<std::string>& words) {
    SystemClock clock;
    Rig rig(clock, words.at(1), kNowhere, nobody(), Books::Read);
    const auto month = month_before(clock.now(), kFreeMonths);
    const auto seconds = static_cast<double>(*parse_integer(words.at(2)));
    Looks idle;
    Looks busy;
    const double began = seconds_now();
    while (seconds_now() - began < seconds) look(*rig.books, 1, month, idle);
    Child writer({own_program(), "writer", words.at(1), words.at(2), words.at(3)});
    if (writer.line() != "writing") throw std::runtime_error("the writer did not start");
    const double from = seconds_now();
    while (seconds_now() - from < seconds * 0.95) look(*rig.books, 1, month, busy);
    const auto rows = parse_integer(trim(writer.line())).value_or(0);
    if (writer.wait() != 0) throw std::runtime_error("the writer failed");
    json::Writer line;
    line.begin_object();
    add_times(line, "idle", idle.times);
    add_times(line, "busy", busy.times);
    line.member("refused", idle.refused + busy.refused).member("rows", rows);
    line.member("samples", static_cast<std::int64_t>(busy.times.size()));
    std::printf("%s\n", line.end_object().text().c_str());
    return 0;
}

// FILE WEBHOOK: the service itself, one connection for all, reads the portal anew and shows reports
// meanwhile.
int role_service(const std::vector<std::string>& words) {
    SystemClock clock;
    Rig rig(clock, words.at(1), words.at(2), hb::test::local_client());
    const auto month = month_before(clock.now(), 1);
    Looks idle;
    Looks busy;
    for (int i = 0; i < 300; ++i) look(*rig.books, 1, month, idle);
    std::atomic<bool> done{false};
    std::thread sync([&] {
        rig.pull_everything();
        done = true;
    });
    while (!done) look(*rig.books, 1, month, busy);
    sync.join();
    json::Writer line;
    line.begin_object();
    add_times(line, "idle", idle.times);
    add_times(line, "busy", busy.times);
    line.member("refused", idle.refused + busy.refused);
    line.member("samples", static_cast<std::int64_t>(busy.times.size()));
    std::printf("%s\n", line.end_object().text().c_str());
    return 0;
}

} // namespace hb::bench
