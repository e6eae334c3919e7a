#include <catch2/catch.hpp>

#include <filesystem>

#include "base/files.h"
#include "base/limits.h"
#include "base/text.h"
#include "connector/live_trial.h"
#include "connector/manifest/caller.h"
#include "mapping/shipped.h"
#include "rig.h"

// A trial of a remote over the network, here against the played transcripts of every folder: what
// it records has to pass the conformance suite by itself.

using namespace hb;
using namespace hb::connector;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> folders() {
    std::vector<std::string> out;
    for (const auto& each : fs::directory_iterator(std::string(HB_SOURCE_DIR) + "/connectors"))
        if (fs::exists(each.path() / "manifest.json")) out.push_back(each.path().string());
    std::sort(out.begin(), out.end());
    return out;
}

trial::Folder loaded(const std::string& path) {
    std::vector<ManifestProblem> problems;
    auto folder = trial::load_folder(path, problems);
    for (const auto& problem : problems) UNSCOPED_INFO(to_string(problem));
    if (!folder) UNSCOPED_INFO(to_string(folder.error()));
    REQUIRE(folder.ok());
    return std::move(*folder);
}

// Stories do not tell of the call of `check`: here it is answered.
class Answering final : public net::HttpClient {
public:
    Answering(const trial::Folder& folder, Clock& clock,
              std::shared_ptr<trial::FakeServer::Log> log)
        : inner_(folder.story, clock, std::move(log)) {
        const auto& manifest = folder.plan.get();
        const auto names = manifest::setting_names(manifest, trial::options_of(folder.story));
        if (manifest.check) path_ = manifest.check->ask.path.fill_all(names);
    }
    net::Response send(const net::Request& request) override {
        net::Response out = inner_.send(request);
        const bool unknown = out.body.find("no exchange") != std::string::npos;
        if (unknown && !path_.empty() && request.url.reveal().find(path_) != std::string::npos)
            return rig::answered(200, "{}");
        return out;
    }

private:
    trial::FakeServer inner_;
    std::string path_;
};

// The account that a story tells of.
struct Account {
    trial::Folder folder;
    ManualClock clock;
    std::shared_ptr<trial::FakeServer::Log> log = std::make_shared<trial::FakeServer::Log>();
    LiveTrial trial;

    explicit Account(const std::string& path) : folder(loaded(path)), clock(folder.story.now) {
        trial.plan = folder.plan;
        trial.options = trial::options_of(folder.story);
        trial.http = [this] { return std::make_unique<Answering>(folder, clock, log); };
        trial.clock = &clock;
    }
};

// A place for one recording; gone with it.
struct Place {
    std::string path;
    explicit Place(const std::string& name)
        : path((fs::temp_directory_path() / ("hourbridge-live-" + name)).string()) {
        fs::remove_all(path);
        fs::create_directories(path + "/transcripts");
    }
    ~Place() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
};

std::string told(const std::vector<Finding>& findings) {
    std::string out;
    for (const auto& finding : findings)
        if (!finding.good) out += finding.what + ": " + finding.detail + "\n";
    return out;
}

} // namespace

TEST_CASE("A trial of every shipped planner finds nothing wrong and writes nothing") {
    for (const auto& path : folders()) {
        Account account(path);
        INFO(account.folder.name);
        const auto result = try_live(account.trial);
        for (const auto& finding : result.findings) {
            if (finding.what == "a wrong key is refused") continue; // the played one takes any
            // A story that lists ids asked together knows no others.
            if (finding.detail.find("no exchange of the transcripts") != std::string::npos)
                continue;
            INFO(finding.what << ": " << finding.detail);
            CHECK(finding.good);
        }
        CHECK(result.findings.size() >= 8);
        for (const auto& seen : account.log->seen)
            CHECK((seen.method == "GET" || seen.method == "POST"));
        CHECK(account.log->state.empty()); // no exchange that changes something was asked for
    }
}

