#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>

#include "net/local.h"
#include "power/traced.h"
#include "store/database.h"
#include "store/outbox.h"
#include "store/verify.h"

// R13: a disk that is full, read-only or broken, under the real program.
namespace hb::test {
namespace {

struct Asked {
    int status = 0;
    std::string body;
};

Asked call(const std::string& url, const std::string& body = "") {
    net::Request request;
    request.url = Secret(url);
    request.verb = body.empty() ? net::Verb::Get : net::Verb::Post;
    if (!body.empty()) request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = body;
    const auto answer = hb::test::local_client()->send(request);
    return {answer.status, answer.body};
}

std::size_t kept_events(const Watched& disk, const std::vector<int>& taken) {
    auto db = store::Database::open_reader(disk.data() + "/hourbridge.db");
    REQUIRE(db.ok());
    std::string all;
    for (const char* state : {"new", "done", "ignored", "failed"})
        for (const auto& row : store::Inbox(**db).list(state, 100'000)) all += row.body + "\n";
    std::size_t found = 0;
    for (const int event : taken)
        if (all.find(std::to_string(event)) != std::string::npos) ++found;
    return found;
}

} // namespace

TEST_CASE(
    "a disk that is full, read-only or broken: pages are shown, an event that can't be kept is "
    "answered with 503 and never with 200, commands say why, and all goes on by itself when the "
    "disk is well again (R13)") {
    if (!can_watch_disks()) return;
    for (const std::string sick : {"ENOSPC", "EROFS", "EIO"}) {
        const Watched disk;
        const Agency& agency = disk.agency;
        agency.begin();
        open_hooks(agency);
        const auto id = std::to_string(agency.draft());
        const auto sent = agency.run({"report", "send", id});
        REQUIRE(sent.code == 0);
        const std::string link = text(sent.root()["url"]);
        auto service = disk.serve();
        const std::string url = url_of(service);
        const std::string page = url + link.substr(link.find("/r/"));
        REQUIRE(call(page).status == 200);
        std::vector<int> taken;
        int event = 900'000, refused = 0;
        const auto tell = [&] {
            const auto answer = call(url + hook_path(), task_event(++event));
            INFO(sick << ": " << answer.status << " " << answer.body);
            CHECK((answer.status == 200 || answer.status == 503));
            if (answer.status == 200) taken.push_back(event);
            if (answer.status == 503) ++refused;
        };
        tell();
        REQUIRE(taken.size() == 1);

        disk.sicken(sick);
        // A full disk still takes what fits into the files that are there.
        for (int i = 0; i < 4'000 && refused < 3; ++i) tell();
        INFO(sick << ", taken: " << taken.size());
        CHECK(refused == 3);
        CHECK(call(page).status == 200);
        CHECK(call(url + "/healthz").status == 200);
        CHECK(agency.run({"report", "list"}).code == 0);
        for (const auto& command : {std::vector<std::string>{"sync"}, {"report", "recall", id}}) {
            const auto told = agency.run(command);
            INFO(sick << " " << command[0] << ": " << told.out << told.err);
            CHECK(told.code == 5);
            CHECK(told.err.find("what to do:") != std::string::npos);
        }
        agency.add_entry(agency.first, 3600, "2026-03-20");

        disk.sicken("");
        tell();
        CHECK(taken.back() == event);
        const auto synced = agency.run({"sync"});
        INFO(synced.out << synced.err);
        CHECK(synced.code == 0);
        CHECK(agency.run({"dump", "entries"}).root()["rows"].size() == 5);
        CHECK(soon([&] { return call(url + "/readyz").status == 200; }));
        CHECK(kept_events(disk, taken) == taken.size());
        service.signal(SIGTERM);
        CHECK(service.wait().code == 0);
        const auto verified = agency.run({"verify"});
        INFO(verified.out << verified.err);
        CHECK(verified.code == 0);
    }
}

TEST_CASE(
    "commands by themselves on a sick disk end with 5, say what to do, and lose nothing (R13)") {
    if (!can_watch_disks()) return;
    const Watched disk;
    disk.agency.begin();
    const auto id = std::to_string(disk.agency.draft());
    for (const std::string sick : {"ENOSPC", "EROFS", "EIO"}) {
        disk.sicken(sick);
        for (const auto& command : {std::vector<std::string>{"sync", "--full"},
                                    {"report", "send", id},
                                    {"backup", disk.agency.folder.path(sick + ".db")},
                                    {"run"}}) {
            const auto told = disk.run(command);
            INFO(sick << " " << command[0] << ": " << told.out << told.err);
            CHECK(told.code == 5);
            CHECK(told.err.find("what to do:") != std::string::npos);
        }
        disk.sicken("");
        CHECK(disk.agency.run({"verify"}).code == 0);
    }
    disk.must({"report", "send", id});
}

} // namespace hb::test
