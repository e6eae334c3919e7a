#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/ids.h"
#include "base/secret.h"

// Passwords that people choose, hashed by argon2id (19 MiB, two passes). A hash takes some 30 ms
// and its memory, so at most two are made at a time in the whole program. Safe to use from any
// thread. REQUIRES: the thread does not hold the books.
namespace hb {

inline constexpr std::size_t kPasswordBytesMin = 8;
inline constexpr std::size_t kPasswordBytesMax = 128; // longer ones only cost us time

// A turn to hash one password.
class HashTurn {
public:
    // nullopt: two others took longer than that.
    static std::optional<HashTurn> take(std::chrono::milliseconds patience);
    HashTurn(HashTurn&& other) noexcept;
    HashTurn& operator=(HashTurn&&) = delete;
    HashTurn(const HashTurn&) = delete;
    HashTurn& operator=(const HashTurn&) = delete;
    ~HashTurn();

    // "$argon2id$v=19$m=…": with a new salt. Throws std::bad_alloc when there is no memory for it.
    std::string hash(const Secret& password, IdSource& ids) const;
    // Whether `hashed`, which hash() made, is of this password.
    bool is(const Secret& password, const std::string& hashed) const;

private:
    HashTurn() = default;
    bool mine_ = true;
};

} // namespace hb
