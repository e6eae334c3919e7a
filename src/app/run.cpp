#include "app/command.h"
#include "app/config_places.h"
#include "app/control.h"
#include "app/environment.h"
#include "app/exit_code.h"
#include "app/logging.h"
#include "app/owner.h"
#include "base/programs.h"

// A whole command line: configuration, lock or running service, command, exit code.
namespace hb::app {
namespace {

// Two short commands at once are nothing to trouble a person with (G15 allows a second).
constexpr std::chrono::milliseconds kLockPatience{700};
constexpr std::chrono::milliseconds kLockRetry{20};

Error somebody_writes(const Config& config) {
    return Error{Code::Machine, "another hourbridge is writing these books", config.data_dir,
                 "wait until it is done, or stop it"};
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

    int writing(const Config& config) const {
        if (auto made = make_data_dir(config.data_dir); !made) return out.fail(made.error());
        const bool alone = line.needs() == Needs::Alone;
        const Instant patience = process.clock.now() + kLockPatience;
        for (;;) {
            auto lock = WriterLock::try_take(config.data_dir);
            if (!lock) return out.fail(lock.error());
            if (*lock) return with_world(config, {Access::Writes, !alone, ""}, std::move(*lock));
            if (!alone) {
                const auto answer = ask_service(
                    control_path(config.data_dir),
                    {args, environment.directory, environment.user, environment.terminal_err},
                    sink);
                if (answer) return *answer ? **answer : out.fail(answer->error());
            }
            if (process.clock.now() >= patience) return out.fail(somebody_writes(config));
            process.clock.wait_until(process.clock.now() + kLockRetry);
        }
    }

    int run() const {
        if (line.needs() == Needs::Nothing) return line.run(session);
        std::vector<mapping::FileProblem> problems;
        const auto config = load_config(line.config_file(), problems);
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
            return with_world(*config, {Access::Reads, false, ""}, nullptr);
        case Needs::Bare:
            return with_world(*config, {Access::Reads, false, "", false}, nullptr);
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

int run_command_line(const std::vector<std::string>& args, Process& process, const Sink& sink) {
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
        return Runner{line, args, environment, process, sink, out, session}.run();
    });
}

} // namespace hb::app
