#include "web/look.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "base/text.h"

namespace hb::web {
namespace {

// Parts of the names of messengers, mail scanners and search engines, in small letters.
constexpr std::string_view kRobots[] = {
    "bot",      "preview", "crawl",   "spider",   "facebookexternalhit",
    "whatsapp", "viber",   "vkshare", "skypeuri", "slack-imgproxy",
    "google-",  "headless"};
// How every browser that people use names itself; programs that fetch by themselves do not.
constexpr std::string_view kBrowsers[] = {"mozilla/", "opera/"};

bool is_robot(const std::string& agent) {
    const std::string name = fold_case(agent);
    if (std::none_of(std::begin(kBrowsers), std::end(kBrowsers),
                     [&](std::string_view start) { return name.rfind(start, 0) == 0; }))
        return true;
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
