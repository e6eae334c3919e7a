#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <set>
#include <thread>

#include "base/files.h"
#include "base/text.h"
#include "net/local.h"
#include "power/traced.h"
#include "sandbox/state.h"
#include "store/crm.h"
#include "store/database.h"
#include "store/health.h"
#include "store/verify.h"

// R7: the power fails at any moment, and with it goes whatever was not synced. What was answered
// before (a webhook's 200, a command's exit 0, a good backup) must still be there.
namespace hb::test {
namespace {

namespace fs = std::filesystem;

constexpr int kFirstEvent = 900'000;
constexpr int kEvents = 200;

net::Response post(const std::string& url, const std::string& body) {
    net::Request request;
    request.url = Secret(url + hook_path());
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = body;
    return hb::test::local_client()->send(request);
}

// Webhooks from four senders beside commands and the backups that the service makes by itself.
void a_day_of_service(const Watched& disk) {
    disk.mark("begin serve");
    auto service = disk.serve();
    const std::string url = url_of(service);
    std::atomic<int> next{0};
    std::vector<std::thread> senders;
    for (int i = 0; i < 4; ++i)
        senders.emplace_back([&] {
            for (int event = next++; event < kEvents; event = next++)
                if (post(url, task_event(kFirstEvent + event)).status == 200)
                    disk.mark("event " + std::to_string(kFirstEvent + event));
        });
    for (int day = 20; day < 24; ++day) {
        disk.agency.add_entry(disk.agency.first, 900, "2026-03-" + std::to_string(day));
        const auto synced = disk.run({"sync"});
        INFO(synced.err);
        CHECK(synced.code == 0);
        service.signal(SIGHUP); // and the standby copy is looked after at once
    }
    for (auto& sender : senders) sender.join();
    service.signal(SIGTERM);
    REQUIRE(service.wait().code == 0);
    disk.mark("done serve");
}

// A service that finds the standby copy of the one before, with a log of its own, and makes a new
// one in its place.
void a_second_service(const Watched& disk) {
    disk.mark("begin serve");
    auto service = disk.serve();
    net::Request metrics;
    metrics.verb = net::Verb::Get;
    metrics.url = Secret(url_of(service) + "/metrics");
    REQUIRE(soon([&] {
        return hb::test::local_client()->send(metrics).body.find(
                   "hourbridge_standby_total{result=\"begun\"}") != std::string::npos;
    }));
    service.signal(SIGTERM);
    REQUIRE(service.wait().code == 0);
    disk.mark("done serve");
}

// Everything that an agency does, on the watched disk.
void live(const Watched& disk) {
    const Agency& agency = disk.agency;
    agency.configure(R"("backup": {"at": "00:00", "folder": "safe"},)");
    open_hooks(agency);
    agency.write_contract();
    disk.must({"sync"});
    disk.must({"contract", "apply", agency.folder.path("acme.json")});
    for (int day = 12; day < 19; ++day) {
        agency.add_entry(agency.second, 600, "2026-03-" + std::to_string(day));
        disk.must({"sync"});
    }
    disk.must({"report", "create", "--company",
               "bitrix24:company:" + std::to_string(agency.company), "--from", "2026-03-01", "--to",
               "2026-03-31"});
    disk.must({"report", "send", "1"});
    disk.mark("key " + agency.folder.read("data/secret.key"));
    disk.must({"backup", agency.folder.path("by-hand.db")});
    disk.mark("backup " + agency.folder.path("by-hand.db"));
    a_day_of_service(disk);
    disk.must({"report", "agree", "1"});
    disk.must({"run", "--wait", "10"});
    a_second_service(disk);
    disk.must({"late", "list"});
}

std::string text_of(const std::string& file) {
    const auto bytes = read_whole_file(file, 1'000'000);
    return bytes ? *bytes : "";
}

using Rows = std::map<std::string, std::int64_t>;

Rows rows_of(store::Database& db) {
    return store::read_health(db, Instant{}, {}).rows;
}

// What has been answered by a moment of the trace.
struct Told {
    Rows rows; // numbers given so far in each table that grows
    std::set<int> events;
    std::string key;
    std::vector<std::string> backups;
    Rows standby; // what a service that has ended well left in its copy
};

struct Judge {
    std::string root, folder;
    std::mt19937& random;
    std::string file(const std::string& path) const { return folder + path.substr(root.size()); }
    std::string books() const { return folder + "/data/hourbridge.db"; }

