#pragma once

#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/result.h"

// Other programs, run as a person runs them. They end with this one, even when it is killed.
namespace hb::sandbox {

struct Ended {
    int code = 0; // 128 and the signal's number when one ended it
    std::string out, err;
};
// Waits until it ends; it reads nothing. Code::Machine when no process can be made.
Result<Ended> run_program(const std::string& program, const std::vector<std::string>& words);

// A program that goes on while this lives; then it is asked to end, and waited for.
class Background {
public:
    // Waits until a line of its standard output begins with `says`; what else it says goes to
    // `log`, a file. Code::Machine when it ends before.
    static Result<std::unique_ptr<Background>> start(const std::string& program,
                                                     const std::vector<std::string>& words,
                                                     const std::string& says,
                                                     const std::string& log);
    ~Background();
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

private:
    Background(pid_t pid, int out) : pid_(pid), out_(out) {}
    bool waits_for(const std::string& says) const;

    pid_t pid_;
    int out_; // its standard output, kept open so that it may say more
};

} // namespace hb::sandbox
