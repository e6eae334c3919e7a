#pragma once

#include <string>
#include <vector>

#include "app/syntax.h"

// The table of commands as plain values: manual pages and shell completions are made from it, so
// that neither can name a command or an option that the program does not have.
namespace hb::app {

struct OptionWords {
    std::vector<std::string> names;   // "-h", "--help"; an argument by its place: "REPORT"
    std::string value;                // "DATE"; empty for a flag
    std::string about;                // as --help has it
    std::vector<std::string> choices; // when only these are taken
    bool by_place = false;
    bool required = false;
    bool repeatable = false;

    bool takes_file() const;
};

struct CommandWords {
    std::string path; // "hourbridge report send"
    std::string about;
    std::string example; // "hourbridge report send 3"; none for a mere group
    std::vector<OptionWords> options;
    std::vector<CommandWords> below;

    std::string name() const; // "send"
};

CommandWords command_words(const Syntax& root);

// What --json and --config do, before and after every command.
inline constexpr const char* kEverywhereJson =
    "print one JSON document on standard output, and tell people on standard error";
inline constexpr const char* kEverywhereConfig =
    "the configuration; otherwise $HOURBRIDGE_CONFIG, ./config/hourbridge.json, "
    "/etc/hourbridge/hourbridge.json";

} // namespace hb::app
