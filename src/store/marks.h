#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What a full walk saw, eight bytes a record (table walk_marks).
namespace hb::store {

// Numeric ids are exact; of any others a hash. Two ids of one mark would only hide a deletion until
// one of them changes, and with 63 bits that takes billions of records.
std::uint64_t mark_of(std::string_view id);
void append_mark(std::string& marks, std::string_view id); // little-endian
void read_marks(std::string_view marks, std::vector<std::uint64_t>& out);

} // namespace hb::store
