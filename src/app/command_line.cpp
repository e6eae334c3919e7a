#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <CLI/CLI.hpp>

#include "app/command.h"
#include "app/commands/commands.h"
#include "app/config_settings.h"
#include "app/exit_code.h"
#include "app/usage.h"
#include "base/limits.h"
#include "base/text.h"
#include "store/database.h"
#include "json/writer.h"

// Words into commands. What a command does is in commands/.
namespace hb::app {
namespace {

const std::string kNameAndVersion = std::string("hourbridge ") + kVersion;

constexpr const char* kFooter =
    "Everywhere: --config FILE names the configuration (else $HOURBRIDGE_CONFIG,\n"
    "./config/hourbridge.json, /etc/hourbridge/hourbridge.json); --json prints one JSON document "
    "on\nstandard output and tells people on standard error. Both may be given before or after the "
    "command.\n\nExit codes: 0 done; 1 done, but a person is needed; 2 wrong usage or "
    "configuration; 3 a remote\nfailed; 4 a conflict; 5 this machine or the books.\n\n"
    "Begin with: hourbridge demo";

// A file that the asker could not open for writing.
Error not_written(const std::string& path, const Error& why) {
    if (why.message == std::strerror(EEXIST))
        return Error{Code::Usage, "the file exists already", path, "choose another name"};
    return Error{Code::Machine, "can't write " + path, why.message,
                 "is the disk full? do you have write permission?"};
}

} // namespace

std::string Session::path(const std::string& given) const {
    return (std::filesystem::path(directory) / given).lexically_normal().string();
}

Result<std::string> Session::read_argument(const std::string& given) const {
    if (passed == nullptr) return read_file(path(given), kFileBytesMax);
    const auto file = find_passed(*passed, {given, FileUse::Read});
    if (!file) return file.error();
    return (*file)->bytes;
}

Status Session::write_argument(const NamedFile& to, std::string_view bytes) const {
    if (passed != nullptr) {
        const auto file = find_passed(*passed, to);
        return file ? write_passed(**file, bytes)
                    : Status(not_written(path(to.name), file.error()));
    }
    const std::string at = path(to.name);
    std::error_code unknown;
    if (to.use == FileUse::New && std::filesystem::exists(at, unknown))
        return Error{Code::Usage, "the file exists already", at, "choose another name"};
    std::ofstream file(at, std::ios::binary);
    file << bytes;
    file.close();
    if (file) return {};
    return Error{Code::Machine, "can't write " + at, "",
                 "is the disk full? do you have write permission?"};
}

Syntax Commands::group(const std::string& name, const std::string& about) {
    return group(root(), name, about);
}

Syntax Commands::group(Syntax parent, const std::string& name, const std::string& about) {
    CLI::App* app = parent.app().add_subcommand(name, about);
    app->require_subcommand(1);
    return Syntax(*app);
}

Syntax Commands::add(Syntax parent, const std::string& name, const std::string& about,
                     const std::string& example, Needs needs, Run run) {
    CLI::App* app = parent.app().add_subcommand(name, about);
    app->footer("\nExample:\n  hourbridge " + example);
    commands_.push_back({app, needs, std::move(run), {}, Needs::Reads, {}, ""});
    return Syntax(*app);
}

const Commands::Command* Commands::chosen() const {
    for (const auto& command : commands_) // "sync history" is not "sync"
        if (command.app->parsed() && command.app->get_subcommands().empty()) return &command;
    return nullptr;
}

bool Commands::runs(const CLI::App& app) const {
    return std::any_of(commands_.begin(), commands_.end(),
                       [&app](const Command& command) { return command.app == &app; });
}

CommandLine::CommandLine(const std::vector<std::string>& args) {
    for (std::size_t i = 0; i < args.size(); ++i) {
        const std::string& word = args[i];
        if (word == "--json") {
            json_ = true;
        } else if (word.rfind("--config=", 0) == 0) {
            config_file_ = word.substr(9);
        } else if (word == "--config") {
            if (i + 1 < args.size())
                config_file_ = args[++i];
            else
                trouble_ = Error{Code::Usage, "--config needs the name of a file", "",
                                 "for example: hourbridge check --config config/hourbridge.json"};
        } else {
            args_.push_back(word);
        }
    }
    root_ = std::make_unique<CLI::App>(
        "Turns logged hours into client reports and CRM deals. Bills every hour exactly once.",
        "hourbridge");
    root_->set_version_flag("--version", kNameAndVersion);
    root_->footer(kFooter);
    root_->require_subcommand(1);
    root_->get_formatter()->column_width(26);
    commands_ = std::make_unique<Commands>(*root_);
    add_all_commands(*commands_);
    expect_whole_numbers(*root_);
}

CommandLine::~CommandLine() = default;

std::string CommandLine::path_of_command(const CLI::App& app) const {
    if (app.get_parent() == nullptr) return "hourbridge";
    return path_of_command(*app.get_parent()) + " " + app.get_name();
}

// A word where a command should stand: CLI11 would only say that it did not expect it.
std::optional<Error> CommandLine::wrong_word() const {
    const CLI::App* app = root_.get();
    for (const auto& word : args_) {
        const auto below = app->get_subcommands([](const CLI::App*) { return true; });
        if (below.empty() || word.empty() || word.front() == '-') return std::nullopt;
        std::vector<std::string> names;
        const CLI::App* next = nullptr;
        for (const auto* each : below) {
            names.push_back(each->get_name());
            if (each->get_name() == word) next = each;
        }
        if (next == nullptr && commands_->runs(*app)) return std::nullopt; // its argument
        if (next == nullptr) {
            const auto meant = nearest(word, names);
            return Error{Code::Usage,
                         "there is no command \"" + path_of_command(*app) + " " + word + "\"", "",
                         meant ? "did you mean: " + path_of_command(*app) + " " + *meant
                               : path_of_command(*app) + " --help lists the commands"};
        }
        app = next;
    }
    return std::nullopt;
}

// The command that the words name, as far as they name one.
const CLI::App& CommandLine::named() const {
    const CLI::App* app = root_.get();
    for (const auto& word : args_)
        for (const auto* each : app->get_subcommands([](const CLI::App*) { return true; }))
            if (each->get_name() == word) {
                app = each;
                break;
            }
    return *app;
}

// "hourbridge sandbox planner redmine" is "hourbridge-sandbox planner redmine".
std::optional<std::vector<std::string>> CommandLine::for_sandbox() const {
    if (trouble_ || args_.empty() || (args_[0] != "demo" && args_[0] != "sandbox"))
        return std::nullopt;
    std::vector<std::string> words(args_.begin() + (args_[0] == "sandbox" ? 1 : 0), args_.end());
    if (json_) words.emplace_back("--json");
    return words;
}

std::optional<int> CommandLine::parse(Output& out) {
    if (trouble_) return out.fail(*trouble_);
    if (const auto wrong = wrong_word()) return out.fail(*wrong);
    const auto show = [&](const std::string& text) {
        out.text(text);
        json::Writer document;
        document.begin_object().member("help", text).end_object();
        out.document(document.text());
        return kDone;
    };
    try {
        root_->parse(std::vector<std::string>(args_.rbegin(), args_.rend()));
    } catch (const CLI::CallForHelp&) {
        const CLI::App* app = root_.get();
        while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
        return show(app->help(app->get_parent() ? path_of_command(*app->get_parent()) : ""));
    } catch (const CLI::CallForVersion&) {
        return show(kNameAndVersion);
    } catch (const CLI::ParseError& error) {
        return out.fail(usage_error(named(), path_of_command(named()), args_, error));
    }
    ensure(commands_->chosen() != nullptr, "a parsed line names a command");
    return std::nullopt;
}

Needs CommandLine::needs() const {
    const auto* command = commands_->chosen();
    return command->reads_only && command->reads_only() ? command->then : command->needs;
}

int CommandLine::run(Session& session) const {
    return guarded(session.out, [&] { return commands_->chosen()->run(session); });
}

std::vector<NamedFile> CommandLine::files() const {
    std::vector<NamedFile> out;
    for (const auto& file : commands_->chosen()->files)
        if (NamedFile named = file(); !named.name.empty()) out.push_back(std::move(named));
    return out;
}

bool CommandLine::opens_page() const {
    const auto* chosen = commands_->chosen();
    return chosen != nullptr && chosen->opens_page && chosen->opens_page();
}

const std::string& CommandLine::owners_only() const {
    return commands_->chosen()->owners_only;
}

int guarded(Output& out, const std::function<int()>& run) {
    try {
        return run();
    } catch (const store::StoreError& error) {
        return out.fail(Error{Code::Machine, "the database failed", error.what(),
                              "is the disk full? hourbridge verify looks through the books"});
    } catch (const BrokenInvariant& error) {
        return out.fail(Error{Code::Machine, "internal error", error.what(),
                              "nothing of this step was kept; hourbridge verify looks through the "
                              "books. Please report it"});
    } catch (const std::exception& error) {
        return out.fail(Error{Code::Machine, "system error", error.what(),
                              "hourbridge check looks at configuration, books and remotes"});
    }
}

} // namespace hb::app
