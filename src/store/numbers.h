#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/database.h"

// Numbers of reports are given once (rule 15), also where a backup that knows less takes the place
// of the books: the last one of each series stands in the file BOOKS.numbers, too, before anybody
// can see the number.
namespace hb::store {

// Of a series whose last number nobody knows, the next one is so much further.
inline constexpr std::int64_t kNumbersLost = 1000;

std::string numbers_file(const std::string& books);

// The next number of a series, 1 for a new one, written down in the books and beside them. In a Tx;
// throws StoreError when the file can't be read or written.
std::int64_t give_number(Database& db, std::string_view series);

// While a backup is made ready to take the place of the books. In a Tx of `to`.
// What the books until now have given is given in `to`.
void carry_numbers(Database& from, Database& to);
// Nobody knows what was given since the backup was taken, at most until `now`: each series goes on
// beyond what may have been given.
void skip_numbers(Database& to, Instant now);

} // namespace hb::store
