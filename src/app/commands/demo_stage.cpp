#include "app/commands/demo_stage.h"

#include <filesystem>
#include <fstream>

#include <stdlib.h>

#include "sandbox/seed.h"
#include "json/writer.h"

namespace hb::app {
namespace {

namespace fs = std::filesystem;

// What Bitrix24 allows its Enterprise plan: with a smaller one the demo would mostly wait.
constexpr int kBurst = 250;
constexpr int kPerSecond = 5;
constexpr int kWorksectionPerSecond = 50; // a real account allows one

// A client's website that is kept in another planner: last month's hours on two tasks, done.
void fill(sandbox::Worksection& account, Day first) {
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

Stage::~Stage() {
    browser_.reset(); // its kept connections would have the servers wait for more
    if (web_) web_->stop();
    web_.reset();
    world_.reset();
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
        .member("listen", "127.0.0.1:0")
        .member("time_zone", "Europe/Minsk")
        .member("locale", "en");
    json.key("remotes").begin_object().key("bitrix24").begin_object();
    json.member("connector", "bitrix24")
        .member("webhook_url", server_->webhook(sandbox::kAdminToken))
        .member("settle_seconds", 2);
    json.key("limits").begin_object().member("burst", kBurst).member("per_second", kPerSecond);
    json.end_object().end_object();
    json.key("worksection").begin_object().member("connector", "worksection");
    json.member("base_url", account_server_->url()).key("settings").begin_object();
    json.member("api_key", sandbox::kWorksectionKey)
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

Status Stage::build(bool keep) {
    keep_ = keep;
    std::string name = (fs::temp_directory_path() / "hourbridge-demo-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
        return Error{Code::Machine, "can't make a temporary folder", name, ""};
    folder_ = name;

    sandbox::PortalOptions options;
    options.limits.capacity = kBurst;
    options.limits.leak_per_second = kPerSecond;
    options.pdf_seconds = 0; // a real portal takes half a minute, which nobody wants to watch
    portal_ = std::make_unique<sandbox::Portal>(options, session_.process.clock);
    today_ = portal_->today();
    sandbox::seed_agency(*portal_, today_);
    sandbox::seed_story(*portal_, today_);
    server_ = std::make_unique<sandbox::Server>(*portal_);
    if (const auto port = server_->start(0); !port) return port.error();
    sandbox::WorksectionOptions account;
    account.per_second = kWorksectionPerSecond;
    account_ = std::make_unique<sandbox::Worksection>(session_.process.clock, account);
    fill(*account_, last_month().from);
    account_server_ = std::make_unique<sandbox::Server>(
        [this](const sandbox::HttpRequest& request) { return account_->handle(request); });
    if (const auto port = account_server_->start(0); !port) return port.error();
    browser_ = net::make_curl_client(net::Outbound("browser").named("http://127.0.0.1"),
                                     {"hourbridge demo, as a browser", ""});

    std::vector<mapping::FileProblem> problems;
    config_ = load_config(write_file("hourbridge.json", configuration()), problems);
    if (!config_)
        return Error{Code::Machine, "the demo's own configuration is wrong",
                     problems.empty() ? "" : mapping::to_string(problems.front()), ""};
    if (auto made = make_data_dir(config_->data_dir); !made) return made;
    auto lock = WriterLock::try_take(config_->data_dir);
    if (!lock) return lock.error();
    auto world =
        open_world(*config_, {Access::Writes, true, ""}, std::move(*lock), session_.process);
    if (!world) return world.error();
    world_ = std::move(*world);
    web_ =
        std::make_unique<web::WebServer>(*world_->books, web::WebOptions{config_->listen, false});
    if (auto started = web_->start(); !started) return started;
    world_->books->change([this] {
        world_->books->settings.public_url = "http://127.0.0.1:" + std::to_string(web_->port());
    });
    return {};
}

Said Stage::ask(const std::vector<std::string>& args) {
    Said said;
    std::string text;
    std::vector<std::string> words = args;
    words.emplace_back("--json");
    CommandLine line(words);
    Output out([&](Stream stream,
                   std::string_view bytes) { (stream == Stream::Out ? text : said.err) += bytes; },
               true, false);
    if (const auto done = line.parse(out)) {
        said.code = *done;
    } else {
        Session session{out,   session_.process, folder_,   session_.user,
                        false, std::nullopt,     &*config_, world_.get()};
        said.code = line.run(session);
    }
    out.hand_over();
    if (auto answer = json::Document::parse(text)) said.answer = std::move(*answer);
    return said;
}

net::Response Stage::get(const std::string& url) {
    net::Request request;
    request.verb = net::Verb::Get;
    request.url = Secret(url);
    return browser_->send(request);
}

net::Response Stage::post(const std::string& url, const std::string& type,
                          const std::string& body) {
    net::Request request;
    request.url = Secret(url);
    request.headers = {{"Content-Type", type}};
    request.body = body;
    return browser_->send(request);
}

bool Stage::in_portal(const std::string& path, const std::string& json) {
    const auto answer = post(portal_url() + "/sandbox/" + path, "application/json", json);
    return answer.status == 200;
}

} // namespace hb::app
