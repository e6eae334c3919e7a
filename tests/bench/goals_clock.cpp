#include <algorithm>
#include <cmath>
#include <filesystem>

#include "bench/goals.h"
#include "bench/measure.h"

namespace hb::bench {
namespace {

constexpr double kBucket = 50, kDrain = 2; // requests, requests a second
constexpr double kBudget = 480, kWindow = 600;

double of(const json::Value& object, const char* name) {
    return static_cast<double>(number(object, name));
}

double waiting_for_bucket(double requests) {
    return std::max(0.0, (requests - kBucket) / kDrain);
}

// Seconds until `method` seconds of one method's run time are through, at 480 in 600.
double waiting_for_budget(double method) {
    if (method <= kBudget) return 0;
    return (std::ceil(method / kBudget) - 1) * kWindow;
}

void judge_one(Run& run, std::int64_t entries, std::int64_t page_ms) {
    const std::string file = run.folder + "/clock.db";
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file + end);
    constexpr std::int64_t kTasks = 200;
    const auto answer = run_role(
        {"clock", file, std::to_string(kTasks), std::to_string(entries), std::to_string(page_ms)});
    const auto got = answer.root();
    const double wall = of(got, "wall_ms") / 1000;
    const double pages = std::ceil(static_cast<double>(entries) / 50);
    const double t = static_cast<double>(page_ms) / 1000;
    // G32: the bucket, the budget of the method, and two batches in flight.
    const double floor = std::max(
        {waiting_for_bucket(std::ceil(pages / 50)), waiting_for_budget(pages * t), pages * t / 2});
    const double page_by_page = std::max(waiting_for_bucket(pages), pages * t);
    const std::string what = grouped(entries) + " entries, t = " + std::to_string(page_ms) + " ms";
    run.table.add({"P2",
                   "first pull of " + what,
                   wall,
                   "s",
                   "floor " + plain(floor) + " s",
                   wall / floor,
                   "ratio",
                   1.15,
                   {}});
    run.table.add({"P2",
                   "the same against page by page",
                   wall,
                   "s",
                   plain(page_by_page) + " s",
                   page_by_page / wall,
                   "times",
                   {},
                   20});
    run.table.add(
        {"P3",
         "answers 503 or 429 of 1,000, " + what,
         of(got, "held"),
         "answers",
         "of " + plain(of(got, "answers")) + "; in a row: " + plain(of(got, "held_in_a_row")),
         of(got, "held") * 1000 / of(got, "answers"),
         "answers",
         1,
         {}});
    run.table.add({"P6",
                   "our own time of the wall at the floor, " + what,
                   of(got, "own_us") / 1e6,
                   "s",
                   "floor " + plain(floor) + " s",
                   of(got, "own_us") / 1e6 / floor,
                   "ratio",
                   0.02,
                   {}});
}

} // namespace

void judge_clock(Run& run) {
    std::vector<std::int64_t> sizes{10'000, 100'000};
    if (run.long_form) sizes.push_back(1'000'000);
    for (const auto entries : sizes)
        for (const std::int64_t page_ms : {10, 50, 100}) judge_one(run, entries, page_ms);
}

} // namespace hb::bench
