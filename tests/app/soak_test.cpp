#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>

#include "app/serving.h"
#include "sandbox/state.h"

// The service against a portal that misbehaves, for HB_SOAK seconds (60 when nothing is said; a
// night's run is HB_SOAK=28800).
namespace hb::test {
namespace {

int soak_seconds() {
    const char* given = std::getenv("HB_SOAK");
    if (given != nullptr) return std::max(10, std::atoi(given));
    return std::getenv("HB_LONG") != nullptr ? 1200 : 60;
}

unsigned seed_of_this_run() {
    const char* given = std::getenv("HB_SEED");
    return given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10))
                            : std::random_device{}();
}

const char* const kFaults[] = {
    R"({"kind":"lost_answer","method":"*","count":1})",
    R"({"kind":"reset","method":"*","count":2})",
    R"({"kind":"html","method":"*","count":1})",
    R"({"kind":"slow","method":"*","count":2,"delay_ms":400})",
    R"({"kind":"truncated","method":"*","count":1})",
    R"({"kind":"503","method":"*","count":2})",
    R"({"kind":"lost_answer","method":"crm.item.add","count":1})",
    R"({"kind":"late_visible","method":"crm.item.add","count":1,"seconds":1})",
};

struct Soak {
    Agency agency;
    std::mt19937 random;
    std::optional<Serving> service;
    std::vector<std::int64_t> entries;
    std::vector<std::int64_t> memory, descriptors;
    std::vector<std::string> links; // paths of clients' pages
    int opened = 0, not_shown = 0;
    int commands = 0, reports = 0, week = 0;

    explicit Soak(unsigned seed) : random(seed) {
        agency.begin();
        service.emplace(agency, R"("public_url": "https://r.example.com",)");
    }
    int pick(int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); }
    // Each report has a week of its own; time goes into the week that is not billed yet.
    std::string day_of_week(int day) const {
        return format_day(*parse_day("2026-01-05") + std::chrono::days{7 * week + day});
    }
    void work_on_the_portal() {
        const std::int64_t tasks[] = {agency.first, agency.second, agency.bug};
        entries.push_back(
            agency.add_entry(tasks[pick(3)], 600 * (1 + pick(12)), day_of_week(pick(7))));
    }
    Ended run(std::vector<std::string> args) {
        ++commands;
        return agency.run(std::move(args));
    }
    // Time comes while a draft is looked at; people look again and send once more.
    bool sent(const std::string& id) {
        for (int i = 0; i < 4; ++i)
            if (run({"report", "send", id, "--stale-ok"}).code == 0) return true;
        return false;
    }
    // A report of the week, all the way to the client's word.
    void report() {
        const auto made = run({"report", "create", "--company",
                               "bitrix24:company:" + std::to_string(agency.company), "--from",
                               day_of_week(0), "--to", day_of_week(6)});
        ++week;
        if (made.code != 0) return; // the bug's time alone is no report
        const auto id = std::to_string(number(made.root()["id"]));
        if (!sent(id)) return;
        const auto url = text(run({"report", "show", id}).root()["url"]);
        if (const auto path = url.find("/r/"); path != std::string::npos)
            links.push_back(url.substr(path));
        if (run({"report", "agree", id}).code == 0) ++reports;
    }
    // Clients look at their pages all the while, at one of the newest thirty each.
    void open_links() {
        const std::size_t newest = std::min<std::size_t>(links.size(), 30);
        for (std::size_t i = 0; i < std::min<std::size_t>(newest, 3); ++i) {
            const auto& path =
                links[links.size() - 1 - static_cast<std::size_t>(pick(static_cast<int>(newest)))];
            ++opened;
            if (service->get(path).status != 200) ++not_shown;
        }
    }
    void one_step(int n) {
        work_on_the_portal();
        if (n % 3 == 0) agency.portal_call("faults", kFaults[pick(8)]);
        if (n % 2 == 0) run({"sync"}); // as an event would ask it to
        if (n % 10 == 9) report();
        if (n % 7 == 6) service->running->signal(SIGHUP); // a reload under load
        open_links();
        if (n % 5 == 0) {
            memory.push_back(service->metric("process_resident_memory_bytes"));
            descriptors.push_back(service->metric("process_open_fds"));
        }
    }
};

