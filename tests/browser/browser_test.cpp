#include <catch2/catch.hpp>

#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "browser/place.h"
#include "json/writer.h"

// The client's pages in Debian's Chromium: client.mjs looks at each, and says what is wrong.
// Screenshots and printed pages stay in build/browser.

namespace hb::test {
namespace {

namespace fs = std::filesystem;

std::string list_of(const std::vector<PageOf>& pages) {
    json::Writer out(1);
    out.begin_array();
    for (const PageOf& page : pages)
        out.begin_object()
            .member("state", page.state)
            .member("language", page.language)
            .member("url", page.url)
            .end_object();
    return out.end_array().take();
}

bool is_here(const std::string& command) {
    return std::system((command + " > /dev/null 2>&1").c_str()) == 0;
}

// "" all is there.
std::string lacking() {
    if (!is_here("node --version")) return "there is no node";
    if (!is_here("command -v chromium")) return "there is no chromium";
    if (!fs::exists(HB_BROWSER "/node_modules/playwright-core"))
        return "no playwright-core: npm ci in tests/browser";
    return "";
}

} // namespace

TEST_CASE("clients' pages in a browser: every state, five languages, screen, dark and paper") {
    if (const std::string why = lacking(); !why.empty()) {
        const char* fetched = std::getenv("HB_JUDGES");
        if (fetched != nullptr && std::string(fetched).find("browser") != std::string::npos)
            FAIL(why);
        std::cout << "skipped: " << why << "\n";
        return;
    }
    Folder moment; // its reports are of months before this one
    moment.write("now", "2026-11-30T12:00:00+03:00");
    setenv("HB_NOW", moment.path("now").c_str(), 1);
    Place place;
    place.folder.write("pages.json", list_of(place.pages()));
    const fs::path kept = HB_BROWSER_KEPT;
    fs::remove_all(kept);
    fs::create_directories(kept);
    const std::string command = "node '" HB_BROWSER "/client.mjs' '" +
                                place.folder.path("pages.json") + "' '" + kept.string() + "'";
    const int status = std::system(command.c_str());
    CHECK((WIFEXITED(status) ? WEXITSTATUS(status) : -1) == 0);
}

} // namespace hb::test
