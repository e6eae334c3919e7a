#include <catch2/catch.hpp>

#include "mapping/contract_file.h"
#include "mapping/templates.h"
#include "support.h"
#include "json/writer.h"

// Files with one fault each: what is said of it, word for word, with line and way out.

using namespace hb;

namespace {

struct Broken {
    const char* from; // replaced in the good file below
    const char* to;
    const char* said;
};

std::string replaced(std::string text, const Broken& broken) {
    const std::size_t at = text.find(broken.from);
    INFO(broken.from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, std::string(broken.from).size(), broken.to);
}

// The texts of a mapping file, as short as they may be, on one line.
std::string templates() {
    json::Writer out;
    out.begin_object();
    for (const auto& [name, allowed] : mapping::template_names())
        out.member(name, name.rfind("comment.", 0) == 0 ? "x {key}" : "x");
    return out.end_object().take();
}

std::string good_mapping() {
    return R"({
"version": 1, "connector": "mine",
"streams": {
"users": [
{"to": "id", "from": "/ID", "as": "id"},
{"to": "name", "from": ["/A", "/B/0/c~1d"], "as": "name"}
],
"tasks": [
{"to": "id", "from": "/id", "as": "id"},
{"to": "status", "from": "/status", "as": "status", "table": {"9": "completed"}, "else": "pending"},
{"to": "links", "from": "/crm", "as": "crm_links", "table": {"K": "company"}}
],
"entries": [
{"to": "id", "from": "/id", "as": "id"},
{"to": "person", "from": "/who", "as": "id"},
{"to": "seconds", "from": "/s", "as": "seconds"},
{"to": "day", "from": "/day", "as": "day"}
]
},
"templates": )" +
           templates() + "\n}\n";
}

std::string mapping_problems(const std::string& text) {
    std::vector<mapping::FileProblem> problems;
    const auto parsed = mapping::Mapping::parse(text, "my.json", problems);
    CHECK(parsed.has_value() == problems.empty());
    return show(problems);
}

const char* const kGoodContract = R"({
"client": "bitrix24:company:12",
"valid_from": "2026-01-01",
"currency": "BYN",
"vat": {"mode": "added", "rate": "20"},
"time_zone": "Europe/Minsk",
"rounding": {"level": "entry", "step_minutes": 15},
"rates": [
{"amount": "90.00"},
{"project": "bitrix24:group:7", "work_type": "Design", "amount": "110.00"}
],
"work_types": [{"tag": "design", "type": "design"}],
"nonbillable": [{"tag": "bug", "reason": "bug"}],
"late_policy": "ask"
}
)";

std::string contract_problems(const std::string& text) {
    std::vector<mapping::FileProblem> problems;
    const auto parsed =
        mapping::parse_contract(text, "acme.json", {"Europe/Minsk", "ru", {}}, problems);
    CHECK(parsed.has_value() == problems.empty());
    return show(problems);
}

} // namespace

TEST_CASE("the good files of this table have no problem") {
    CHECK(mapping_problems(good_mapping()) == "");
    CHECK(contract_problems(kGoodContract) == "");
}

TEST_CASE("a mapping of one's own reads what it names") {
    std::vector<mapping::FileProblem> problems;
    const auto mine = mapping::Mapping::parse(good_mapping(), "my.json", problems);
    REQUIRE(mine);
    CHECK(show(mine->apply({"users", "", R"({"ID":1,"A":"x","B":[{"c/d":"y"}]})", ""})) ==
          "person 1 \"x y\"");
    CHECK(show(mine->apply({"tasks", "", R"({"id":"a-1","status":9,"crm":["k_5","CO_6"]})", ""})) ==
          "task a-1 \"\" status=5 company=5");
    CHECK(show(mine->apply({"tasks", "", R"({"id":"a-1"})", ""})) == "task a-1 \"\" status=2");
    CHECK(show(mine->apply({"entries", "", R"({"id":1,"who":2,"s":3,"day":"2026-03-05"})", ""})) ==
          "entry 1 person=2 seconds=3 day=2026-03-05 \"\"");
    // A plain date that comes as a time with an odd hour is the date that is written (1.7).
    CHECK(show(mine->apply({"entries", "",
                            R"({"id":1,"who":2,"s":3,"day":"2026-03-05T02:00:00+02:00"})", ""})) ==
          "entry 1 person=2 seconds=3 day=2026-03-05 \"\"");
    CHECK(show(mine->apply({"entries", "", R"({"id":1,"who":2,"s":3})", ""})) ==
          "the record has neither a time (\"at\") nor a date (\"day\") of the work");
    CHECK(show(mine->apply({"entries", "", R"({"id":1,"who":2,"s":3,"day":"2101-01-01"})", ""})) ==
          "at /day: expected a date from 1970 to 2100, got \"2101-01-01\"");
    CHECK(show(mine->apply({"entries", "", R"({"id":1,"who":2,"s":3,"day":"5.3.2026"})", ""})) ==
          "at /day: expected a date like 2026-03-05, got \"5.3.2026\"");
}

