#include "base/password.h"

#include <array>
#include <new>
#include <semaphore>
#include <utility>

#include <argon2.h>

#include "base/ensure.h"
#include "base/held.h"

namespace hb {
namespace {

// OWASP's second choice for argon2id: 19 MiB, two passes, one lane.
constexpr std::uint32_t kPasses = 2;
constexpr std::uint32_t kMemoryKib = 19 * 1024;
constexpr std::uint32_t kLanes = 1;
constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kEncodedMax = 160;

constexpr int kTurns = 2;
std::counting_semaphore<kTurns> turns{kTurns};

} // namespace

std::optional<HashTurn> HashTurn::take(std::chrono::milliseconds patience) {
    must_not_hold_books("hashing a password");
    if (!turns.try_acquire_for(patience)) return std::nullopt;
    return HashTurn();
}

HashTurn::HashTurn(HashTurn&& other) noexcept : mine_(std::exchange(other.mine_, false)) {}

HashTurn::~HashTurn() {
    if (mine_) turns.release();
}

std::string HashTurn::hash(const Secret& password, IdSource& ids) const {
    const std::string text(password.reveal());
    const std::string salt = ids.id128();
    std::array<char, kEncodedMax> out{};
    const int code =
        argon2id_hash_encoded(kPasses, kMemoryKib, kLanes, text.data(), text.size(), salt.data(),
                              salt.size(), kHashBytes, out.data(), out.size());
    if (code == ARGON2_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
    ensure(code == ARGON2_OK, "a password can be hashed");
    return out.data();
}

bool HashTurn::is(const Secret& password, const std::string& hashed) const {
    const std::string text(password.reveal());
    const int code = argon2id_verify(hashed.c_str(), text.data(), text.size());
    if (code == ARGON2_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
    return code == ARGON2_OK;
}

} // namespace hb
