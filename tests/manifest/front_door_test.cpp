#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <unistd.h>

#include "app/program.h"
#include "sandbox/worksection.h"

// Hours of one client from two planners, through the program's own commands.
namespace hb::test {
namespace {

sandbox::WorksectionOptions fast() {
    sandbox::WorksectionOptions options;
    options.per_second = 50; // the connector is told the same
    return options;
}

// The records below are of March 2026, and what is read depends on how long ago that is: the story
// plays in that spring, whatever the date is.
struct InSpring {
    std::string file = (std::filesystem::temp_directory_path() / "hourbridge-now-XXXXXX").string();
    std::string before = std::getenv("HB_NOW") != nullptr ? std::getenv("HB_NOW") : "";

    InSpring() {
        const int opened = ::mkstemp(file.data());
        REQUIRE(opened >= 0);
        const std::string now = "2026-04-15T09:00:00Z";
        REQUIRE(::write(opened, now.data(), now.size()) == static_cast<ssize_t>(now.size()));
        ::close(opened);
        ::setenv("HB_NOW", file.c_str(), 1);
    }
    void go_to(const std::string& now) const { std::ofstream(file) << now; }
    InSpring(const InSpring&) = delete;
    InSpring& operator=(const InSpring&) = delete;
    ~InSpring() {
        if (before.empty())
            ::unsetenv("HB_NOW");
        else
            ::setenv("HB_NOW", before.c_str(), 1);
        std::filesystem::remove(file);
    }
};

// Bitrix24 with a client, and beside it a Worksection account with a project for the same client.
struct TwoPlanners {
    InSpring spring;
    Agency agency;
    Clock& clock = agency.clock;
    sandbox::Worksection account{clock, fast()};
    sandbox::Server server{
        [this](const sandbox::HttpRequest& request) { return account.handle(request); }};
    std::string project, landing, support, progress, worker;

    TwoPlanners() {
        const std::string ivan = account.add_person("Ivan Petrov", "ivan@acme.example");
        worker = ivan;
        project = account.add_project("Website redesign");
        progress = account.add_tag("In progress", "General labels");
        landing = account.add_task(project, "Landing page");
        support = account.add_task(project, "Support");
        account.tag_task(landing, progress);
        account.add_cost(landing, ivan, "2026-03-03", 90, "Grid and header");
        account.add_cost(support, ivan, "2026-03-04", 60, "Weekly call");
        account.close_task(landing);
        account.start_timer(support, ivan);
        REQUIRE(server.start(0).ok());
        configure(sandbox::kWorksectionKey);
    }
    ~TwoPlanners() { server.stop(); }

    void configure(const std::string& key) const {
        agency.folder.write(
            "hourbridge.json",
            R"({"data_dir": "data", "listen": "127.0.0.1:0", "time_zone": "Europe/Minsk",
  "remotes": {
    "bitrix24": {"connector": "bitrix24", "webhook_url": ")" +
                agency.webhook() +
                R"(", "settle_seconds": 1, "limits": {"burst": 1000, "per_second": 100}},
    "worksection": {"connector": "worksection", "base_url": ")" +
                server.url() + R"(", "settings": {"api_key": ")" + key +
                R"(", "oldest": "2026-01-01", "requests_per_second": 50}}},
  "crm": {"remote": "bitrix24"}
})");
    }
    void begin() const {
        agency.begin();
        const auto linked = agency.run({"link", "set", "worksection:project:" + project,
                                        "bitrix24:company:" + std::to_string(agency.company)});
        INFO(linked.out << linked.err);
        REQUIRE(linked.code == 0);
    }
};

Ended good(const Agency& agency, const std::vector<std::string>& args) {
    auto ended = agency.run(args);
    INFO(args.front() << ": " << ended.out << ended.err);
    REQUIRE(ended.code == 0);
    return ended;
}

} // namespace

