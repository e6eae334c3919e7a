#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "store/outbox.h"

// How rows of the log are sealed (rule 55). A plain row's hash is SHA-256 of the row before and of
// its own text, which anyone who may write the file can work out anew. From the first row
// `chain.keyed` on it is HMAC-SHA-256 by a key that comes of the program's secret key:
//
//   seq  action       data                        hash
//    41  report.sent  …                           sha256(40's hash \n 41 \n …)
//    42  chain.keyed  {"key":"6f0c…"}             hmac(key, 41's hash \n 42 \n …)
//    43  report.agreed …                          hmac(key, 42's hash \n 43 \n …)
//
// Another secret key goes on with a row `chain.keyed` of its own, a restore without any with one
// that names none: rows behind that are plain. The migration that brought this kept where the first
// such row has to stand (the setting `chain.begins`), so that one that was taken out, with all the
// rows sealed anew, is missed.
namespace hb::store {

inline constexpr std::string_view kChainKeyed = "chain.keyed";

// The key of the chain; "" for none.
std::string chain_key(const Secret& secret_key);
// What a row `chain.keyed` calls its key: tells keys apart, and nothing of them.
std::string chain_key_name(std::string_view key);
// As it has to be in the row; "" as the key: a plain one.
std::string chain_hash(const EventRow& row, std::string_view key);

// What a look at the whole log saw.
struct ChainLook {
    std::string broken;          // "": nothing is wrong; else which row is, and how
    std::int64_t keyed_from = 0; // the first row that is sealed with a key; 0: none
    // Rows behind the first that are sealed with a key that is not here, or with none: what shows
    // is that one follows the other, not that nobody changed what they say.
    std::int64_t unread = 0, unread_from = 0, unread_to = 0;
};
// With the key that the Database was given.
ChainLook look_at_chain(Database& db);
// How far that is, for a person; "" when all rows are plain.
std::string how_far(const ChainLook& look, bool with_key);

} // namespace hb::store
