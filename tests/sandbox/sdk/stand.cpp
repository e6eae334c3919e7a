#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "base/clock.h"
#include "sandbox/seed.h"
#include "sandbox/server.h"

// A portal on the system's clock (the SDK compares the life of its tokens with it), judged by the
// official SDK. Exit 77 means: not judged, because node or its modules are not here.
using namespace hb;
using namespace hb::sandbox;

int main(int count, char** words) {
    const std::filesystem::path folder = count > 1 ? words[1] : ".";
    if (!std::filesystem::exists(folder / "node_modules" / "@bitrix24" / "b24jssdk")) {
        std::cout << "skipped: no SDK; run `npm ci` in tests/sandbox/sdk to be judged by it\n";
        return 77;
    }
    if (std::system("node --version > /dev/null 2>&1") != 0) {
        std::cout << "skipped: there is no node\n";
        return 77;
    }
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
    const std::string command =
        "node '" + (folder / "judge.mjs").string() + "' " + server.url() + " 1 " + kAdminToken;
    const int status = std::system(command.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
