#include <catch2/catch.hpp>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "app/program.h"
#include "base/text.h"

// Books that are opened by processes which see the machine in different ways (G58): the
// service under its unit, which hides the kernel's word, and a command; and another machine.
namespace hb::test {
namespace {

constexpr const char* kOther = "c2000000000000000000000000000002";

// How a process sees where it runs, some seconds after the beginning of the story.
struct View {
    std::string name, machine, boot;
    std::map<std::string, std::string> handed{}; // by the unit
    bool real_proc = false;                      // a mount of /proc that shows processes only
};

// What the shipped unit puts into the environment, with what systemd writes for its specifiers.
std::map<std::string, std::string> unit_environment() {
    std::stringstream unit;
    unit << std::ifstream(HB_SOURCE_DIR "/config/hourbridge.service").rdbuf();
    std::map<std::string, std::string> out;
    bool hides = false;
    for (std::string line; std::getline(unit, line);) {
        hides = hides || line == "ProcSubset=pid";
        const std::string head = "Environment=";
        if (line.rfind(head, 0) != 0) continue;
        for (const auto word : split(std::string_view(line).substr(head.size()), ' ')) {
            const auto equals = word.find('=');
            std::string value(word.substr(equals + 1));
            if (value == "%b") value = kBootId;
            if (value == "%m") value = kMachineId;
            out.emplace(word.substr(0, equals), value);
        }
    }
    REQUIRE(hides);
    REQUIRE(out.count("HOURBRIDGE_BOOT") + out.count("HOURBRIDGE_MACHINE") == 2);
    return out;
}

bool may_mount() {
    static const bool may =
        std::system("unshare -m mount -t proc -o subset=pid proc /proc 2>/dev/null") == 0;
    return may;
}

// A report is agreed to; its deal is to be created.
struct Agreed : Agency {
    std::string report;

    Agreed() {
        std::string config = folder.read("hourbridge.json");
        const std::string settle = "\"settle_seconds\": 1";
        REQUIRE(config.find(settle) != std::string::npos);
        config.replace(config.find(settle), settle.size(), "\"settle_seconds\": 90");
        folder.write("hourbridge.json", config);
        begin();
        report = std::to_string(draft());
        REQUIRE(run({"report", "send", report}).code == 0);
        REQUIRE(run({"report", "agree", report}).code == 0);
    }

