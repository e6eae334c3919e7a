#include "domain/lines.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.h"
#include "domain/rounding.h"

namespace hb::domain {
namespace {

// Ids are compared as numbers where they are numbers, and numbers stand before other ids.
int compare_ids(const std::string& a, const std::string& b) {
    const auto number_a = parse_integer(a);
    const auto number_b = parse_integer(b);
    if (number_a && number_b && *number_a != *number_b) return *number_a < *number_b ? -1 : 1;
    if (number_a.has_value() != number_b.has_value()) return number_a ? -1 : 1;
    return a.compare(b);
}

struct PersonOrder {
    bool operator()(const Ref& a, const Ref& b) const {
        if (a.remote != b.remote) return a.remote < b.remote;
        const int ids = compare_ids(a.id, b.id);
        return ids != 0 ? ids < 0 : a.kind < b.kind;
    }
};

// Line and members while it is put together.
struct Building {
    Line line;
    std::vector<const EntryFacts*> entries;
};

using LineKey = std::tuple<std::int64_t, std::string_view, std::int64_t, bool, std::string_view>;
using GroupKey = std::pair<std::int64_t, std::int64_t>;

Line line_of(const TaskFacts& task) {
    Line line;
    line.task = task.id;
    line.task_ref = task.ref;
    line.task_title = task.title;
    line.task_url = task.url;
    line.project = task.group;
    line.project_name = task.group_name;
    return line;
}

Line work_line(const TakenEntry& taken) {
    Line line = line_of(*taken.task);
    line.work_type = taken.verdict->work_type;
    line.rate = taken.rate;
    line.billable = taken.verdict->billable;
    line.reason = taken.verdict->reason;
    return line;
}

std::vector<Building> group_by_line(const std::vector<TakenEntry>& taken) {
    std::map<LineKey, Building> lines;
    for (const TakenEntry& one : taken) {
        const LineKey key{one.task->id, one.verdict->work_type, one.rate, one.verdict->billable,
                          one.verdict->reason};
        const auto [at, added] = lines.try_emplace(key);
        if (added) at->second.line = work_line(one);
        at->second.entries.push_back(one.entry);
        at->second.line.worked_seconds += one.entry->seconds;
    }
    std::vector<Building> with_time;
    for (auto& [key, building] : lines)
        if (building.line.worked_seconds > 0) with_time.push_back(std::move(building));
    return with_time;
}

void add_people_and_allocations(Building& building) {
    std::sort(building.entries.begin(), building.entries.end(),
              [](const EntryFacts* a, const EntryFacts* b) { return a->id < b->id; });
    std::map<Ref, PersonShare, PersonOrder> people;
    for (const EntryFacts* entry : building.entries) {
        building.line.allocations.push_back({entry->id, entry->revision, entry->seconds, "work"});
        PersonShare& share = people[entry->person];
        if (share.name.empty()) share.name = entry->person_name;
        share.seconds += entry->seconds;
    }
    for (auto& [ref, share] : people) {
        share.ref = to_string(ref);
        building.line.people.push_back(std::move(share));
    }
}

GroupKey group_of(const EntryFacts& entry, RoundingLevel level) {
    switch (level) {
    case RoundingLevel::None:
    case RoundingLevel::Entry:
        return {entry.id, 0};
    case RoundingLevel::TaskDay:
        return {entry.task, to_epoch_days(entry.work_date)};
    case RoundingLevel::Task:
        return {entry.task, 0};
    case RoundingLevel::Report:
        return {0, 0};
    }
    fail_invariant("an unknown rounding level");
}

// Raw seconds of one rounding group, one part a line, in line order.
struct Group {
    std::vector<std::size_t> lines;
    std::vector<std::int64_t> raw;
};

void add_to_group(Group& group, std::size_t line, std::int64_t seconds) {
    if (group.lines.empty() || group.lines.back() != line) {
        group.lines.push_back(line);
        group.raw.push_back(0);
    }
    group.raw.back() += seconds;
}

// REQUIRES: `lines` in line order, so that ties go to the earlier line.
void bill(std::vector<Building>& lines, const Rounding& rounding) {
    std::map<GroupKey, Group> groups;
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (lines[i].line.billable)
            for (const EntryFacts* entry : lines[i].entries)
                add_to_group(groups[group_of(*entry, rounding.level)], i, entry->seconds);
    for (const auto& [key, group] : groups) {
        const std::vector<std::int64_t> billed = round_group(group.raw, rounding);
        for (std::size_t i = 0; i < billed.size(); ++i)
            lines[group.lines[i]].line.billed_seconds += billed[i];
    }
    for (Building& building : lines)
        building.line.amount = price(building.line.rate, building.line.billed_seconds);
}

} // namespace

std::vector<Line> work_lines(const std::vector<TakenEntry>& taken, const Rounding& rounding) {
    std::vector<Building> buildings = group_by_line(taken);
    for (Building& building : buildings) add_people_and_allocations(building);
    std::sort(buildings.begin(), buildings.end(),
              [](const Building& a, const Building& b) { return stands_before(a.line, b.line); });
    bill(buildings, rounding);
    std::vector<Line> lines;
    lines.reserve(buildings.size());
    for (Building& building : buildings) lines.push_back(std::move(building.line));
    return lines;
}

Line adjustment_line(const AdjustmentFacts& adjustment, const TaskFacts& task,
                     const EntryFacts* entry) {
    Line line = line_of(task);
    line.kind = "adjustment";
    line.work_type = adjustment.work_type;
    line.worked_seconds = adjustment.delta_seconds;
    line.billed_seconds = adjustment.delta_billed;
    line.amount = adjustment.delta_amount;
    // What carries money stands among the billable lines, whatever the entry is now.
    line.billable =
        adjustment.billable || adjustment.delta_amount != 0 || adjustment.delta_billed != 0;
    line.rate = line.billable ? adjustment.rate : 0;
    if (!adjustment.origin_number.empty())
        line.reason = "correction of " + adjustment.origin_number;
    if (!adjustment.why.empty()) line.reason += (line.reason.empty() ? "" : ": ") + adjustment.why;
    const int known_revision = entry == nullptr ? 1 : entry->revision;
    line.allocations.push_back(
        {adjustment.entry, adjustment.revision > 0 ? adjustment.revision : known_revision,
         adjustment.delta_seconds, "adjustment:" + std::to_string(adjustment.id)});
    if (!adjustment.person.id.empty())
        line.people.push_back(
            {to_string(adjustment.person), adjustment.person_name, adjustment.delta_seconds});
    else if (entry != nullptr)
        line.people.push_back(
            {to_string(entry->person), entry->person_name, adjustment.delta_seconds});
    return line;
}

bool stands_before(const Line& a, const Line& b) {
    if (a.kind != b.kind) return a.kind < b.kind;
    if (a.task_ref.remote != b.task_ref.remote) return a.task_ref.remote < b.task_ref.remote;
    if (const int ids = compare_ids(a.task_ref.id, b.task_ref.id); ids != 0) return ids < 0;
    if (a.work_type != b.work_type) return a.work_type < b.work_type;
    // A non-billable line has no rate, and no rate stands first: so `billable first` only tells
    // lines apart that the rate has told apart already.
    if (a.billable != b.billable) return !a.billable;
    if (a.rate != b.rate) return a.rate < b.rate;
    if (a.reason != b.reason) return a.reason < b.reason;
    // Two tasks of one id, or two corrections of one report: any order, but always the same.
    if (a.task != b.task) return a.task < b.task;
    const auto origin_id = [](const Line& line) {
        return parse_integer(line.allocations.front().origin.substr(line.kind.size() + 1));
    };
    return a.kind == "adjustment" && origin_id(a) < origin_id(b);
}

} // namespace hb::domain
