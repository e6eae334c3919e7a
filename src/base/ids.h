#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace hb {

// Seam 2 of 4: where unguessable names come from. Safe to use from any thread.
class IdSource {
public:
    virtual ~IdSource() = default;
    // 128 random bits as 32 lower-case hex digits.
    virtual std::string id128() = 0;
};

class RandomIds final : public IdSource {
public:
    std::string id128() override; // the system's random source; throws when it fails
};

// 000…01, 000…02, …: names that a test can read.
class CountingIds final : public IdSource {
public:
    std::string id128() override;

private:
    std::atomic<std::uint64_t> last_{0};
};

} // namespace hb
