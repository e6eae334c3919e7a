#include "app/program.h"

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/seed.h"
#include "json/writer.h"

extern char** environ;

namespace hb::test {
namespace {

namespace fs = std::filesystem;

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::stringstream bytes;
    bytes << in.rdbuf();
    return bytes.str();
}

sandbox::HttpAnswer control(sandbox::Portal& portal, const std::string& path,
                            const std::string& body) {
    sandbox::HttpRequest request;
    request.path = "/sandbox/" + path;
    request.content_type = "application/json";
    request.body = body;
    return portal.handle(request);
}

std::int64_t made(const sandbox::HttpAnswer& answer) {
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    const auto document = json::Document::parse(answer.body);
    REQUIRE(document.ok());
    return number(document->root()["id"]);
}

} // namespace

std::string text(const json::Value& value) {
    return std::string(value.text_view().value_or(""));
}

std::int64_t number(const json::Value& value) {
    const auto found = value.integer();
    return found ? *found : -1;
}

// --- processes

Running::~Running() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
}

Running::Running(Running&& other) noexcept
    : pid_(other.pid_), status_(other.status_), out_(std::move(other.out_)),
      err_(std::move(other.err_)) {
    other.pid_ = 0;
}

void Running::signal(int number) const {
    kill(pid_, number);
}

bool Running::ended() {
    if (pid_ > 0 && waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = 0;
    return pid_ == 0;
}

Ended Running::wait() {
    if (pid_ > 0) waitpid(pid_, &status_, 0);
    pid_ = 0;
    Ended ended;
    if (WIFEXITED(status_)) ended.code = WEXITSTATUS(status_);
    ended.out = read_file(out_);
    ended.err = read_file(err_);
    if (auto document = json::Document::parse(ended.out)) {
        ended.document = std::move(*document);
        ended.is_json = true;
    }
    return ended;
}

std::string Running::output() const {
    return read_file(out_);
}

bool Running::says(const std::string& words) const {
    // The other process tells us nothing but by its file; looking again costs little.
    SystemClock clock;
    const Instant patience = clock.now() + std::chrono::seconds{30};
    while (clock.now() < patience) {
        if (output().find(words) != std::string::npos) return true;
        clock.wait_until(clock.now() + std::chrono::milliseconds{10});
    }
    return false;
}

Folder::Folder() {
    std::string name = (fs::temp_directory_path() / "hourbridge-test-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
}

Folder::~Folder() {
    std::error_code ignored;
    if (std::getenv("DUMP") != nullptr)
        std::printf("kept: %s\n", path_.c_str());
    else
        fs::remove_all(path_, ignored);
}

void Folder::write(const std::string& name, const std::string& content) const {
    fs::create_directories(fs::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << content;
    fs::permissions(path(name), fs::perms(0600)); // a webhook stands in most configurations
}

std::string Folder::read(const std::string& name) const {
    return read_file(path(name));
}

Running Folder::start(const std::vector<std::string>& args,
                      const std::map<std::string, std::string>& environment) const {
    static int count = 0;
    const std::string stem = path("said-" + std::to_string(++count));
    std::vector<std::string> words = through;
    words.emplace_back(HB_PROGRAM);
    words.insert(words.end(), args.begin(), args.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);

    std::map<std::string, std::string> all = environment;
    for (char** each = environ; *each != nullptr; ++each) {
        const std::string pair = *each;
        const auto equals = pair.find('=');
        const std::string name = pair.substr(0, equals);
        if (name.rfind("HOURBRIDGE_", 0) != 0) all.emplace(name, pair.substr(equals + 1));
    }
    all.emplace("HB_MACHINE", kMachineId);
    all.emplace("HB_BOOT", kBootId);
    std::vector<std::string> pairs;
    for (const auto& [name, value] : all)
        if (name.front() != '-' && all.count("-" + name) == 0) pairs.push_back(name + "=" + value);
    std::vector<char*> env;
    for (auto& pair : pairs) env.push_back(pair.data());
    env.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, (stem + ".out").c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, (stem + ".err").c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addchdir_np(&actions, path_.c_str());
    pid_t pid = 0;
    const int failed = posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), env.data());
    posix_spawn_file_actions_destroy(&actions);
    REQUIRE(failed == 0);
    return Running(pid, stem + ".out", stem + ".err");
}

Ended Folder::run(const std::vector<std::string>& args,
                  const std::map<std::string, std::string>& environment) const {
    return start(args, environment).wait();
}

// --- the agency

Agency::Agency() {
    options.limits.requests = false;
    portal = std::make_unique<sandbox::Portal>(options, clock);
    sandbox::seed_basics(*portal);
    server = std::make_unique<sandbox::Server>(*portal);
    REQUIRE(server->start(0).ok());
    own = made(control(*portal, "companies", R"({"title":"Studio","isMyCompany":"Y"})"));
    company = made(control(*portal, "companies", R"({"title":"Acme Ltd"})"));
    person = 1;
    const auto task = [&](const std::string& title, const std::string& tags) {
        return made(control(*portal, "tasks",
                            R"({"TITLE":")" + title + R"(","RESPONSIBLE_ID":1,"STATUS":5,)" +
                                R"("UF_CRM_TASK":["CO_)" + std::to_string(company) + R"("],)" +
                                R"("TAGS":[)" + tags + "]}"));
    };
    first = task("Landing page", "\"design\"");
    second = task("API", "");
    bug = task("Broken form", "\"bug\"");
    add_entry(first, 3600, "2026-03-05");
    add_entry(first, 1800, "2026-03-06");
    add_entry(second, 7200, "2026-03-10");
    add_entry(bug, 900, "2026-03-11");
    configure();
}

std::string Agency::webhook() const {
    return server->webhook(sandbox::kAdminToken);
}

void Agency::configure(const std::string& more, const std::string& remote) const {
    folder.write("hourbridge.json",
                 R"({"data_dir": "data", "listen": "127.0.0.1:0", "time_zone": "Europe/Minsk",
  "locale": "en", )" +
                     more + R"(
  "remotes": {")" + remote +
                     R"(": {"connector": "bitrix24", "webhook_url": ")" + webhook() +
                     R"(", "settle_seconds": 1, "limits": {"burst": 1000, "per_second": 100}}},
  "crm": {"remote": ")" +
                     remote + R"("}
})");
}

