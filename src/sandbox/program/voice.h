#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace hb::sandbox {

// What this program says, as `hourbridge` says it: with --json standard output carries one JSON
// document and people are told on standard error. One thread.
class Voice {
public:
    explicit Voice(bool json) : json_(json) {}
    // For a person; a missing line end is added.
    void text(std::string_view text);
    // Beside the answer, always on standard error.
    void note(std::string_view text);
    // Without --json nothing. REQUIRES: once at most
    void document(std::string_view json);
    // Tells the trouble, as a document too, and returns its exit code.
    int fail(const Error& error);
    // `code`, unless standard output did not take what was written.
    int ended(int code) const;

private:
    void write(bool out, std::string text);

    bool json_;
    bool documented_ = false;
    std::string trouble_; // why something did not reach standard output
};

} // namespace hb::sandbox
