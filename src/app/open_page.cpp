#include "app/open_page.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hb::app {

std::string preview_in(std::string_view said) {
    constexpr std::string_view kPlace = "/d/";
    const auto at = said.find(kPlace);
    if (at == std::string_view::npos) return {};
    const auto begin = said.rfind("http", at);
    if (begin == std::string_view::npos) return {};
    const auto end = said.find_first_not_of(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", at + kPlace.size());
    return std::string(said.substr(begin, end == std::string_view::npos ? end : end - begin));
}

bool open_page(const std::string& url) {
    std::string program = "xdg-open", address = url;
    char* const words[] = {program.data(), address.data(), nullptr};
    pid_t child = 0;
    if (::posix_spawnp(&child, program.c_str(), nullptr, nullptr, words, environ) != 0)
        return false;
    int status = 0;
    return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

} // namespace hb::app
