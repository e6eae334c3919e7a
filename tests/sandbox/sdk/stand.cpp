#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>

#include "base/clock.h"
#include "sandbox/seed.h"
#include "sandbox/server.h"

// A portal on the system's clock (SDKs compare the life of their tokens with it), judged by an
// official SDK: stand FOLDER js|php. Exit 77 means: not judged, because the SDK or what runs it is
// not here. scripts/test says by HB_JUDGES which ones it could fetch: those are not skipped.
using namespace hb;
using namespace hb::sandbox;

namespace {

struct Judge {
    const char* sdk; // that this is there, in its folder
    const char* get; // how it is had
    const char* runs;
    const char* script;
};
constexpr Judge kJs{"node_modules/@bitrix24/b24jssdk", "npm ci in tests/sandbox/sdk", "node",
                    "judge.mjs"};
constexpr Judge kPhp{"php/vendor/autoload.php", "composer install in tests/sandbox/sdk/php", "php",
                     "php/judge.php"};

int skipped(const std::string& why, const std::string& name) {
    const char* fetched = std::getenv("HB_JUDGES");
    const bool must = fetched != nullptr && std::string(fetched).find(name) != std::string::npos;
    std::cout << (must ? "failed, since this judge was fetched: " : "skipped: ") << why << "\n";
    return must ? 1 : 77;
}

} // namespace

int main(int count, char** words) {
    const std::filesystem::path folder = count > 1 ? words[1] : ".";
    const bool is_php = count > 2 && std::string(words[2]) == "php";
    const Judge& judge = is_php ? kPhp : kJs;
    const std::string name = is_php ? "php" : "js";
    if (!std::filesystem::exists(folder / judge.sdk))
        return skipped(std::string("no SDK; to be judged by it: ") + judge.get, name);
    if (std::system((std::string(judge.runs) + " --version > /dev/null 2>&1").c_str()) != 0)
        return skipped(std::string("there is no ") + judge.runs, name);
    SystemClock clock;
    PortalOptions options;
    options.limits.requests = false; // limits have tests of their own, and waiting costs seconds
    Portal portal{options, clock};
    seed_agency(portal, *parse_day("2026-03-31"));
    Server server{portal};
    const auto port = server.start();
    if (!port) {
        std::cerr << port.error().message << "\n";
        return 1;
    }
    const std::string command = std::string(judge.runs) + " '" + (folder / judge.script).string() +
                                "' " + server.url() + " 1 " + kAdminToken;
    const int status = std::system(command.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
