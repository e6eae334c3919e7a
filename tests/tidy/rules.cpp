#include "rules.h"

#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include "base/text.h"
#include "domain/op_kind.h"

namespace hb::tidy {

namespace {

using Problems = std::vector<Problem>;

Problem at(const Source& source, int line, std::string what) {
    return {source.path + ":" + std::to_string(line), std::move(what)};
}

// src/README.md section 1: who may include what.
struct Room {
    std::set<std::string> rooms;
    std::vector<std::string> third_party; // how the header's name begins
};

const std::map<std::string, Room>& room_table() {
    static const std::map<std::string, Room> table = {
        {"base", {{}, {"argon2.h", "date/", "openssl/"}}},
        {"voices", {{"base"}, {}}},
        {"json", {{"base"}, {"rapidjson/"}}},
        {"domain", {{"base", "voices"}, {}}},
        {"mapping", {{"base", "voices", "json", "domain"}, {}}},
        {"net", {{"base"}, {"curl/", "spdlog/"}}},
        {"connector", {{"base", "voices", "json", "domain", "net"}, {}}},
        {"store", {{"base", "voices", "domain"}, {"SQLiteCpp/", "sqlite3.h", "spdlog/"}}},
        {"render",
         {{"base", "voices", "json", "domain"},
          {"pango/", "cairo", "xlsxwriter.h", "turbojpeg.h"}}},
        // `connector` for what is configured (remotes.h), `render` for words alone.
        {"books",
         {{"base", "voices", "domain", "mapping", "connector", "store", "render"}, {"spdlog/"}}},
        {"desk", {{"base", "voices", "domain", "mapping", "store", "books"}, {}}},
        {"lanes",
         {{"base", "voices", "domain", "mapping", "connector", "store", "render", "books", "desk"},
          {"spdlog/"}}},
        {"web",
         {{"base", "voices", "json", "domain", "mapping", "store", "render", "books", "desk",
           "lanes"},
          {"httplib.h", "spdlog/", "zlib.h"}}},
        {"sandbox", {{"base", "json"}, {"httplib.h", "CLI/"}}},
        {"app",
         {{"base", "voices", "json", "domain", "mapping", "net", "connector", "store", "render",
           "books", "desk", "lanes", "web"},
          {"CLI/", "spdlog/"}}},
    };
    return table;
}

// Headers of the language and of the system are no third party.
bool is_third_party(const Include& include) {
    static const std::vector<std::string> system = {"sys/", "netinet/", "arpa/", "linux/"};
    static const std::set<std::string> posix = {
        "spawn.h",  "unistd.h", "fcntl.h",  "malloc.h",  "poll.h",   "netdb.h",
        "pwd.h",    "grp.h",    "signal.h", "stdlib.h",  "stdio.h",  "string.h",
        "locale.h", "wctype.h", "wchar.h",  "termios.h", "dirent.h", "time.h",
        "errno.h",  "limits.h", "glob.h",   "syslog.h"};
    if (!include.angled || posix.contains(include.name)) return false;
    for (const std::string& folder : system)
        if (include.name.starts_with(folder)) return false;
    return include.name.find_first_of("./") != std::string::npos;
}

Problems rooms_include_what_they_may(const Source& source) {
    Problems problems;
    const std::string room = source.room();
    if (room.empty()) return problems;
    const auto row = room_table().find(room);
    if (row == room_table().end()) return {at(source, 1, "no room of the table is called " + room)};
    for (const Include& include : source.includes) {
        if (include.angled) continue;
        const std::string target = include.name.substr(0, include.name.find('/'));
        if (target == room || row->second.rooms.contains(target)) continue;
        problems.push_back(
            at(source, include.line, room + " may not include \"" + include.name + "\""));
    }
    return problems;
}

Problems third_party_stands_in_its_room(const Source& source) {
    Problems problems;
    const auto row = room_table().find(source.room());
    if (row == room_table().end() || source.is_header()) return problems;
    const bool tracing = source.path == "src/connector/tracing.cpp";
    for (const Include& include : source.includes) {
        if (!is_third_party(include)) continue;
        const auto& allowed = row->second.third_party;
        const bool own = std::any_of(allowed.begin(), allowed.end(), [&](const std::string& start) {
            return include.name.starts_with(start);
        });
        if (own || (tracing && include.name.starts_with("spdlog/"))) continue;
        problems.push_back(
            at(source, include.line, row->first + " may not include <" + include.name + ">"));
    }
    return problems;
}

Problems headers_include_no_third_party(const Source& source) {
    Problems problems;
    if (!source.is_header() || !source.in("src/")) return problems;
    for (const Include& include : source.includes)
        if (is_third_party(include))
            problems.push_back(
                at(source, include.line, "a header of ours includes <" + include.name + ">"));
    return problems;
}

Problems sql_stands_in_store(const Source& source) {
    static const std::regex statement(
        R"(^\s*(SELECT|INSERT (INTO|OR)|UPDATE|DELETE FROM|PRAGMA|CREATE (TABLE|INDEX|TRIGGER)|WITH \w+ AS)\b)");
    Problems problems;
    if (!source.in("src/") || source.room() == "store") return problems;
    for (const Literal& literal : source.literals)
        if (std::regex_search(literal.text.substr(0, 80), statement))
            problems.push_back(
                at(source, literal.line, "SQL outside store: " + literal.text.substr(0, 40)));
    return problems;
}

// Every place where `pattern` is in the code, outside comments and literals.
Problems found(const Source& source, const std::string& pattern, const std::string& what) {
    Problems problems;
    const std::regex wanted(pattern);
    for (std::sregex_iterator hit(source.code.begin(), source.code.end(), wanted), end; hit != end;
         ++hit)
        problems.push_back(at(source, source.line_of(static_cast<std::size_t>(hit->position())),
                              what + ": " + std::string(trim(hit->str()))));
    return problems;
}

Problems domain_has_no_floats(const Source& source) {
    if (source.room() != "domain") return {};
    return found(source, R"(\b(double|float)\b)", "binary floating point in domain");
}

Problems time_comes_from_the_clock(const Source& source) {
    if (source.path == "src/base/clock.cpp") return {};
    return found(
        source,
        R"(\bsystem_clock\s*::\s*now\b|\bgettimeofday\s*\(|\bclock_gettime\s*\(|\btime\s*\(\s*(nullptr|NULL|0|&\w+)\s*\)|\butc_clock\s*::\s*now\b)",
        "the time is asked for outside base/clock.cpp");
}

// R21: a zone that the machine is set to decides nothing.
Problems zones_are_named(const Source& source) {
    return found(
        source,
        R"(\b(localtime|localtime_r|gmtime|gmtime_r|mktime|tzset|strftime|ctime|asctime)\s*\(|\bcurrent_zone\s*\(|\blocal_days\b)",
        "the machine's own zone or calendar");
}

// R21: what a test expects depends on no date. The machine's clock measures how long something
// takes or is waited for, in these files.
Problems tests_know_their_day(const Source& source) {
    static const std::set<std::string> waiting = {"tests/app/direct_test.cpp",
                                                  "tests/app/flood_test.cpp",
                                                  "tests/app/lanes_test.cpp",
                                                  "tests/app/operations_test.cpp",
                                                  "tests/app/process_test.cpp",
                                                  "tests/app/program.cpp",
                                                  "tests/app/proxy.cpp",
                                                  "tests/app/proxy_test.cpp",
                                                  "tests/app/serving.cpp",
                                                  "tests/app/soak_test.cpp",
                                                  "tests/base/books_mutex_test.cpp",
                                                  "tests/base/clock_test.cpp",
                                                  "tests/engine/link_rules_test.cpp",
                                                  "tests/connector/against_sandbox_test.cpp",
                                                  "tests/web/front_test.cpp",
                                                  "tests/sandbox/sdk/stand.cpp"};
    if (!source.in("tests/") || source.in("tests/bench/") || waiting.contains(source.path))
        return {};
    return found(source, R"(\bSystemClock\b)", "the machine's clock in a test");
}

// SQLite knows the date too.
Problems sql_asks_for_no_time(const Source& source) {
    static const std::regex now(
        R"(\bCURRENT_(DATE|TIME|TIMESTAMP)\b|\b(date|time|datetime|julianday|unixepoch|strftime)\s*\([^)]*'(now|localtime)')");
    Problems problems;
    for (const Literal& literal : source.literals)
        if (source.room() == "store" && std::regex_search(literal.text, now))
            problems.push_back(at(source, literal.line, "SQL asks for the time"));
    return problems;
}

Problems randomness_comes_from_ids(const Source& source) {
    if (!source.in("src/") || source.path == "src/base/ids.cpp") return {};
    return found(
        source,
        R"(\brandom_device\b|\bmt19937(_64)?\b|\bs?rand\s*\(|\bgetrandom\s*\(|\bgetentropy\s*\(|\bRAND_bytes\s*\(|<random>)",
        "randomness outside base/ids.cpp");
}

Problems nothing_sleeps(const Source& source) {
    return found(source, R"(\bsleep_(for|until)\s*\(|\b(u|nano)?sleep\s*\()", "a sleep");
}

Problems no_catch_is_empty(const Source& source) {
    return found(source, R"(\bcatch\s*\([^)]*\)\s*\{\s*\})", "an empty catch");
}

Problems rapidjson_stands_in_json(const Source& source) {
    if (source.room() == "json") return {};
    return found(source, R"(\brapidjson\s*::)", "RapidJSON outside json");
}

Problems curl_stands_in_net(const Source& source) {
    if (!source.in("src/") || source.room() == "net") return {};
    return found(source, R"(\bcurl_\w+\s*\(|\bCURL(E|OPT|INFO)_)", "libcurl outside net");
}

Problems environment_is_read_by_app(const Source& source) {
    // What both programs take from it: where programs are, and what a test puts in place.
    static const std::set<std::string> shared = {"src/base/programs.cpp", "src/base/seams.cpp"};
    if (!source.in("src/") || source.room() == "app" || shared.contains(source.path)) return {};
    return found(source, R"(\b(secure_)?getenv\s*\()", "the environment is read outside app");
}

// G60: what an op writes, what a remote answered and what a report asks hold somebody's words. A
// literal leaves spaces in `code`, so one that is compared with shows as what follows them.
Problems nothing_is_looked_for_in_texts(const Source& source) {
    if (!source.in("src/") || source.room() == "sandbox") return {};
    static const std::string text =
        R"((\b(op|written|write|claimed|last|known|standing|deal|invoice|rows|comment|document)(\.|->)(fields|needs)|(\.|->)answer|\b(asks|repeats|last_error)|\bpurpose(\.|->)text\(\)))";
    // What went wrong is a code; the words are for people. What a vendor says in words alone stands
    // in one table (connector/bitrix24/sayings.cpp), which is asked with code and words together.
    static const std::string error = R"(\berror(\(\))?(\.|->)(message|detail|hint))";
    static const std::string vendor =
        R"(\b(\w*[tT]rouble(\(\))?(\.|->)(text|what|hint)|(error_)?description)\)*)";
    static const std::string search =
        R"((\.|->)(r?find(_\w+)?|starts_with|ends_with|contains|compare|substr)\s*\()";
    static const std::string in_search =
        R"(\b(says|contains|starts_with|ends_with|has_word|find_in)\s*\(\s*[\w.>()-]*)";
    static const std::string literal = R"(\s*[=!]=\s{3,}(?=[);&|?,:]))";
    static const std::string what = "a search in a text that may hold somebody's words";
    Problems problems = found(source, text + search, what);
    const auto take = [&](const std::string& pattern) {
        auto more = found(source, pattern, what);
        problems.insert(problems.end(), more.begin(), more.end());
    };
    take(in_search + text);
    take(text + literal);
    for (const std::string& words : {error, vendor}) {
        take(words + search);
        take(words + literal);
        take(in_search + words);
    }
    return problems;
}

// G61: the reader of a notice, a card or a page has no shell.
Problems texts_for_staff_name_no_command(const Source& source) {
    static const std::set<std::string> files = {
        "src/lanes/cards.cpp",          "src/lanes/notices.cpp",      "src/books/planning.cpp",
        "src/books/planning_cards.cpp", "src/books/planning_crm.cpp", "src/mapping/notices.cpp",
        "src/mapping/writes.cpp",       "src/mapping/writes_crm.cpp"};
    const bool page = source.in("src/web/routes/") ||
                      (source.in("src/render/") && source.path != "src/render/report_text.cpp");
    if (!page && files.count(source.path) == 0) return {};
    static const std::regex command(
        R"(`|\bhourbridge (adopt|alias|backup|check|client|connector|contract|demo|dump|entry|explain|inbox|init|late|link|mapping|notify|outbox|overhead|payment|portal|preset|remote|report|restore|run|sandbox|serve|sync|unbilled|verify)\b)");
    Problems problems;
    for (const Literal& literal : source.literals)
        if (std::regex_search(literal.text, command) &&
            literal.text.find("next=") == std::string::npos)
            problems.push_back(at(source, literal.line,
                                  "a command in a text for staff: " + literal.text.substr(0, 60)));
    return problems;
}

// What an op does is a value; its name is for the books and for people (domain/op_kind.h).
Problems op_kinds_are_values(const Source& source) {
    Problems problems;
    if (!source.in("src/") || source.room() == "sandbox" || source.path == "src/domain/op_kind.h")
        return problems;
    static const std::regex verb(R"(\.(create|rows|stage|update|adopt|files|field|mark|send))");
    for (const Literal& literal : source.literals) {
        const bool whole = std::any_of(domain::kOpKinds.begin(), domain::kOpKinds.end(),
                                       [&](const auto& kind) { return kind.name == literal.text; });
        if (whole || std::regex_match(literal.text, verb))
            problems.push_back(at(source, literal.line, "a kind of op as text: " + literal.text));
    }
    return problems;
}

// A purpose is built by domain/purpose.cpp, and read back from where the books wrote one down.
Problems purposes_are_built_in_one_place(const Source& source) {
    static const std::set<std::string> readers = {"src/domain/purpose.h", "src/store/outbox.cpp",
                                                  "src/lanes/notices.cpp", "src/lanes/service.cpp"};
    if (!source.in("src/") || readers.contains(source.path)) return {};
    return found(source, R"(\bPurpose::stored\s*\()", "a purpose out of a text");
}

// G60: a value in quotes of its own could end them and give another key.
Problems values_in_the_log_are_quoted(const Source& source) {
    Problems problems;
    if (!source.in("src/")) return problems;
    static const std::regex bare(R"(=\\?"\{)");
    for (const Literal& literal : source.literals)
        if (std::regex_search(literal.text, bare) && literal.text.find(' ') != std::string::npos &&
            source.code.find("spdlog") != std::string::npos)
            problems.push_back(at(source, literal.line, "use log_value(): " + literal.text));
    return problems;
}

// One lock, one transaction and one moment for each decision (books/step.h).
Problems steps_begin_transactions(const Source& source) {
    static const std::set<std::string> own = {"src/books/step.h", "src/books/step.cpp"};
    if (!source.in("src/") || source.in("src/store/") || own.contains(source.path)) return {};
    return found(source, R"(\bstore::Tx\b)", "a transaction that is no Step");
}

// A wish is one function of the desk; a command parses, calls it and prints, a page and a card too.
Problems wishes_are_the_desks(const Source& source) {
    // What the process itself finds out and notes is nobody's wish.
    static const std::set<std::string> notes = {"src/app/commands/check_machine.cpp",
                                                "src/web/hooks.cpp",
                                                // answers that are kept, not wishes
                                                "src/web/api/gate.cpp"};
    if (!source.in("src/app/commands/") && !source.in("src/web/")) return {};
    if (notes.contains(source.path)) return {};
    return found(source, R"(\bbooks::Step\b|\bbegin_settled\()",
                 "a step of a command's or page's own");
}

// Whose words `books` may use: what is configured, and what a client reads in a stored line.
Problems books_call_nothing(const Source& source) {
    static const std::set<std::string> configured = {"src/books/remotes.h", "src/books/meters.h"};
    static const std::set<std::string> words = {"render/brand.h", "render/glossary.h",
                                                "render/locale.h", "render/question_text.h"};
    Problems problems;
    if (!source.in("src/books/")) return problems;
    for (const Include& include : source.includes) {
        const bool seam =
            include.name.starts_with("connector/") && !configured.contains(source.path);
        const bool more = include.name.starts_with("render/") && !words.contains(include.name);
        if (seam || more) problems.push_back(at(source, include.line, "\"" + include.name + "\""));
    }
    return problems;
}

} // namespace

const std::vector<Rule>& rules() {
    static const std::vector<Rule> all = {
        {"a room includes only the rooms it may", rooms_include_what_they_may, "src/domain/x.cpp",
         "#include \"base/time.h\"\n#include \"store/reports.h\"\n"},
        {"a third-party library is included in its own room only", third_party_stands_in_its_room,
         "src/mapping/x.cpp",
         "#include <vector>\n#include <unistd.h>\n#include <rapidjson/reader.h>\n"},
        {"no header of ours includes a third-party header", headers_include_no_third_party,
         "src/store/x.h", "#pragma once\n#include <string>\n#include <SQLiteCpp/Database.h>\n"},
        {"a wish is a function of the desk", wishes_are_the_desks, "src/web/x.cpp",
         "void f(books::Books& books) { books::Step step = books.begin({\"x\"}); }\n"},
        {"books call no remote and render nothing", books_call_nothing, "src/books/x.cpp",
         "#include \"connector/connector.h\"\n"},
        {"SQL is in store", sql_stands_in_store, "src/books/x.cpp",
         "auto x = run(R\"(\n  SELECT id FROM reports)\"); // SELECT here is fine\n"},
        {"no binary floating point in domain", domain_has_no_floats, "src/domain/x.cpp",
         "// a double in words\nstd::int64_t f(double amount);\n"},
        {"the time is asked for in base/clock.cpp only", time_comes_from_the_clock,
         "src/books/x.cpp", "auto now = std::chrono::system_clock::now();\n"},
        {"the machine's zone decides nothing", zones_are_named, "tests/domain/x_test.cpp",
         "auto today = *std::localtime(&then);\n"},
        {"a test's day is its own", tests_know_their_day, "tests/engine/x_test.cpp",
         "const SystemClock clock; // a day of it decides\n"},
        {"SQL asks for no time", sql_asks_for_no_time, "src/store/x.cpp",
         "run(\"UPDATE reports SET at = strftime('%s', 'now')\");\n"},
        {"randomness comes from base/ids.cpp only", randomness_comes_from_ids, "src/store/x.cpp",
         "std::mt19937 dice(1);\n"},
        {"only a Step begins a transaction", steps_begin_transactions, "src/books/x.cpp",
         "store::Tx tx(db); // one of its own\n"},
        {"nothing sleeps", nothing_sleeps, "tests/engine/x_test.cpp",
         "std::this_thread::sleep_for(std::chrono::seconds(1));\n"},
        {"no catch is empty", no_catch_is_empty, "src/app/x.cpp",
         "void f() {\n  try {\n    g();\n  } catch (const std::exception&) {\n    // nothing\n  "
         "}\n}\n"},
        {"nothing is looked for in texts that may hold somebody's words",
         nothing_is_looked_for_in_texts, "src/books/x.cpp",
         "bool f(const Op& op) { return op.fields.find(mark) == 0; }\n"},
        {"a text for staff names no command", texts_for_staff_name_no_command, "src/render/x.cpp",
         "auto x = \"hourbridge check names the cause\";\n"},
        {"what an op does is a value, its name is in domain/op_kind.h only", op_kinds_are_values,
         "src/books/x.cpp", "bool f(const Op& op) { return op.kind == \"deal.create\"; }\n"},
        {"purposes are built in domain/purpose.cpp only", purposes_are_built_in_one_place,
         "src/books/x.cpp", "auto x = Purpose::stored(\"report 1 deal\");\n"},
        {"values in the log are quoted by log_value()", values_in_the_log_are_quoted,
         "src/books/x.cpp", "void f() { spdlog::warn(\"part error=\\\"{}\\\"\", text()); }\n"},
        {"RapidJSON is used in json only", rapidjson_stands_in_json, "src/connector/x.cpp",
         "rapidjson::Document document;\n"},
        {"libcurl is used in net only", curl_stands_in_net, "src/connector/x.cpp",
         "curl_easy_perform(handle);\n"},
        {"the environment is read in app only", environment_is_read_by_app, "src/net/x.cpp",
         "const char* proxy = std::getenv(\"http_proxy\");\n"},
    };
    return all;
}

std::vector<Problem> check_script(const std::string& path, const std::string& text) {
    // `date` as a command, Python's and JavaScript's clocks, bash's, SQLite's.
    static const std::regex asks(
        R"((^|[;&|({]|\$\(|`)\s*date(\s+[-+]|\s*$|\s*\)|`)|\bdatetime\.(now|today|utcnow)\b|\bdate\.today\b|\btime\.(time|time_ns|localtime|strftime)\(|\bDate\.now\(|\bnew Date\(\)|\bEPOCH(SECONDS|REALTIME)\b|printf\s+['"]?%\(|\bCURRENT_(DATE|TIME|TIMESTAMP)\b|'now')");
    Problems problems;
    int number = 0;
    for (const std::string_view line : split(text, '\n')) {
        ++number;
        if (trim(line).starts_with("#")) continue;
        if (std::regex_search(line.begin(), line.end(), asks))
            problems.push_back(
                {path + ":" + std::to_string(number), "today's date: " + std::string(trim(line))});
    }
    return problems;
}

std::vector<Problem> check_migrations(std::vector<std::string> names) {
    Problems problems;
    std::sort(names.begin(), names.end());
    static const std::regex shape(R"(\d{4}_[a-z0-9_]+\.sql)");
    int number = 0;
    for (const std::string& name : names) {
        ++number;
        if (!std::regex_match(name, shape))
            problems.push_back({name, "a migration is called NNNN_name.sql"});
        else if (parse_integer(name.substr(0, 4)) != number)
            problems.push_back(
                {name, "migration number " + std::to_string(number) + " is expected here"});
    }
    return problems;
}

} // namespace hb::tidy
