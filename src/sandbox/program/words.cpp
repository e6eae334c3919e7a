#include "sandbox/program/words.h"

#include <CLI/CLI.hpp>

#include "base/exit_code.h"
#include "base/text.h"
#include "sandbox/program/commands.h"
#include "sandbox/program/voice.h"
#include "json/writer.h"

namespace hb::sandbox {
namespace {

constexpr const char* kName = "hourbridge-sandbox";
constexpr std::size_t kValueCharactersMax = 40;

CLI::Validator whole_number(std::int64_t from, std::int64_t to) {
    const std::string range =
        "a whole number from " + std::to_string(from) + " to " + std::to_string(to);
    return CLI::Validator(
        [from, to, range](const std::string& text) {
            const auto number = parse_integer(text);
            if (number && from <= *number && *number <= to) return std::string();
            return "it takes " + range + ", not \"" + shorten(text, kValueCharactersMax) + "\"";
        },
        "");
}

// Everything that a command line may hold, and what it held.
struct Line {
    Line() {
        root.footer("\nEverywhere: --json prints one JSON document on standard output and tells "
                    "people on standard\nerror.\n\nExample:\n  hourbridge sandbox --port 8090");
        root.set_version_flag("--version", std::string(kName) + " " + HB_VERSION);
        root.require_subcommand(0, 1);
        root.get_formatter()->column_width(26);
        add_portal();
        add_planner();
        add_demo();
    }

    void add_portal() {
        root.add_option("--port", portal.port, "0 takes any free one (default 8090)")
            ->check(whole_number(0, 65535));
        root.add_option("--seed", portal.seed, "agency (18 months of work) or empty")
            ->check(CLI::IsMember({"agency", "empty"}));
        root.add_option("--number", portal.number, "another number, another agency (default 1)")
            ->check(whole_number(0, std::int64_t{1} << 53));
    }
    void add_planner() {
        auto* app =
            root.add_subcommand("planner", "A stand-in for a planner, with state and faults");
        app->footer("\nExample:\n  hourbridge sandbox planner redmine --port 8091");
        app->add_option("name", planner.name, "a folder of a connector by manifest: redmine")
            ->required();
        app->add_option("--connectors", planner.folder,
                        "where the folders are, with their transcripts (default connectors)");
        app->add_option("--port", planner.port, "0 takes any free one (default 8091)")
            ->check(whole_number(0, 65535));
    }
    void add_demo() {
        auto* app = root.add_subcommand(
            "demo", "The whole cycle of hourbridge on a portal of its own, step by step");
        app->footer("\nExample:\n  hourbridge demo --fast");
        app->add_flag("--fast", demo.fast,
                      "end after the last step instead of keeping the pages up");
        app->add_flag("--keep", demo.keep, "leave the folder with the books behind, to look into");
    }

    CLI::App* chosen() {
        const auto below = root.get_subcommands();
        return below.empty() ? &root : below.front();
    }
    int run(Voice& voice, Clock& clock) {
        const std::string name = chosen()->get_name();
        if (name == "planner") return serve_planner(planner, voice, clock);
        if (name == "demo") return show_demo(demo, voice, clock);
        return serve_portal(portal, voice, clock);
    }

    CLI::App root{"A fake Bitrix24 portal with an agency in it, to try hourbridge on", kName};
    ServePortal portal;
    ServePlanner planner;
    ShowDemo demo;
};

int show(const std::string& text, Voice& voice) {
    voice.text(text);
    json::Writer document;
    voice.document(document.begin_object().member("help", text).end_object().text());
    return kDone;
}

// What a word that is no option was meant to be.
std::string meant(CLI::App& root, const std::vector<std::string>& words) {
    std::vector<std::string> names;
    for (const auto* below : root.get_subcommands([](const CLI::App*) { return true; }))
        names.push_back(below->get_name());
    for (const auto* option : root.get_options())
        for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    for (const auto& word : words)
        if (std::find(names.begin(), names.end(), word) == names.end())
            if (const auto near = nearest(word, names)) return "did you mean " + *near + "? ";
    return "";
}

int parse_and_run(Line& line, const std::vector<std::string>& words, Voice& voice, Clock& clock) {
    try {
        line.root.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    } catch (const CLI::CallForHelp&) {
        auto* app = line.chosen();
        return show(app->help(app == &line.root ? "" : kName), voice);
    } catch (const CLI::CallForVersion& version) {
        return show(version.what(), voice);
    } catch (const CLI::ParseError& error) {
        const std::string below =
            line.chosen() == &line.root ? "" : " " + line.chosen()->get_name();
        return voice.fail(
            Error{Code::Usage, std::string(trim(error.what())), "",
                  meant(line.root, words) + kName + below + " --help shows what it takes"});
    }
    return line.run(voice, clock);
}

} // namespace

int run_words(const std::vector<std::string>& words, Clock& clock) {
    std::vector<std::string> rest;
    for (const auto& word : words)
        if (word != "--json") rest.push_back(word);
    Voice voice(rest.size() != words.size());
    Line line;
    try {
        return voice.ended(parse_and_run(line, rest, voice, clock));
    } catch (const std::exception& error) {
        return voice.ended(voice.fail(Error{Code::Machine, "system error", error.what(), ""}));
    }
}

} // namespace hb::sandbox
