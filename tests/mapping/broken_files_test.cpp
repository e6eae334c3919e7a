#include <catch2/catch.hpp>

#include "mapping/contract_file.h"
#include "mapping/templates.h"
#include "support.h"
#include "json/writer.h"

// Files with one fault each: what is said about it, word for word, with line and way out.

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
        {"\"version\": 1,", "\"version\": 2,", "my.json:2: /version: expected 1; got 2\n"},
        {"\"version\": 1,", "", "my.json:1: missing key \"version\"\n"},
        {"\"connector\"", "\"conector\"",
         "my.json:1: missing key \"connector\"\n"
         "my.json:2: /conector: unknown key \"conector\". did you mean \"connector\"?\n"},
        {"\"users\"", "\"user\"",
         "my.json:4: /streams/user: unknown key \"user\". did you mean \"users\"?\n"},
        {"\"streams\": {", "\"streams\": { // comment\n \"deals\": [],",
         "my.json:4: /streams/deals: expected at least 1 elements; got 0\n"},
        {"\"to\": \"name\"", "\"to\": \"nmae\"",
         "my.json:6: /streams/users/1/to: expected one of \"id\", \"name\", \"active\"; got "
         "\"nmae\". did you mean \"name\"?\n"},
        {"\"as\": \"name\"", "\"as\": \"nam\"",
         "my.json:6: /streams/users/1/as: expected one of \"text\", \"id\", \"integer\", "
         "\"seconds\", \"signed_seconds\", \"instant\", \"day\", \"flag\", \"not_flag\", "
         "\"status\", "
         "\"tags\", \"lines\", \"crm_links\", "
         "\"name\", \"plain\", \"clock\", \"minutes\", \"hours\", \"iso_duration\", "
         "\"work_duration\", \"milliseconds\", \"unix\", \"unix_ms\", \"day_ms\", \"last_part\", "
         "\"document\"; got \"nam\". did you mean \"name\"?\n"},
        {"\"from\": \"/ID\"", "\"form\": \"/ID\"",
         "my.json:5: /streams/users/0: missing key \"from\"\n"
         "my.json:5: /streams/users/0/form: unknown key \"form\". did you mean \"from\"?\n"},
        {"\"from\": \"/ID\"", "\"from\": \"ID\"",
         "my.json:5: /streams/users/0/from: wrong form; got \"ID\". write a JSON pointer such as "
         "\"/ID\" or \"/group/id\"\n"},
        {"\"from\": \"/ID\"", "\"from\": []",
         "my.json:5: /streams/users/0/from: expected at least 1 elements; got 0\n"},
        {"\"from\": \"/ID\"", "\"from\": 5",
         "my.json:5: /streams/users/0/from: expected a string or an array; got 5\n"},
        {"\"as\": \"seconds\"", "\"as\": \"text\"",
         "my.json:16: /streams/entries/2/as: \"seconds\" takes a number, but this converter gives "
         "a text\n"},
        {"\"table\": {\"9\": \"completed\"}, ", "",
         "my.json:10: /streams/tasks/1: this converter needs a \"table\". for example {\"5\": "
         "\"completed\"}\n"},
        {"\"9\": \"completed\"", "\"9\": \"complete\"",
         "my.json:10: /streams/tasks/1/table/9: there is no status \"complete\". did you mean "
         "\"completed\"?\n"},
        {"\"9\": \"completed\"", "\"9\": 5",
         "my.json:10: /streams/tasks/1/table/9: expected a string; got 5\n"},
        {"\"else\": \"pending\"", "\"else\": \"3\"",
         "my.json:10: /streams/tasks/1/else: there is no status \"3\". it is one of pending, "
         "in_progress, awaiting_control, completed, deferred\n"},
        {"\"K\": \"company\"", "\"K\": \"contact\"",
         "my.json:11: /streams/tasks/2/table/K: links of kind \"contact\" decide nothing. write "
         "company or deal\n"},
        {"\"as\": \"seconds\"", "\"as\": \"seconds\", \"table\": {}",
         "my.json:16: /streams/entries/2/table: only \"status\" and \"crm_links\" read a table. "
         "leave it out\n"},
        {"\"as\": \"seconds\"", "\"as\": \"seconds\", \"else\": 0",
         "my.json:16: /streams/entries/2/else: \"seconds\" can't be made up. leave \"else\" out: a "
         "record without it is shown as a problem\n"},
        {"\"as\": \"name\"", "\"as\": \"name\", \"else\": [1]",
         "my.json:6: /streams/users/1/else: expected a string or a number, got an array of 1\n"},
        {"{\"to\": \"person\", \"from\": \"/who\", \"as\": \"id\"},\n", "",
         "my.json:13: /streams/entries: no rule fills \"person\"\n"},
        {"{\"to\": \"day\", \"from\": \"/day\", \"as\": \"day\"}", "",
         "my.json:13: /streams/entries: no rule fills \"at\" or \"day\". a time record needs the "
         "moment or the date of its work\n"},
        {"\"to\": \"links\"", "\"to\": \"status\"",
         "my.json:11: /streams/tasks/2/as: \"status\" takes a status, but this converter gives a "
         "list of links\n"
         "my.json:11: /streams/tasks/2/to: a second rule for \"status\". give one rule a list in "
         "\"from\"\n"},
        {"\"deal.row\":\"x\"", "\"deal.rwo\":\"x\"",
         "my.json:20: /templates/deal.rwo: there is no template \"deal.rwo\". did you mean "
         "\"deal.row\"?\n"
         "my.json:20: /templates: the template \"deal.row\" is missing. copy it from the shipped "
         "mapping\n"},
        {"\"deal.row\":\"x\"", "\"deal.row\":\"{tsk} {hours}\"",
         "my.json:20: /templates/deal.row: there is no {tsk} here. did you mean {task}?\n"},
        {"\"deal.row\":\"x\"", "\"deal.row\":\"{task\"",
         "my.json:20: /templates/deal.row: a brace that encloses no name. known are {task} "
         "{task_id} {project} {work_type} {hours} {rate} {currency} {number}\n"},
        {"\"deal.row\":\"x\"", "\"deal.row\":{\"ru\":\"x\"}",
         "my.json:20: /templates/deal.row: missing key \"en\"\n"},
        {"\"comment.paid\":\"x {key}\"", "\"comment.paid\":{\"en\":\"x {key}\",\"ru\":\"x\"}",
         "my.json:20: /templates/comment.paid/ru: this text lacks {key}. a comment is found again "
         "by the key in it\n"},
        {"\"word.no_type\":\"x\"", "\"word.no_type\":\"{hours}\"",
         "my.json:20: /templates/word.no_type: there is no {hours} here. this text has no "
         "{names}\n"},
        {"\"connector\": \"mine\",", "\"connector\": \"mine\"",
         "my.json:3: column 1: expected ',' or '}'. look at this line and the end of the one "
         "before\n"},
        {"\"version\": 1,", "\"version\": 1, \"version\": 1,",
         "my.json:21: column 1: the key \"version\" stands twice in one object. leave one of them "
         "out\n"},
    };
    for (const Broken& broken : table) {
        INFO(broken.from << "  ->  " << broken.to);
        CHECK(mapping_problems(replaced(good_mapping(), broken)) == broken.said);
    }
}

