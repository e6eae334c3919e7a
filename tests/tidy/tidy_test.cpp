#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <set>

#include "rules.h"

// Keeps the table of rooms and a few habits true, by reading the sources (src/README.md section 1).
using namespace hb;
using namespace hb::tidy;

namespace {

std::string listed(const std::vector<Problem>& problems) {
    std::string text;
    for (const Problem& problem : problems) text += problem.where + ": " + problem.what + "\n";
    return text;
}

const std::vector<Source>& project() {
    static const std::vector<Source> all = read_all(HB_SOURCE_DIR);
    return all;
}

} // namespace

TEST_CASE("the sources keep every tidy rule") {
    REQUIRE(project().size() > 100);
    for (const Rule& rule : rules()) {
        std::vector<Problem> problems;
        for (const Source& source : project())
            for (Problem& problem : rule.check(source)) problems.push_back(std::move(problem));
        INFO("rule: " << rule.name);
        CHECK(listed(problems) == "");
    }
}

TEST_CASE("no script, seed or migration asks what day it is (R21)") {
    namespace fs = std::filesystem;
    // The official SDK is told until when its token is good, by the clock that it looks at itself.
    static const std::set<std::string> allowed = {"tests/sandbox/sdk/judge.mjs"};
    const fs::path root(HB_SOURCE_DIR);
    std::vector<Problem> problems;
    int looked = 0;
    for (const char* below : {"scripts", "tests", "packaging", ".ci", "src/store/migrations"})
        for (auto file = fs::recursive_directory_iterator(root / below);
             file != fs::recursive_directory_iterator(); ++file) {
            if (file->path().filename() == "node_modules") file.disable_recursion_pending();
            const std::string path = file->path().lexically_relative(root).string();
            const std::string end = file->path().extension().string();
            static const std::set<std::string> read = {"", ".py", ".sh", ".mjs", ".sql"};
            if (!file->is_regular_file() || !read.contains(end) || allowed.contains(path)) continue;
            std::ifstream in(file->path());
            const std::string text{std::istreambuf_iterator<char>(in), {}};
            ++looked;
            for (auto& problem : check_script(path, text)) problems.push_back(std::move(problem));
        }
    CHECK(looked > 20);
    CHECK(listed(problems) == "");
}

TEST_CASE("a script that asks what day it is is found, however it asks") {
    for (const char* line :
         {"today=$(date +%F)", "date", "x; date -u +%s", "now=`date`", "if [ $(date) ]; then",
          "seed = datetime.now()", "day = date.today()", "stamp = time.time_ns()",
          "t=$EPOCHSECONDS", "printf '%(%F)T'", "const now = Date.now();", "new Date()",
          "INSERT INTO x VALUES (CURRENT_TIMESTAMP);", "SELECT datetime('now')"}) {
        INFO(line);
        CHECK(check_script("x", line).size() == 1);
    }
    for (const char* line :
         {"libhowardhinnant-date-dev", "are brought up to date, their",
          "hb payment add --date 2026-07-01", "# today=$(date +%F)", "started=$SECONDS",
          "update now", "time.sleep(3)", "\"work_date\": \"2026-03-01\"", "new Date(2026, 3)"}) {
        INFO(line);
        CHECK(check_script("x", line).empty());
    }
}

TEST_CASE("migrations are numbered from 1 without gaps") {
    std::vector<std::string> names;
    for (const auto& file :
         std::filesystem::directory_iterator(std::string(HB_SOURCE_DIR) + "/src/store/migrations"))
        names.push_back(file.path().filename().string());
    REQUIRE_FALSE(names.empty());
    CHECK(listed(check_migrations(names)) == "");
}

TEST_CASE("every tidy rule fails on its bad sample, and no other rule does") {
    for (const Rule& broken : rules()) {
        const Source sample = read_source(broken.bad_path, broken.bad_text);
        for (const Rule& rule : rules()) {
            INFO("sample of: " << broken.name << "; rule: " << rule.name);
            CHECK(rule.check(sample).size() == (&rule == &broken ? 1U : 0U));
        }
    }
}

