#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "app/command.h"
#include "app/config_places.h"
#include "app/control.h"
#include "app/environment.h"
#include "app/exit_code.h"
#include "app/logging.h"
#include "app/open_page.h"
#include "app/owner.h"
#include "base/programs.h"

// A whole command line: configuration, lock or running service, command, exit code.
namespace hb::app {
namespace {

// Two short commands at once are nothing to trouble a person with (G15 allows a second).
constexpr std::chrono::milliseconds kLockPatience{700};
constexpr std::chrono::milliseconds kLockRetry{20};
// A page that is to be opened is named in the beginning of what a command says.
constexpr std::size_t kAddressWithin = 4096;

Error somebody_writes(const Config& config) {
    return Error{Code::Machine, "another hourbridge is writing these books", config.data_dir,
                 "wait until it is done, or stop it"};
}

// It is there, or may be, and belongs to somebody else.
bool closed_to_us(const std::string& path, int wanted) {
    return ::faccessat(AT_FDCWD, path.c_str(), wanted, AT_EACCESS) != 0 && errno == EACCES;
}

struct Runner {
    const CommandLine& line;
    const std::vector<std::string>& args;
    const Environment& environment;
    Process& process;
    const Sink& sink;
    Output& out;
    Session& session;

    int with_world(const Config& config, const Opening& opening,
                   std::unique_ptr<WriterLock> lock) const {
        auto world = open_world(config, opening, std::move(lock), process);
        if (!world) return out.fail(world.error());
        auto& books = *(*world)->books;
        books.progress = [this](const std::string& text) { out.progress(text); };
        session.world = world->get();
        const int code = line.run(session);
        out.end_progress();
        return code;
    }

    // By a service that listens at `socket`; nullopt: there is none. Files that the line names are
    // opened here, and those that were made go again when the command failed.
    std::optional<int> ask(const std::string& socket, const std::string& config = "") const {
        FilesToPass files(line.files(), environment.directory);
        const auto answer = ask_service(
            socket, {args, environment.directory, environment.terminal_err, config, &files, {}, {}},
            sink);
        if (!answer) return std::nullopt;
        if (!*answer) return out.fail(answer->error());
        if (**answer == kDone || **answer == kPerson) files.keep();
        return **answer;
    }

    int writing(const Config& config) const {
        const bool alone = line.needs() == Needs::Alone;
        if (!alone && closed_to_us(config.data_dir, R_OK | W_OK | X_OK))
            if (const auto code = ask(config.control_socket)) return *code;
        if (auto made = make_data_dir(config.data_dir); !made) return out.fail(made.error());
        const Instant patience = process.clock.now() + kLockPatience;
        for (;;) {
            auto lock = WriterLock::try_take(config.data_dir);
            if (!lock) return out.fail(lock.error());
            if (*lock) return with_world(config, {Access::Writes, !alone, ""}, std::move(*lock));
            if (!alone)
                if (const auto code = ask(config.control_socket)) return *code;
            if (process.clock.now() >= patience) return out.fail(somebody_writes(config));
            process.clock.wait_until(process.clock.now() + kLockRetry);
        }
    }

    int reading(const Config& config, const Opening& opening) const {
        if (closed_to_us(config.data_dir, R_OK | X_OK) || closed_to_us(database_path(config), R_OK))
            if (const auto code = ask(config.control_socket)) return *code;
        return with_world(config, opening, nullptr);
    }

    bool service_may_run_it() const {
        const Needs needs = line.needs();
        return needs != Needs::Nothing && needs != Needs::Config && needs != Needs::Alone;
    }

    // For a user who may not read the configuration, or who names the service instead of it.
    std::optional<int> without_config() const {
        if (!service_may_run_it()) return std::nullopt;
        const ConfigPlace place = find_config(line.config_file());
        const bool names_service = !environment.control.empty() && !place.named;
        if (!names_service && !place.closed && !place.file.empty()) return std::nullopt;
        if (place.named && !place.closed) return std::nullopt; // there is none of this name
        return ask(environment.control.empty() ? kControlSocket : environment.control,
                   names_service ? "" : place.file);
    }

    int run() const {
        if (line.needs() == Needs::Nothing) return line.run(session);
        if (const auto code = without_config()) return *code;
        std::vector<mapping::FileProblem> problems;
        const auto config = load_config(line.config_file(), problems, Secrets::AsCalled);
        if (!config) return out.fail(problems, "the configuration can't be used");
        if (auto owner = become_owner(config->data_dir); !owner) return out.fail(owner.error());
        set_up_logging(*config);
        for (const auto& listen : {config->listen, config->metrics_listen})
            if (!listen.empty() && check_listen(listen).direct) process.seams.open_to_others();
        session.config = &*config;
        switch (line.needs()) {
        case Needs::Nothing:
        case Needs::Config:
            return line.run(session);
        case Needs::Reads:
            return reading(*config, {Access::Reads, false, ""});
        case Needs::Bare:
            return reading(*config, {Access::Reads, false, "", false});
        case Needs::Writes:
        case Needs::Reading:
        case Needs::Remotes:
        case Needs::Alone:
            break;
        }
        return writing(*config);
    }
};

} // namespace

namespace {

// The page that the command named, in the browser of the person who typed it.
int opened(int code, const std::string& said, const Sink& sink) {
    const std::string page = code == kDone ? preview_in(said) : std::string();
    if (!page.empty() && !open_page(page))
        sink(Stream::Err, "No browser could be started here (xdg-open).\n");
    return code;
}

} // namespace

int run_command_line(const std::vector<std::string>& args, Process& process, const Sink& where) {
    std::string said;
    const Sink sink = [&](Stream stream, std::string_view text) {
        if (stream == Stream::Out && said.size() < kAddressWithin) said += text;
        where(stream, text);
    };
    const Environment environment = read_environment();
    CommandLine line(args);
    Output out(sink, line.json(), environment.terminal_err);
    return guarded(out, [&] {
        if (const auto words = line.for_sandbox())
            if (const auto program = find_program("hourbridge-sandbox")) become(*program, *words);
        if (const auto done = line.parse(out)) return *done;
        Session session{out,
                        process,
                        environment.directory,
                        environment.user,
                        environment.terminal_in,
                        line.config_file()};
        const int code = Runner{line, args, environment, process, sink, out, session}.run();
        out.hand_over();
        return line.opens_page() ? opened(code, said, sink) : code;
    });
}

} // namespace hb::app