TEST_CASE("one report bills a client from Bitrix24 and Worksection and marks both as paid (G44)") {
    const TwoPlanners world;
    const Agency& agency = world.agency;
    world.begin();
    const auto id = std::to_string(agency.draft());
    const auto draft = good(agency, {"report", "show", id});
    // 1.5 h design at 80.00 and 2 h at 60.00 in Bitrix24, 2.5 h at 60.00 in Worksection; 20 % on
    // top
    CHECK(text(draft.root()["subtotal"]) == "390.00");
    CHECK(text(draft.root()["total"]) == "468.00");
    int foreign = 0;
    for (const auto line : draft.root()["lines"])
        foreign += text(line["task"]["ref"]).rfind("worksection:task:", 0) == 0 ? 1 : 0;
    CHECK(foreign == 2);

    const auto sent = good(agency, {"report", "send", id});
    const std::string name = text(sent.root()["number"]);
    good(agency, {"report", "agree", name, "--hash", text(sent.root()["revision"]["hash"])});
    good(agency, {"run", "--wait", "5"});
    // Agreed, not paid: a tag can't say that, so nothing is written.
    CHECK(world.account.tags_of(world.landing) == std::vector<std::string>{"In progress"});
    CHECK(world.account.tags_of(world.support).empty());

    const auto invoiced = good(agency, {"report", "show", name});
    const std::string deal = text(invoiced.root()["links"]["deal"]);
    REQUIRE(!deal.empty());
    agency.portal_call("deals/" + deal.substr(deal.rfind(':') + 1) + "/stage",
                       R"({"stage":"WON"})");
    const auto ran = good(agency, {"run", "--wait", "5"});
    CHECK(number(ran.root()["parked"]) == 0);
    CHECK(text(good(agency, {"report", "show", name}).root()["state"]) == "paid");
    CHECK(world.account.tags_of(world.landing) == std::vector<std::string>{"In progress", "paid"});
    CHECK(world.account.tags_of(world.support) == std::vector<std::string>{"paid"});
    const auto ops = good(agency, {"outbox", "list"});
    for (const auto op : ops.root()["ops"]) CHECK(text(op["state"]) == "done");
    CHECK(*good(agency, {"verify", "--remote"}).root()["ok"].boolean());

    // The tag is a mark of ours, no change of the work: nothing drifts, nothing is billed again.
    good(agency, {"sync"});
    CHECK(agency.run({"late", "list"}).root()["late"].size() == 0);
    CHECK(text(good(agency, {"report", "show", name}).root()["state"]) == "paid");
}

TEST_CASE("a payment taken back takes the tag away, and a tag that somebody removed comes back") {
    const TwoPlanners world;
    const Agency& agency = world.agency;
    world.begin();
    const auto id = std::to_string(agency.draft());
    const auto sent = good(agency, {"report", "send", id});
    const std::string name = text(sent.root()["number"]);
    good(agency, {"report", "agree", name, "--hash", text(sent.root()["revision"]["hash"])});
    good(agency, {"run", "--wait", "5"});
    const auto deal = text(good(agency, {"report", "show", name}).root()["links"]["deal"]);
    const std::string stage = "deals/" + deal.substr(deal.rfind(':') + 1) + "/stage";
    agency.portal_call(stage, R"({"stage":"WON"})");
    good(agency, {"run", "--wait", "5"});
    REQUIRE(world.account.tags_of(world.support) == std::vector<std::string>{"paid"});
    agency.portal_call(stage, R"({"stage":"NEW"})");
    world.spring.go_to("2026-04-16T09:00:00Z"); // what is paid has its turn once a night (P21)
    good(agency, {"run", "--wait", "5"});
    INFO(agency.run({"report", "show", name}).out);
    CHECK(world.account.tags_of(world.support).empty());
    CHECK(world.account.tags_of(world.landing) == std::vector<std::string>{"In progress"});
}

TEST_CASE("a project that nobody has mapped waits by itself and blocks no other hours") {
    const TwoPlanners world;
    const Agency& agency = world.agency;
    agency.begin(); // no link
    const auto draft = agency.draft();
    CHECK(text(good(agency, {"report", "show", std::to_string(draft)}).root()["subtotal"]) ==
          "240.00");
    const auto checked = agency.run({"check"});
    CHECK(number(checked.root()["needs_mapping"]["count"]) == 2);
}

TEST_CASE("a wrong key is told with the way out, and the other planner goes on") {
    const TwoPlanners world;
    world.configure("00000000000000000000000000000000");
    const auto ended = world.agency.run({"sync"});
    CHECK(ended.code != 0);
    CHECK((ended.out + ended.err).find("copy the key again") != std::string::npos);
    CHECK((ended.out + ended.err).find("00000000000000000000000000000000") == std::string::npos);
    bool entries = false;
    for (const auto remote : ended.root()["remotes"])
        if (text(remote["name"]) == "bitrix24")
            for (const auto stream : remote["streams"])
                entries = entries ||
                          (text(stream["stream"]) == "entries" && number(stream["added"]) == 4);
    CHECK(entries);
}

