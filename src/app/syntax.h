#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
} // namespace CLI

// How a command says what stands behind it on a command line. The parser behind this is CLI11,
// whose header costs five seconds in every file that includes it: only syntax.cpp,
// command_line.cpp, command_words.cpp and usage.cpp do.
namespace hb::app {

// One option or argument, as declared. A handle: the parser owns what it stands for.
class Option {
public:
    explicit Option(CLI::Option* option) : option_(option) {}
    Option& required();
    // What --help shows for the value: "DATE".
    Option& type_name(const std::string& name);
    Option& one_of(const std::vector<std::string>& words);
    // A whole number; both ends belong to it.
    Option& range(std::int64_t from, std::int64_t to);
    // Only together with `other`.
    Option& needs(const Option& other);
    // A repeatable one: a value behind each, so that an argument may follow.
    Option& one_each();

private:
    CLI::Option* option_;
};

// One command, or a group of them. A handle, like Option; the values outlive the parsing.
class Syntax {
public:
    explicit Syntax(CLI::App& app) : app_(&app) {}
    // "--name" is an option, "NAME" an argument by its place.
    Option add_option(const std::string& name, std::string& value, const std::string& about);
    Option add_option(const std::string& name, std::optional<std::string>& value,
                      const std::string& about);
    Option add_option(const std::string& name, std::vector<std::string>& values,
                      const std::string& about);
    Option add_option(const std::string& name, int& value, const std::string& about);
    Option add_option(const std::string& name, std::int64_t& value, const std::string& about);
    Option add_option(const std::string& name, std::optional<int>& value, const std::string& about);
    Option add_option(const std::string& name, std::optional<std::int64_t>& value,
                      const std::string& about);
    Option add_option(const std::string& name, std::vector<std::int64_t>& values,
                      const std::string& about);
    // A flag that may have values behind it.
    Option add_list(const std::string& name, bool& given, std::vector<std::string>& values,
                    const std::string& about);
    Option add_flag(const std::string& name, bool& value, const std::string& about);
    // Its words are read by somebody else: nothing behind it is wrong.
    void leaves_words();
    bool parsed() const; // its word was on the line
    CLI::App& app() const { return *app_; }

private:
    CLI::App* app_;
};

} // namespace hb::app
