#include "sandbox/seed_state.h"

// What the demo shows: two clients with a month of work that ends the same way on every date. All
// of it lies between the 4th and the 19th of the month before, which every month has.
namespace hb::sandbox {

namespace {

struct Work {
    const char* title;
    const char* tag;
    int day;     // of the month, from 1
    int minutes; // each second record is half of it, the day after
};

constexpr Work kHarbor[] = {{"Booking page for the marina", "development", 4, 420},
                            {"Season brochure", "design", 6, 270},
                            {"Price list import", "development", 10, 180},
                            {"Berth map shows the wrong pier", "bug", 11, 150},
                            {"Photo gallery", "design", 17, 195}};
constexpr Work kNordlicht[] = {{"Lamp configurator", "development", 5, 360},
                               {"Spring catalogue", "design", 9, 300},
                               {"Prices are rounded twice", "bug", 12, 90},
                               {"Dealer search", "development", 16, 240}};
constexpr Seconds kDay = 86400;

std::int64_t company_named(const State& state, std::string_view name) {
    const CrmStore& store = state.crm.at(4);
    for (const auto& item : store.items.rows())
        if (store.text(item, "title") == name) return item.id;
    return 0;
}

void log(State& state, const Task& task, Seconds start, int minutes) {
    Entry entry;
    entry.task = static_cast<std::uint32_t>(task.id);
    entry.user = static_cast<std::uint32_t>(task.responsible);
    entry.seconds = minutes * 60;
    entry.created = static_cast<std::uint32_t>(start);
    entry.start = entry.stop = static_cast<std::uint32_t>(start + entry.seconds);
    state.add_entry(entry, "");
}

void work(State& state, std::int64_t company, const Work& work, Seconds first) {
    const Seconds morning = first + (work.day - 1) * kDay + 10 * 3600;
    Task task;
    task.title = work.title;
    task.tags = {work.tag};
    task.crm = {"CO_" + std::to_string(company)};
    task.responsible = task.changed_by = task.closed_by = task.status_changed_by = 3;
    task.created_by = 1;
    task.created = morning - kDay;
    task.status = 5;
    task.closed = task.status_changed = task.changed = task.activity = morning + 2 * kDay;
    const Task& added = state.add_task(std::move(task));
    log(state, added, morning, work.minutes);
    log(state, added, morning + kDay, work.minutes / 2);
}

} // namespace

void fill_story(State& state, Day as_of, int offset_minutes) {
    const std::chrono::year_month_day date(as_of);
    const Day first((date.year() / date.month() / std::chrono::day{1}) - std::chrono::months{1});
    const Seconds begin = to_epoch_days(first) * kDay - Seconds{offset_minutes} * 60;
    for (const auto& one : kHarbor) work(state, company_named(state, kDemoClient), one, begin);
    for (const auto& one : kNordlicht) work(state, company_named(state, kCardClient), one, begin);
}

void seed_story(Portal& portal, Day as_of) {
    const int offset = portal.options().offset_minutes;
    portal.edit([&](State& state) { fill_story(state, as_of, offset); });
}

} // namespace hb::sandbox
