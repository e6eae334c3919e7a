#include "app/usage.h"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "base/text.h"

namespace hb::app {
namespace {

constexpr std::size_t kValueCharactersMax = 40;

std::string in_quotes(const std::string& value) {
    return value.empty() ? "an empty text" : "\"" + shorten(value, kValueCharactersMax) + "\"";
}

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
}

// The parser's messages begin with the option's name, except for one kind.
const CLI::Option* option_of(const CLI::App& app, std::string text) {
    const std::string conversion = "Could not convert: ";
    if (text.rfind(conversion, 0) == 0) text = text.substr(conversion.size());
    for (const auto* option : app.get_options()) {
        const std::string name = option->get_name();
        if (!name.empty() && text.rfind(name, 0) == 0 &&
            (text.size() == name.size() || !is_word(text[name.size()])))
            return option;
    }
    return nullptr;
}

// From what --help shows: "SECONDS:INT in [0 - 86400]", "TEXT:{csv,json}", "INT".
std::string wanted(const CLI::Option& option) {
    const std::string type = option.get_type_name();
    const auto between = [&type](char open, char close) {
        const auto from = type.find(open), to = type.rfind(close);
        return from == std::string::npos || to == std::string::npos
                   ? std::string()
                   : type.substr(from + 1, to - from - 1);
    };
    if (const auto words = between('{', '}'); !words.empty()) {
        std::vector<std::string> parts;
        for (const auto word : split(words, ',')) parts.emplace_back(word);
        return "one of " + join(parts, ", ");
    }
    if (auto range = between('[', ']'); !range.empty()) {
        if (const auto cut = range.find(" - "); cut != std::string::npos)
            range.replace(cut, 3, " to ");
        return "a whole number from " + range;
    }
    return "a whole number";
}

bool all_digits(const std::string& value) {
    return !value.empty() &&
           std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Each command's help ends in a line that works.
std::string example_of(const CLI::App& app) {
    const std::string footer = app.get_footer();
    const auto at = footer.find("Example:");
    return at == std::string::npos ? "" : std::string(trim(footer.substr(at + 8)));
}

std::string hint_of(const CLI::App& app, const std::string& path, const CLI::Option* option) {
    std::string hint;
    if (option != nullptr && !option->get_description().empty())
        hint = option->get_name() + ": " + option->get_description() + ". ";
    const std::string example = example_of(app);
    return hint +
           (example.empty() ? path + " --help lists the commands" : "For example: " + example);
}

std::string meant_option(const CLI::App& app, const std::vector<std::string>& words) {
    std::vector<std::string> names;
    for (const auto* option : app.get_options())
        for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    for (const auto& word : words) {
        if (word.rfind("--", 0) != 0) continue;
        const std::string name = word.substr(0, word.find('='));
        if (std::find(names.begin(), names.end(), name) != names.end()) continue;
        if (const auto meant = nearest(name, names)) return "did you mean " + *meant + "? ";
        return "";
    }
    return "";
}

template <class Kind> bool is(const CLI::ParseError& error) {
    return dynamic_cast<const Kind*>(&error) != nullptr;
}

std::string message_of(const CLI::ParseError& error, const CLI::Option* option) {
    const std::string text(trim(error.what()));
    if (is<CLI::ExtrasError>(error)) {
        const auto cut = text.find(": ");
        return "not expected here: " + (cut == std::string::npos ? text : text.substr(cut + 2));
    }
    if (option == nullptr) return is<CLI::RequiredError>(error) ? "a command is missing" : text;
    const std::string name = option->get_name();
    if (is<CLI::RequiredError>(error)) return name + " is missing";
    if (is<CLI::ArgumentMismatch>(error)) return name + " needs a value";
    if (!is<CLI::ConversionError>(error) && !is<CLI::ValidationError>(error)) return text;
    std::string value = join(option->results(), " ");
    const bool large = all_digits(value) && value.size() > 18;
    return name + " takes " + wanted(*option) + ", not " + in_quotes(value) +
           (large ? ", which is too large" : "");
}

} // namespace

void expect_whole_numbers(CLI::App& root) {
    const CLI::Validator whole(
        [](std::string& text) {
            return parse_integer(text) ? std::string() : std::string("not a whole number");
        },
        "");
    for (auto* option : root.get_options())
        if ((":" + option->get_type_name()).find(":INT") != std::string::npos) option->check(whole);
    for (auto* below : root.get_subcommands([](const CLI::App*) { return true; }))
        expect_whole_numbers(*below);
}

Error usage_error(const CLI::App& app, const std::string& path,
                  const std::vector<std::string>& words, const CLI::ParseError& error) {
    const auto* option = option_of(app, std::string(trim(error.what())));
    return Error{Code::Usage, message_of(error, option), "",
                 meant_option(app, words) + hint_of(app, path, option)};
}

} // namespace hb::app
