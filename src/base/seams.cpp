#include "base/seams.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <sys/stat.h>

#include "base/ensure.h"
#include "base/text.h"
#include "base/time.h"

// A build for tests:
//
//   HB_NOW=FILE              "+SECONDS" is added to the machine's clock; an RFC 3339 time is what
//                            the clock showed when the file was written, and it runs on from there.
//                            The file is looked at each time; replace it by a rename.
//   HB_MACHINE, HB_BOOT=ID   the ids of the machine and of its start; empty: they can't be read.
//                            "ID+SECONDS": since that start the machine ran so much longer
//   HB_FAILPOINT=N           die at the N-th moment; HB_FAILPOINT_COUNT=FILE: how many passed
namespace hb {

namespace {

std::optional<std::string> variable(const char* name) {
    const char* found = std::getenv(name);
    return found == nullptr ? std::nullopt : std::optional<std::string>(found);
}

using Milliseconds = std::chrono::milliseconds;

Instant written_at(const std::string& file) {
    struct stat about {};
    ensure(::stat(file.c_str(), &about) == 0, "HB_NOW names a file");
    return Instant{std::chrono::seconds{about.st_mtim.tv_sec} +
                   Milliseconds{about.st_mtim.tv_nsec / 1'000'000}};
}

Milliseconds shift_in(const std::string& file) {
    std::stringstream bytes;
    bytes << std::ifstream(file).rdbuf();
    const std::string said(trim(bytes.str()));
    if (said.rfind('+', 0) == 0) {
        const auto seconds = parse_integer(std::string_view(said).substr(1));
        ensure(seconds.has_value(), "HB_NOW holds +SECONDS or an RFC 3339 time");
        return std::chrono::seconds{*seconds};
    }
    const auto instant = parse_instant(said);
    ensure(instant.ok(), "HB_NOW holds +SECONDS or an RFC 3339 time");
    return *instant - written_at(file);
}

// Ahead of the machine's clock by what a file says. A wait ends when the file moves the time.
class MovedClock final : public Clock {
public:
    explicit MovedClock(std::optional<std::string> file)
        : file_(std::move(file)), moved_(file_.has_value()) {}
    Instant now() const override {
        return moved_ ? machine_.now() + shift_in(*file_) : machine_.now();
    }
    void wait_until(Instant instant) override {
        if (!moved_) return machine_.wait_until(instant);
        constexpr Milliseconds kLookEvery{20};
        for (;;) {
            const auto left = instant - now();
            if (left <= Milliseconds{0}) return;
            const Instant look = machine_.now() + std::min(left, kLookEvery);
            machine_.wait_until(look);
            if (machine_.now() < look) return; // woken
        }
    }
    void wake() override { machine_.wake(); }
    void show_the_truth() { moved_ = false; }

private:
    SystemClock machine_;
    const std::optional<std::string> file_;
    std::atomic<bool> moved_;
};

} // namespace

struct Seams::Impl {
    MovedClock clock{variable("HB_NOW")};
};

Seams::Seams() : impl_(std::make_unique<Impl>()) {}
Seams::~Seams() = default;

Clock& Seams::clock() {
    return impl_->clock;
}

void Seams::open_to_others() {
    impl_->clock.show_the_truth();
}

std::optional<std::string> Seams::machine() const {
    return variable("HB_MACHINE");
}

std::optional<std::string> Seams::boot() const {
    const auto said = variable("HB_BOOT");
    return said ? std::optional(said->substr(0, said->find('+'))) : std::nullopt;
}

std::chrono::seconds Seams::ran_longer() const {
    const std::string said = variable("HB_BOOT").value_or("");
    const auto plus = said.find('+');
    if (plus == std::string::npos) return {};
    const auto seconds = parse_integer(std::string_view(said).substr(plus + 1));
    ensure(seconds.has_value(), "HB_BOOT holds ID+SECONDS");
    return std::chrono::seconds{*seconds};
}

std::optional<std::int64_t> Seams::failpoint() const {
    const auto number = variable("HB_FAILPOINT");
    return number ? parse_integer(*number) : std::nullopt;
}

std::string Seams::failpoint_count_file() const {
    return variable("HB_FAILPOINT_COUNT").value_or("");
}

} // namespace hb
