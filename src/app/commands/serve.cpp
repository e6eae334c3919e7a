#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <thread>

#include <spdlog/spdlog.h>
#include <unistd.h>

#include "app/command.h"
#include "app/commands/check_machine.h"
#include "app/commands/commands.h"
#include "app/control.h"
#include "app/errands.h"
#include "app/exit_code.h"
#include "app/logging.h"
#include "app/night.h"
#include "app/night_spread.h"
#include "app/proven.h"
#include "app/reload.h"
#include "app/standby.h"
#include "base/clean.h"
#include "base/signals.h"
#include "base/text.h"
#include "web/api/staff.h"
#include "web/server.h"
#include "json/writer.h"

// serve: schedule, pages, and the commands of others, until a signal ends it.
namespace hb::app {
namespace {

// A step that hangs in a remote call must not hold the end up: all of it is made to be killed.
constexpr std::chrono::milliseconds kEndPatience{4500};
constexpr std::chrono::seconds kPauseAfterTrouble{10};
constexpr std::chrono::milliseconds kLockPatience{700};
constexpr std::chrono::milliseconds kLockRetry{20};

// Whatever still runs when the time is over is cut off; the books stand such a cut at any moment.
class Deadline {
public:
    Deadline()
        : thread_([this] {
              std::unique_lock lock(mutex_);
              if (changed_.wait_for(lock, kEndPatience, [this] { return done_; })) return;
              if (working_)
                  spdlog::warn("service cut=\"a step did not end in time; it is looked up later\"");
              _exit(kDone);
          }) {}
    // What is still open now are connections at rest, which nobody will miss.
    void all_work_is_done() { working_ = false; }
    ~Deadline() {
        {
            const std::lock_guard lock(mutex_);
            done_ = true;
        }
        changed_.notify_all();
        thread_.join();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool done_ = false;
    std::atomic<bool> working_{true};
    std::thread thread_; // last: it uses the others
};

web::HookKeysOf hook_keys(const Config& config) {
    web::HookKeysOf keys;
    for (const auto& remote : config.remotes)
        keys[remote.name] = {remote.application_tokens, remote.hook_secret};
    return keys;
}

// The running service: one thread for schedule and remotes, web threads, and one per asker.
class Running {
public:
    Running(Session& session, World& world)
        : session_(session), world_(world), watch_(*world.books, database_path(*session.config)),
          web_(*world.books, {session.config->listen, session.config->allow_direct,
                              hook_keys(*session.config), &watch_, kVersion,
                              lanes::InboxDoor::Commits::Shared, session.config->metrics_listen}),
          control_(
              [this](const Handover& request, const Sink& sink) { return answer(request, sink); }),
          errands_([this] { session_.process.clock.wake(); }),
          night_(*world.books, *session.config, database_path(*session.config)),
          standby_(*world.books, *world.db, *session.config, database_path(*session.config)),
          config_(*session.config) {
        watch_.expect({lanes::polls_of(*world.books), proven_remotes(config_)});
        web_.offer_staff({session_.config->staff_url,
                          [this](const std::vector<std::string>& words, const std::string& actor,
                                 const std::string* file) { return do_for(words, actor, file); }});
    }

    Status start() {
        if (auto done = web_.start(); !done) return done;
        if (session_.config->public_url.empty() && web_.port() != 0)
            world_.books->change([this] { world_.books->settings.public_url = address(); });
        public_url_ = world_.books->settings.public_url;
        std::error_code none;
        std::filesystem::remove_all(handed_folder(*session_.config), none); // of a killed service
        if (auto done =
                control_.start(session_.config->control_socket, session_.config->control_group);
            !done)
            return done;
        world_.service->between_jobs = [this] { between_jobs(); };
        thread_ = std::thread([this] { work(); });
        night_.start();
        standby_.start();
        return {};
    }

    // Reads the configuration again; what can be taken over is, between two jobs. A file that can't
    // be used changes nothing.
    void reload() {
        std::vector<mapping::FileProblem> problems;
        auto fresh = load_config(session_.config->file, problems);
        world_.books->meters.add(books::meter::kReloads, {{"result", fresh ? "good" : "refused"}});
        for (const auto& problem : problems)
            spdlog::error("reload refused={}", log_value(mapping::to_string(problem)));
        if (!fresh) return;
        {
            const std::lock_guard guard(pending_mutex_);
            pending_ = std::move(*fresh);
        }
        session_.process.clock.wake();
    }

    void stop() {
        Deadline deadline;
        stopping_ = true;
        errands_.close();
        session_.process.clock.wake();
        if (thread_.joinable()) thread_.join();
        control_.stop();
        night_.stop();
        standby_.stop();
        deadline.all_work_is_done();
        web_.stop();
    }