TEST_CASE("each way to look for a word in a text of somebody's is found (G60)") {
    const Rule* wanted = nullptr;
    for (const Rule& rule : rules())
        if (rule.name.starts_with("nothing is looked for in texts")) wanted = &rule;
    REQUIRE(wanted != nullptr);
    const auto breaks = [&](const std::string& line) {
        return wanted->check(read_source("src/books/x.cpp", "bool x = " + line + ";\n")).size();
    };
    for (const char* line :
         {"op.fields.find(mark) == 0", "op->fields.rfind(\"a\")", "op.op.fields.starts_with(\"$\")",
          "op.needs.contains(x)", "result.answer.ends_with(\"gone\")", "result.answer == \"gone\"",
          "row.asks.find(\"refused\")", "(repeats != \"may repeat\")", "op.last_error == \"late\"",
          "known.error().message.find(\"refused\")", "says(result.answer, \"gone\")",
          "op.purpose.text().substr(7)", "(done.error().hint == \"wait\")",
          "trouble.text.find(\"denied\")", "fold_case(reply.trouble->text).find(\"not found\")",
          "says(description, \"denied\")", "(got.trouble->what == \"gone\")",
          "description.starts_with(\"Access\")", "job.last_error.find(\"503\")"}) {
        INFO(line);
        CHECK(breaks(line) == 1);
    }
    for (const char* line : {"op.fields == done.fields", "op.op.fields == kRenderAnew",
                             "card.fields.find(name) == card.fields.end()", "asks.empty()",
                             "result.answer == op.fields", "op.purpose == other.purpose",
                             "saying_of(trouble.code, trouble.text) == Saying::NotThere",
                             "trouble.text.empty()", "clean(description)"}) {
        INFO(line);
        CHECK(breaks(line) == 0);
    }
}

TEST_CASE("a command in a text for staff is found, the program's name alone is not (G61)") {
    const auto problems = [](const std::string& path, const std::string& literal) {
        std::size_t out = 0;
        for (const Rule& rule : rules())
            if (rule.name == "a text for staff names no command")
                out = rule.check(read_source(path, "auto x = \"" + literal + "\";\n")).size();
        return out;
    };
    CHECK(problems("src/render/notice_text.cpp", "run hourbridge sync first") == 1);
    CHECK(problems("src/lanes/cards.cpp", "`sync --full`") == 1);
    CHECK(problems("src/web/routes/agree.cpp", "hourbridge report show 7") == 1);
    CHECK(problems("src/render/notice_text.cpp", "hourbridge can reach you here") == 0);
    CHECK(problems("src/render/report_text.cpp", "hourbridge late list") == 0); // of the shell
    CHECK(problems("src/desk/reports.cpp", "hourbridge report list") == 0);
}

TEST_CASE("a gap, a twin and a strange name among migrations are found") {
    CHECK(check_migrations({"0001_books.sql", "0002_more.sql"}).empty());
    CHECK(check_migrations({"0001_books.sql", "0003_more.sql"}).size() == 1);
    CHECK(check_migrations({"0001_books.sql", "0001_twin.sql"}).size() == 1);
    CHECK(check_migrations({"0001_books.sql", "2_more.sql"}).size() == 1);
}

TEST_CASE("comments and literals are told from code, and lines are counted through them") {
    const Source source = read_source("src/domain/x.cpp", "int a = 10'000; // double\n"
                                                          "/* float\n float */ char q = '\"';\n"
                                                          "auto s = \"double \\\" float\";\n"
                                                          "auto r = R\"x(double )\" float)x\";\n"
                                                          "double b;\n");
    CHECK(source.literals.size() == 2);
    CHECK(source.literals[1].text == "double )\" float");
    for (const Rule& rule : rules())
        for (const Problem& problem : rule.check(source))
            CHECK(problem.where + problem.what ==
                  "src/domain/x.cpp:6binary floating point in domain: double");
}

TEST_CASE("each client of the network is made in a place that is known, with a policy (S4)") {
    const std::set<std::string> known{
        "src/net/http.h",                      // declares it
        "src/net/curl_client.cpp",             // is it
        "src/app/heard_http.cpp",              // remotes and notices; policies of app/outbound.h
        "src/app/commands/connector_hook.cpp", // the same policy as the remote's
        "src/app/commands/connector_live.cpp", // the same
    };
    std::set<std::string> found;
    for (const Source& source : project())
        if (source.in("src/") && source.code.find("make_curl_client") != std::string::npos)
            found.insert(source.path);
    CHECK(found == known);
    std::set<std::string> heard;
    for (const Source& source : project())
        if (source.in("src/") && source.code.find("make_heard_client(") != std::string::npos)
            heard.insert(source.path);
    CHECK(heard == std::set<std::string>{"src/app/heard_http.cpp", "src/app/heard_http.h",
                                         "src/app/wiring.cpp", "src/app/wiring_notices.cpp"});
}

TEST_CASE("logging is for the rooms that may log") {
    const std::string text = "#include <spdlog/spdlog.h>\n";
    for (const Rule& rule : rules()) {
        CHECK(rule.check(read_source("src/web/x.cpp", text)).empty());
        CHECK(rule.check(read_source("src/connector/tracing.cpp", text)).empty());
        const bool third_party = rule.name.find("its own room") != std::string::npos;
        CHECK(rule.check(read_source("src/connector/client.cpp", text)).size() ==
              (third_party ? 1U : 0U));
        CHECK(rule.check(read_source("src/mapping/x.cpp", text)).size() == (third_party ? 1U : 0U));
    }
}
