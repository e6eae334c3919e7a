#include "app/command_words.h"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "base/text.h"

namespace hb::app {
namespace {

// The parser's type is "DATE", "KEY:FROM..TO", "TEXT:{csv,json}" or "SECONDS:INT in [0 - 86400]".
std::string value_name(const std::string& type) {
    return type.substr(0, std::min(type.find(":{"), type.find(":INT in [")));
}

std::vector<std::string> choices(const std::string& type) {
    const auto from = type.find('{'), to = type.rfind('}');
    std::vector<std::string> out;
    if (from == std::string::npos || to == std::string::npos || to < from) return out;
    const std::string words = type.substr(from + 1, to - from - 1);
    for (const auto word : split(words, ',')) out.emplace_back(trim(word));
    return out;
}

OptionWords words_of(const CLI::Option& option) {
    OptionWords out;
    out.by_place = option.get_positional();
    if (out.by_place) out.names.push_back(option.get_name(true));
    for (const auto& name : option.get_snames()) out.names.push_back("-" + name);
    for (const auto& name : option.get_lnames()) out.names.push_back("--" + name);
    const bool flag = option.get_items_expected_max() == 0;
    if (!flag) out.value = value_name(option.get_type_name());
    out.about = option.get_description();
    out.choices = choices(option.get_type_name());
    out.required = option.get_required();
    out.repeatable = option.get_items_expected_max() > 1;
    return out;
}

std::string example_of(const CLI::App& app) {
    const std::string footer = app.get_footer();
    const auto at = footer.find("Example:");
    return at == std::string::npos ? "" : std::string(trim(footer.substr(at + 8)));
}

CommandWords words_of(const CLI::App& app, const std::string& path) {
    CommandWords out{path, app.get_description(), example_of(app), {}, {}};
    for (const auto* option : app.get_options()) out.options.push_back(words_of(*option));
    for (const auto* below : app.get_subcommands([](const CLI::App*) { return true; }))
        out.below.push_back(words_of(*below, path + " " + below->get_name()));
    return out;
}

} // namespace

bool OptionWords::takes_file() const {
    const std::string& what = by_place ? names.front() : value;
    return what == "FILE" || what == "FOLDER";
}

std::string CommandWords::name() const {
    return path.substr(path.rfind(' ') + 1);
}

CommandWords command_words(const Syntax& root) {
    return words_of(root.app(), "hourbridge");
}

} // namespace hb::app