TEST_CASE("connector list tells what each planner can't do; new makes a folder that passes check") {
    const Agency agency;
    const auto listed = good(agency, {"connector", "list"});
    bool harvest = false;
    for (const auto each : listed.root()["connectors"])
        if (text(each["connector"]) == "harvest") {
            harvest = true;
            CHECK(each["mark"].null());
            CHECK(each["lacks"].size() > 0);
        }
    CHECK(harvest);
    good(agency, {"connector", "new", "acmetime", "--in", agency.folder.path("own")});
    const auto checked = good(agency, {"connector", "check", agency.folder.path("own/acmetime")});
    CHECK(*checked.root()["ok"].boolean());
    CHECK(checked.root()["findings"].size() >= 9);
    CHECK(agency.run({"connector", "new", "Acme Time"}).code == 2);

    // A broken one is told by file, line and word.
    auto manifest = agency.folder.read("own/acmetime/manifest.json");
    const auto at = manifest.find("\"limits\"");
    REQUIRE(at != std::string::npos);
    agency.folder.write("own/acmetime/manifest.json", manifest.replace(at, 8, "\"limit\""));
    const auto broken = agency.run({"connector", "check", agency.folder.path("own/acmetime")});
    CHECK(broken.code == 2);
    CHECK((broken.out + broken.err).find("did you mean \"limits\"") != std::string::npos);
}

TEST_CASE("connector check of a remote reads its account and writes nothing") {
    const TwoPlanners planners;
    const auto checked = good(planners.agency, {"connector", "check", "worksection"});
    INFO(checked.out);
    CHECK(*checked.root()["ok"].boolean());
    std::set<std::string> asked;
    for (const auto each : checked.root()["findings"]) asked.insert(text(each["what"]));
    for (const char* what :
         {"answers, and takes what it is given as a proof", "clocks agree", "reads what is there",
          "reads twice the same, and resumes from any cursor", "keeps its limits",
          "a wrong key is refused", "shows none of its secrets",
          "every record is understood by the mapping"})
        CHECK(asked.count(what) == 1);
    CHECK(checked.root()["lacks"].size() > 0);
    CHECK(planners.account.tags_of(planners.landing) == std::vector<std::string>{"In progress"});

    const auto unknown = planners.agency.run({"connector", "check", "worksectoin"});
    CHECK(unknown.code == 2);
    CHECK((unknown.out + unknown.err).find("did you mean \"worksection\"?") != std::string::npos);
}

TEST_CASE("connector check --write marks the task that is named, reads it back and clears it") {
    const TwoPlanners planners;
    const auto checked =
        good(planners.agency, {"connector", "check", "worksection", "--write", planners.support});
    bool marked = false;
    for (const auto each : checked.root()["findings"])
        if (text(each["what"]) == "finds what it wrote, and takes it back") {
            INFO(text(each["detail"]));
            marked = *each["ok"].boolean();
        }
    CHECK(marked);
    CHECK(planners.account.tags_of(planners.support).empty());
    CHECK(planners.account.tags_of(planners.landing) == std::vector<std::string>{"In progress"});
}

TEST_CASE("connector check --record makes a folder that passes and names nobody") {
    const TwoPlanners planners;
    const std::string folder = planners.agency.folder.path("recorded");
    good(planners.agency,
         {"connector", "check", "worksection", "--record", folder, "--write", planners.support});
    const std::string story = planners.agency.folder.read("recorded/transcripts/story.json");
    for (const char* private_word :
         {"Ivan", "Petrov", "acme.example", "Website redesign", "Landing page", "Grid and header",
          sandbox::kWorksectionKey, "127.0.0.1"}) {
        INFO(private_word);
        CHECK(story.find(private_word) == std::string::npos);
    }
    CHECK(story.find("person1@example.com") != std::string::npos);
    const auto played = good(planners.agency, {"connector", "check", folder});
    INFO(played.out);
    CHECK(*played.root()["ok"].boolean());
    // Nothing is written over.
    CHECK(planners.agency.run({"connector", "check", "worksection", "--record", folder}).code == 2);
}

