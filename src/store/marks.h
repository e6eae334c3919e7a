#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What a full walk saw (table walk_marks): a number for each record, those of a commit sorted and
// stored as distances, seven bits a byte. Neighbouring ids, which are most of all ids, take a few
// bytes together.
namespace hb::store {

// Numeric ids are exact; of any others a hash. Two ids of one mark would only hide a deletion until
// one of them changes, and with 63 bits that takes billions of records.
std::uint64_t mark_of(std::string_view id);
std::string pack_marks(std::vector<std::uint64_t> marks);

// Marks first, first + 1, … last.
struct MarkRun {
    std::uint64_t first;
    std::uint64_t last;
    bool operator==(const MarkRun&) const = default;
};
void unpack_marks(std::string_view packed, std::vector<MarkRun>& out);
// Of many commits: in order, and neighbours joined.
void join_runs(std::vector<MarkRun>& runs);
// REQUIRES: joined runs.
bool holds(const std::vector<MarkRun>& runs, std::uint64_t mark);

} // namespace hb::store