    std::string address() const { return shown(session_.config->listen, web_.port()); }
    // "": beside the pages.
    std::string metrics_address() const {
        return shown(session_.config->metrics_listen, web_.metrics_port());
    }

private:
    static std::string shown(const std::string& listen, int port) {
        if (port == 0) return listen;
        return "http://" + listen.substr(0, listen.rfind(':')) + ":" + std::to_string(port);
    }

    void between_jobs() {
        take_over();
        use_remotes();
        errands_.work();
    }

    void take_over() {
        std::optional<Config> fresh;
        {
            const std::lock_guard guard(pending_mutex_);
            fresh.swap(pending_);
        }
        if (!fresh) return;
        const ConfigChange change = compare_configs(config_, *fresh);
        config_ = with_changes(config_, *fresh);
        to_use_ = config_.remotes;
        world_.books->change([this] { use_notices(world_, config_, Access::Writes); });
        web_.use_hook_keys(hook_keys(config_));
        night_.use(config_);
        standby_.use(config_);
        log_as_service(config_);
        for (const auto& name : change.needs_restart)
            spdlog::warn("reload setting={} next=\"needs a restart\"", log_value(name));
        spdlog::info("reload applied={}", log_value(join(change.applied, ", ")));
    }

    // A lane in the middle of a call keeps its remote; that one gets its values when it is over.
    void use_remotes() {
        if (to_use_.empty()) return;
        std::vector<RemoteConfig> later;
        for (auto& remote : to_use_) {
            auto* runtime = world_.books->find_remote(remote.name);
            if (runtime == nullptr) continue; // it needs a restart
            const std::unique_lock<std::recursive_mutex> busy(*runtime->busy, std::try_to_lock);
            if (!busy) {
                later.push_back(std::move(remote));
                continue;
            }
            if (!remote.planner) runtime->connector->use_limits(remote.burst, remote.per_second);
            world_.books->change([&] {
                runtime->poll = std::chrono::minutes{remote.poll_minutes};
                runtime->window_days = remote.window_days;
                runtime->reconcile_at = later_at_night(remote.reconcile_at, night_delay(config_));
            });
        }
        to_use_ = std::move(later);
        watch_.expect({lanes::polls_of(*world_.books), proven_remotes(config_)});
    }

    void work() {
        while (!stopping_) {
            try {
                world_.service->serve([this] { return stopping_.load(); });
            } catch (const std::exception& trouble) { // before its first turn: the disk is full
                spdlog::error("service error={} next=\"trying again soon\"",
                              log_value(trouble.what()));
                session_.process.clock.wait_until(session_.process.clock.now() +
                                                  kPauseAfterTrouble);
            }
        }
    }

    // What a service does not do for anybody, or not for this asker.
    std::optional<Error> refused(const CommandLine& line, const Handover& request) const {
        const Needs needs = line.needs();
        if (!request.config.empty() && request.config != session_.config->file)
            return Error{Code::Usage, "this service works with another configuration",
                         request.config + " was meant, " + session_.config->file + " is in force",
                         "HOURBRIDGE_CONTROL names the socket of the service that is meant"};
        if (needs == Needs::Nothing || needs == Needs::Config || needs == Needs::Alone)
            return Error{Code::Usage, "a running service does not do this for others", "",
                         "root or the service's user runs it: sudo hourbridge …"};
        if (!request.asker.owner && !line.owners_only().empty())
            return Error{Code::Usage,
                         "only root and the service's user may do this, because " +
                             line.owners_only(),
                         "", "sudo hourbridge …"};
        return std::nullopt;
    }

    // A command for somebody at the pages for staff, whose right to it was judged there.
    web::api::Told do_for(const std::vector<std::string>& words, const std::string& actor,
                          const std::string* file) {
        Handover request;
        request.args = words;
        request.directory = "/";
        request.asker = {static_cast<unsigned int>(::geteuid()), true, true};
        if (file != nullptr)
            request.passed.push_back({{"file.json", FileUse::Read}, OpenFile(), "", *file});
        web::api::Told told;
        const Sink sink = [&told](Stream stream, std::string_view text) {
            if (stream == Stream::Out) told.document += text;
        };
        told.exit_code = answer(request, sink, actor);
        return told;
    }

    int answer(const Handover& request, const Sink& sink, const std::string& acting = "") {
        CommandLine line(request.args);
        Output out(sink, line.json(), request.terminal);
        if (const auto done = line.parse(out)) return *done;
        if (const auto why = refused(line, request)) return out.fail(*why);
        Session session{out,   session_.process, request.directory, "",
                        false, std::nullopt,     session_.config,   &world_};
        session.asker = request.asker.uid;
        session.passed = &request.passed;
        session.acting = acting;
        if (line.needs() == Needs::Reads || line.needs() == Needs::Bare) return look(line, session);
        session.in_lane = [&](const std::function<int()>& job) { return in_lane(out, job); };
        const auto run = [&] {
            const int code = line.run(session);
            session_.process.clock.wake(); // what it planned is due now
            return code;
        };
        if (line.needs() == Needs::Writes) return run();
        return line.needs() == Needs::Reading ? heard(out, run) : in_lane(out, run);
    }

