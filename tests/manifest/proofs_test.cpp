#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "rig.h"
#include "json/value.h"

// What a reading proves, whom it asks and where it goes on (G48, G49, G50), against a planner of
// which the test holds every answer.
using namespace hb;
using rig::answered;

namespace {

using domain::Proof;
using domain::Reading;

// Time records by `pages`, and how each can be asked for.
std::string manifest(const std::string& entries, const std::string& more = "") {
    const auto whole = [](const char* name, const char* path) {
        return std::string("\"") + name + R"(":{"request":{"path":")" + path +
               R"("},"rows":"/rows","id":"/id","read":{"kind":"all"},"pages":{"kind":"none"}},)";
    };
    return R"({"version":1,"connector":"acmetime","title":"Acme Time","settings":{)"
           R"("token":{"kind":"secret","title":"a token"},"per_hour":{"kind":"number","title":"a quota"},)"
           R"("until":{"kind":"day","title":"the end of the token"}},)"
           R"("base_url":"https://acme.example/v1","account":"acmetime:1",)" +
           more +
           R"("access":[{"when":["token"],"request":{"headers":{"X-Key":"{settings.token}"}}}],"streams":{)" +
           whole("users", "/users") + whole("groups", "/projects") + whole("tasks", "/tasks") +
           "\"entries\":{" + entries + "}},\"lacks\":[]}";
}

constexpr const char* kOffset =
    R"("request":{"path":"/time","query":{"offset":"{offset}","limit":"{size}"}},"rows":"/rows","id":"/id",)"
    R"("read":{"kind":"all"},)";
std::string by_total(const std::string& proof) {
    return std::string(kOffset) +
           R"("pages":{"kind":"offset","size":3,"end":"total","at":"/total"},)" + proof;
}
std::string by_empty(const std::string& proof) {
    return std::string(kOffset) + R"("pages":{"kind":"offset","size":3,"end":"empty"},)" + proof;
}
std::string by_person(const std::string& proof) {
    return R"("request":{"path":"/people/{parent.id}/time"},"each":{"stream":"users"},)"
           R"("rows":"/rows","id":"/id","read":{"kind":"all"},"pages":{"kind":"none"},)" +
           proof;
}

std::string rows(const std::vector<int>& ids, int total = -1) {
    std::vector<std::string> texts;
    for (const int id : ids) texts.push_back(R"({"id":)" + std::to_string(id) + "}");
    return R"({"rows":[)" + join(texts, ",") + "]" +
           (total < 0 ? "" : ",\"total\":" + std::to_string(total)) + "}";
}

struct Planner : rig::Rig {
    std::function<net::Response(const std::string& path)> serve;

    explicit Planner(const std::string& text, const std::string& per_hour = "") {
        options.remote = "acme";
        options.settings["token"] = Secret("t-0123456789");
        if (!per_hour.empty()) options.settings["per_hour"] = Secret(per_hour);
        wire.answer = [this](const net::Request& request) {
            const std::string& url = request.url.reveal();
            return serve(url.substr(url.find("/v1") + 3));
        };
        connect(rig::parsed(text));
    }
    struct Walked {
        std::set<std::string> ids, absent, hidden;
        std::optional<domain::WalkEnd> end;
        std::string error, cursor;
        bool anew = false;
        int steps = 0;
    };
    Walked walk(domain::ReadRequest request, int steps = 50) {
        Walked out;
        out.cursor = request.cursor;
        while (out.steps++ < steps) {
            const auto page = read(request);
            if (!page) {
                out.error = to_string(page.error());
                return out;
            }
            for (const auto& record : page->records) out.ids.insert(record.id);
            out.absent.insert(page->absent.begin(), page->absent.end());
            out.hidden.insert(page->hidden.begin(), page->hidden.end());
            out.anew = out.anew || page->begun_anew;
            if (page->end) out.end = page->end;
            out.cursor = request.cursor = page->cursor;
            if (page->complete) return out;
        }
        return out;
    }
    Walked full(std::vector<std::string> known_parents = {}) {
        domain::ReadRequest request;
        request.stream = "entries";
        request.reading = Reading::Full;
        request.known_parents = std::move(known_parents);
        return walk(request);
    }
    Walked by_ids(std::vector<std::string> ids) {
        domain::ReadRequest request;
        request.stream = "entries";
        request.reading = Reading::ByIds;
        request.ids = std::move(ids);
        return walk(request, 2000);
    }
};

