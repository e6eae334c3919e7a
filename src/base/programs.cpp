#include "base/programs.h"

#include <cstdlib>
#include <filesystem>

#include <unistd.h>

#include "base/text.h"

namespace hb {
namespace {

namespace fs = std::filesystem;

bool can_run(const fs::path& file) {
    std::error_code none;
    return fs::is_regular_file(file, none) && access(file.c_str(), X_OK) == 0;
}

} // namespace

std::optional<std::string> find_program(const std::string& name) {
    std::error_code unknown; // a system without /proc: PATH is left
    const fs::path own = fs::read_symlink("/proc/self/exe", unknown);
    if (!own.empty() && can_run(own.parent_path() / name))
        return (own.parent_path() / name).string();
    const char* folders = std::getenv("PATH");
    for (const auto folder : split(folders == nullptr ? "" : folders, ':'))
        if (!folder.empty() && can_run(fs::path(folder) / name))
            return (fs::path(folder) / name).string();
    return std::nullopt;
}

void become(const std::string& program, const std::vector<std::string>& words) {
    std::vector<std::string> all{program};
    all.insert(all.end(), words.begin(), words.end());
    std::vector<char*> pointers;
    for (auto& word : all) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    execv(program.c_str(), pointers.data());
}

} // namespace hb
