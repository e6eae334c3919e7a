#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/database.h"

// Numbers of reports are given once (rule 15), also where a backup that knows less takes the place
// of the books: the last one of each series is in the file BOOKS.numbers, too.
namespace hb::store {

// Of a series whose last number nobody knows, the next one is so much further.
inline constexpr std::int64_t kNumbersLost = 1000;

std::string numbers_file(const std::string& books);

// The next number of a series, 1 for a new one. In a Tx; throws StoreError when the file can't be
// read.
std::int64_t give_number(Database& db, std::string_view series);
// Writes the file where the books have given more: after the commit and before anybody is told, so
// that a number whose commit was cut off is given again; and at every start, for a process that
// died between the two. Throws StoreError when the disk refuses.
void keep_numbers(Database& db);

// While a backup is made ready to take the place of the books. In a Tx of `to`.
// What the books until now have given is given in `to`.
void carry_numbers(Database& from, Database& to);
// Nobody knows what was given since the backup was taken, at most until `now`: each series goes on
// beyond what may have been given.
void skip_numbers(Database& to, Instant now);

} // namespace hb::store
