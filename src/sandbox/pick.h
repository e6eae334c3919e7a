#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hb::sandbox {

// Which rows a fault is about. Nothing set: all of them. What is set must hold together.
struct RowPick {
    std::string what;               // "tasks", "entries", …; "": rows of any kind
    std::int64_t share = 1'000'000; // in millionths; decided by the id, so the same rows each time
    std::uint64_t seed = 1;         // another seed, another share
    std::vector<std::string> ids;
    std::string person, project;

    bool whole() const {
        return share >= 1'000'000 && ids.empty() && person.empty() && project.empty();
    }
    bool about_others() const { return !person.empty() || !project.empty(); }
};

// Whether the share and the list of ids take this row; `person` and `project` are another question.
inline bool takes_id(const RowPick& pick, std::string_view id) {
    if (!pick.ids.empty() && std::find(pick.ids.begin(), pick.ids.end(), id) == pick.ids.end())
        return false;
    if (pick.share >= 1'000'000) return true;
    std::uint64_t hash = 0xcbf29ce484222325 ^ (pick.seed * 0x9e3779b97f4a7c15);
    for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    hash ^= hash >> 32; // FNV leaves the low bits of neighbouring numbers alike
    hash *= 0xd6e8feb86659fd93;
    hash ^= hash >> 32;
    return static_cast<std::int64_t>(hash % 1'000'000) < pick.share;
}

} // namespace hb::sandbox
