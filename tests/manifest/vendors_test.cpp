#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include "base/text.h"
#include "mapping/mapping.h"
#include "mapping/shipped.h"
#include "rig.h"
#include "json/value.h"

// What single vendors do otherwise than one would expect, as docs/connectors.md says: the shipped
// manifest asks, and the shipped mapping reads what comes.
using namespace hb;
using namespace hb::connector;

namespace {

const std::map<std::string, Secret>& settings_of(const std::string& name) {
    static const std::map<std::string, std::map<std::string, Secret>> all{
        {"jira",
         {{"site", Secret("acme.atlassian.net")},
          {"email", Secret("mia@acme.example")},
          {"token", Secret("the-token")}}},
        {"redmine", {{"key", Secret("the-key")}, {"oldest", Secret("2024-11-01")}}},
        {"openproject", {{"token", Secret("the-token")}}},
        {"clickup",
         {{"token", Secret("the-token")},
          {"workspace", Secret("4470")},
          {"oldest", Secret("2024-12-20")}}},
        {"youtrack", {{"token", Secret("the-token")}, {"oldest", Secret("2024-12-01")}}},
        {"paymo",
         {{"key", Secret("the-key")},
          {"company", Secret("acme")},
          {"oldest", Secret("2024-12-20")}}},
        {"clockify",
         {{"key", Secret("the-key")},
          {"workspace", Secret("w1")},
          {"oldest", Secret("2024-12-01")}}},
        {"harvest",
         {{"token", Secret("the-token")},
          {"account", Secret("1")},
          {"contact", Secret("mia@acme.example")}}}};
    return all.at(name);
}

// A planner that answers every request by `answer`, and its shipped mapping.
struct Vendor {
    rig::Rig rig;
    std::string name;
    std::vector<std::string> asked;
    std::function<std::string(const std::string& url)> answer;

    explicit Vendor(std::string planner) : name(std::move(planner)) {
        rig.options.remote = name;
        if (name == "redmine" || name == "openproject" || name == "youtrack")
            rig.options.base_url = "https://acme.example";
        rig.options.settings = settings_of(name);
        rig.wire.answer = [this](const net::Request& request) {
            asked.push_back(request.url.reveal());
            return rig::answered(200, answer(asked.back()), {{"last-page", "true"}});
        };
        connect();
    }
    void connect() { rig.connect(rig::shipped(name)); }
    std::vector<domain::SourceRecord> read(const std::string& stream) {
        domain::ReadRequest request;
        request.stream = stream;
        request.reading = domain::Reading::Full;
        std::vector<domain::SourceRecord> out;
        for (int step = 0; step < 100; ++step) {
            const auto page = rig.read(request);
            if (!page) UNSCOPED_INFO(to_string(page.error()));
            REQUIRE(page.ok());
            out.insert(out.end(), page->records.begin(), page->records.end());
            if (page->complete) return out;
            request.cursor = page->cursor;
        }
        FAIL("it never ends");
        return out;
    }
    mapping::Mapped mapped(const domain::SourceRecord& record) const {
        std::vector<mapping::FileProblem> wrong;
        const auto mapping = mapping::Mapping::parse(mapping::shipped_mapping(name), name, wrong);
        REQUIRE(mapping.has_value());
        return mapping->apply(record);
    }
    // The only time record that comes, as it is understood.
    mapping::Mapped time() {
        const auto records = read("entries");
        REQUIRE(records.size() == 1);
        return mapped(records.front());
    }
};

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

domain::SourceEntry entry_of(const mapping::Mapped& mapped) {
    UNSCOPED_INFO(join(mapped.problems, "; "));
    REQUIRE(mapped.fact.has_value());
    return std::get<domain::SourceEntry>(*mapped.fact);
}

} // namespace

TEST_CASE("Jira's tokens with scopes are asked at the vendor's own host, others at the site") {
    Vendor jira("jira");
    jira.answer = [](const std::string&) { return std::string("[]"); };
    (void)jira.read("users");
    REQUIRE_FALSE(jira.asked.empty());
    CHECK(has(jira.asked.front(), "https://acme.atlassian.net/rest/api/3/"));
    const auto account = jira.rig.planner->account();
    jira.asked.clear();
    jira.rig.options.settings["cloud_id"] = Secret("11223344-a1b2");
    jira.connect();
    (void)jira.read("users");
    CHECK(has(jira.asked.front(), "https://api.atlassian.com/ex/jira/11223344-a1b2/rest/api/3/"));
    CHECK(jira.rig.planner->account() == account); // the same site, whatever the token
}

