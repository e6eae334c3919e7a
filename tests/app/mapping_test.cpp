#include <catch2/catch.hpp>

#include "app/program.h"

namespace hb::test {

TEST_CASE(
    "an admin exports the mapping, edits it, looks at what it would change, applies it, and "
    "goes back; on top of what somebody else applied meanwhile nothing is applied (rule 60)") {
    const Agency agency;
    agency.begin();
    const auto draft = std::to_string(agency.draft());
    const auto hours = [&] {
        return number(agency.run({"report", "show", draft}).root()["worked_seconds"]);
    };
    CHECK(hours() == 13500);

    CHECK(agency.run({"mapping", "export", "bitrix24", agency.folder.path("mine.json")}).code == 0);
    CHECK(agency.run({"mapping", "export", "bitrix24", agency.folder.path("mine.json")}).code == 2);
    std::string mine = agency.folder.read("mine.json");
    const std::string rule = R"("from": "/SECONDS")";
    REQUIRE(mine.find(rule) != std::string::npos);
    mine.replace(mine.find(rule), rule.size(), R"("from": "/TASK_ID")");
    agency.folder.write("mine.json", mine);
    CHECK(agency.run({"mapping", "check", agency.folder.path("mine.json")}).code == 0);

    const auto calls = agency.portal->counters().http_requests;
    const auto preview =
        agency.run({"mapping", "preview", "bitrix24", agency.folder.path("mine.json")});
    INFO(preview.out << preview.err);
    REQUIRE(preview.code == 1); // it asks for something
    CHECK(number(preview.root()["based_on"]) == 1);
    REQUIRE(preview.root()["money"].size() == 1);
    CHECK(text(preview.root()["money"][0]["before"]) != text(preview.root()["money"][0]["after"]));
    CHECK(text(preview.root()["sums"][0]["currency"]) == "EUR");
    CHECK(number(preview.root()["corrections"]["count"]) == 0);
    CHECK(preview.root()["drafts"].size() == 1);
    CHECK(preview.root()["sent"].size() == 0);
    CHECK(hours() == 13500);

    const auto apply = [&](const std::vector<std::string>& more) {
        std::vector<std::string> words{
            "mapping",  "apply", "bitrix24", agency.folder.path("mine.json"),
            "--expect", "1",     "--note",   "seconds are elsewhere"};
        words.insert(words.end(), more.begin(), more.end());
        return agency.run(words);
    };
    // What moves money is accepted by name; what does not happen is not accepted (G62).
    CHECK(apply({}).code == 4);
    CHECK(apply({}).err.find("--accept-money") != std::string::npos);
    CHECK(apply({"--accept-money", "--accept-broken", "0"}).code == 4);
    CHECK(apply({"--accept-money", "--accept-corrections"}).code == 4);
    CHECK(hours() == 13500);
    const auto applied = apply({"--accept-money"});
    INFO(applied.out << applied.err);
    REQUIRE(applied.code == 0);
    CHECK(number(applied.root()["version"]) == 2);
    CHECK(hours() == agency.first * 2 + agency.second + agency.bug);
    CHECK(agency.portal->counters().http_requests == calls); // nothing was asked of the portal

    const auto again = agency.run(
        {"mapping", "apply", "bitrix24", agency.folder.path("mine.json"), "--expect", "1"});
    CHECK(again.code == 4);
    CHECK(agency.run({"mapping", "diff", "bitrix24"}).root()["changes"].size() == 1);
    const auto diff = agency.run({"mapping", "diff", "bitrix24", "1", "2"});
    REQUIRE(diff.root()["changes"].size() == 1);
    CHECK(text(diff.root()["changes"][0]["place"]) == "entries seconds");
    const auto versions =
        agency.run({"mapping", "list"}).document.root()["mappings"][0]["versions"].size();
    CHECK(versions == 2);

    CHECK(agency.run({"mapping", "rollback", "bitrix24"}).code == 4);
    CHECK(agency.run({"mapping", "rollback", "bitrix24", "--accept-money"}).code == 0);
    CHECK(hours() == 13500);
    CHECK(agency.run({"sync"}).code == 0);
    CHECK(hours() == 13500);
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("a mapping that breaks records is put in force with their number only (G62)") {
    const Agency agency;
    agency.begin();
    const auto draft = std::to_string(agency.draft());
    CHECK(agency.run({"mapping", "export", "bitrix24", agency.folder.path("mine.json")}).code == 0);
    const auto edited = [&](const std::string& from, const std::string& to) {
        std::string mine = agency.folder.read("mine.json");
        REQUIRE(mine.find(from) != std::string::npos);
        mine.replace(mine.find(from), from.size(), to);
        agency.folder.write("edited.json", mine);
    };
    const auto apply = [&](const std::vector<std::string>& more) {
        std::vector<std::string> words{"mapping", "apply", "bitrix24",
                                       agency.folder.path("edited.json")};
        words.insert(words.end(), more.begin(), more.end());
        return agency.run(words);
    };
    edited(R"("from": "/SECONDS")", R"("from": "/MINUTES_OF_MINE")");
    const auto preview =
        agency.run({"mapping", "preview", "bitrix24", agency.folder.path("edited.json")});
    CHECK(preview.code == 1);
    const auto breaks = number(preview.root()["breaks"]);
    CHECK(breaks == 4);
    CHECK(apply({}).code == 4);
    CHECK(apply({"--accept-broken", "2"}).code == 4);
    CHECK(apply({"--accept-broken", "5916"}).err.find("4 records break") != std::string::npos);
    CHECK(apply({"--accept-broken", "none"}).code == 2);
    CHECK(apply({"--accept-broken", std::to_string(breaks)}).code == 0);
    CHECK(apply({"--accept-broken", std::to_string(breaks)}).code == 0); // in force already
    CHECK(agency.run({"mapping", "rollback", "bitrix24"}).code == 0);

    // Readable, but without the tags that a verdict hangs on.
    edited(R"("from": "/tags")", R"("from": "/tagz")");
    const auto tags =
        agency.run({"mapping", "preview", "bitrix24", agency.folder.path("edited.json")});
    CHECK(number(tags.root()["breaks"]) == 2); // "design" and "bug"
    const auto refused = apply({});
    CHECK(refused.code == 4);
    CHECK(refused.err.find("2 of") != std::string::npos);
    CHECK(apply({"--accept-broken", "2"}).code == 4); // the money moves too
    CHECK(apply({"--accept-broken", "2", "--accept-money"}).code == 0);
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("corrections on sent reports are counted, priced, and made only when accepted (G62)") {
    const Agency agency;
    agency.begin();
    const auto draft = std::to_string(agency.draft());
    REQUIRE(agency.run({"report", "send", draft}).code == 0);
    REQUIRE(agency.run({"report", "agree", draft}).code == 0);
    CHECK(agency.run({"mapping", "export", "bitrix24", agency.folder.path("mine.json")}).code == 0);
    std::string mine = agency.folder.read("mine.json");
    const std::string rule = R"("from": "/SECONDS")";
    mine.replace(mine.find(rule), rule.size(), R"("from": "/TASK_ID")");
    agency.folder.write("mine.json", mine);
    const auto file = agency.folder.path("mine.json");
    const auto preview = agency.run({"mapping", "preview", "bitrix24", file});
    CHECK(number(preview.root()["corrections"]["count"]) == 4);
    CHECK(text(preview.root()["corrections"]["sums"][0]["amount"]).front() == '-');
    CHECK(agency.run({"late", "list"}).root()["late"].size() == 0);
    CHECK(agency.run({"mapping", "apply", "bitrix24", file}).code == 4);
    CHECK(agency.run({"mapping", "apply", "bitrix24", file, "--accept-money"}).code == 4);
    CHECK(agency.run({"late", "list"}).root()["late"].size() == 0);
    CHECK(agency.run({"mapping", "apply", "bitrix24", file, "--accept-corrections"}).code == 0);
    CHECK(agency.run({"late", "list"}).root()["late"].size() == 4);
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("a mapping is applied by the service that runs, between two of its steps") {
    const Agency agency;
    agency.begin();
    CHECK(agency.run({"mapping", "export", "bitrix24", agency.folder.path("mine.json")}).code == 0);
    std::string mine = agency.folder.read("mine.json");
    const std::string rule = R"("from": "/COMMENT_TEXT")";
    mine.replace(mine.find(rule), rule.size(), R"("from": "/USER_ID")");
    agency.folder.write("mine.json", mine);
    auto service =
        agency.folder.start({"serve", "--config", agency.folder.path("hourbridge.json")});
    REQUIRE(service.says("hourbridge serves http://127.0.0.1:"));
    const auto applied =
        agency.run({"mapping", "apply", "bitrix24", agency.folder.path("mine.json")});
    INFO(applied.out << applied.err);
    CHECK(applied.code == 0);
    CHECK(agency.run({"sync"}).code == 0);
    const auto preview =
        agency.run({"mapping", "preview", "bitrix24", agency.folder.path("mine.json")});
    for (const auto stream : preview.root()["streams"]) CHECK(number(stream["changed"]) == 0);
}

TEST_CASE("mappings are edited while the service reads and people log time: nothing is lost") {
    const Agency agency;
    agency.begin();
    CHECK(agency.run({"mapping", "export", "bitrix24", agency.folder.path("one.json")}).code == 0);
    std::string other = agency.folder.read("one.json");
    const std::string rule = R"("from": "/COMMENT_TEXT")";
    other.replace(other.find(rule), rule.size(), R"("from": "/ID")");
    agency.folder.write("other.json", other);
    auto service =
        agency.folder.start({"serve", "--config", agency.folder.path("hourbridge.json")});
    REQUIRE(service.says("hourbridge serves http://127.0.0.1:"));
    std::int64_t logged = 13500;
    for (int round = 0; round < 6; ++round) {
        const std::int64_t seconds = 60 * (round + 1);
        agency.add_entry(agency.first, seconds, "2026-03-12");
        logged += seconds;
        auto reading = agency.folder.start(
            {"sync", "--config", agency.folder.path("hourbridge.json"), "--json"});
        const auto applied = agency.run({"mapping", "apply", "bitrix24",
                                         agency.folder.path(round % 2 ? "one.json" : "other.json"),
                                         "--expect", std::to_string(round + 1)});
        INFO(applied.out << applied.err);
        CHECK(applied.code == 0);
        CHECK(reading.wait().code == 0);
    }
    CHECK(agency.run({"sync"}).code == 0);
    const auto draft = std::to_string(agency.draft());
    CHECK(number(agency.run({"report", "show", draft}).root()["worked_seconds"]) == logged);
    const auto preview =
        agency.run({"mapping", "preview", "bitrix24", agency.folder.path("one.json")});
    for (const auto stream : preview.root()["streams"]) CHECK(number(stream["changed"]) == 0);
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("a mapping that can't be used is refused with the line, and nothing changes") {
    const Agency agency;
    agency.begin();
    agency.folder.write("broken.json",
                        "{\"version\": 1, \"connector\": \"bitrix24\",\n \"strems\": {}}");
    for (const auto& words :
         {std::vector<std::string>{"mapping", "check", agency.folder.path("broken.json")},
          std::vector<std::string>{"mapping", "preview", "bitrix24",
                                   agency.folder.path("broken.json")},
          std::vector<std::string>{"mapping", "apply", "bitrix24",
                                   agency.folder.path("broken.json")}}) {
        const auto ended = agency.run(words);
        INFO(ended.out << ended.err);
        CHECK(ended.code == 2);
        CHECK(ended.out.find("broken.json") != std::string::npos);
        CHECK(ended.out.find("streams") != std::string::npos);
    }
    CHECK(agency.run({"mapping", "apply", "nobody", agency.folder.path("broken.json")}).code == 4);
    CHECK(agency.run({"mapping", "show", "bitrix24", "9"}).code == 4);
    const auto list = agency.run({"mapping", "list"});
    CHECK(list.root()["mappings"][0]["versions"].size() == 1);
}

namespace {

// An agency whose configuration names a mapping file of its own.
struct OwnFile : Agency {
    explicit OwnFile(bool from_the_beginning) {
        if (from_the_beginning) {
            REQUIRE(run({"mapping", "export", "bitrix24", folder.path("mine.json")}).code == 0);
            name_it();
        }
        begin();
    }
    void name_it() const {
        std::string config = folder.read("hourbridge.json");
        const std::string at = R"("connector": "bitrix24",)";
        REQUIRE(config.find(at) != std::string::npos);
        config.insert(config.find(at) + at.size(), R"( "mapping": "mine.json",)");
        folder.write("hourbridge.json", config);
    }
    void edit(const std::string& from, const std::string& to) const {
        std::string mine = folder.read("mine.json");
        REQUIRE(mine.find(from) != std::string::npos);
        mine.replace(mine.find(from), from.size(), to);
        folder.write("mine.json", mine);
    }
    std::int64_t hours(const std::string& report) const {
        return number(run({"report", "show", report}).root()["worked_seconds"]);
    }
    std::string asks() const {
        std::string out;
        const auto check = run({"check"});
        for (const auto each : check.root()["asks"]) out += text(each) + "\n";
        return out;
    }
    std::size_t versions() const {
        return run({"mapping", "list"}).root()["mappings"][0]["versions"].size();
    }
};

} // namespace

TEST_CASE("a mapping file that was edited beside the program is tried out at the next start: what "
          "moves money is not in force before a person says so (G62)") {
    const OwnFile agency(true);
    const auto draft = std::to_string(agency.draft());
    REQUIRE(agency.hours(draft) == 13500);
    agency.edit(R"("from": "/SECONDS")", R"("from": "/TASK_ID")");
    REQUIRE(agency.run({"sync"}).code == 0); // by the mapping before
    CHECK(agency.hours(draft) == 13500);
    const auto asks = agency.asks();
    INFO(asks);
    CHECK(asks.find("the mapping file was edited and is not in force") != std::string::npos);
    CHECK(agency.versions() == 1);
    CHECK(agency.run({"report", "send", draft}).code == 0); // nothing holds it up

    const auto file = agency.folder.path("mine.json");
    CHECK(agency.run({"mapping", "apply", "bitrix24", file}).code == 4);
    CHECK(agency.run({"mapping", "apply", "bitrix24", file, "--accept-corrections"}).code == 0);
    CHECK(agency.versions() == 2);
    CHECK(agency.asks().find("mapping file") == std::string::npos);

    // Its next harmless edit takes force by itself, as a version.
    agency.edit(R"("from": "/COMMENT_TEXT")", R"("from": "/ID")");
    CHECK(agency.run({"sync"}).code == 0);
    CHECK(agency.versions() == 3);
    CHECK(agency.asks().find("mapping file") == std::string::npos);
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE(
    "a file that breaks what the shipped mapping reads is not in force when the configuration "
    "names it, and is forgotten when it is right again (G62)") {
    const OwnFile agency(false);
    const auto draft = std::to_string(agency.draft());
    CHECK(agency.run({"mapping", "export", "bitrix24", agency.folder.path("mine.json")}).code == 0);
    agency.edit(R"("from": "/SECONDS")", R"("from": "/MINUTES_OF_MINE")");
    agency.name_it();
    CHECK(agency.run({"sync", "--full"}).code == 0);
    CHECK(agency.hours(draft) == 13500);
    CHECK(agency.run({"check"}).root()["unmapped"].size() == 0); // every record is read as before
    CHECK(agency.asks().find("4 of") != std::string::npos);
    agency.edit(R"("from": "/MINUTES_OF_MINE")", R"("from": "/SECONDS")");
    CHECK(agency.run({"sync"}).code == 0);
    CHECK(agency.asks().find("mapping file") == std::string::npos);
    CHECK(agency.versions() == 1);
}

} // namespace hb::test