TEST_CASE("connector check of a remote with a wrong key ends there and says what to do") {
    const TwoPlanners planners;
    planners.configure("00000000000000000000000000000000");
    const auto refused = planners.agency.run({"connector", "check", "worksection"});
    CHECK(refused.code == 3);
    CHECK((refused.out + refused.err).find("copy the key again") != std::string::npos);
    CHECK((refused.out + refused.err).find("00000000000000000000") == std::string::npos);
}

TEST_CASE("connector hook registers the address once, with the password that proves its events") {
    const TwoPlanners planners;
    std::string config = planners.agency.folder.read("hourbridge.json");
    const auto listen = config.find("\"listen\"");
    REQUIRE(listen != std::string::npos);
    config.insert(listen, R"("public_url": "https://billing.example", )");
    const auto settings = config.find("\"api_key\"");
    REQUIRE(settings != std::string::npos);
    config.insert(settings, R"("hook_user": "ws", "hook_password": "s3cret-of-hooks", )");
    planners.agency.folder.write("hourbridge.json", config);

    const auto made = good(planners.agency, {"connector", "hook", "worksection"});
    CHECK_FALSE(*made.root()["was_there"].boolean());
    CHECK(text(made.root()["state"]) == "active");
    const auto again = good(planners.agency, {"connector", "hook", "worksection"});
    CHECK(*again.root()["was_there"].boolean());
    const auto hooks = planners.account.registered_webhooks();
    REQUIRE(hooks.size() == 1);
    CHECK(hooks.front().url == "https://billing.example/hook/worksection");
    CHECK(hooks.front().user == "ws");
    CHECK(hooks.front().password == "s3cret-of-hooks");
    CHECK(hooks.front().events.find("reopen_task") != std::string::npos);
    CHECK((made.out + made.err).find("s3cret-of-hooks") == std::string::npos);

    CHECK(planners.agency.run({"connector", "hook", "bitrix24"}).code == 2);
    CHECK(planners.agency.run({"connector", "hook", "worksection", "--url", "http://x.example"})
              .code == 2);
}

TEST_CASE("a cost of money without time is kept, shown and billed nowhere") {
    TwoPlanners planners;
    const std::string cost = planners.account.add_expense(planners.landing, planners.worker,
                                                          "2026-03-05", 12050, "Fonts");
    planners.begin();
    const auto checked = planners.agency.run({"check"});
    const auto rows = checked.root()["without_time"];
    REQUIRE(rows.size() == 1);
    CHECK(text(rows[0]["remote"]) == "worksection");
    CHECK(number(rows[0]["count"]) == 1);
    CHECK(text(rows[0]["examples"][0]) == "worksection:entry:" + cost);
    CHECK(number(rows[0]["costs"]) == 1);
    CHECK(text(rows[0]["money"]) == "120.50");
    const auto explained = good(planners.agency, {"explain", "worksection:entry:" + cost});
    CHECK(explained.out.find("a cost of money alone is kept, not billed") != std::string::npos);

    // Whoever bills the month is told; the client is not.
    planners.account.add_expense(planners.support, planners.worker, "2026-03-31", 2500, "Licence");
    planners.account.add_expense(planners.support, planners.worker, "2026-04-01", 100, "April");
    good(planners.agency, {"sync", "worksection", "--full"}); // months ago: not in the window
    const auto id = std::to_string(planners.agency.draft());
    const auto draft = good(planners.agency, {"report", "show", id});
    INFO(draft.out);
    const std::string told = "2 costs of 145.50 in money, without time, of worksection in this "
                             "period are not on this report";
    bool warned = false;
    for (const auto warning : draft.root()["warnings"])
        warned = warned || (text(warning["code"]) == "costs" && !*warning["blocking"].boolean() &&
                            text(warning["message"]).rfind(told, 0) == 0);
    CHECK(warned);
    CHECK(draft.err.find(told) != std::string::npos);
    CHECK(text(draft.root()["subtotal"]) == "390.00");
    const auto sent = good(planners.agency, {"report", "send", id});
    CHECK(sent.err.find(told) != std::string::npos);
    CHECK(text(sent.root()["url"]).find("/r/") != std::string::npos);
}

} // namespace hb::test
