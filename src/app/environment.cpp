#include "app/environment.h"

#include <array>
#include <cstdlib>
#include <filesystem>

#include <pwd.h>
#include <unistd.h>

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
    if (const char* path = std::getenv("HOURBRIDGE_CONTROL")) out.control = path;
    if (const char* id = std::getenv("HOURBRIDGE_MACHINE")) out.machine = id;
    if (const char* id = std::getenv("HOURBRIDGE_BOOT")) out.boot = id;
    return out;
}

} // namespace hb::app
