#include "app/hidden_line.h"

#include <cerrno>
#include <iostream>

#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "base/password.h"
#include "base/text.h"

namespace hb::app {
namespace {

// A terminal that shows nothing of what is typed, while this lives.
class NoEcho {
public:
    NoEcho() : asked_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
        if (!asked_) return;
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    ~NoEcho() {
        if (asked_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    NoEcho(const NoEcho&) = delete;
    NoEcho& operator=(const NoEcho&) = delete;

private:
    termios before_{};
    bool asked_;
};

Result<std::string> read_line() {
    std::string line;
    if (::isatty(STDIN_FILENO) == 1) {
        std::cerr << "Password: " << std::flush;
        const NoEcho quiet;
        std::getline(std::cin, line);
        std::cerr << "\n";
    } else {
        std::getline(std::cin, line);
    }
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.size() < kPasswordBytesMin || line.size() > kPasswordBytesMax || !is_utf8(line))
        return Error{Code::Usage, "the password is too short or too long", "",
                     "type it, or give it as the first line of standard input: " +
                         std::to_string(kPasswordBytesMin) + " to " +
                         std::to_string(kPasswordBytesMax) + " bytes"};
    return line;
}

} // namespace

const Result<std::string>& hidden_line() {
    static const Result<std::string> line = read_line();
    return line;
}

OpenFile hidden_line_file() {
    const auto& line = hidden_line();
    errno = EINVAL;
    if (!line) return OpenFile();
    OpenFile file(::memfd_create("password", MFD_CLOEXEC));
    const auto size = static_cast<ssize_t>(line->size());
    if (file && ::write(file.number(), line->data(), line->size()) != size) return OpenFile();
    return file;
}

} // namespace hb::app