int offset_of(const std::string& path) {
    const auto at = path.find("offset=");
    return at == std::string::npos ? -1 : std::stoi(path.substr(at + 7));
}

} // namespace

TEST_CASE("A walk with a row that moved between two pages proves nothing (G49)") {
    Planner planner(manifest(by_total(R"("proof":"walk")")));
    planner.serve = [](const std::string& path) {
        // Row 1 went behind row 6 when the first page was there: row 4 is on no page.
        return answered(200, offset_of(path) == 0 ? rows({1, 2, 3}, 6) : rows({5, 6, 1}, 6));
    };
    const auto walked = planner.full();
    REQUIRE(walked.end.has_value());
    CHECK_FALSE(walked.end->proven);
    CHECK(walked.end->doubt == "record 1 came twice in one list");
    CHECK(walked.ids.size() == 5);
    CHECK(planner.by_ids({"4"}).absent.empty());
}

TEST_CASE("A walk that ends as the planner says proves what it lacks") {
    Planner planner(manifest(by_total(R"("proof":"walk")")));
    planner.serve = [](const std::string& path) {
        return answered(200, offset_of(path) == 0 ? rows({1, 2, 3}, 5) : rows({5, 6}, 5));
    };
    CHECK(planner.full().end->proven);
    CHECK(planner.by_ids({"4", "5"}).absent == std::set<std::string>{"4"});
}

TEST_CASE("A total that lies, and one that falls under way, are doubts") {
    Planner planner(manifest(by_total(R"("proof":"walk")")));
    SECTION("more is promised than comes") {
        planner.serve = [](const std::string& path) {
            return answered(200, offset_of(path) == 0 ? rows({1, 2, 3}, 9) : rows({}, 9));
        };
        const auto walked = planner.full();
        CHECK_FALSE(walked.end->proven);
        CHECK(walked.end->doubt == "3 rows came, and the planner's total says 9");
    }
    SECTION("less is promised than comes") {
        planner.serve = [](const std::string&) { return answered(200, rows({1, 2, 3}, 2)); };
        CHECK_FALSE(planner.full().end->proven);
    }
    SECTION("a record of the first page was deleted before the second") {
        planner.serve = [](const std::string& path) {
            return answered(200, offset_of(path) == 0 ? rows({1, 2, 3}, 6) : rows({5, 6}, 5));
        };
        const auto walked = planner.full();
        CHECK(walked.end->doubt == "the planner's total fell while the list was read");
    }
    SECTION("records that came at the end are no doubt") {
        planner.serve = [](const std::string& path) {
            return answered(200, offset_of(path) == 0 ? rows({1, 2, 3}, 5) : rows({4, 5, 6}, 6));
        };
        CHECK(planner.full().end->proven);
    }
}

TEST_CASE("A short page with more behind it is no end, nor is one empty page") {
    Planner planner(manifest(by_empty(R"("proof":"walk")")));
    std::map<int, int> asked;
    planner.serve = [&](const std::string& path) {
        const int offset = offset_of(path);
        const int times = ++asked[offset];
        if (offset == 0) return answered(200, rows({1, 2}));
        if (offset == 3) return answered(200, times == 1 ? rows({}) : rows({4, 5, 6}));
        return answered(200, offset == 6 ? rows({7}) : rows({}));
    };
    const auto walked = planner.full();
    CHECK(walked.ids == std::set<std::string>{"1", "2", "4", "5", "6", "7"});
    CHECK(walked.end->proven);
    CHECK(asked[9] == 2); // the end is asked for twice
}

TEST_CASE("A person who left is asked by the id that his time names, and keeps it when refused") {
    Planner planner(manifest(by_person(R"("proof":"none","parents":"known")")));
    std::vector<std::string> asked;
    bool refused = false;
    planner.serve = [&](const std::string& path) {
        if (path == "/users") return answered(200, rows({1}));
        asked.push_back(path);
        if (path == "/people/2/time")
            return refused ? answered(403, R"({"message":"no"})") : answered(200, rows({20}));
        return answered(200, rows({10}));
    };
    SECTION("his time comes") {
        const auto walked = planner.full({"1", "2"});
        CHECK(walked.ids == std::set<std::string>{"10", "20"});
        CHECK(asked == std::vector<std::string>{"/people/1/time", "/people/2/time"});
        CHECK(walked.end->by_parents);
        CHECK(walked.end->parents == std::vector<std::string>{"1", "2"});
    }
    SECTION("he is refused: that is his end, and the walk goes on") {
        refused = true;
        const auto walked = planner.full({"1", "2"});
        CHECK(walked.error.empty());
        CHECK(walked.end->parents == std::vector<std::string>{"1"});
        CHECK(walked.end->refused == std::vector<std::string>{"2"});
    }
}