TEST_CASE("a broken mapping is told with its line, its place and the way out") {
    const Broken table[] = {
        {"\"version\": 1,", "\"version\": 2,", ""},
        {"\"version\": 1,", "", ""},
        {"\"connector\"", "\"conector\"", ""},
        {"\"users\"", "\"user\"", ""},
        {"\"streams\": {", "\"streams\": { // comment\n \"deals\": [],", ""},
        {"\"to\": \"name\"", "\"to\": \"nmae\"", ""},
        {"\"as\": \"name\"", "\"as\": \"nam\"", ""},
        {"\"from\": \"/ID\"", "\"form\": \"/ID\"", ""},
        {"\"from\": \"/ID\"", "\"from\": \"ID\"", ""},
        {"\"from\": \"/ID\"", "\"from\": []", ""},
        {"\"from\": \"/ID\"", "\"from\": 5", ""},
        {"\"as\": \"seconds\"", "\"as\": \"text\"", ""},
        {"\"table\": {\"9\": \"completed\"}, ", "", ""},
        {"\"9\": \"completed\"", "\"9\": \"complete\"", ""},
        {"\"9\": \"completed\"", "\"9\": 5", ""},
        {"\"else\": \"pending\"", "\"else\": \"3\"", ""},
        {"\"K\": \"company\"", "\"K\": \"contact\"", ""},
        {"\"as\": \"seconds\"", "\"as\": \"seconds\", \"table\": {}", ""},
        {"\"as\": \"seconds\"", "\"as\": \"seconds\", \"else\": 0", ""},
        {"\"as\": \"name\"", "\"as\": \"name\", \"else\": [1]", ""},
        {"{\"to\": \"person\", \"from\": \"/who\", \"as\": \"id\"},\n", "", ""},
        {"{\"to\": \"day\", \"from\": \"/day\", \"as\": \"day\"}", "", ""},
        {"\"to\": \"links\"", "\"to\": \"status\"", ""},
        {"\"deal.row\":\"x\"", "\"deal.rwo\":\"x\"", ""},
        {"\"deal.row\":\"x\"", "\"deal.row\":\"{tsk} {hours}\"", ""},
        {"\"deal.row\":\"x\"", "\"deal.row\":\"{task\"", ""},
        {"\"deal.row\":\"x\"", "\"deal.row\":{\"ru\":\"x\"}", ""},
        {"\"comment.paid\":\"x {key}\"", "\"comment.paid\":{\"en\":\"x {key}\",\"ru\":\"x\"}", ""},
        {"\"word.no_type\":\"x\"", "\"word.no_type\":\"{hours}\"", ""},
        {"\"connector\": \"mine\",", "\"connector\": \"mine\"", ""},
        {"\"version\": 1,", "\"version\": 1, \"version\": 1,", ""},
    };
    for (const Broken& broken : table) {
        INFO(broken.from << "  ->  " << broken.to);
        CHECK(mapping_problems(replaced(good_mapping(), broken)) == broken.said);
    }
}

TEST_CASE("a broken contract is told with its line, its place and the way out") {
    const Broken table[] = {
        {"\"client\"", "\"clinet\"", ""},
        {"bitrix24:company:12", "bitrix24:contact:12", ""},
        {"2026-01-01", "2026-02-30", ""},
        {"2026-01-01", "1.1.2026", ""},
        {"2026-01-01", "2101-01-01", ""},
        {"\"BYN\"", "\"BYR\"", ""},
        {"\"BYN\"", "\"byn\"", ""},
        {"\"mode\": \"added\"", "\"mode\": \"add\"", ""},
        {"\"rate\": \"20\"", "\"rate\": 20", ""},
        {"\"rate\": \"20\"", "\"rate\": \"120\"", ""},
        {", \"rate\": \"20\"", "", ""},
        {"\"mode\": \"added\"", "\"mode\": \"none\"", ""},
        {"Europe/Minsk", "Europe/Misnk", ""},
        {"\"step_minutes\": 15", "\"step_minutes\": 0", ""},
        {", \"step_minutes\": 15", "", ""},
        {"\"step_minutes\": 15", "\"step_minutes\": 15, \"step_seconds\": 900", ""},
        {"\"level\": \"entry\"", "\"level\": \"day\"", ""},
        {"\"90.00\"", "90.00", ""},
        {"\"90.00\"", "\"-90.00\"", ""},
        {"\"90.00\"", "\"90,00\"", ""},
        {"\"90.00\"", "\"90.005\"", ""},
        {"\"90.00\"", "\"90000000000000.00\"", ""},
        {"\"amount\": \"90.00\"", "\"valid_from\": \"2026-06-01\"", ""},
        {"{\"amount\": \"90.00\"}",
         "{\"project\": \"bitrix24:group:7\", \"work_type\": \"design\", \"amount\": \"1\"}", ""},
        {"bitrix24:group:7", "bitrix24:task:7", ""},
        {"{\"amount\": \"90.00\"}", "{\"amount\": \"90.00\", \"person\": \"bitrix24:company:5\"}",
         ""},
        {"\"tag\": \"design\"", "\"tag\": \"\"", ""},
        {"\"tag\": \"bug\"", "\"tag\": \"bug\", \"group\": \"x\"", ""},
        {"\"tag\": \"bug\", ", "", ""},
        {", \"reason\": \"bug\"", "", ""},
        {"\"late_policy\": \"ask\"", "\"late_policy\": \"next\"", ""},
        {"\"late_policy\": \"ask\"", "\"people\": \"none\"", ""},
        {"\"currency\": \"BYN\",", "\"currency\": \"BYN\"", ""},
    };
    for (const Broken& broken : table) {
        INFO(broken.from << "  ->  " << broken.to);
        CHECK(contract_problems(replaced(kGoodContract, broken)) == broken.said);
    }
}

TEST_CASE("all problems of a file are told at once") {
    std::string text = kGoodContract;
    for (const Broken& each : {Broken{"\"BYN\"", "\"XXQ\"", ""}, Broken{"Europe/Minsk", "Mars", ""},
                               Broken{"\"90.00\"", "\"-1\"", ""}, Broken{"\"tag\"", "\"tga\"", ""}})
        text = replaced(text, each);
    CHECK(contract_problems(text) == "");
}