TEST_CASE("What a trial of every shipped planner records passes the conformance suite by itself") {
    for (const auto& path : folders()) {
        Account account(path);
        const std::string name = account.folder.name;
        INFO(name);
        account.trial.record = true;
        // Asked together with others, the id that does not exist is another one than the story's.
        if (name == "jira")
            for (auto& exchange : account.folder.story.exchanges)
                if (const auto at = exchange.json.find(account.folder.story.ghost);
                    at != std::string::npos)
                    exchange.json.replace(at, account.folder.story.ghost.size(), "29999");
        account.trial.mark_target = account.folder.story.mark_target;
        const auto result = try_live(account.trial);
        const auto manifest = read_whole_file(path + "/manifest.json", kFileBytesMax);
        REQUIRE(manifest.ok());
        const std::string keep = *manifest + std::string(mapping::shipped_mapping(name));
        const Place place(name);
        REQUIRE(write_whole_file(place.path + "/manifest.json", *manifest).ok());
        auto ids = ids_of(result.records);
        std::string story;
        for (int round = 0; round < 2; ++round) { // ids may be made of what was replaced
            story = story_of(account.trial, result, keep, ids);
            REQUIRE(write_whole_file(place.path + "/transcripts/story.json", story).ok());
            ids = ids_of(play(loaded(place.path)));
        }
        CHECK(told(try_connector(loaded(place.path))) == "");
        for (const char* word :
             {"Novak", "Marchenko", "Petrov", "acme.example", "Landing page", "Grid and header"}) {
            INFO(word);
            CHECK(story.find(word) == std::string::npos);
        }
        for (const auto& [setting, value] : account.folder.story.settings)
            if (account.folder.plan.get().settings.at(setting).kind ==
                manifest::SettingKind::Secret) {
                INFO(setting);
                CHECK(story.find("\"" + value.reveal() + "\"") == std::string::npos);
            }
    }
}

TEST_CASE("A trial tells of an account that does not let us in, and asks for nothing more") {
    Account account(std::string(HB_SOURCE_DIR) + "/connectors/worksection");
    account.log->fault = trial::Fault::Unauthorised;
    const auto result = try_live(account.trial);
    REQUIRE(result.findings.size() == 1);
    CHECK_FALSE(result.findings.front().good);
    CHECK(account.log->seen.size() == 1);
}

TEST_CASE(
    "Records that differ at each reading are told with the word of the manifest that mends it") {
    Account account(std::string(HB_SOURCE_DIR) + "/connectors/worksection");
    // Each answer holds another comment, as a time of asking would.
    int asked = 0;
    struct Restless final : net::HttpClient {
        Restless(std::unique_ptr<net::HttpClient> inner, int& asked)
            : inner_(std::move(inner)), asked_(asked) {}
        net::Response send(const net::Request& request) override {
            net::Response out = inner_->send(request);
            const auto at = out.body.find("Grid and header");
            if (at != std::string::npos) out.body.replace(at, 4, std::to_string(1000 + ++asked_));
            return out;
        }
        std::unique_ptr<net::HttpClient> inner_;
        int& asked_;
    };
    account.trial.http = [&]() -> std::unique_ptr<net::HttpClient> {
        return std::make_unique<Restless>(
            std::make_unique<trial::FakeServer>(account.folder.story, account.clock, account.log),
            asked);
    };
    const auto result = try_live(account.trial);
    const std::string wrong = told(result.findings);
    CHECK(wrong.find("entries 5001 differ at each reading") != std::string::npos);
    CHECK(wrong.find("\"content\"") != std::string::npos);
}

TEST_CASE("A task that is marked already is left alone by a trial mark") {
    // The tag of tasks that are paid; the percent and number of another report.
    for (const char* name : {"asana", "openproject"}) {
        Account account(std::string(HB_SOURCE_DIR) + "/connectors/" + name);
        account.log->state = "paid";
        account.trial.mark_target = account.folder.story.mark_target;
        const auto result = try_live(account.trial);
        INFO(name);
        CHECK(told(result.findings).find("marked already") != std::string::npos);
        for (const auto& seen : account.log->seen) {
            CHECK(seen.method == "GET");
            CHECK(seen.url.find("addTag") == std::string::npos);
        }
    }
}
