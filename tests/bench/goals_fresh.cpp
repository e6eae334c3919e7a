#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "bench/books_parts.h"
#include "bench/goals.h"
#include "bench/measure.h"
#include "sandbox/seed.h"
#include "sandbox/server.h"
#include "json/writer.h"

// From a change on the portal to the books: the program itself, with the portal's events and with
// polling alone. A change is a task that is closed with an hour on it.
namespace hb::bench {
namespace {

constexpr int kPort = 18481;
constexpr const char* kToken = "bench-application-token-of-32-bytes";

class Portal {
public:
    Portal() {
        sandbox::PortalOptions options;
        portal_ = std::make_unique<sandbox::Portal>(options, clock_);
        sandbox::seed_basics(*portal_);
        sandbox::seed_rows(*portal_, 200, 10'000, 1);
        server_ = std::make_unique<sandbox::Server>(*portal_);
        if (!server_->start(0)) throw std::runtime_error("the portal can't listen");
    }
    std::string webhook() const { return server_->webhook(sandbox::kAdminToken); }
    std::int64_t control(const std::string& path, const std::string& body) {
        sandbox::HttpRequest request;
        request.method = "POST";
        request.path = "/sandbox/" + path;
        request.body = body;
        const auto answer = portal_->handle(request);
        if (answer.status != 200) throw std::runtime_error("the portal: " + answer.body);
        const auto json = json::Document::parse(answer.body);
        if (!json) return 0;
        const auto id = json->root()["id"].integer();
        return id ? *id : 0;
    }
    void send_events() {
        control("hooks", "{\"url\":\"http://127.0.0.1:" + std::to_string(kPort) +
                             "/hook/bitrix24\",\"events\":[\"ONTASKUPDATE\"],"
                             "\"application_token\":\"" +
                             kToken + "\"}");
    }
    // The id of the entry that was written.
    std::int64_t change(int task) {
        const std::string id = std::to_string(task);
        const auto entry = control("entries", "{\"TASK_ID\":" + id +
                                                  ",\"SECONDS\":3600,\"USER_ID\":1,"
                                                  "\"COMMENT_TEXT\":\"fresh\"}");
        control("tasks/" + id, "{\"STATUS\":5}");
        return entry;
    }

private:
    SystemClock clock_;
    std::unique_ptr<sandbox::Portal> portal_;
    std::unique_ptr<sandbox::Server> server_;
};

void write_config(const std::string& folder, const Portal& portal) {
    std::filesystem::create_directories(folder);
    std::ofstream(folder + "/hourbridge.json")
        << "{\"data_dir\":\"" << folder << "/data\",\"listen\":\"127.0.0.1:" << kPort
        << "\",\"public_url\":\"https://reports.example.com\",\"time_zone\":\"Europe/Minsk\","
           "\"locale\":\"en\",\"remotes\":{\"bitrix24\":{\"connector\":\"bitrix24\","
           "\"webhook_url\":\""
        << portal.webhook() << "\",\"application_token\":\"" << kToken
        << "\",\"pull\":{\"every_minutes\":1}}},"
           "\"log\":{\"level\":\"error\",\"format\":\"text\"}}\n";
}

class Waiting {
public:
    explicit Waiting(const std::string& file)
        : rig_(clock_, file, kNowhere, nobody(), Books::Read) {}
    bool has(std::int64_t entry) {
        const domain::Ref ref{"bitrix24", "entry", std::to_string(entry)};
        return rig_.tables->sources.find_entry(ref).has_value();
    }
    // Seconds from `began` until the entry lies there; looked at every 10 ms.
    double until(std::int64_t entry, double began) {
        while (!has(entry)) {
            if (seconds_now() - began > 200) throw std::runtime_error("a change did not arrive");
            pause(10);
        }
        return seconds_now() - began;
    }
    void pause(int ms) { clock_.wait_until(clock_.now() + std::chrono::milliseconds{ms}); }

private:
    SystemClock clock_;
    Rig rig_;
};

std::vector<double> measure(Run& run, Portal& portal, int& task, int samples, int pause_ms) {
    const std::string folder = run.folder + "/fresh";
    write_config(folder, portal);
    const std::vector<std::string> config{"--config", folder + "/hourbridge.json"};
    const auto command = [&](const std::string& word) {
        return std::vector<std::string>{run.binary, word, config[0], config[1]};
    };
    Child first(command("sync"), folder + "/sync.log");
    first.output();
    if (first.wait() != 0) throw std::runtime_error("the first sync failed");
    Child service(command("serve"), folder + "/serve.log");
    Waiting books(folder + "/data/hourbridge.db");
    books.pause(3000); // its first look is over by then
    std::vector<double> times;
    for (int i = 0; i < samples; ++i) {
        books.pause(pause_ms * (i + 1) % 60'000); // at another moment of the minute each time
        const double began = seconds_now();
        times.push_back(books.until(portal.change(++task), began));
    }
    service.terminate();
    return times;
}

} // namespace

void judge_freshness(Run& run) {
    if (!std::filesystem::exists(run.binary)) {
        run.table.note("time from a change to the books: skipped, " + run.binary + " is not built");
        return;
    }
    Portal portal;
    int task = 0;
    if (run.long_form) {
        const auto polled = measure(run, portal, task, 6, 23'000);
        run.table.add(
            {"",
             "from a change to the books, polling each minute",
             median(polled),
             "s",
             "at most " + plain(percentile(polled, 1)) + " s of " + std::to_string(polled.size()),
             {},
             {},
             {},
             {}});
    }
    portal.send_events();
    const auto told = measure(run, portal, task, 20, 300);
    run.table.add({"",
                   "from a change to the books, with the portal's events",
                   median(told),
                   "s",
                   "at most " + plain(percentile(told, 1)) + " s of " + std::to_string(told.size()),
                   {},
                   {},
                   {},
                   {}});
}

} // namespace hb::bench