TEST_CASE("Jira's mark goes without a word to its watchers, and once more with one where that "
          "needs more rights") {
    Vendor jira("jira");
    std::vector<std::string> puts;
    bool plain_member = true;
    jira.rig.wire.answer = [&](const net::Request& request) {
        if (request.verb != net::Verb::Put)
            return rig::answered(200, R"({"fields":{"labels":["paid"]}})");
        puts.push_back(request.url.reveal());
        const bool quiet = has(puts.back(), "notifyUsers=false");
        return quiet && plain_member ? rig::answered(403, R"({"errorMessages":["administrators"]})")
                                     : rig::answered(204, "");
    };
    jira.connect();
    domain::WriteOp mark;
    mark.kind = domain::OpKind::TaskMark;
    mark.target = "10230";
    mark.fields = R"({"UF_HB_PAID":"100","UF_HB_REPORT":"HB-1"})";
    CHECK(jira.rig.planner->write(mark).outcome == domain::Outcome::Done);
    REQUIRE(puts.size() == 2);
    CHECK(has(puts[0], "notifyUsers=false"));
    CHECK_FALSE(has(puts[1], "notifyUsers"));
    // What was refused once is not asked for again.
    jira.rig.clock.advance(std::chrono::seconds{5});
    CHECK(jira.rig.planner->write(mark).outcome == domain::Outcome::Done);
    CHECK(puts.size() == 3);
    CHECK_FALSE(has(puts[2], "notifyUsers"));
    // An administrator's token is never louder than it has to be.
    plain_member = false;
    puts.clear();
    jira.connect();
    jira.rig.clock.advance(std::chrono::seconds{5});
    CHECK(jira.rig.planner->write(mark).outcome == domain::Outcome::Done);
    CHECK(puts.size() == 1);
}

TEST_CASE("Jira's time is a moment, whatever the clock of its text") {
    Vendor jira("jira");
    for (const char* started : {"2025-01-01T01:30:00.000+0300", "2024-12-31T22:30:00.000+0000",
                                "2024-12-31T17:30:00.000-0500"}) {
        const auto entry = entry_of(jira.mapped(
            {"entries", "7",
             std::string(R"({"id":"7","issueId":"1","author":{"accountId":"u"},"started":")") +
                 started + R"(","timeSpentSeconds":3600})",
             ""}));
        CHECK(entry.at == *parse_instant("2024-12-31T22:30:00Z"));
        CHECK_FALSE(entry.day.has_value());
    }
}

TEST_CASE("Redmine is asked for closed projects, and for people who are locked") {
    Vendor redmine("redmine");
    redmine.answer = [](const std::string& url) -> std::string {
        if (has(url, "/users.json") && has(url, "status=3"))
            return R"({"users":[{"id":2,"firstname":"Left","lastname":"","status":3}],"total_count":1})";
        if (has(url, "/users.json"))
            return R"({"users":[{"id":1,"firstname":"Ann","lastname":"","status":1}],"total_count":1})";
        return R"({"projects":[{"id":13,"name":"Shop","status":5}],"total_count":1})";
    };
    CHECK(redmine.read("users").size() == 2);
    REQUIRE(redmine.asked.size() == 2); // "*" lists nobody up to 5.0, "" nobody from 6.0 on
    CHECK(has(redmine.asked[0], "status=1"));
    CHECK(has(redmine.asked[1], "status=3"));
    const auto projects = redmine.read("groups");
    CHECK(has(redmine.asked.back(), "status=1%7C5"));
    REQUIRE(projects.size() == 1);
    const auto shop = redmine.mapped(projects.front());
    REQUIRE(shop.fact.has_value());
    CHECK(std::get<domain::SourceProject>(*shop.fact).closed);
}

TEST_CASE("OpenProject's time names its work package by either word, and a meeting is none") {
    const auto time = [](const std::string& links) {
        Vendor open("openproject");
        open.answer = [&](const std::string&) {
            return R"({"total":1,"_embedded":{"elements":[{"id":7,"hours":"PT1H30M",)"
                   R"("spentOn":"2025-01-01","comment":{"raw":""},"_links":{)" +
                   links +
                   R"("user":{"href":"/api/v3/users/3"},"project":{"href":"/api/v3/projects/4"}}}]}})";
        };
        const auto mapped = open.time();
        CHECK(join(mapped.not_told, ", ") == "");
        return entry_of(mapped);
    };
    CHECK(time(R"("workPackage":{"href":"/api/v3/work_packages/421"},)").task == "421");
    CHECK(time(R"("entity":{"href":"/api/v3/work_packages/421"},)").task == "421");
    const auto meeting = time(R"("entity":{"href":"/api/v3/meetings/9"},)");
    CHECK(meeting.task.empty());
    CHECK(meeting.project == "4");
    CHECK(meeting.seconds == 5400);
}

