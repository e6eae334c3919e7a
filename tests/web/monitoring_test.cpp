#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "web/metrics_text.h"
#include "json/value.h"

// packaging/monitoring against what /metrics exports; promtool plays the rules themselves
// (tests/package/monitoring_test).
namespace hb::web {
namespace {

std::string shipped(const std::string& name) {
    std::ifstream in(std::string(HB_SOURCE_DIR) + "/packaging/monitoring/" + name);
    std::stringstream bytes;
    bytes << in.rdbuf();
    return bytes.str();
}

std::set<std::string> found(const std::string& text, const std::string& pattern) {
    const std::regex expression(pattern);
    std::set<std::string> out;
    for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at)
        out.insert((*at)[1].str());
    return out;
}

void check_metrics(const std::string& text) {
    const auto names = found(text, R"(((?:hourbridge|process)_[a-z_]+))");
    REQUIRE(names.size() > 10);
    for (auto name : names) {
        INFO(name);
        if (const auto end = name.rfind("_bucket"); end != std::string::npos) name.erase(end);
        CHECK(std::any_of(metrics().begin(), metrics().end(), [&name](const Metric& metric) {
            return metric.name == name && metric.help.rfind("Old name", 0) != 0;
        }));
    }
}

} // namespace

TEST_CASE("alert rules name only metrics that there are, and each is played firing and quiet") {
    const std::string rules = shipped("hourbridge.rules.yml");
    const std::string tests = shipped("hourbridge.rules.test.yml");
    check_metrics(rules);
    const auto alerts = found(rules, R"(alert: (\w+))");
    CHECK(alerts.size() == 23);
    for (const auto& alert : alerts) {
        INFO(alert);
        CHECK(tests.find("name: " + alert + " fires\n") != std::string::npos);
        CHECK(tests.find("name: " + alert + " is quiet\n") != std::string::npos);
    }
}

TEST_CASE("the dashboard is JSON, each of its panels asks for metrics that there are") {
    const std::string text = shipped("hourbridge.dashboard.json");
    const auto document = json::Document::parse(text);
    REQUIRE(document);
    check_metrics(text);
    std::size_t panels = 0;
    for (const auto panel : document->root()["panels"]) {
        ++panels;
        REQUIRE(panel["targets"].size() > 0);
        for (const auto target : panel["targets"]) {
            const auto asked = target["expr"].string();
            REQUIRE(asked);
            CHECK((asked->find("hourbridge_") != std::string::npos ||
                   asked->find("process_") != std::string::npos));
        }
    }
    CHECK(panels > 10);
}

} // namespace hb::web
