#include <cstdlib>
#include <filesystem>

#include <catch2/catch.hpp>

#include "power/traced.h"

namespace hb::test {

namespace fs = std::filesystem;

Scratch::Scratch()
    : path((fs::is_directory("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path()) /
           "hourbridge-cut-XXXXXX") {
    REQUIRE(mkdtemp(path.data()) != nullptr);
}

Scratch::~Scratch() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
}

bool can_watch_disks() {
#ifdef __SANITIZE_ADDRESS__
    WARN("skipped: a preloaded library and a sanitizer do not go together");
    return false;
#else
    return true;
#endif
}

unsigned seed_of_this_run() {
    const char* given = std::getenv("HB_SEED");
    return given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10))
                            : std::random_device{}();
}

int setting(const char* name, int otherwise) {
    const char* given = std::getenv(name);
    return given != nullptr ? std::atoi(given) : otherwise;
}

std::map<std::string, std::string> Watched::environment() const {
    return {{"LD_PRELOAD", HB_DISK_SHIM},
            {"HB_DISK_ROOT", root() + "/"},
            {"HB_DISK_TRACE", trace()},
            {"HB_DISK_FAULTS", notes.path("faults")}};
}

Ended Watched::run(const std::vector<std::string>& args,
                   const std::map<std::string, std::string>& more) const {
    auto all = environment();
    for (const auto& [name, value] : more) all[name] = value;
    auto ended = agency.run(args, all);
    if (ended.code == 0) mark("done " + args.front());
    return ended;
}

void Watched::must(const std::vector<std::string>& args) const {
    const auto ended = run(args);
    INFO(args.front() << ": " << ended.out << ended.err);
    REQUIRE(ended.code == 0);
}

Running Watched::serve() const {
    auto service = agency.folder.start({"serve", "--config", agency.folder.path("hourbridge.json")},
                                       environment());
    REQUIRE(service.says("hourbridge serves http://127.0.0.1:"));
    return service;
}

std::string url_of(const Running& service) {
    const std::string said = service.output();
    const auto at = said.find("http://");
    return said.substr(at, said.find_first_of(" \n", at) - at);
}

} // namespace hb::test