TEST_CASE("A listed person who is not found is an end, one who is refused is for a person to see") {
    Planner planner(manifest(by_person(R"("proof":"walk")")));
    int status = 404;
    planner.serve = [&](const std::string& path) {
        if (path == "/users") return answered(200, rows({1, 2}));
        return path == "/people/2/time" ? answered(status, R"({"message":"no"})")
                                        : answered(200, rows({10}));
    };
    const auto walked = planner.full();
    CHECK(walked.end->refused == std::vector<std::string>{"2"});
    CHECK(planner.by_ids({"20"}).absent.empty()); // nothing is said about whom nobody could ask
    Planner other(manifest(by_person(R"("proof":"walk")")));
    status = 403;
    other.serve = planner.serve;
    CHECK(other.full().error.find("is refused") != std::string::npos);
}

TEST_CASE("Hidden by id is not gone, and gone by id counts only where that is proof (G48)") {
    const std::string one =
        R"("one":{"path":"/time/{id}","outcomes":[{"at":"http","equals":403,"do":"hidden"}]})";
    for (const bool proof : {true, false}) {
        Planner planner(manifest(by_total((proof ? R"("proof":"id",)" : "") + one)));
        planner.serve = [](const std::string& path) {
            if (path == "/time/1") return answered(200, R"({"id":1})");
            return answered(path == "/time/2" ? 403 : 404, R"({"message":"no"})");
        };
        const auto asked = planner.by_ids({"1", "2", "3"});
        CHECK(asked.error.empty());
        CHECK(asked.ids == std::set<std::string>{"1"});
        CHECK(asked.absent == (proof ? std::set<std::string>{"3"} : std::set<std::string>{}));
        CHECK(asked.hidden ==
              (proof ? std::set<std::string>{"2"} : std::set<std::string>{"2", "3"}));
    }
}

