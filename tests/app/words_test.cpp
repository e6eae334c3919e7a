#include <catch2/catch.hpp>

#include "app/program.h"

// Wrong words for every command: each is answered with what was expected and what to type.
namespace hb::test {
namespace {

using Words = std::vector<std::string>;

struct Wrong {
    Words args;
    int code = 2;
    std::string says; // in message or hint
};

constexpr const char* kHuge = "99999999999999999999";
constexpr const char* kClient = "bitrix24:company:1";

Words operator+(Words a, const Words& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

// Words where numbers stand.
std::vector<Wrong> numbers() {
    struct Place {
        Words before, after;
        std::string where; // the command that shows the right ones
    };
    const std::vector<Place> places{
        {{"outbox", "retry"}, {}, "hourbridge outbox list"},
        {{"outbox", "park"}, {}, "hourbridge outbox list"},
        {{"inbox", "replay"}, {}, "hourbridge inbox list"},
        {{"payment", "reverse"}, {"--reason", "r"}, "hourbridge payment list"},
        {{"link", "rule", "remove"}, {}, "hourbridge link rule list"},
        {{"link", "rule", "add", "bitrix24", "--by", "name", "--before"},
         {},
         "hourbridge link rule list"},
        {{"mapping", "show", "bitrix24"}, {}, "hourbridge mapping list"},
        {{"mapping", "diff", "bitrix24"}, {}, "hourbridge mapping list"},
        {{"mapping", "rollback", "bitrix24"}, {}, "hourbridge mapping list"},
        {{"mapping", "export", "bitrix24", "new.json"}, {}, "hourbridge mapping list"},
        {{"mapping", "apply", "bitrix24", "new.json", "--expect"}, {}, "hourbridge mapping list"},
        {{"run", "--wait"}, {}, "from 0 to 86400"},
        {{"dump", "remotes", "--limit"}, {}, "from 1 to 1000000"},
        {{"connector", "check", "bitrix24", "--pages"}, {}, "from 1 to 1000"},
        {{"sandbox", "--port"}, {}, "from 0 to 65535"}};
    std::vector<Wrong> out;
    for (const auto& place : places) {
        for (const std::string value : {"x", "1.5", "", kHuge})
            out.push_back({place.before + Words{value} + place.after, 2, place.where});
        out.push_back({place.before + Words{"x"} + place.after, 2, "a whole number"});
    }
    return out;
}

std::vector<Wrong> dates_and_months() {
    const Words create{"report", "create", "--company", kClient};
    std::vector<Wrong> out;
    for (const std::string date : {"x", "2026-02-30", "31.03.2026", "2026-3-1", kHuge}) {
        const std::string says = "2026-03-31";
        out.push_back({create + Words{"--from", date, "--to", "2026-03-31"}, 2, says});
        out.push_back({create + Words{"--from", "2026-03-01", "--to", date}, 2, says});
        out.push_back({{"sync", "--since", date}, 2, says});
        out.push_back({{"adopt", kClient, "--until", date}, 2, says});
        out.push_back({{"link", "set", "bitrix24:task:1", kClient, "--from", date}, 2, says});
        out.push_back(
            {{"payment", "add", "1", "--amount", "1", "--date", date, "--ref", "b"}, 2, says});
    }
    for (const std::string month : {"x", "2026-13", "march", "2026", kHuge}) {
        const std::string says = "a month like 2026-03";
        out.push_back({{"report", "batch", "--month", month}, 2, says});
        out.push_back({{"overhead", "--from", month}, 2, says});
        out.push_back({create + Words{"--period", month}, 2, says});
    }
    return out;
}

std::vector<Wrong> references() {
    std::vector<Wrong> out;
    for (const std::string ref :
         {"x", "bitrix24", "bitrix24:task", "a:b:c:d", "bitrix24:thing:1"}) {
        // What is no reference may be a name, and nobody has this one.
        const int unknown = ref.find(':') == ref.rfind(':') ? 4 : 2;
        out.push_back({{"link", "set", ref, kClient}, unknown, ""});
        out.push_back({{"link", "remove", ref}, unknown, ""});
        out.push_back({{"adopt", ref, "--until", "2026-01-31"}, unknown, ""});
        out.push_back({{"contract", "show", ref}, unknown, ""});
        out.push_back({{"late", "list", "--client", ref}, unknown, ""});
        out.push_back({{"report", "list", "--client", ref}, unknown, ""});
        out.push_back({{"report", "exclude", "1", ref, "--reason", "r"}, unknown, ""});
        out.push_back({{"alias", "decide", ref, ref, "--same", "--reason", "r"}, unknown, ""});
        out.push_back({{"outbox", "adopt", ref}, 2, ""});
    }
    const std::string near = "hourbridge sync bitrix24";
    for (const std::string number : {"999999", kHuge}) {
        out.push_back({{"link", "set", "bitrix24:group:" + number, kClient}, 4, near});
        out.push_back({{"link", "set", "bitrix24:task:" + number, kClient}, 4, near});
        out.push_back({{"link", "set", "bitrix24:user:" + number, "bitrix24:user:1"}, 4, near});
        out.push_back({{"adopt", "bitrix24:group:" + number, "--until", "2026-01-31"}, 4, near});
        out.push_back({{"explain", "bitrix24:entry:" + number}, 4, "hourbridge sync"});
        out.push_back(
            {{"report", "create", "--company", "bitrix24:company:" + number, "--to", "2026-03-31"},
             4,
             near});
        for (const std::string report : {"show", "recall", "agree", "invoice", "send", "link"})
            out.push_back({{"report", report, number}, 4, "hourbridge report list"});
        out.push_back({{"report", "cancel", number, "--reason", "r"}, 4, "hourbridge report list"});
        out.push_back({{"report", "note", number, "n"}, 4, "hourbridge report list"});
        out.push_back({{"report", "export", number, "csv"}, 4, "hourbridge report list"});
        out.push_back({{"payment", "list", number}, 4, "hourbridge report list"});
        out.push_back({{"late", "decide", "adjustment:" + number, "--write-off", "--reason", "r"},
                       4,
                       "hourbridge late list"});
    }
    out.push_back({{"outbox", "retry", "999999"}, 4, "hourbridge outbox list"});
    out.push_back({{"inbox", "replay", "999999"}, 4, "hourbridge inbox list"});
    out.push_back(
        {{"payment", "reverse", "999999", "--reason", "r"}, 4, "hourbridge payment list"});
    out.push_back({{"link", "rule", "remove", "999999"}, 4, "hourbridge link rule list"});
    out.push_back({{"mapping", "show", "bitrix24", "999999"}, 4, "mapping list"});
    return out;
}

std::vector<Wrong> remotes() {
    const std::string says = "bitrix24"; // which the configuration has
    return {{{"sync", "nowhere"}, 4, says},
            {{"explain", "nowhere:task:1"}, 4, says},
            {{"link", "set", "nowhere:project:1", kClient}, 4, says},
            {{"link", "rule", "add", "nowhere", "--by", "name"}, 4, says},
            {{"mapping", "show", "nowhere"}, 4, says},
            {{"mapping", "preview", "nowhere", "x.json"}, 4, says},
            {{"contract", "show", "nowhere:company:1"}, 4, says},
            {{"connector", "hook", "nowhere"}, 4, says},
            {{"remote", "moved", "nowhere"}, 4, ""},
            {{"sync", "bitrix42"}, 4, "bitrix24"}};
}

std::vector<Wrong> choices() {
    return {
        {{"report", "list", "--state", "x"}, 2, "partly_paid"},
        {{"report", "export", "1", "odt"}, 2, "pdf, xlsx, csv, json, html, text"},
        {{"outbox", "list", "--state", "x"}, 2, "in_flight"},
        {{"inbox", "list", "--state", "x"}, 2, "new, failed, done, ignored"},
        {{"link", "rule", "add", "bitrix24", "--by", "x"}, 2, "email"},
        {{"report", "override", "1", "bitrix24:entry:1", "--billable", "x"}, 2, "rules"},
        {{"report", "create", "--company", kClient, "--to", "2026-03-31", "--status", "x"},
         2,
         "done, open"},
        {{"report", "create", "--company", kClient, "--to", "2026-03-31", "--percent-paid", "x"},
         2,
         "<100"},
        {{"report", "create", "--company", kClient, "--to", "2026-03-31", "--task-dates", "x"},
         2,
         "closed:2026-03-01..2026-03-31"},
        {{"dump", "x"}, 4, "remotes"},
        {{"late", "decide", "bitrix24:entry:1", "--reason", "r"}, 2, "--write-off"},
        {{"alias", "decide", "bitrix24:entry:1", "bitrix24:entry:2", "--reason", "r"},
         2,
         "--different"},
        {{"connector", "new", "Bad Name"}, 2, "lower-case"},
        {{"contract", "apply", "not-there.json"}, 2, ""},
        {{"mapping", "check", "not-there.json"}, 2, ""},
        {{"restore", "not-there.db"}, 2, ""}};
}

// What each command can't do without.
std::vector<Wrong> missing() {
    return {{{"report", "show"}, 2, "REPORT is missing"},
            {{"report", "send"}, 2, "say which reports"},
            {{"report", "cancel", "1"}, 2, "--reason is missing"},
            {{"report", "batch"}, 2, "--month is missing"},
            {{"report", "create"}, 2, "--company"},
            {{"report", "create", "--company", kClient}, 2, "--to DATE"},
            {{"payment", "add", "1"}, 2, "is missing"},
            {{"payment", "reverse", "1"}, 2, "--reason is missing"},
            {{"link", "set"}, 2, "is missing"},
            {{"link", "rule", "remove"}, 2, "RULE is missing"},
            {{"late", "decide"}, 2, "is missing"},
            {{"explain"}, 2, "ID is missing"},
            {{"run", "--wait"}, 2, "--wait needs a value"},
            {{"run", "--wait", "-5"}, 2, "from 0 to 86400"},
            {{"outbox", "retry", "-5"}, 4, "hourbridge outbox list"},
            {{"sync", "bitrix24", "bitrix24"}, 2, "not expected here"}};
}

} // namespace

TEST_CASE("whatever is wrong in a command line, the answer says what was expected and what to type "
          "(G28)") {
    const Agency agency;
    agency.begin();
    std::vector<Wrong> all;
    for (auto part : {numbers, dates_and_months, references, remotes, choices, missing})
        for (auto& wrong : part()) all.push_back(std::move(wrong));
    for (const auto& wrong : all) {
        std::string line = "hourbridge";
        for (const auto& word : wrong.args) line += word.empty() ? " ''" : " " + word;
        const auto ended = agency.run(wrong.args);
        INFO(line << "\n" << ended.code << "\n" << ended.out << ended.err);
        CHECK(ended.code == wrong.code);
        CHECK(ended.is_json);
        if (!ended.is_json) continue;
        const auto error = ended.root()["error"];
        const auto problems = ended.root()["problems"];
        const std::string message =
            problems.size() > 0 ? text(problems[0]["message"]) : text(error["message"]);
        const std::string hint =
            problems.size() > 0 ? text(problems[0]["hint"]) : text(error["hint"]);
        CHECK(!message.empty());
        CHECK(!hint.empty());
        CHECK((message + " " + hint).find(wrong.says) != std::string::npos);
        for (const char* raw : {"Could not convert", "not in range", "TEXT", "INT", "required"})
            CHECK(message.find(raw) == std::string::npos);
    }
}

} // namespace hb::test
