#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What a full walk saw (table walk_marks): a number for each record, those of a page sorted and
// each stored as its distance from the one before, seven bits a byte. Neighbouring ids take one
// byte.
namespace hb::store {

// Numeric ids are exact; of any others a hash. Two ids of one mark would only hide a deletion until
// one of them changes, and with 63 bits that takes billions of records.
std::uint64_t mark_of(std::string_view id);
std::string pack_marks(std::vector<std::uint64_t> marks);
void unpack_marks(std::string_view packed, std::vector<std::uint64_t>& out);

} // namespace hb::store