std::map<std::string, int> ops_by_state(const Agency& agency) {
    std::map<std::string, int> out;
    const auto list = agency.run({"outbox", "list"});
    for (const auto op : list.root()["ops"]) {
        const auto superseded = op["superseded"].boolean();
        if (superseded && !*superseded) ++out[text(op["state"])];
    }
    return out;
}

// How many objects of each key of ours the portal has.
int doubles(const Agency& agency) {
    int twice = 0;
    agency.portal->edit([&](sandbox::State& state) {
        std::map<std::string, int> keys;
        for (const auto& [type, store] : state.crm)
            for (const auto& item : store.items.rows())
                for (const char* field : {"originId", "xmlId"}) {
                    if (!store.position(field)) continue;
                    const std::string key = store.text(item, field);
                    if (key.rfind("hb-", 0) == 0) ++keys[std::to_string(type) + " " + key];
                }
        for (const auto& [key, count] : keys)
            if (count > 1) ++twice;
    });
    return twice;
}

} // namespace

TEST_CASE("soak: with faults all the time everything of the portal arrives, every write is done, "
          "none twice, none parked but for what is shown late, clients see their pages, memory and "
          "descriptors flat (R3, R6, R20)") {
    const unsigned seed = seed_of_this_run();
    const int seconds = soak_seconds();
    INFO("HB_SEED=" << seed << " HB_SOAK=" << seconds);
    std::printf("soak: HB_SEED=%u HB_SOAK=%d\n", seed, seconds);
    Soak soak(seed);
    SystemClock clock;
    const Instant end = clock.now() + std::chrono::seconds{seconds};
    int steps = 0;
    while (clock.now() < end) soak.one_step(steps++);
    soak.agency.portal->clear_faults();

    // The faults are over: everything comes to rest.
    const auto settled = [&] {
        const auto states = ops_by_state(soak.agency);
        int open = 0;
        for (const auto& [state, count] : states)
            if (state != "done" && state != "parked") open += count;
        return open == 0;
    };
    CHECK(soon(settled, 60));
    const auto parked = soak.run({"outbox", "list", "--state", "parked"});
    INFO(parked.out);
    CHECK(parked.root()["ops"].size() == 0);
    for (const auto& path : soak.links) CHECK(soak.service->get(path).status == 200);
    CHECK(soak.opened > 0);
    if (seconds >= 600) CHECK(soak.links.size() >= 30);
    CHECK(soak.not_shown == 0);
    Ended synced;
    CHECK(soon([&] { return (synced = soak.run({"sync", "--full"})).code == 0; }, 60));
    INFO(synced.out << synced.err);

    const auto dump = soak.run({"dump", "entries", "--limit", "1000000"});
    REQUIRE(dump.is_json);
    std::map<std::string, bool> cached;
    for (const auto row : dump.root()["rows"]) cached[text(row["remote_id"])] = true;
    int lost = 0;
    for (const auto id : soak.entries)
        if (!cached.count(std::to_string(id))) ++lost;
    CHECK(lost == 0);
    CHECK(soak.reports > 0);
    CHECK(doubles(soak.agency) == 0);
    CHECK(soak.service->metric("hourbridge_reloads_total{result=\"good\"}") > 0);
    CHECK(soak.run({"verify"}).code == 0);

    const auto& memory = soak.memory;
    REQUIRE(memory.size() >= 4);
    const std::int64_t middle = memory[memory.size() / 2];
    const std::int64_t last = soak.service->metric("process_resident_memory_bytes");
    const std::int64_t files = soak.descriptors[soak.descriptors.size() / 2];
    const std::int64_t last_files = soak.service->metric("process_open_fds");
    std::printf("soak: %d steps, %d commands, %zu entries, %d reports agreed, %zu links opened %d "
                "times; "
                "memory %.1f MB in the middle, %.1f MB at the end; descriptors %lld and %lld\n",
                steps, soak.commands, soak.entries.size(), soak.reports, soak.links.size(),
                soak.opened, static_cast<double>(middle) / 1e6, static_cast<double>(last) / 1e6,
                static_cast<long long>(files), static_cast<long long>(last_files));
    CHECK(last_files <= files + 8);
    CHECK(last < middle + middle / 4 + (8 << 20));
    CHECK(!soak.service->running->ended());
    soak.service->stop();
}

} // namespace hb::test
