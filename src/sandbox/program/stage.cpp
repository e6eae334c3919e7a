#include "sandbox/program/stage.h"

#include <filesystem>
#include <fstream>

#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/exit_code.h"
#include "base/programs.h"
#include "sandbox/seed.h"
#include "json/writer.h"

namespace hb::sandbox {
namespace {

namespace fs = std::filesystem;

// What Bitrix24 allows its Enterprise plan: with a smaller one the demo would mostly wait.
constexpr int kBurst = 250;
constexpr int kPerSecond = 5;
constexpr int kWorksectionPerSecond = 50; // a real account allows one

// A client's website that is kept in another planner: last month's hours on two tasks, done.
void fill(Worksection& account, Day first) {
    const std::string ivan = account.add_person("Ivan Petrov", "ivan@studio.example");
    const std::string anna = account.add_person("Anna Kovach", "anna@studio.example");
    const std::string site = account.add_project("Blue Harbor / Website redesign");
    const std::string progress = account.add_tag("In progress", "General labels");
    const std::string landing = account.add_task(site, "Hero block");
    const std::string form = account.add_task(site, "Checkout form");
    account.tag_task(landing, progress);
    const auto log = [&](const std::string& task, const std::string& who, int day, int minutes,
                         const char* text) {
        account.add_cost(task, who, format_day(first + std::chrono::days{day}), minutes, text);
    };
    log(landing, ivan, 4, 150, "Grid and header");
    log(landing, ivan, 6, 90, "Review with the client");
    log(landing, anna, 7, 45, "Pictures");
    log(form, anna, 12, 210, "Fields and checks");
    log(form, ivan, 13, 75, "Fixes after the review");
    account.close_task(landing);
    account.close_task(form);
}

} // namespace

// Bound, and never listening: others are given other ports, and one that names this port may have
// it (SO_REUSEADDR on both).
Result<int> HeldPort::take() {
    socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* where = reinterpret_cast<sockaddr*>(&address);
    if (socket_ < 0 || setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        bind(socket_, where, size) != 0 || getsockname(socket_, where, &size) != 0)
        return Error{Code::Machine, "no port of this machine can be had", "", ""};
    return ntohs(address.sin_port);
}

HeldPort::~HeldPort() {
    if (socket_ >= 0) close(socket_);
}

Stage::~Stage() {
    close_pages();
    if (server_) server_->stop();
    if (account_server_) account_server_->stop();
    std::error_code ignored; // a folder left behind in the temporary directory harms nobody
    if (!folder_.empty() && !keep_) fs::remove_all(folder_, ignored);
}

DayRange Stage::last_month() const {
    const std::chrono::year_month_day date(today_);
    const Day first(date.year() / date.month() / std::chrono::day{1});
    return {Day(std::chrono::year_month_day(first) - std::chrono::months{1}),
            first - std::chrono::days{1}};
}

std::string Stage::configuration() const {
    json::Writer json(2);
    json.begin_object()
        .member("data_dir", "data")
        .member("listen", "127.0.0.1:" + std::to_string(port_))
        .member("time_zone", "Europe/Minsk")
        .member("locale", "en");
    json.key("remotes").begin_object().key("bitrix24").begin_object();
    json.member("connector", "bitrix24")
        .member("webhook_url", server_->webhook(kAdminToken))
        .member("settle_seconds", 2);
    json.key("limits").begin_object().member("burst", kBurst).member("per_second", kPerSecond);
    json.end_object().end_object();
    json.key("worksection").begin_object().member("connector", "worksection");
    json.member("base_url", account_server_->url()).key("settings").begin_object();
    json.member("api_key", kWorksectionKey)
        .member("oldest", format_day(today_ - std::chrono::days{365}))
        .member("requests_per_second", kWorksectionPerSecond);
    json.end_object().end_object().end_object();
    json.key("crm").begin_object().member("remote", "bitrix24");
    json.key("invoice").begin_object().member("enabled", true).end_object();
    json.key("documents").begin_object().key("templates").begin_array();
    for (const int id : {11, 13}) json.integer(id); // the act and the invoice of the seeded agency
    json.end_array().end_object().end_object();
    json.key("billing").begin_object().key("nonbillable").begin_array();
    json.begin_object().member("group", "Internal").member("reason", "internal").end_object();
    return json.end_array().end_object().end_object().take();
}

std::string Stage::write_file(const std::string& name, const std::string& text) const {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path) << text;
    return path;
}

Status Stage::play_portal() {
    PortalOptions options;
    options.limits.capacity = kBurst;
    options.limits.leak_per_second = kPerSecond;
    options.pdf_seconds = 0; // a real portal takes half a minute, which nobody wants to watch
    portal_ = std::make_unique<Portal>(options, clock_);
    today_ = portal_->today();
    seed_agency(*portal_, today_);
    seed_story(*portal_, today_);
    server_ = std::make_unique<Server>(*portal_);
    const auto port = server_->start(0);
    return port ? Status{} : port.error();
}

Status Stage::play_account() {
    WorksectionOptions options;
    options.per_second = kWorksectionPerSecond;
    account_ = std::make_unique<Worksection>(clock_, options);
    fill(*account_, last_month().from);
    account_server_ = std::make_unique<Server>(
        [this](const HttpRequest& request) { return account_->handle(request); });
    const auto port = account_server_->start(0);
    return port ? Status{} : port.error();
}

Status Stage::build(bool keep) {
    keep_ = keep;
    const auto program = find_program("hourbridge");
    if (!program)
        return Error{
            Code::Usage, "the demo shows the program hourbridge, which is not here", "",
            "install the package hourbridge, or put that program into the folder of this one"};
    hourbridge_ = *program;
    std::string name = (fs::temp_directory_path() / "hourbridge-demo-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
        return Error{Code::Machine, "can't make a temporary folder", name, ""};
    folder_ = name;
    const auto port = held_.take();
    if (!port) return port.error();
    port_ = *port;
    if (auto played = play_portal(); !played) return played;
    if (auto played = play_account(); !played) return played;
    write_file("hourbridge.json", configuration());
    return {};
}

Said Stage::ask(std::vector<std::string> args) const {
    args.insert(args.end(), {"--json", "--config", config_file()});
    Said said;
    auto ended = run_program(hourbridge_, args);
    if (!ended) {
        said.code = exit_code_of(ended.error().code);
        said.err = ended.error().message;
        return said;
    }
    said.code = ended->code;
    said.err = std::move(ended->err);
    if (auto answer = json::Document::parse(ended->out)) said.answer = std::move(*answer);
    return said;
}

Status Stage::open_pages() {
    auto service = Background::start(hourbridge_, {"serve", "--config", config_file()},
                                     "hourbridge serves ", folder_ + "/service.log");
    if (!service) return service.error();
    service_ = std::move(*service);
    return {};
}

Result<json::Document> Stage::call(const std::string& method, const std::string& body) const {
    const auto answer = post_page(server_->webhook(kAdminToken) + method, "application/json", body);
    auto parsed = json::Document::parse(answer.body);
    if (!parsed) return parsed.error();
    if (!parsed->root()["error"].missing())
        return Error{Code::Machine,
                     "the portal refuses " + method + ": " +
                         std::string(parsed->root()["error_description"].text_view().value_or("")),
                     "", ""};
    return parsed;
}

bool Stage::in_portal(const std::string& path, const std::string& json) const {
    return post_page(portal_url() + "/sandbox/" + path, "application/json", json).status == 200;
}

} // namespace hb::sandbox