    // Through a connection of its own, as in a process of its own: it keeps nobody waiting.
    int look(const CommandLine& line, Session& session) const {
        const bool bare = line.needs() == Needs::Bare;
        auto world = open_world(*session_.config, {Access::Reads, false, "", !bare}, nullptr,
                                session_.process);
        if (!world) return session.out.fail(world.error());
        (*world)->books->settings.public_url = public_url_;
        session.world = world->get();
        return line.run(session);
    }

    int in_lane(Output& out, const std::function<int()>& job) {
        const auto code = errands_.run([&] { return heard(out, job); });
        if (code) return *code;
        return out.fail(Error{Code::Machine, "the service is ending", "", "try again"});
    }

    // The asker hears how far the job is.
    static int heard(Output& out, const std::function<int()>& job) {
        books::Books::progress = [&out](const std::string& text) { out.progress(text); };
        const int code = job();
        books::Books::progress = nullptr;
        return code;
    }

    Session& session_;
    World& world_;
    lanes::Watch watch_;
    web::WebServer web_;
    ControlServer control_;
    Errands errands_;
    Night night_;
    StandbyKeeper standby_;
    Config config_;                    // as it is in force; the service's thread's own
    std::vector<RemoteConfig> to_use_; // reloaded, not yet in force
    std::mutex pending_mutex_;
    std::optional<Config> pending_; // read and waiting to be taken over
    std::atomic<bool> stopping_{false};
    std::string public_url_; // from before the first asker on
    std::thread thread_;
};

Result<std::unique_ptr<WriterLock>> take_lock(Session& session) {
    auto& clock = session.process.clock;
    const Instant patience = clock.now() + kLockPatience;
    for (;;) {
        auto lock = WriterLock::try_take(session.config->data_dir);
        if (!lock || *lock) return lock;
        if (clock.now() >= patience)
            return Error{Code::Machine, "another hourbridge works with these books already",
                         session.config->data_dir,
                         "one service a data directory; stop the other one first"};
        clock.wait_until(clock.now() + kLockRetry);
    }
}

int serve(Session& session) {
    StopSignals signals(true);
    // Here all secrets are needed, those of events too.
    if (!session.config->lacking.empty())
        return session.out.fail(session.config->lacking, "the configuration can't be used");
    log_as_service(*session.config);
    if (auto made = make_data_dir(session.config->data_dir); !made)
        return session.out.fail(made.error());
    auto lock = take_lock(session);
    if (!lock) return session.out.fail(lock.error());
    auto world =
        open_world(*session.config, {Access::Writes, true, ""}, std::move(*lock), session.process);
    if (!world) return session.out.fail(world.error());
    note_machine(**world, session.process.machine);
    Running running(session, **world);
    if (const auto advice = backup_advice(*session.config); !advice.empty())
        spdlog::warn("backup advice={}", log_value(advice));
    if (auto started = running.start(); !started) {
        running.stop();
        return session.out.fail(started.error());
    }
    const std::string metrics = running.metrics_address();
    session.out.text("hourbridge serves " + running.address() +
                     (metrics.empty() ? "" : ", metrics at " + metrics));
    json::Writer json;
    json.begin_object().member("listening", running.address());
    if (!metrics.empty()) json.member("metrics", metrics);
    session.out.document(json.member("pid", std::int64_t{getpid()}).end_object().text());
    while (signals.wait() == StopSignals::Came::Reload) running.reload();
    spdlog::info("service end=\"signal\"");
    running.stop();
    return kDone;
}

// For a container that asks now and then: does the service of these books still answer?
int ask_health(Session& session) {
    const Sink nobody = [](Stream, std::string_view) {};
    const auto answer = ask_service(session.config->control_socket,
                                    {{"--help"}, "", false, "", nullptr, {}, {}}, nobody);
    const bool well = answer && *answer && **answer == kDone;
    if (!well)
        return session.out.fail(Error{Code::Machine, "no service answers for these books",
                                      session.config->data_dir,
                                      "is it started? its log says why it ended"});
    session.out.text("The service answers.");
    json::Writer json;
    session.out.document(json.begin_object().member("answers", true).end_object().text());
    return kDone;
}

} // namespace

void add_serve(Commands& commands) {
    const auto health = std::make_shared<bool>(false);
    commands
        .add(commands.root(), "serve",
             "Run as a service: read, write, and show clients their pages",
             "serve --config /etc/hourbridge/hourbridge.json", Needs::Config,
             [health](Session& session) { return *health ? ask_health(session) : serve(session); })
        .add_flag("--healthcheck", *health,
                  "start nothing: end with 0 when the running service answers, else with 5");
}

} // namespace hb::app
