#include <algorithm>

#include "base/text.h"
#include "connector/manifest.h"
#include "connector/manifest/caller.h"
#include "json/writer.h"

// What a remote of the configuration sets for a planner, against what its manifest wants.
namespace hb::connector {
namespace {

using namespace manifest;

void tell(std::vector<ManifestProblem>& problems, std::string path, std::string message,
          std::string hint) {
    problems.push_back({"", 0, std::move(path), std::move(message), std::move(hint)});
}

// Letters that a host or a path may have; a setting must not turn one address into another.
bool is_host(std::string_view text) {
    return net::parse_site("https://" + std::string(text)).has_value() &&
           text.find('/') == std::string_view::npos;
}

void check_value(const std::string& name, const Setting& setting, const std::string& value,
                 std::vector<ManifestProblem>& problems) {
    const std::string path = "settings/" + name;
    const auto wrong = [&](std::string message, std::string hint) {
        tell(problems, path, std::move(message), std::move(hint));
    };
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
        return wrong("it contains a line end or a zero byte", "write one line");
    switch (setting.kind) {
    case SettingKind::Host:
        if (!is_host(value)) wrong("this is not a host name", "write it without https:// and path");
        return;
    case SettingKind::Zone:
        if (const auto zone = Zone::find(value); !zone)
            wrong(zone.error().message, zone.error().hint);
        return;
    case SettingKind::Number:
        if (!parse_integer(value)) wrong("this is not a whole number", "write digits only");
        return;
    case SettingKind::Day:
        if (!parse_day(value)) wrong("this is not a date", "write it like 2026-03-05");
        return;
    case SettingKind::Choice:
        if (std::find(setting.choices.begin(), setting.choices.end(), value) ==
            setting.choices.end())
            wrong("this is none of the choices", "it is one of " + join(setting.choices, ", "));
        return;
    case SettingKind::Text:
    case SettingKind::Secret:
        return;
    }
}

void check_known(const Manifest& manifest, const PlannerOptions& options,
                 std::vector<ManifestProblem>& problems) {
    std::vector<std::string> known;
    for (const auto& [name, setting] : manifest.settings) known.push_back(name);
    for (const auto& [name, value] : options.settings) {
        if (manifest.settings.count(name) > 0) continue;
        const auto meant = nearest(name, known);
        tell(problems, "settings/" + name, "there is no such setting of " + manifest.title,
             meant ? "did you mean " + json::quote(*meant) + "?" : "it knows " + join(known, ", "));
    }
}

std::string ways_in(const Manifest& manifest) {
    std::vector<std::string> ways;
    for (const Access& access : manifest.access) ways.push_back(join(access.when, " and "));
    return join(ways, "; or ");
}

} // namespace

std::vector<ManifestProblem> check_settings(const Plan& plan, const PlannerOptions& options) {
    const Manifest& manifest = plan.get();
    std::vector<ManifestProblem> problems;
    check_known(manifest, options, problems);
    for (const auto& [name, setting] : manifest.settings) {
        const auto given = options.settings.find(name);
        if (given != options.settings.end() && !given->second.empty())
            check_value(name, setting, given->second.reveal(), problems);
        else if (setting.required && setting.otherwise.empty())
            tell(problems, "settings", "missing setting " + json::quote(name),
                 setting.title.empty() ? "" : "it is: " + setting.title);
    }
    const Names names = setting_names(manifest, options);
    if (!manifest.access.empty() && choose_access(manifest, names) == nullptr)
        tell(problems, "settings", "no way to prove who we are is set", "set " + ways_in(manifest));
    if (!problems.empty()) return problems;
    const auto good = [](const std::string& url) { return net::parse_site(url).has_value(); };
    if (!options.base_url.empty() && !good(options.base_url))
        tell(problems, "base_url", "this is no address that may be asked",
             "write https://HOST or https://HOST/PATH; http is for this machine only");
    if (options.base_url.empty() && manifest.base.empty())
        tell(problems, "base_url", "missing: every " + manifest.title + " has its own address",
             "write https://HOST");
    else if (options.base_url.empty() && !good(manifest.base.fill_all(names)))
        tell(problems, "settings", "the settings do not make an address that may be asked",
             "compare them with " + manifest.base_url);
    const Access* access = choose_access(manifest, names);
    if (options.base_url.empty() && access != nullptr && !access->base.empty() &&
        !good(access->base.fill_all(names)))
        tell(problems, "settings", "the settings do not make an address that may be asked",
             "compare them with " + access->base.text());
    return problems;
}

} // namespace hb::connector
