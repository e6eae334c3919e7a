#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/output.h"
#include "app/passed_files.h"
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
    std::string directory; // of the asker: where relative paths begin
    std::string user;
    bool terminal_in = false;
    std::optional<std::string> config_file; // as given with --config
    const Config* config = nullptr;         // unless Needs::Nothing
    World* world = nullptr;                 // from Needs::Reads on
    // In a service: has the thread of the CRM's lane do something, and waits for it.
    std::function<int(std::function<int()>)> in_lane = {};
    // In a service: the asker (control.h), and the files that came with the question.
    std::optional<unsigned int> asker = {};
    const std::vector<PassedFile>* passed = nullptr;
    std::string acting = {}; // "user:7": whom a page or a program's token speaks for

    books::Books& books() const { return *world->books; }
    // As the clocks of the configuration's zone show it.
    std::string clock_text(Instant at) const { return wall_clock_text(at, books().settings.zone); }
    lanes::Service& service() const { return *world->service; }
    books::Actor actor() const {
        if (!acting.empty()) return {acting};
        return {asker ? "uid:" + std::to_string(*asker) : "cli:" + user};
    }
    // Absolute, for people. In a service nothing is opened there: an argument's file is read and
    // written by these two.
    std::string path(const std::string& given) const;
    // Of at most kFileBytesMax; the error's message says why not, without the path.
    Result<std::string> read_argument(const std::string& given) const;
    // Code::Usage: a new file is there already.
    Status write_argument(const NamedFile& to, std::string_view bytes) const;
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
        std::function<bool()> reads_only;              // asked after parsing
        Needs then = Needs::Reads;                     // when that says so
        std::vector<std::function<NamedFile()>> files; // an empty name: none was given
        std::string owners_only;                       // why; "" everybody who may ask
        // Of a preview that it tells: in the asker's browser.
        std::function<bool()> opens_page = {};
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
    // The command added last works with a file that its line names.
    void takes_file(std::function<NamedFile()> file) {
        commands_.back().files.push_back(std::move(file));
    }
    // A service runs the command added last for root and its own user, not for a group. `why`
    // follows "because".
    void owners_only(std::string why) { commands_.back().owners_only = std::move(why); }
    // What the command added last says is opened where it was typed, when `test` says so.
    void opens_page(std::function<bool()> test) { commands_.back().opens_page = std::move(test); }
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
    // Files that the line names, and why only owners may hand the line to a service ("" anybody).
    std::vector<NamedFile> files() const;
    const std::string& owners_only() const;
    bool opens_page() const;

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
