#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/output.h"
#include "app/syntax.h"
#include "app/wiring.h"
#include "base/wall_clock.h"

namespace hb::app {

// What must be there before a command runs.
enum class Needs {
    Nothing, // no configuration
    Config,  // the configuration; whatever else, the command sees to itself
    Reads,   // the books, read-only
    Bare,    // as Reads, and the secret key may be missing
    Writes,  // the books with the lock, or a running service that does it for us (G15)
    Reading, // as Writes, and remotes are read, which may take long: beside the service's lanes
    Remotes, // as Writes, and the CRM is called: in a service by the thread of its lane
    Alone,   // the books with the lock; never while a service runs, and accounts are not judged
};

// One run of one command.
struct Session {
    Output& out;
    Process& process;
    std::string directory; // of whoever asked: where relative paths begin
    std::string user;
    bool terminal_in = false;
    std::optional<std::string> config_file; // as given with --config
    const Config* config = nullptr;         // unless Needs::Nothing
    World* world = nullptr;                 // from Needs::Reads on
    // In a service: has the thread of the CRM's lane do something, and waits for it.
    std::function<int(std::function<int()>)> in_lane = {};

    engine::Books& books() const { return *world->books; }
    // As the clocks of the configuration's zone show it.
    std::string clock_text(Instant at) const { return wall_clock_text(at, books().settings.zone); }
    engine::Service& service() const { return *world->service; }
    engine::Actor actor() const { return {"cli:" + user}; }
    std::string path(const std::string& given) const; // absolute
};

// The commands as a command line knows them. Made anew for every line that is parsed, since the
// parser writes what it reads into the options of its commands.
class Commands {
public:
    using Run = std::function<int(Session&)>;
    struct Command {
        CLI::App* app;
        Needs needs;
        Run run;
        std::function<bool()> reads_only; // asked after parsing
        Needs then = Needs::Reads;        // when that says so
    };
    explicit Commands(CLI::App& root) : root_(root) {}

    // "report", with its commands below it.
    Syntax group(const std::string& name, const std::string& about);
    static Syntax group(Syntax parent, const std::string& name, const std::string& about);
    // `example`: what stands behind "hourbridge " in a line that works.
    Syntax add(Syntax parent, const std::string& name, const std::string& about,
               const std::string& example, Needs needs, Run run);
    // The command added last only reads when `test` says so: a dry run.
    void reads_when(std::function<bool()> test, Needs then = Needs::Reads) {
        commands_.back().reads_only = std::move(test);
        commands_.back().then = then;
    }
    Syntax root() { return Syntax(root_); }
    const Command* chosen() const;        // after parsing
    bool runs(const CLI::App& app) const; // a command, and no mere group of them

private:
    CLI::App& root_;
    std::vector<Command> commands_;
};

// One argument list, parsed. --json and --config may stand anywhere in it (G28).
class CommandLine {
public:
    explicit CommandLine(const std::vector<std::string>& args);
    ~CommandLine();
    bool json() const { return json_; }
    const std::optional<std::string>& config_file() const { return config_file_; }
    // What hourbridge-sandbox is to be called with, when it is that program's command.
    std::optional<std::vector<std::string>> for_sandbox() const;
    // The exit code when there is nothing to run: help was asked for, or the arguments are wrong.
    std::optional<int> parse(Output& out);
    // REQUIRES: parse() gave nothing
    Needs needs() const;
    int run(Session& session) const;

private:
    std::optional<Error> wrong_word() const;
    const CLI::App& named() const;
    std::string path_of_command(const CLI::App& app) const;

    std::vector<std::string> args_; // without --json and --config
    bool json_ = false;
    std::optional<std::string> config_file_;
    std::optional<Error> trouble_;
    std::unique_ptr<CLI::App> root_;
    std::unique_ptr<Commands> commands_;
};

// Without the program's name.
inline constexpr const char* kVersion = "0.1.0";

// Calls `run`; what it throws becomes a message and exit code 5.
int guarded(Output& out, const std::function<int()>& run);

// A whole command line from configuration to exit code.
int run_command_line(const std::vector<std::string>& args, Process& process, const Sink& sink);

} // namespace hb::app
