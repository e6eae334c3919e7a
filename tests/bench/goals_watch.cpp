#include <filesystem>

#include "bench/goals.h"
#include "bench/measure.h"

namespace hb::bench {
namespace {

double of(const json::Value& object, const char* name) {
    return static_cast<double>(number(object, name));
}

void judge_one(Run& run, std::int64_t reports) {
    const std::string file = run.folder + "/watch.db";
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file + end);
    const auto answer = run_role({"watch", file, std::to_string(reports)});
    const auto got = answer.root();
    const double bound = static_cast<double>((6 * reports + 49) / 50 + 1);
    run.table.add({"P21",
                   "payment watch of " + grouped(reports) + " open reports with invoices",
                   of(got, "watch"),
                   "requests",
                   "each by itself " + plain(of(got, "alone")),
                   of(got, "watch"),
                   "requests",
                   bound,
                   {}});
    run.table.add({"P22",
                   "the deal of an agreement in the middle of it, slowest of 10",
                   of(got, "agreement_ms") / 1000,
                   "s",
                   "each by itself " + plain(of(got, "alone_ms") / 1000) + " s; the watch " +
                       plain(of(got, "watch_ms") / 1000) + " s",
                   of(got, "agreement_ms") / 1000,
                   "s",
                   5,
                   {}});
    run.table.add({"P22",
                   "a card that was edited, from the event in the middle of the watch",
                   of(got, "card_ms") / 1000,
                   "s",
                   "slowest of 10",
                   of(got, "card_ms") / 1000,
                   "s",
                   2,
                   {}});
    run.table.add({"P21",
                   "an hour of a service in which nothing happens",
                   of(got, "hour"),
                   "requests",
                   "with cards and " + grouped(reports) + " open reports",
                   of(got, "hour"),
                   "requests",
                   350,
                   {}});
}

} // namespace

void judge_watch(Run& run) {
    judge_one(run, 90);
    if (run.long_form) judge_one(run, 500);
}

} // namespace hb::bench
