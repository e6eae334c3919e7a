#pragma once

#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

#include "base/text.h"
#include "domain/report.h"

// Small builders, so that a test shows only what it is about.
namespace hb::domain::test {

inline Day day(const char* text) {
    return parse_day(text).value();
}
inline Instant instant(const char* text) {
    return parse_instant(text).value();
}
inline Ref ref(const char* text) {
    return parse_ref(text).value();
}
inline Currency currency(const char* code) {
    return find_currency(code).value();
}

inline Contract contract(const char* code = "BYN") {
    Contract result;
    result.id = 1;
    result.version = 1;
    result.client = ref("bitrix24:company:12");
    result.valid_from = day("2026-01-01");
    result.currency = currency(code);
    result.time_zone = "Europe/Minsk";
    result.locale = "ru";
    result.rates.push_back({std::nullopt, "", std::nullopt, std::nullopt, 9000});
    return result;
}

inline Filter filter(const char* from, const char* to) {
    Filter result;
    result.company = ref("bitrix24:company:12");
    result.from = day(from);
    result.to = day(to);
    return result;
}

inline TaskFacts task(std::int64_t id, std::vector<std::string> tags = {}) {
    TaskFacts result;
    result.id = id;
    result.ref = {"bitrix24", "task", std::to_string(id)};
    result.title = "Task " + std::to_string(id);
    result.status = TaskStatus::InProgress;
    result.group = ref("bitrix24:group:7");
    result.group_name = "Website";
    result.tags = std::move(tags);
    return result;
}

inline EntryFacts entry(std::int64_t id, std::int64_t of_task, std::int64_t seconds,
                        const char* work_date = "2026-03-05") {
    EntryFacts result;
    result.id = id;
    result.ref = {"bitrix24", "entry", std::to_string(id)};
    result.task = of_task;
    result.person = ref("bitrix24:user:5");
    result.person_name = "Person 5";
    result.seconds = seconds;
    result.work_date = day(work_date);
    result.seen = id;
    return result;
}

// March 2026, one task, nothing else.
inline DraftInput march(std::vector<EntryFacts> entries) {
    DraftInput input;
    input.contract = contract();
    input.filter = filter("2026-03-01", "2026-03-31");
    input.entries = std::move(entries);
    input.tasks = {task(1)};
    return input;
}

inline const EntryFate& fate_of(const Draft& draft, std::int64_t entry) {
    for (const EntryFate& fate : draft.fates)
        if (fate.entry == entry) return fate;
    fail_invariant("the test asks for an entry that has no fate");
}
// "late: paid_task", "taken"
inline std::string told(const Draft& draft, std::int64_t entry) {
    const EntryFate& fate = fate_of(draft, entry);
    return std::string(to_string(fate.fate)) + (fate.why.empty() ? "" : ": " + fate.why);
}

// One line of a draft as text: kind, task, type, worked>billed, rate=amount.
inline std::string shown(const Line& line) {
    std::string text = line.kind + " " + line.task_ref.id;
    if (!line.work_type.empty()) text += " " + line.work_type;
    text += " " + std::to_string(line.worked_seconds) + ">" + std::to_string(line.billed_seconds);
    text += line.billable ? " " + std::to_string(line.rate) + "=" + std::to_string(line.amount)
                          : " free";
    if (!line.reason.empty()) text += " (" + line.reason + ")";
    return text;
}
inline std::vector<std::string> shown(const Draft& draft) {
    std::vector<std::string> lines;
    for (const Line& line : draft.lines) lines.push_back(shown(line));
    return lines;
}

// Another seed each run; HB_SEED repeats one.
class Random {
public:
    explicit Random(const char* test) : seed_(choose_seed()), engine_(seed_) {
        std::cout << test << ": HB_SEED=" << seed_ << "\n";
    }
    std::uint64_t seed() const { return seed_; }
    std::int64_t between(std::int64_t from, std::int64_t to) {
        return std::uniform_int_distribution<std::int64_t>(from, to)(engine_);
    }
    bool chance(int percent) { return between(1, 100) <= percent; }
    template <class T> const T& one_of(const std::vector<T>& values) {
        return values[static_cast<std::size_t>(
            between(0, static_cast<std::int64_t>(values.size()) - 1))];
    }
    std::mt19937_64& engine() { return engine_; }

private:
    static std::uint64_t choose_seed() {
        if (const char* given = std::getenv("HB_SEED")) return std::strtoull(given, nullptr, 10);
        return std::random_device{}();
    }
    std::uint64_t seed_;
    std::mt19937_64 engine_;
};

} // namespace hb::domain::test
