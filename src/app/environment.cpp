#include "app/environment.h"

#include <array>
#include <cstdlib>
#include <filesystem>

#include <pwd.h>
#include <unistd.h>

#include "base/text.h"

namespace hb::app {

std::string user_name(unsigned int uid) {
    std::array<char, 4096> space{};
    passwd entry{};
    passwd* found = nullptr;
    if (getpwuid_r(uid, &entry, space.data(), space.size(), &found) == 0 && found != nullptr)
        return found->pw_name;
    return std::to_string(uid);
}

Environment read_environment() {
    Environment out;
    std::error_code gone; // the directory may have been removed under us; then "" is as good
    out.directory = std::filesystem::current_path(gone).string();
    out.user = user_name(geteuid());
    out.terminal_in = isatty(STDIN_FILENO) == 1;
    out.terminal_err = isatty(STDERR_FILENO) == 1;
    if (const char* number = std::getenv("HB_FAILPOINT")) out.failpoint = parse_integer(number);
    if (const char* file = std::getenv("HB_FAILPOINT_COUNT")) out.failpoint_count_file = file;
    return out;
}

} // namespace hb::app