    // "" or what is wrong with a disk of which `told` was answered.
    std::string wrong(const Image& image, const Told& told) const {
        lay_out(image, root, folder, random);
        fs::create_directories(folder + "/data");
        auto db = store::Database::open_writer(books());
        if (!db) return "the books can't be opened: " + to_string(db.error());
        if (const auto good = (*db)->quick_check(); !good) return to_string(good.error());
        for (const auto& check : store::verify_books(**db))
            if (!check.ok) return "verify: " + check.name + ": " + check.detail;
        const Rows rows = rows_of(**db);
        for (const auto& [table, count] : told.rows)
            if (rows.at(table) < count)
                return "of " + std::to_string(count) + " rows of " + table + " " +
                       std::to_string(rows.at(table)) + " are left";
        std::string lost = lost_event(**db, told);
        if (lost.empty()) lost = wrong_standby(told);
        return lost.empty() ? wrong_file(told) : lost;
    }

    std::string wrong_standby(const Told& told) const {
        const std::string copy = folder + "/safe/hourbridge-latest.db";
        if (!fs::exists(copy)) return told.standby.empty() ? "" : "the standby copy is lost";
        auto db = store::Database::open_writer(copy);
        if (!db) return "the standby copy can't be opened: " + to_string(db.error());
        if (const auto good = (*db)->quick_check(); !good)
            return "standby: " + to_string(good.error());
        for (const auto& check : store::verify_books(**db))
            if (!check.ok) return "standby: verify: " + check.name + ": " + check.detail;
        const Rows rows = rows_of(**db);
        for (const auto& [table, count] : told.standby)
            if (rows.at(table) < count) return "the standby copy lost rows of " + table;
        return "";
    }

