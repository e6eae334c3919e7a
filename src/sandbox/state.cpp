#include "sandbox/state.h"

#include <algorithm>
#include <cstdio>

#include "sandbox/row_faults.h"

namespace hb::sandbox {

Entry& State::add_entry(Entry entry, std::string_view comment) {
    if (entry.id == 0) entry.id = static_cast<std::uint32_t>(next_entry);
    next_entry = std::max(next_entry, std::int64_t{entry.id} + 1);
    entry.comment = comment_id(comment);
    OfTask& of_task = by_task_[entry.task];
    of_task.seconds += entry.seconds;
    const auto at = std::lower_bound(of_task.entries.begin(), of_task.entries.end(), entry.id);
    of_task.entries.insert(at, entry.id);
    blocks_.clear();
    return entries_.add(entry);
}

Entry* State::entry(std::int64_t id) {
    blocks_.clear();
    return entries_.find(id);
}

std::int64_t State::count_created(std::size_t from, std::size_t to, std::int64_t first,
                                  std::int64_t last) const {
    const auto& all = entries_.rows();
    if (blocks_.empty())
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (i % kBlock == 0) blocks_.push_back({all[i].created, all[i].created});
            blocks_.back().first = std::min(blocks_.back().first, all[i].created);
            blocks_.back().last = std::max(blocks_.back().last, all[i].created);
        }
    std::int64_t count = 0;
    for (std::size_t i = from; i < to;) {
        const Block& block = blocks_[i / kBlock];
        const std::size_t end = std::min(to, (i / kBlock + 1) * kBlock);
        if (block.first >= first && block.last <= last)
            count += static_cast<std::int64_t>(end - i);
        else if (block.last >= first && block.first <= last)
            for (std::size_t j = i; j < end; ++j)
                count += all[j].created >= first && all[j].created <= last ? 1 : 0;
        i = end;
    }
    return count;
}

bool State::erase_entry(std::int64_t id) {
    const Entry* found = entries_.find(id);
    if (found == nullptr) return false;
    OfTask& of_task = by_task_[found->task];
    of_task.seconds -= found->seconds;
    std::erase(of_task.entries, found->id);
    blocks_.clear();
    if (of_task.entries.empty()) by_task_.erase(found->task);
    return entries_.erase(id);
}

void State::change_seconds(Entry& entry, std::int32_t seconds) {
    by_task_[entry.task].seconds += std::int64_t{seconds} - entry.seconds;
    entry.seconds = seconds;
}

std::uint32_t State::comment_id(std::string_view comment) {
    const auto [at, added] =
        comment_ids_.emplace(comment, static_cast<std::uint32_t>(comments_.size()));
    if (added) comments_.emplace_back(comment);
    return at->second;
}

std::vector<std::int64_t> State::entries_of(std::int64_t task) const {
    const auto at = by_task_.find(task);
    if (at == by_task_.end()) return {};
    return {at->second.entries.begin(), at->second.entries.end()};
}

std::optional<std::int64_t> State::spent(std::int64_t task) const {
    const auto at = by_task_.find(task);
    if (at == by_task_.end()) return std::nullopt;
    return at->second.seconds;
}

bool State::erase_task(std::int64_t id) {
    for (const auto entry : entries_of(id)) erase_entry(entry);
    return tasks.erase(id);
}

Task& State::add_task(Task task) {
    if (task.id == 0) task.id = next_task;
    next_task = std::max(next_task, task.id + 1);
    return tasks.add(std::move(task));
}

void State::hide(Thing kind, int type, std::int64_t id, Seconds until) {
    hidden_[{kind, type, id}] = until;
}

bool State::hidden(Thing kind, int type, std::int64_t id, Seconds now) const {
    const auto at = hidden_.find({kind, type, id});
    if (at != hidden_.end() && now < at->second) return true;
    return std::any_of(veils.begin(), veils.end(), [&](const Veil& veil) {
        return veil.thing == kind && veil.type == type && (veil.until == 0 || now < veil.until) &&
               picked(*this, veil.pick, {kind, type}, id);
    });
}

const Category* State::category(int entity_type, std::int64_t id) const {
    for (const auto& one : categories)
        if (one.entity_type == entity_type && one.id == id) return &one;
    return nullptr;
}

std::vector<const CrmStatus*> State::stages(int entity_type, std::int64_t category) const {
    const std::string entity = stage_entity(entity_type, category);
    std::vector<const CrmStatus*> out;
    for (const auto& status : statuses.rows())
        if (status.entity == entity) out.push_back(&status);
    std::stable_sort(out.begin(), out.end(),
                     [](const CrmStatus* a, const CrmStatus* b) { return a->sort < b->sort; });
    return out;
}

const CrmStatus* State::stage(int entity_type, std::int64_t category, std::string_view id) const {
    for (const CrmStatus* status : stages(entity_type, category))
        if (status->status == id) return status;
    return nullptr;
}

const CrmType* State::type_of(int entity_type) const {
    for (const auto& one : types.rows())
        if (one.entity_type == entity_type) return &one;
    return nullptr;
}

const Currency* State::currency(std::string_view code) const {
    for (const auto& one : currencies)
        if (one.code == code) return &one;
    return nullptr;
}

std::string State::base_currency() const {
    for (const auto& one : currencies)
        if (one.base) return one.code;
    return {};
}

std::int64_t State::tag_id(const std::string& title) {
    const auto next = static_cast<std::int64_t>(tag_ids.size()) + 1;
    return tag_ids.emplace(title, next).first->second;
}

std::string stage_entity(int entity_type, std::int64_t category) {
    if (entity_type == 2)
        return category == 0 ? "DEAL_STAGE" : "DEAL_STAGE_" + std::to_string(category);
    if (entity_type == 31) return "SMART_INVOICE_STAGE_" + std::to_string(category);
    return "DYNAMIC_" + std::to_string(entity_type) + "_STAGE_" + std::to_string(category);
}

std::string stage_prefix(int entity_type, std::int64_t category) {
    if (entity_type == 2) return category == 0 ? "" : "C" + std::to_string(category) + ":";
    return "DT" + std::to_string(entity_type) + "_" + std::to_string(category) + ":";
}

std::string short_code(int entity_type) {
    static const std::map<int, std::string> built_in{{1, "L"}, {2, "D"},   {3, "C"}, {4, "CO"},
                                                     {5, "I"}, {31, "SI"}, {7, "Q"}, {36, "DO"}};
    const auto at = built_in.find(entity_type);
    if (at != built_in.end()) return at->second;
    if (entity_type < 128) return {};
    char text[16];
    const int length = std::snprintf(text, sizeof text, "T%x", static_cast<unsigned>(entity_type));
    return {text, static_cast<std::size_t>(length)};
}

std::string semantic_letter(const CrmStatus* stage) {
    return stage == nullptr || stage->semantics.empty() ? "P" : stage->semantics;
}

} // namespace hb::sandbox