void Agency::write_contract() const {
    folder.write("acme.json", R"({
  "client": "bitrix24:company:)" + std::to_string(company) +
                                  R"(", "valid_from": "2026-01-01",
  "currency": "EUR", "vat": {"mode": "added", "rate": "20"},
  "own_company": "bitrix24:company:)" +
                                  std::to_string(own) + R"(",
  "rates": [{"amount": "60.00"}, {"work_type": "design", "amount": "80.00"}],
  "work_types": [{"tag": "design", "type": "design"},
                 {"tag": "bug", "type": "bug", "billable": false, "reason": "our mistake"}]
})");
}

Ended Agency::run(std::vector<std::string> args,
                  const std::map<std::string, std::string>& environment) const {
    args.insert(args.end(), {"--json", "--config", folder.path("hourbridge.json")});
    return folder.run(args, environment);
}

void Agency::begin() const {
    write_contract();
    const auto synced = run({"sync"});
    INFO(synced.out << synced.err);
    REQUIRE(synced.code == 0);
    const auto applied = run({"contract", "apply", folder.path("acme.json")});
    INFO(applied.out << applied.err);
    REQUIRE(applied.code == 0);
}

std::int64_t Agency::draft() const {
    const auto created =
        run({"report", "create", "--company", "bitrix24:company:" + std::to_string(company),
             "--from", "2026-03-01", "--to", "2026-03-31"});
    INFO(created.out << created.err);
    REQUIRE(created.code == 0);
    return number(created.root()["id"]);
}

std::int64_t Agency::control_made(const std::string& path, const std::string& body) const {
    return made(control(*portal, path, body));
}

void Agency::portal_call(const std::string& path, const std::string& body) const {
    const auto answer = control(*portal, path, body);
    INFO(answer.body);
    REQUIRE(answer.status == 200);
}

std::int64_t Agency::add_task(const std::string& title) const {
    return made(control(*portal, "tasks",
                        R"({"TITLE":")" + title +
                            R"(","RESPONSIBLE_ID":1,"STATUS":5,"UF_CRM_TASK":["CO_)" +
                            std::to_string(company) + R"("]})"));
}

std::int64_t Agency::add_entry(std::int64_t task, std::int64_t seconds,
                               const std::string& day) const {
    return made(control(*portal, "entries",
                        R"({"TASK_ID":)" + std::to_string(task) + R"(,"SECONDS":)" +
                            std::to_string(seconds) + R"(,"USER_ID":1,"COMMENT_TEXT":"work",)" +
                            R"("CREATED_DATE":")" + day + R"(T11:00:00+03:00"})"));
}

} // namespace hb::test