TEST_CASE("ClickUp's time without a task is time all the same") {
    for (const char* task : {R"("task":"0",)", R"("task":null,)"}) {
        INFO(task);
        Vendor clickup("clickup");
        clickup.answer = [&](const std::string& url) -> std::string {
            if (!has(url, "/time_entries"))
                return R"({"teams":[{"id":"4470","members":[{"user":{"id":3,"username":"Ann"}}]}]})";
            return std::string(R"({"data":[{"id":"7",)") + task +
                   R"("user":{"id":3},"billable":true,"start":"1735689600000",)"
                   R"("duration":"3600000","description":"","tags":[]}]})";
        };
        const auto mapped = clickup.time();
        CHECK(join(mapped.not_told, ", ") == "");
        const auto entry = entry_of(mapped);
        CHECK(entry.task.empty());
        CHECK(entry.seconds == 3600);
    }
}

TEST_CASE("YouTrack's date is midnight of its day; another moment is named, and is no day") {
    const auto mapped = [](const std::string& date) {
        Vendor youtrack("youtrack");
        return youtrack.mapped({"entries", "3-0",
                                R"({"id":"3-0","author":{"id":"1-1"},"date":)" + date +
                                    R"(,"duration":{"minutes":60},"issue":{"id":"2-1"}})",
                                ""});
    };
    CHECK(entry_of(mapped("1735689600000")).day == *parse_day("2025-01-01"));
    for (const char* wrong : {"1735689600001", "1735725600000", "\"2025-01-01\"", "null", "-1",
                              "99999999999999999999", "{}", "true"}) {
        INFO(wrong);
        const auto none = mapped(wrong);
        CHECK_FALSE(none.fact.has_value());
        CHECK(has(join(none.problems, "; "), "/date"));
    }
}

TEST_CASE("Paymo's timed records are as long as their ends are apart") {
    const auto read = [](const std::string& members) {
        Vendor paymo("paymo");
        paymo.answer = [&](const std::string& url) -> std::string {
            return has(url, "/entries")
                       ? R"({"entries":[{"id":7,"user_id":3,"task_id":4,"billed":false,)" +
                             members + "}]}"
                       : std::string("{}");
        };
        return paymo.read("entries");
    };
    Vendor paymo("paymo");
    const std::string ends =
        R"("start_time":"2025-01-01T08:00:00Z","end_time":"2025-01-01T09:30:00Z")";
    CHECK(entry_of(paymo.mapped(read(ends).at(0))).seconds == 5400);
    CHECK(entry_of(paymo.mapped(read(ends + R"(,"duration":5400)").at(0))).seconds == 5400);
    const auto by_day = entry_of(paymo.mapped(read(R"("date":"2025-01-01","duration":600)").at(0)));
    CHECK(by_day.seconds == 600);
    CHECK(by_day.day == *parse_day("2025-01-01"));
    CHECK(read(R"("start_time":"2025-01-01T08:00:00Z","end_time":null)").empty()); // it runs
    // An end before the beginning is no time.
    const auto backwards =
        read(R"("start_time":"2025-01-01T09:30:00Z","end_time":"2025-01-01T08:00:00Z")");
    for (const auto& record : backwards) CHECK_FALSE(paymo.mapped(record).fact.has_value());
}