    std::string lost_event(store::Database& db, const Told& told) const {
        if (told.events.empty()) return "";
        std::string all;
        for (const char* state : {"new", "done", "ignored", "failed"})
            for (const auto& row : store::Inbox(db).list(state, 100'000)) all += row.body + "\n";
        for (const int event : told.events)
            if (all.find(std::to_string(event)) == std::string::npos)
                return "event " + std::to_string(event) + " was answered with 200 and is lost";
        return "";
    }

    std::string wrong_file(const Told& told) const {
        if (!told.key.empty() && text_of(folder + "/data/secret.key") != told.key)
            return "the key of the clients' links is lost";
        for (const auto& backup : told.backups)
            if (!fs::exists(file(backup) + ".sha256")) return "lost: " + backup;
        for (const auto& entry : fs::recursive_directory_iterator(folder)) {
            const std::string path = entry.path().string();
            if (!path.ends_with(".sha256")) continue;
            const std::string copy = path.substr(0, path.size() - 7);
            const std::string manifest = *read_whole_file(path, 100'000);
            const auto digest = sha256_of_file(copy);
            if (!digest || manifest.rfind(*digest, 0) != 0)
                return "this backup is said to be good and is not: " + copy;
            auto db = store::Database::open_reader(copy);
            if (!db || !(*db)->quick_check()) return "this backup can't be read: " + copy;
        }
        return "";
    }
};

void learn(Told& told, const std::string& mark, const Disk& disk, const Judge& judge) {
    const std::string rest = mark.substr(mark.find(' ') + 1);
    if (mark.rfind("event ", 0) == 0) told.events.insert(std::stoi(rest));
    if (mark.rfind("key ", 0) == 0) told.key = rest;
    if (mark.rfind("backup ", 0) == 0) told.backups.push_back(rest);
    if (mark.rfind("done ", 0) != 0) return;
    lay_out(disk.whole(), judge.root, judge.folder, judge.random);
    auto db = store::Database::open_writer(judge.books());
    REQUIRE(db.ok());
    told.rows = rows_of(**db);
    if (mark == "done serve") told.standby = told.rows;
}

} // namespace

TEST_CASE("the power fails at any moment: the books open and are right, and nothing that was "
          "answered before is lost (R7)") {
    if (!can_watch_disks()) return;
    const unsigned seed = seed_of_this_run();
    const int cuts = setting("HB_CUTS", 600);
    std::printf("power cuts: HB_SEED=%u\n", seed);
    std::mt19937 random(seed);
    const Watched watched;
    live(watched);
    const auto steps = read_trace(watched.trace());

    std::vector<std::size_t> moments;
    for (int i = 0; i < cuts; ++i) moments.push_back(random() % (steps.size() + 1));
    std::sort(moments.begin(), moments.end());
    const Scratch scratch;
    const Judge judge{watched.root(), scratch.path, random};
    Disk disk(watched.root());
    Told told;
    std::map<std::string, int> losses;
    std::size_t syncs = 0;
    bool serving = false;
    for (std::size_t at = 0, moment = 0; moment < moments.size(); ++at) {
        for (; moment < moments.size() && moments[moment] == at; ++moment)
            if (const auto wrong = judge.wrong(disk.cut(random), told); !wrong.empty())
                ++losses["before step " + std::to_string(at) + ": " + wrong];
        if (at == steps.size()) break;
        disk.play(steps[at]);
        syncs += steps[at].op == DiskOp::Sync ? 1 : 0;
        if (steps[at].op != DiskOp::Mark) continue;
        const std::string& mark = steps[at].path;
        if (mark == "begin serve") serving = true;
        if (mark == "done serve") serving = false;
        // What is in the files of a service that runs is not all answered yet.
        if (!serving || mark.rfind("event ", 0) == 0) learn(told, mark, disk, judge);
    }
    std::printf("%d cuts at %d changes, %d syncs; %d answered events\n", cuts,
                static_cast<int>(steps.size()), static_cast<int>(syncs),
                static_cast<int>(told.events.size()));
    std::string all;
    int shown = 0;
    for (const auto& [what, count] : losses)
        if (++shown <= 10) all += what + " (" + std::to_string(count) + ")\n";
    INFO("HB_SEED=" << seed << ", " << losses.size() << " of " << cuts);
    CHECK(all == "");
    CHECK(told.events.size() == kEvents);
}

namespace {

std::size_t deals(const Agency& agency) {
    std::size_t count = 0;
    agency.portal->edit([&](sandbox::State& state) { count = state.crm.at(2).items.size(); });
    return count;
}

// Up to a report that the client has agreed to: the next run makes its deal.
std::unique_ptr<Watched> agreed() {
    auto disk = std::make_unique<Watched>();
    disk->agency.write_contract();
    disk->must({"sync"});
    disk->must({"contract", "apply", disk->agency.folder.path("acme.json")});
    disk->must({"report", "create", "--company",
                "bitrix24:company:" + std::to_string(disk->agency.company), "--from", "2026-03-01",
                "--to", "2026-03-31"});
    disk->must({"report", "send", "1"});
    disk->must({"report", "agree", "1"});
    return disk;
}

} // namespace

TEST_CASE("the power fails while a deal is made: the program goes on with what the disk has kept, "
          "and the deal is made once (R3, R7)") {
    if (!can_watch_disks()) return;
    const unsigned seed = seed_of_this_run();
    std::printf("power cuts of a run: HB_SEED=%u\n", seed);
    std::mt19937 random(seed);
    std::size_t changes = 0;
    const int cuts = setting("HB_RUN_CUTS", 8);
    for (int i = 0; i <= cuts; ++i) {
        const auto disk = agreed();
        const auto before = read_trace(disk->trace()).size();
        // The first one lives, and tells how many changes there are to die at.
        const auto die_at = i == 0 ? 0 : 1 + random() % changes;
        INFO("HB_SEED=" << seed << " cut " << i << " at change " << die_at);
        const auto ended =
            disk->run({"run", "--wait", "10"}, {{"HB_DISK_DIE_AT", std::to_string(die_at)}});
        const auto steps = read_trace(disk->trace());
        if (i == 0) {
            REQUIRE(ended.code == 0);
            changes = steps.size() - before;
        }
        Disk model(disk->root());
        for (const auto& step : steps) model.play(step);
        Image left;
        for (const auto& [path, bytes] : model.cut(random))
            if (path.rfind(disk->data() + "/", 0) == 0) left[path] = bytes;
        lay_out(left, disk->data(), disk->data(), random);

        const Agency& agency = disk->agency;
        for (int again = 0; again < 3; ++again) agency.run({"run", "--wait", "5"});
        CHECK(deals(agency) == 1);
        CHECK(text(agency.run({"report", "show", "1"}).root()["state"]) == "invoiced");
        const auto verified = agency.run({"verify", "--remote"});
        INFO(verified.out << verified.err);
        CHECK(verified.code == 0);
    }
}

} // namespace hb::test