TEST_CASE("Without a word on proof a manifest's walks and questions delete nothing") {
    Planner planner(manifest(by_total(R"("rows_may_lack":false)")));
    CHECK(planner.planner->capabilities().proof_of("entries") == Proof::None);
    planner.serve = [](const std::string&) { return answered(200, rows({1}, 1)); };
    CHECK(planner.by_ids({"1", "2"}).absent.empty());
    CHECK(planner.by_ids({"2"}).hidden == std::set<std::string>{"2"});

    // Nor where many are asked for at once.
    for (const bool proof : {false, true}) {
        Planner many(manifest(by_total(
            std::string(proof ? R"("proof":"id",)" : "") +
            R"("by_ids":{"path":"/some","query":{"ids":"{#ids}"},"rows":"/rows","many":9})")));
        many.serve = [](const std::string&) { return answered(200, rows({1}, 1)); };
        const auto asked = many.by_ids({"1", "2"});
        CHECK(asked.error.empty());
        const std::set<std::string> missing{"2"}, none;
        CHECK(asked.hidden == (proof ? none : missing));
        CHECK(asked.absent == (proof ? missing : none));
    }
}

TEST_CASE("A position that is refused is dropped once, with the list of parents (G50)") {
    Planner planner(manifest(
        R"("request":{"path":"/time","query":{"token":"{page}"}},"rows":"/rows","id":"/id","read":{"kind":"all"},)"
        R"("pages":{"kind":"cursor","at":"/next"})"));
    std::string good = "a";
    bool dead = false;
    planner.serve = [&](const std::string& path) {
        const auto at = path.find("token=");
        if (at == std::string::npos)
            return answered(200, R"({"rows":[{"id":1}],"next":")" + good + "\"}");
        if (path.substr(at + 6) != good || dead)
            return answered(400, R"({"errors":[{"message":"offset: your token has expired"}]})");
        return answered(200, R"({"rows":[{"id":2}],"next":null})");
    };
    domain::ReadRequest request;
    request.stream = "entries";
    request.reading = Reading::Full;
    auto first = planner.walk(request, 1);
    CHECK(first.ids == std::set<std::string>{"1"});
    good = "b"; // the connection broke, and the old token with it
    request.cursor = first.cursor;
    const auto again = planner.walk(request);
    CHECK(again.error.empty());
    CHECK(again.anew);
    CHECK(again.ids == std::set<std::string>{"1", "2"});
    CHECK(again.end->doubt.empty());

    // Refused at the same place again: the pull fails and keeps what it has.
    dead = true;
    const auto failed = planner.walk(request);
    CHECK(failed.anew);
    CHECK(failed.error.find("token has expired") != std::string::npos);
    CHECK(failed.ids == std::set<std::string>{"1"});
    // The next pull tries it once more.
    dead = false;
    request.cursor = failed.cursor;
    planner.clock.advance(std::chrono::minutes{15});
    CHECK(planner.walk(request).error.empty());
}

TEST_CASE("A walk that another process takes up in the middle of a list proves nothing") {
    Planner planner(manifest(by_total(R"("proof":"walk")")));
    planner.serve = [](const std::string& path) {
        return answered(200, offset_of(path) == 0 ? rows({1, 2, 3}, 5) : rows({4, 5}, 5));
    };
    domain::ReadRequest request;
    request.stream = "entries";
    request.reading = Reading::Full;
    request.cursor = planner.walk(request, 1).cursor;
    Planner other(manifest(by_total(R"("proof":"walk")")));
    other.serve = planner.serve;
    const auto walked = other.walk(request);
    CHECK(walked.ids == std::set<std::string>{"4", "5"});
    CHECK(walked.end->doubt == "it was taken up in the middle of a list");
}

TEST_CASE("A quota of 30 an hour leaves three questions a pass, and keeps the place at its end") {
    Planner planner(manifest(by_person(R"("proof":"id","one":{"path":"/time/{id}"})"),
                             R"("requests_per_hour":"{settings.per_hour}",)"),
                    "30");
    std::vector<std::string> asked;
    planner.serve = [&](const std::string& path) {
        asked.push_back(path);
        if (path != "/users")
            return path.rfind("/time/", 0) == 0 ? answered(404, "{}") : answered(200, rows({}));
        std::vector<int> people;
        for (int i = 1; i <= 40; ++i) people.push_back(i);
        return answered(200, rows(people));
    };
    CHECK(planner.planner->capabilities().reconcile_by_walk);
    const auto gone = planner.by_ids({"1", "2", "3", "4", "5"});
    CHECK(gone.absent == std::set<std::string>{"1", "2", "3"}); // the rest waits, and is not gone

    domain::ReadRequest request;
    request.stream = "entries";
    request.reading = Reading::Full;
    const Instant begun = planner.clock.now();
    asked.clear();
    const auto walked = planner.walk(request, 100);
    CHECK(walked.error.empty());
    CHECK(asked.size() == 41);
    CHECK(std::set<std::string>(asked.begin(), asked.end()).size() == 41); // nothing twice
    CHECK(planner.clock.now() - begun >= std::chrono::hours{1});
}

TEST_CASE("at most 500 questions a pass are asked, where an hour allows anything (G48)") {
    Planner planner(manifest(by_person(R"("proof":"id","one":{"path":"/time/{id}"})")));
    std::size_t questions = 0;
    planner.serve = [&](const std::string& path) {
        if (path.rfind("/time/", 0) != 0) return answered(200, rows({}));
        ++questions;
        return answered(404, "{}");
    };
    std::vector<std::string> known;
    for (int id = 1; id <= 600; ++id) known.push_back(std::to_string(id));
    const auto gone = planner.by_ids(known);
    CHECK(gone.error.empty());
    CHECK(questions == 500);
    CHECK(gone.absent.size() == 500); // of the others nothing is said
}

TEST_CASE("check says how long a whole reading takes, and warns before a token ends") {
    Planner planner(manifest(by_person(R"("proof":"none")"),
                             R"("requests_per_hour":30,"token_until":"until",)"));
    planner.serve = [](const std::string& path) {
        std::vector<int> people;
        for (int i = 1; i <= 90; ++i) people.push_back(i);
        return answered(200, rows(path == "/users" ? people : std::vector<int>{}));
    };
    const auto report = planner.planner->check();
    CHECK(report.problems.empty());
    REQUIRE(!report.notes.empty());
    CHECK(report.notes.front() ==
          "its plan allows 30 requests an hour: a whole reading takes 93 or "
          "more of them, about 4 hours");

    for (const auto& [until, words] : std::map<std::string, std::string>{
             {"2024-12-31", "its token ended on 2024-12-31"},
             {"2025-01-20", "its token ends on 2025-01-20, in 19 days"},
             {"2025-03-01", ""}}) {
        Planner other(manifest(by_person(R"("proof":"none")"), R"("token_until":"until",)"));
        other.options.settings["until"] = Secret(until);
        other.connect(
            rig::parsed(manifest(by_person(R"("proof":"none")"), R"("token_until":"until",)")));
        other.serve = planner.serve;
        const auto checked = other.planner->check();
        CHECK((checked.problems.empty() ? "" : checked.problems.front().what) == words);
    }
}

TEST_CASE("A proof that nothing can give is told when the manifest is read") {
    std::vector<connector::ManifestProblem> problems;
    connector::Plan::parse(manifest(by_total(R"("proof":"id","parents":"known")")), "m.json",
                           problems);
    REQUIRE(problems.size() == 2);
    CHECK(problems[0].message == "nothing can be asked for by its id here");
    CHECK(problems[1].message == "this stream is not read by parents");
}

TEST_CASE("Each shipped manifest names the document and its date behind every proof and end") {
    for (const auto& name : connector::shipped_manifests()) {
        json::ParseOptions options;
        options.comments = true;
        const auto document = json::Document::parse(connector::shipped_manifest(name), options);
        REQUIRE(document.ok());
        for (const json::Value& stream : document->root()["streams"]) {
            INFO(name << " " << stream.key());
            const auto dated = [&](const char* what) {
                const auto text = stream["documents"][what].text_view();
                return text.has_value() && text->find("20") != std::string_view::npos;
            };
            CHECK(!stream["proof"].missing());
            CHECK(dated("end"));
            if (stream["proof"].text_view().value_or("") != "none") CHECK(dated("proof"));
            bool parents = !stream["each"].missing() || !stream["too_many"].missing();
            for (const json::Value& more : stream["also"])
                parents = parents || !more["each"].missing();
            if (parents) CHECK(dated("parents"));
        }
    }
}

TEST_CASE("Time without an end, between two moments, and tags without our own mark") {
    const std::string stream =
        R"("request":{"path":"/time"},"rows":"/rows","id":"/id","read":{"kind":"all"},"pages":{"kind":"none"},)"
        R"("add":[{"to":"hb_seconds","from":"/duration","between":["/start","/end"]},)"
        R"({"to":"hb_open","first":["/duration"],"value":"0","where":{"at":"/end","absent":true}},)"
        R"({"to":"hb_tags","from":"/tags","names":true,"without":"paid"}],)"
        R"("drop":[{"at":"/hb_open","equals":"0"}],)"
        R"("content":["/id",{"at":"/billable","unless":true},{"at":"/hb_tags","unless":""},{"at":"/end","absent":"/duration"}])";
    const auto read = [&](const std::string& row) {
        Planner planner(manifest(stream));
        planner.serve = [&](const std::string&) {
            return answered(200, R"({"rows":[)" + row + "]}");
        };
        domain::ReadRequest request;
        request.stream = "entries";
        request.reading = Reading::Full;
        const auto page = planner.read(request);
        REQUIRE(page.ok());
        return page->records;
    };
    const std::string ends = R"("start":"2025-01-10T08:00:00Z","end":"2025-01-10T09:30:00Z")";
    const auto timed = read(R"({"id":1,)" + ends + "}");
    REQUIRE(timed.size() == 1);
    CHECK(timed[0].text.find(R"("hb_seconds":"5400")") != std::string::npos);
    CHECK(read(R"({"id":1,"duration":60,)" + ends + "}")[0].text.find(R"("hb_seconds":"60")") !=
          std::string::npos);
    CHECK(read(R"({"id":1,"start":"2025-01-10T08:00:00Z","end":null,"duration":0})").empty());
    CHECK(read(R"({"id":1,"start":"2025-01-10T08:00:00Z","end":null,"duration":60})").size() == 1);

    // Hashes stay where nothing is told (G65), and our own mark is no change (G26).
    const auto hash = [&](const std::string& members) {
        return read(R"({"id":1,"duration":60,"end":"x")" + members + "}")[0].hash;
    };
    const auto plain = hash("");
    CHECK(hash(R"(,"billable":true,"tags":[])") == plain);
    CHECK(hash(R"(,"billable":null,"tags":[{"name":"paid"}])") == plain);
    CHECK(hash(R"(,"billable":false)") != plain);
    CHECK(hash(R"(,"tags":[{"name":"bug"}])") != plain);
    CHECK(read(R"({"id":1,"duration":60,"end":"x","tags":["bug","paid","two"]})")[0].text.find(
              R"("hb_tags":"bug\ntwo")") != std::string::npos);
}