    Ended run_at(int seconds, const View& view) {
        folder.write("now", "+" + std::to_string(seconds));
        auto with = view.handed;
        with["HB_NOW"] = folder.path("now");
        with["HB_MACHINE"] = view.machine;
        if (view.real_proc) { // and so no seam speaks of the boot
            with["-HB_BOOT"] = "";
            folder.through = {"unshare",
                              "-m",
                              "sh",
                              "-c",
                              "mount -t proc -o subset=pid proc /proc && exec \"$@\"",
                              "sh"};
        } else {
            with["HB_BOOT"] = view.boot.empty() ? "" : view.boot + "+" + std::to_string(seconds);
        }
        auto ended = run({"run"}, with);
        folder.through.clear();
        INFO(view.name << " at " << seconds << ": " << ended.out << ended.err);
        CHECK(ended.code != 5);
        return ended;
    }
    std::int64_t creates() const {
        const auto calls = portal->counters().calls;
        const auto found = calls.find("crm.item.add");
        return found == calls.end() ? 0 : found->second;
    }
    std::vector<std::int64_t> deals() const {
        std::vector<std::int64_t> found;
        portal->edit([&](sandbox::State& state) {
            const auto& store = state.crm.at(2);
            for (const auto& item : store.items.rows())
                if (!store.text(item, "originId").empty()) found.push_back(item.id);
        });
        return found;
    }
    // The portal shows now what it hid.
    void show() const {
        for (const auto id : deals())
            portal->edit(
                [&](sandbox::State& state) { state.hide(sandbox::Thing::CrmItem, 2, id, 0); });
    }
    void check_ending() const {
        CHECK(deals().size() == 1);
        const auto shown = run({"report", "show", report});
        CHECK(text(shown.root()["state"]) == "invoiced");
        CHECK(text(shown.root()["total"]) == "288.00");
        const auto verified = run({"verify", "--remote"});
        INFO(verified.out << verified.err);
        CHECK(verified.code == 0);
    }
};

View service() {
    View view{"the service, /proc hidden", kMachineId, ""};
    view.real_proc = may_mount();
    return view;
}
View handed() {
    View view = service();
    view.name = "the service, ids handed over";
    view.handed = unit_environment();
    return view;
}
View command() {
    return {"a command", kMachineId, kBootId};
}
View elsewhere() {
    return {"another machine", kOther, kBootId};
}
View another_boot() {
    return {"after another start", kMachineId, kOther};
}

std::vector<std::pair<View, View>> orders() {
    return {{service(), command()},   {command(), service()},     {service(), service()},
            {handed(), command()},    {command(), handed()},      {command(), elsewhere()},
            {elsewhere(), command()}, {command(), another_boot()}};
}

} // namespace

TEST_CASE("a deal that is shown late, its answer lost, the look-up cut: one deal, whoever looks "
          "next (R25, G58)") {
    if (!may_mount()) WARN("no mounting here: the hidden /proc is played by HB_BOOT alone");
    for (const auto& [first, second] : orders()) {
        INFO(first.name << ", then " << second.name);
        Agreed agency;
        agency.portal_call("faults",
                           R"({"kind":"late_visible","method":"crm.item.add","seconds":1000000})");
        agency.portal_call("faults", R"({"kind":"lost_answer","method":"crm.item.add"})");
        agency.portal_call("faults", R"({"kind":"reset","method":"crm.item.list"})");
        agency.run_at(0, first);
        REQUIRE(agency.creates() == 1);
        for (const int seconds : {14, 28, 42, 56}) agency.run_at(seconds, second);
        CHECK(agency.creates() == 1);
        agency.show(); // a minute after it was created, as the portal promises
        for (const int seconds : {60, 160, 180, 200}) agency.run_at(seconds, second);
        CHECK(agency.creates() == 1);
        agency.check_ending();
    }
}

TEST_CASE("a deal that was never created is created after the delay, by whoever knows that it is "
          "over (G58)") {
    for (const auto& second : {command(), elsewhere(), another_boot()}) {
        INFO("the service, then " << second.name);
        Agreed agency;
        agency.portal_call("faults", R"({"kind":"reset","method":"crm.item.add"})");
        agency.run_at(0, service());
        REQUIRE(agency.deals().empty());
        agency.run_at(100, second); // the first look of somebody who knows: from here on
        CHECK(agency.deals().empty());
        for (const int seconds : {150, 195, 210, 225, 240}) agency.run_at(seconds, second);
        agency.check_ending();
    }
}

TEST_CASE("a snapshot of the machine that is restored waits once more (G58)") {
    Agreed agency;
    agency.portal_call("faults", R"({"kind":"reset","method":"crm.item.add"})");
    agency.run_at(5000, command());
    REQUIRE(agency.deals().empty());
    // The same ids, an earlier running time, a later clock.
    const auto run_on = [&](int clock, int running) {
        agency.folder.write("now", "+" + std::to_string(clock));
        agency.run({"run"}, {{"HB_NOW", agency.folder.path("now")},
                             {"HB_BOOT", kBootId + std::string("+") + std::to_string(running)}});
    };
    for (const int passed : {0, 14, 28, 60}) run_on(5100 + passed, 1000 + passed);
    CHECK(agency.deals().empty());
    for (const int passed : {95, 110, 125, 140}) run_on(5100 + passed, 1000 + passed);
    agency.check_ending();
}

TEST_CASE("check names what a process can't read of its machine, and what it costs (G58)") {
    const Agency agency;
    agency.begin();
    const auto checked = [&](const std::map<std::string, std::string>& with) {
        const auto ended = agency.run({"check"}, with);
        INFO(ended.out << ended.err);
        CHECK(ended.code == 0);
        std::string said;
        for (const auto warning : ended.root()["warnings"])
            said += text(warning["message"]) + " " + text(warning["hint"]) + "\n";
        return said;
    };
    const auto names = [](const std::string& said, const char* what) {
        return said.find(what) != std::string::npos;
    };
    CHECK(!names(checked({}), "can't read"));
    const auto no_boot = checked({{"HB_BOOT", ""}});
    CHECK(names(no_boot, "this process can't read the id of the machine's start"));
    CHECK(names(no_boot, "HOURBRIDGE_BOOT=%b"));
    CHECK(names(checked({{"HB_MACHINE", ""}}), "this process can't read the machine's id"));
    // Not ids: a text that systemd did not fill in, the word of a machine before its first start.
    for (const char* word : {"%b", "uninitialized", "00000000000000000000000000000000", "b1"})
        CHECK(names(checked({{"HB_BOOT", word}}), "can't read"));
    CHECK(!names(checked({{"HB_BOOT", "B1000000-0000-0000-0000-000000000001"}}), "can't read"));

    // What the service could not read is named by a command that can.
    {
        auto service = agency.folder.start(
            {"serve", "--config", agency.folder.path("hourbridge.json")}, {{"HB_BOOT", ""}});
        REQUIRE(service.says("hourbridge serves"));
        CHECK(names(checked({}), "the service can't read the id of the machine's start"));
        service.signal(SIGTERM);
        CHECK(service.wait().code == 0);
    }
    auto service =
        agency.folder.start({"serve", "--config", agency.folder.path("hourbridge.json")});
    REQUIRE(service.says("hourbridge serves"));
    CHECK(!names(checked({}), "can't read"));
    service.signal(SIGTERM);
    CHECK(service.wait().code == 0);
}

TEST_CASE("the ids that the unit hands over serve where the kernel's word is hidden (G58)") {
    Agency agency;
    agency.begin();
    if (!may_mount()) {
        WARN("no mounting here: /proc can't be hidden");
        return;
    }
    agency.folder.through = {
        "unshare", "-m", "sh", "-c", "mount -t proc -o subset=pid proc /proc && exec \"$@\"", "sh"};
    const auto hidden = agency.run({"check"}, {{"-HB_BOOT", ""}});
    CHECK(hidden.out.find("can't read the id of the machine's start") != std::string::npos);
    auto environment = unit_environment();
    environment["-HB_BOOT"] = "";
    const auto handed = agency.run({"check"}, environment);
    CHECK(handed.out.find("can't read") == std::string::npos);
}

} // namespace hb::test
