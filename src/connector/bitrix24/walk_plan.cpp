#include "connector/bitrix24/walk_plan.h"

#include <algorithm>

#include "base/limits.h"

namespace hb::connector::bitrix24 {
namespace {

// What a full walk reads before it knows how far the ids go.
constexpr int kWindowsAtFirst = 1;

// What a step asks, in its order, before it is dealt out. Links of a chain name each other, so a
// chain stays in one batch and comes last.
struct Plan {
    std::vector<Planned> planned;
    std::size_t room_max = kBatchCommandsMax;
    bool room() const { return planned.size() < room_max; }
};

Ask ask_with(const WalkFilter& filter) {
    Ask ask;
    ask.changed_since = filter.changed_since;
    ask.work_from = filter.work_from;
    ask.work_end = filter.work_end;
    return ask;
}

// The first step of a Full walk by windows does not know how far the ids go: it asks, and reads the
// first of them at once.
Plan make_plan(Walk& walk, int lanes) {
    Plan plan;
    plan.room_max = kBatchCommandsMax * static_cast<std::size_t>(lanes);
    const bool unknown_end = walk.max < 0;
    const bool chain_only = walk.open >= 0;
    if (unknown_end) plan.planned.push_back(Planned{Role::Probe, {}, ""});
    std::size_t taken = 0;
    for (; taken < walk.left.size() && plan.room(); ++taken)
        plan.planned.push_back(Planned{Role::Left, walk.left[taken], ""});
    walk.left.erase(walk.left.begin(), walk.left.begin() + static_cast<std::ptrdiff_t>(taken));
    int blind = 0;
    while (!chain_only && plan.room() &&
           (unknown_end ? blind < kWindowsAtFirst : walk.next < walk.max)) {
        std::int64_t up_to = walk.next + walk.width;
        if (!unknown_end) up_to = std::min(up_to, walk.max);
        plan.planned.push_back(Planned{Role::Fresh, Window{walk.next, up_to, 0}, ""});
        walk.next = up_to;
        ++blind;
    }
    // The open end stands in the last step too: whatever is older than this answer has been seen.
    if (!chain_only && !unknown_end && walk.next >= walk.max && walk.left.empty() && plan.room()) {
        walk.open = walk.max;
        walk.chain = 1;
    }
    return plan;
}

Command command_of(const Table& table, const WalkFilter& filter, Planned& planned,
                   const std::string& key) {
    Ask ask = ask_with(filter);
    ask.newest_first = planned.role == Role::Probe;
    ask.after = planned.window.after;
    ask.up_to = planned.window.up_to;
    planned.key = key;
    return Command{planned.key, table.method, query_of(table, ask)};
}

void add_chain(Batch& batch, const Table& table, const WalkFilter& filter, const Walk& walk,
               const std::string& name) {
    std::string before;
    for (int i = 0; i < walk.chain && batch.commands.size() < kBatchCommandsMax; ++i) {
        Ask ask = ask_with(filter);
        ask.after = walk.open;
        if (!before.empty()) ask.after_ref = last_row_of(table, before);
        const std::string key = name + std::to_string(batch.commands.size());
        batch.commands.push_back(Command{key, table.method, query_of(table, ask)});
        batch.planned.push_back(Planned{Role::Chain, Window{walk.open, 0, 0}, key});
        before = key;
    }
}

std::vector<Batch> deal_out(const Table& table, const WalkFilter& filter, const Walk& walk,
                            Plan plan, int lanes, const std::string& name) {
    const bool starts = walk.max < 0 && walk.open < 0;
    const bool chained = walk.open >= 0;
    const std::size_t commands = plan.planned.size() + (chained ? 1 : 0);
    const bool two = lanes > 1 && (starts || commands > kBatchCommandsMax);
    std::vector<Batch> batches(two ? 2 : 1);
    const std::size_t first = starts ? 1 : commands / 2;
    for (std::size_t i = 0; i < plan.planned.size(); ++i) {
        Batch& batch = two && i >= first ? batches.back() : batches.front();
        batch.commands.push_back(command_of(table, filter, plan.planned[i],
                                            name + std::to_string(batch.commands.size())));
        batch.planned.push_back(plan.planned[i]);
    }
    if (chained && plan.room()) add_chain(batches.back(), table, filter, walk, name);
    return batches;
}

} // namespace

std::vector<Batch> plan_batches(const Table& table, const WalkFilter& filter, Walk& walk, int lanes,
                                const std::string& name) {
    Plan plan = make_plan(walk, lanes);
    return deal_out(table, filter, walk, std::move(plan), lanes, name);
}

} // namespace hb::connector::bitrix24