TEST_CASE("Time that does not say what it is waits for a person: a break, or a timer that runs") {
    Vendor clockify("clockify");
    std::string type;
    clockify.answer = [&](const std::string& url) -> std::string {
        if (has(url, "/time-entries"))
            return R"([{"id":"e1",)" + type +
                   R"("userId":"u1","projectId":"p1","taskId":null,"billable":true,"tagIds":[],)"
                   R"("description":"","timeInterval":{"start":"2025-01-01T08:00:00Z",)"
                   R"("end":"2025-01-01T09:00:00Z","duration":"PT1H"}}])";
        return has(url, "/users") ? R"([{"id":"u1","name":"P","status":"ACTIVE"}])" : "[]";
    };
    type = R"("type":"REGULAR",)";
    CHECK(entry_of(clockify.time()).seconds == 3600);
    for (const char* odd : {"", R"("type":null,)", R"("type":17,)", R"("type":"LUNCH",)"}) {
        INFO(odd);
        type = odd;
        const auto mapped = clockify.time();
        CHECK_FALSE(mapped.fact.has_value());
        CHECK(has(join(mapped.problems, "; "), "a type that is not known"));
    }
    type = R"("type":"BREAK",)";
    CHECK(clockify.read("entries").empty());

    Vendor harvest("harvest");
    std::string running;
    harvest.answer = [&](const std::string&) {
        return R"({"time_entries":[{"id":7,"project":{"id":3},"task":{"id":4,"name":"Dev"},)"
               R"("user":{"id":1},"hours":1.5,"spent_date":"2025-01-01","notes":"",)" +
               running + R"("billable":true,"is_billed":false}],"links":{"next":null}})";
    };
    running = R"("is_running":false,)";
    CHECK(entry_of(harvest.time()).seconds == 5400);
    for (const char* odd : {"", R"("is_running":null,)", R"("is_running":"no",)"}) {
        INFO(odd);
        running = odd;
        const auto mapped = harvest.time();
        CHECK_FALSE(mapped.fact.has_value());
        CHECK(has(join(mapped.problems, "; "), "no word on whether it is still running"));
    }
    running = R"("is_running":true,)";
    CHECK(harvest.read("entries").empty());
}

TEST_CASE("Requests an hour are a setting of planners whose plans differ") {
    for (const std::string name : {"clockify", "toggl"}) {
        INFO(name);
        rig::Rig rig;
        rig.options.remote = name;
        rig.options.settings = {{"key", Secret("the-key")},
                                {"workspace", Secret("4470")},
                                {"oldest", Secret("2024-12-01")},
                                {"requests_per_hour", Secret("3")}};
        if (name == "toggl") {
            rig.options.settings.erase("key");
            rig.options.settings["token"] = Secret("the-token");
        }
        rig.wire.answer = [](const net::Request&) { return rig::answered(200, "[]"); };
        rig.connect(rig::shipped(name));
        const Instant begun = rig.clock.now();
        domain::ReadRequest request;
        request.stream = "users";
        request.reading = domain::Reading::Full;
        for (int i = 0; i < 3; ++i) {
            INFO(i);
            CHECK(rig.clock.now() - begun < std::chrono::minutes{1});
            (void)rig.read(request);
        }
        CHECK(rig.planner->earliest() >= begun + std::chrono::hours{1});
    }
}

TEST_CASE("Every planner has a section in docs/connectors.md that says what was read, and when") {
    const auto text_of = [](const std::string& path) {
        std::ifstream in(std::string(HB_SOURCE_DIR) + "/" + path);
        std::ostringstream text;
        text << in.rdbuf();
        return text.str();
    };
    const std::string page = text_of("docs/connectors.md");
    const std::regex date("(January|February|March|April|May|June|July|August|September|October|"
                          "November|December) 20[0-9][0-9]");
    std::size_t sections = 0;
    for (const auto& each :
         std::filesystem::directory_iterator(std::string(HB_SOURCE_DIR) + "/connectors")) {
        if (!std::filesystem::exists(each.path() / "manifest.json")) continue;
        const auto name = each.path().filename().string();
        INFO(name);
        const auto text = text_of("connectors/" + name + "/manifest.json");
        const auto manifest = json::Document::parse(text, {true});
        REQUIRE(manifest.ok());
        const std::string title(manifest->root()["title"].text_view().value());
        const auto begin = page.find("\n### " + title + "\n");
        REQUIRE(begin != std::string::npos);
        const auto end = page.find("\n### ", begin + 1);
        const std::string section =
            page.substr(begin, end == std::string::npos ? end : end - begin);
        CHECK(has(section, "- Read in: "));
        CHECK(has(section, "- Deleted: "));
        for (const json::Value& stream : manifest->root()["streams"])
            for (const json::Value& document : stream["documents"]) {
                const std::string words(document.text_view().value());
                for (std::sregex_iterator at(words.begin(), words.end(), date), none; at != none;
                     ++at)
                    CHECK(has(section, at->str()));
            }
        ++sections;
    }
    CHECK(sections >= 16);
    CHECK(has(page, "\n### Bitrix24\n"));
}
