#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"

namespace hb {

// What a test may put in place of the machine around the program. Only a build with
// -DHOURBRIDGE_SEAMS=ON has it (seams.cpp, which names the variables); in any other one, and so in
// the package, the same class says nothing and its clock is the machine's (seams_none.cpp).
class Seams {
public:
    Seams();
    ~Seams();
    Seams(const Seams&) = delete;
    Seams& operator=(const Seams&) = delete;

    Clock& clock();
    // Other machines may reach the program: its clock is the true one from here on.
    void open_to_others();
    // Instead of what the machine says about itself; "" is a machine that says nothing.
    std::optional<std::string> machine() const;
    std::optional<std::string> boot() const;
    std::chrono::seconds ran_longer() const; // than the machine says
    // At which of the moments around commits and calls the program dies, and where it writes how
    // many of them passed.
    std::optional<std::int64_t> failpoint() const;
    std::string failpoint_count_file() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace hb
