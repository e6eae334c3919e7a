#include "web/look.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "base/text.h"

namespace hb::web {
namespace {

// Parts of the names of messengers, mail scanners and search engines, in small letters.
constexpr std::string_view kRobots[] = {
    "bot", "preview", "crawl", "spider", "facebookexternalhit", "whatsapp", "viber", "vkshare",
    "skypeuri", "slack-imgproxy", "google-", "headless",
    // and of programs that fetch by themselves
    "curl", "wget", "python", "okhttp", "go-http-client", "httplib", "libwww", "apache-httpclient",
    "axios", "node-fetch", "java/", "ruby"};

bool is_robot(const std::string& agent) {
    if (agent.empty()) return true; // people's browsers always have a name
    const std::string name = fold_case(agent);
    return std::any_of(std::begin(kRobots), std::end(kRobots),
                       [&](std::string_view part) { return name.find(part) != std::string::npos; });
}

bool is_ahead(const BrowserWords& words) {
    for (const std::string* each : {&words.sec_purpose, &words.purpose, &words.moz})
        if (const auto text = fold_case(*each); text.find("prefetch") != std::string::npos ||
                                                text.find("prerender") != std::string::npos ||
                                                text.find("preview") != std::string::npos)
            return true;
    return false;
}

} // namespace

bool is_look(const BrowserWords& words) {
    if (is_ahead(words)) return false;
    if (!words.fetch_dest.empty()) return words.fetch_dest == "document";
    return !is_robot(words.agent);
}

} // namespace hb::web