TEST_CASE("a broken contract is told with its line, its place and the way out") {
    const Broken table[] = {
        {"\"client\"", "\"clinet\"",
         "acme.json:1: missing key \"client\"\n"
         "acme.json:2: /clinet: unknown key \"clinet\". did you mean \"client\"?\n"},
        {"bitrix24:company:12", "bitrix24:contact:12",
         "acme.json:2: /client: wrong form; got \"bitrix24:contact:12\". write REMOTE:company:ID, "
         "for example \"bitrix24:company:12\"\n"},
        {"2026-01-01", "2026-02-30",
         "acme.json:3: /valid_from: expected a date like 2026-03-05, got \"2026-02-30\"\n"},
        {"2026-01-01", "1.1.2026",
         "acme.json:3: /valid_from: wrong form; got \"1.1.2026\". write a date such as "
         "\"2026-01-01\"\n"},
        {"2026-01-01", "2101-01-01",
         "acme.json:3: /valid_from: the date is out of range. write a date from 1970-01-01 to "
         "2100-12-31\n"},
        {"\"BYN\"", "\"BYR\"",
         "acme.json:4: /currency: unknown currency \"BYR\". write the three capital letters of ISO "
         "4217, for example EUR, BYN or JPY\n"},
        {"\"BYN\"", "\"byn\"",
         "acme.json:4: /currency: wrong form; got \"byn\". write its three capital letters, for "
         "example \"BYN\"\n"},
        {"\"mode\": \"added\"", "\"mode\": \"add\"",
         "acme.json:5: /vat/mode: expected one of \"none\", \"added\", \"included\"; got "
         "\"add\"\n"},
        {"\"rate\": \"20\"", "\"rate\": 20",
         "acme.json:5: /vat/rate: expected a string; got 20. write numbers of money as text with a "
         "point: \"90.00\"\n"},
        {"\"rate\": \"20\"", "\"rate\": \"120\"",
         "acme.json:5: /vat/rate: \"120\" is not a VAT rate. write percent from 0 to 100 with at "
         "most four decimals, for example 20 or 5.5\n"},
        {", \"rate\": \"20\"", "",
         "acme.json:5: /vat/rate: the VAT mode added needs a rate. write the percent, or the mode "
         "none where no VAT is due\n"},
        {"\"mode\": \"added\"", "\"mode\": \"none\"",
         "acme.json:5: /vat/rate: a VAT rate is given, but the mode is none. choose the mode added "
         "or included, or leave the rate out\n"},
        {"Europe/Minsk", "Europe/Misnk",
         "acme.json:6: /time_zone: unknown time zone \"Europe/Misnk\". did you mean "
         "\"Europe/Minsk\"?\n"},
        {"\"step_minutes\": 15", "\"step_minutes\": 0",
         "acme.json:7: /rounding/step_minutes: expected at least 1; got 0\n"},
        {", \"step_minutes\": 15", "",
         "acme.json:7: /rounding/step_minutes: rounding needs a step of at most a day. write the "
         "minutes, for example 15, or the level none\n"},
        {"\"step_minutes\": 15", "\"step_minutes\": 15, \"step_seconds\": 900",
         "acme.json:7: /rounding/step_seconds: the step stands here twice. leave out step_seconds "
         "or step_minutes\n"},
        {"\"level\": \"entry\"", "\"level\": \"day\"",
         "acme.json:7: /rounding/level: expected one of \"none\", \"entry\", \"task_day\", "
         "\"task\", \"report\"; got \"day\"\n"},
        {"\"90.00\"", "90.00",
         "acme.json:9: /rates/0/amount: expected a string; got 90.00. write numbers of money as "
         "text with a point: \"90.00\"\n"},
        {"\"90.00\"", "\"-90.00\"",
         "acme.json:9: /rates/0/amount: a rate can't be negative, got \"-90.00\". work that costs "
         "nothing goes to \"nonbillable\"\n"},
        {"\"90.00\"", "\"90,00\"",
         "acme.json:9: /rates/0/amount: \"90,00\" is not an amount in BYN: it is not a plain "
         "number. write digits with a point, for example 2501.50\n"},
        {"\"90.00\"", "\"90.005\"",
         "acme.json:9: /rates/0/amount: \"90.005\" is not an amount in BYN: BYN has 2 decimals. "
         "write digits with a point, for example 2501.50\n"},
        {"\"90.00\"", "\"90000000000000.00\"",
         "acme.json:9: /rates/0/amount: \"90000000000000.00\" is not an amount in BYN: it is too "
         "large. write digits with a point, for example 2501.50\n"},
        {"\"amount\": \"90.00\"", "\"valid_from\": \"2026-06-01\"",
         "acme.json:9: /rates/0: missing key \"amount\"\n"},
        {"{\"amount\": \"90.00\"}",
         "{\"project\": \"bitrix24:group:7\", \"work_type\": \"design\", \"amount\": \"1\"}",
         "acme.json:10: /rates/1: this rate is for the same time and work as rate 1. give one of "
         "them another valid_from, or remove it\n"},
        {"bitrix24:group:7", "bitrix24:task:7",
         "acme.json:10: /rates/1/project: wrong form; got \"bitrix24:task:7\". write "
         "REMOTE:group:ID, for example \"bitrix24:group:7\"\n"},
        {"{\"amount\": \"90.00\"}", "{\"amount\": \"90.00\", \"person\": \"bitrix24:company:5\"}",
         "acme.json:9: /rates/0/person: this is not a person. write REMOTE:user:ID\n"},
        {"\"tag\": \"design\"", "\"tag\": \"\"",
         "acme.json:12: /work_types/0/tag: must not be empty\n"},
        {"\"tag\": \"bug\"", "\"tag\": \"bug\", \"group\": \"x\"",
         "acme.json:13: /nonbillable/0: the rule names 2 of \"tag\", \"group\" and \"work_type\". "
         "name exactly one; the list may hold several rules\n"},
        {"\"tag\": \"bug\", ", "",
         "acme.json:13: /nonbillable/0: the rule names 0 of \"tag\", \"group\" and \"work_type\". "
         "name exactly one; the list may hold several rules\n"},
        {", \"reason\": \"bug\"", "", "acme.json:13: /nonbillable/0: missing key \"reason\"\n"},
        {"\"late_policy\": \"ask\"", "\"late_policy\": \"next\"",
         "acme.json:14: /late_policy: expected one of \"ask\", \"next_report\", \"write_off\"; got "
         "\"next\"\n"},
        {"\"late_policy\": \"ask\"", "\"people\": \"none\"",
         "acme.json:14: /people: expected one of \"names\", \"hidden\"; got \"none\"\n"},
        {"\"currency\": \"BYN\",", "\"currency\": \"BYN\"",
         "acme.json:5: column 1: expected ',' or '}'. look at this line and the end of the one "
         "before\n"},
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
    CHECK(contract_problems(text) ==
          "acme.json:4: /currency: unknown currency \"XXQ\". write the three capital letters of "
          "ISO 4217, for example EUR, BYN or JPY\n"
          "acme.json:6: /time_zone: unknown time zone \"Mars\". use a name like Europe/Minsk\n"
          "acme.json:9: /rates/0/amount: a rate can't be negative, got \"-1\". work that costs "
          "nothing goes to \"nonbillable\"\n"
          "acme.json:12: /work_types/0: missing key \"tag\"\n"
          "acme.json:12: /work_types/0/tga: unknown key \"tga\". did you mean \"tag\"?\n");
}
