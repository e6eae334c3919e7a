#include "app/serving.h"
#include "net/local.h"

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>

#include "base/text.h"

namespace hb::test {

namespace fs = std::filesystem;

bool soon(const std::function<bool()>& test, int seconds) {
    SystemClock clock;
    const Instant patience = clock.now() + std::chrono::seconds{seconds};
    while (clock.now() < patience) {
        if (test()) return true;
        clock.wait_until(clock.now() + std::chrono::milliseconds{50});
    }
    return false;
}

std::string log_of(const Agency& agency) {
    std::string all;
    for (const auto& file : fs::directory_iterator(agency.folder.path("")))
        if (file.path().extension() == ".err")
            all += agency.folder.read(file.path().filename().string());
    return all;
}

void open_hooks(const Agency& agency) {
    std::string config = agency.folder.read("hourbridge.json");
    const std::string at = "\"settle_seconds\": 1,";
    REQUIRE(config.find(at) != std::string::npos);
    config.replace(config.find(at), at.size(),
                   at + " \"hook_secret\": \"" + kHookSecret + "\", \"application_token\": \"" +
                       kAppToken + "\",");
    agency.folder.write("hourbridge.json", config);
}

std::string hook_path() {
    return std::string("/hook/bitrix24/") + kHookSecret;
}

std::string task_event(std::int64_t task, const std::string& token, const std::string& stamp) {
    const std::string id = std::to_string(task);
    return "event=ONTASKUPDATE&data%5BFIELDS_BEFORE%5D%5BID%5D=" + id +
           "&data%5BFIELDS_AFTER%5D%5BID%5D=" + id + "&ts=" + stamp +
           "&auth%5Bdomain%5D=127.0.0.1&auth%5Bmember_id%5D=d897063e" +
           "&auth%5Bapplication_token%5D=" + token;
}

Serving::Serving(const Agency& agency_, const std::string& more) : agency(agency_) {
    agency.configure(more);
    start();
}

Serving::Serving(const Agency& agency_, AsItStands) : agency(agency_) {
    start();
}

void Serving::start() {
    running.emplace(
        agency.folder.start({"serve", "--config", agency.folder.path("hourbridge.json")}));
    REQUIRE(running->says("hourbridge serves http://127.0.0.1:"));
    const std::string said = running->output();
    const auto at = said.find("http://");
    url = said.substr(at, said.find_first_of(" \n", at) - at);
}

net::Response Serving::get(const std::string& path,
                           std::vector<std::pair<std::string, std::string>> headers) const {
    net::Request request;
    request.headers = std::move(headers);
    request.verb = net::Verb::Get;
    request.url = Secret(url + path);
    return hb::test::local_client()->send(request);
}

net::Response Serving::post(const std::string& path, const std::string& body) const {
    net::Request request;
    request.url = Secret(url + path);
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = body;
    return hb::test::local_client()->send(request);
}

std::int64_t Serving::metric(const std::string& series) const {
    return metrics({series});
}

std::int64_t Serving::metrics(const std::vector<std::string>& series) const {
    const std::string body = "\n" + get("/metrics").body;
    std::int64_t sum = 0;
    for (const auto& each : series) {
        const auto at = body.find("\n" + each + " ");
        if (at == std::string::npos) return -1;
        const auto begin = at + each.size() + 2;
        sum += parse_integer(body.substr(begin, body.find('\n', begin) - begin)).value_or(-1);
    }
    return sum;
}

void Serving::stop() {
    running->signal(SIGTERM);
    CHECK(running->wait().code == 0);
}

int Serving::port() const {
    return static_cast<int>(parse_integer(url.substr(url.rfind(':') + 1)).value_or(0));
}

} // namespace hb::test
