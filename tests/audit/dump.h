#pragma once

#include <map>
#include <string>
#include <vector>

#include "store/outbox.h"

// The books as bare rows of text: nothing of the code that made them takes part. Instants and days
// are in words, states of reports too, money is minor units, NULL is "".
namespace hb::test {

using Cells = std::map<std::string, std::string>;

struct Dump {
    std::map<std::string, std::vector<Cells>> tables;
    std::vector<store::EventRow> events; // with their milliseconds: the chain needs them
    std::string secret_key;              // of the program that made them, where it had one

    std::vector<Cells>& rows(const std::string& table) { return tables.at(table); }
    const std::vector<Cells>& rows(const std::string& table) const { return tables.at(table); }
    // The first row whose `column` is `value`; nullptr: none.
    const Cells* find(const std::string& table, const std::string& column,
                      const std::string& value) const;
};

Dump dump_of(store::Database& db);

// As a program that never wrote the row would have left the log: numbers and hashes follow.
void forget_event(Dump& dump, std::size_t at);
// `key`: of the chain; "" for a plain row.
std::string hash_of(const store::EventRow& row, const std::string& key);
std::string chain_key_of(const Dump& dump);

std::int64_t number_in(const Cells& row, const std::string& column);
// "-12.50" of any currency as minor units; it is written with exactly its decimals.
std::int64_t minor_of(std::string_view amount);

} // namespace hb::test
