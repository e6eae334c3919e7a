#include <catch2/catch.hpp>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <sys/wait.h>

#include "app/serving.h"
#include "sandbox/seed.h"

// What commands answer when something is not as it should be.
namespace hb::test {
namespace {

// The program with its standard output where the shell sends it.
int code_with_output_to(const Agency& agency, const std::string& args, const std::string& where) {
    const std::string line = "cd '" + agency.folder.path(".") + "' && '" HB_PROGRAM "' " + args +
                             " --config hourbridge.json > " + where + " 2> told.txt";
    const int status = std::system(line.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string deal_of(const Agency& agency, const std::string& report) {
    const auto shown = agency.run({"report", "show", report});
    const std::string deal = text(shown.root()["links"]["deal"]);
    return deal.substr(deal.rfind(':') + 1);
}

// Agreed to and invoiced in the CRM.
std::string invoiced(const Agency& agency) {
    const auto id = std::to_string(agency.draft());
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    REQUIRE(agency.run({"report", "agree", id}).code == 0);
    REQUIRE(agency.run({"run", "--wait", "5"}).code == 0);
    REQUIRE(text(agency.run({"report", "show", id}).root()["state"]) == "invoiced");
    return id;
}

// Somebody types over the amount of a deal.
void type_amount(const Agency& agency, const std::string& deal, const std::string& amount) {
    const auto answer = agency.portal->handle(
        {"POST", std::string("/rest/1/") + sandbox::kAdminToken + "/crm.item.update", "",
         "application/json",
         R"({"entityTypeId":2,"id":)" + deal + R"(,"fields":{"opportunity":)" + amount + "}}"});
    REQUIRE(answer.status == 200);
}

// Every text of the sources with its adjacent literals joined.
std::string joined(const std::string& source) {
    static const std::regex between("\"[ \t]*\n[ \t]*\"");
    return std::regex_replace(source, between, "");
}

// "outbox retry" of "hourbridge outbox retry 12"; "a|b" names both.
std::set<std::string> commands_in(const std::string& source) {
    static const std::regex named("hourbridge ([a-z]+)(?: ([a-z][a-z-]*(?:\\|[a-z-]+)*))?");
    std::set<std::string> out;
    const std::string all = joined(source);
    for (std::sregex_iterator it(all.begin(), all.end(), named), end; it != end; ++it) {
        std::stringstream seconds((*it)[2].str());
        std::string second;
        bool any = false;
        while (std::getline(seconds, second, '|')) {
            out.insert((*it)[1].str() + " " + second);
            any = true;
        }
        if (!any) out.insert((*it)[1].str());
    }
    return out;
}

// What follows the program's name in prose.
bool is_prose(const std::string& words) {
    static const std::set<std::string> first = {"is", "can",   "works",         "serves",
                                                "on", "again", "configuration", "writes"};
    return words == "connector manifest" || first.count(words.substr(0, words.find(' '))) > 0;
}

bool parses(const Folder& folder, const std::string& words) {
    std::vector<std::string> args;
    std::stringstream in(words);
    for (std::string word; in >> word;) args.push_back(word);
    args.emplace_back("--help");
    return folder.run(args).code == 0;
}

} // namespace

TEST_CASE("standard output that can't be written ends with 5, and says so (G28)") {
    if (!std::filesystem::exists("/dev/full")) return;
    const Agency agency;
    agency.begin();
    const auto id = std::to_string(agency.draft());
    for (const std::string& args : {"report export " + id + " csv", std::string("report list"),
                                    std::string("report list --json"), std::string("--help")}) {
        INFO(args);
        CHECK(code_with_output_to(agency, args, "/dev/full") == 5);
        CHECK(agency.folder.read("told.txt").find("standard output can't be written") !=
              std::string::npos);
        CHECK(code_with_output_to(agency, args, "/dev/null") == 0);
    }
    // A reader that stops reading is no trouble.
    CHECK(code_with_output_to(agency, "report list", "/dev/null | true") == 0);
}

TEST_CASE("a data folder that can't be read ends with 5, and is no empty list (G28)") {
    const Agency agency;
    std::filesystem::create_symlink("data", agency.folder.path("data")); // leads to itself
    for (const std::vector<std::string>& args :
         {std::vector<std::string>{"report", "list"}, {"late", "list"}, {"check"}, {"run"}}) {
        const auto ended = agency.run(args);
        INFO(args[0] << ended.out << ended.err);
        CHECK(ended.code == 5);
        CHECK(ended.err.find("No reports") == std::string::npos);
    }
}

TEST_CASE("every command that a text of the program names can be typed") {
    const Folder folder;
    std::set<std::string> all;
    const std::filesystem::path root(HB_SOURCE_DIR);
    for (const char* below : {"src", "docs", "config"})
        for (const auto& file : std::filesystem::recursive_directory_iterator(root / below)) {
            const auto end = file.path().extension();
            if (end != ".cpp" && end != ".h" && end != ".md" && end != ".json") continue;
            std::ifstream in(file.path());
            std::stringstream bytes;
            bytes << in.rdbuf();
            for (const auto& words : commands_in(bytes.str())) all.insert(words);
        }
    for (const char* file : {"README.md", "CHANGELOG.md", "connectors/README.md",
                             "mappings/README.md", "packaging/debian/hourbridge.postinst",
                             "scripts/demo", "packaging/monitoring/hourbridge.rules.yml"}) {
        std::ifstream in(root / file);
        REQUIRE(in);
        std::stringstream bytes;
        bytes << in.rdbuf();
        for (const auto& words : commands_in(bytes.str())) all.insert(words);
    }
    CHECK(all.size() > 40);
    for (const auto& words : all) {
        if (is_prose(words)) continue;
        INFO("hourbridge " << words);
        CHECK(parses(folder, words));
    }
    // It would find one: this stood in a hint.
    for (const auto& words : commands_in("then: hourbridge outbox \"\n   \"retry|done \""))
        CHECK(parses(folder, words) == (words == "outbox retry"));
}

TEST_CASE("an amount that is no number is wrong usage, whatever the report's state (G28)") {
    const Agency agency;
    agency.begin();
    const auto draft = std::to_string(agency.draft());
    const auto pay = [&](const std::string& report, const std::string& amount) {
        return agency.run(
            {"payment", "add", report, "--amount", amount, "--date", "2026-04-02", "--ref", "1"});
    };
    for (const char* wrong : {"abc", "", "1,5", "1e3", "-5", "0x10", "NaN", "1.999"}) {
        INFO(wrong);
        CHECK(pay(draft, wrong).code == 2);
    }
    CHECK(pay(draft, "1.00").code == 4); // a draft takes no money
    CHECK(pay("999", "1.00").code == 4);
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("agreeing to a draft says that it is one, and what to do first") {
    const Agency agency;
    agency.begin();
    const auto id = std::to_string(agency.draft());
    const auto agreed = agency.run({"report", "agree", id});
    CHECK(agreed.code == 4);
    const std::string message = text(agreed.root()["error"]["message"]);
    CHECK(message.find("is a draft") != std::string::npos);
    CHECK(message.find("being corrected") == std::string::npos);
    CHECK(text(agreed.root()["error"]["hint"]).find("send it first") != std::string::npos);
    CHECK(agency.run({"report", "agree", "999"}).code == 4);
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("a locale that is not shipped is refused, and those that are are named (G61)") {
    const Agency agency;
    agency.begin();
    // What clients read is there in five languages, what colleagues read in two.
    const std::set<std::string_view> of_clients = {"fr", "uk", "kk", "fr-CA"};
    for (const char* locale : {"fr", "uk", "kk", "fr-CA", "zz-QQ-xx", "RU", "ru_RU", "ru-", ""}) {
        INFO(locale);
        const Folder folder;
        const auto made = folder.run({"init", "--json", "--locale", locale});
        if (*locale != '\0') { // nothing is the default
            CHECK(made.code == 2);
            CHECK(made.err.find("en, ru") != std::string::npos);
            CHECK_FALSE(std::filesystem::exists(folder.path("config/hourbridge.json")));
        }
        std::string terms = agency.folder.read("acme.json");
        terms.replace(terms.find("\"currency\""), 0,
                      std::string("\"locale\": \"") + locale + "\", ");
        agency.folder.write("other.json", terms);
        const auto applied =
            agency.run({"contract", "apply", agency.folder.path("other.json"), "--dry-run"});
        INFO(applied.out << applied.err);
        CHECK(applied.code == (of_clients.contains(locale) ? 0 : 2));
        if (!of_clients.contains(locale) && *locale != '\0' && *locale != 'R')
            CHECK((applied.err.find("en, ru, fr, kk, uk") != std::string::npos ||
                   applied.err.find("locale") != std::string::npos));
    }
    CHECK(agency.run({"contract", "list"}).root()["contracts"].size() == 1);
    std::string terms = agency.folder.read("acme.json");
    terms.replace(terms.find("\"currency\""), 0, "\"locale\": \"ru-BY\", ");
    agency.folder.write("other.json", terms);
    CHECK(agency.run({"contract", "apply", agency.folder.path("other.json"), "--dry-run"}).code ==
          0);
    std::string config = agency.folder.read("hourbridge.json");
    config.replace(config.find("\"locale\": \"en\""), 14, "\"locale\": \"be\"");
    agency.folder.write("hourbridge.json", config);
    const auto checked = agency.run({"check"});
    CHECK(checked.code == 2);
    CHECK(checked.err.find("en, ru") != std::string::npos);
}

TEST_CASE("report export writes documents of their kind; a draft's say in their names what it is") {
    const Agency agency;
    agency.begin();
    const auto id = std::to_string(agency.draft());
    const std::string config = agency.folder.path("hourbridge.json");
    const auto exported = [&](const std::string& format, const std::string& output) {
        return agency.run({"report", "export", id, format, "--output", output});
    };
    const std::string folder = agency.folder.path("out");
    std::filesystem::create_directory(folder);
    for (const auto& [format, begins] :
         std::map<std::string, std::string>{{"pdf", "%PDF-"},
                                            {"xlsx", "PK"},
                                            {"csv", "\xEF\xBB\xBF"},
                                            {"html", "<!doctype html>"}}) {
        INFO(format);
        const auto draft = exported(format, folder);
        REQUIRE(draft.code == 0);
        CHECK(text(draft.root()["file"]) == folder + "/draft-" + id + "." + format);
        CHECK(agency.folder.read("out/draft-" + id + "." + format).starts_with(begins));
    }
    CHECK(agency.folder.read("out/draft-" + id + ".html").find("data-draft=\"Draft\"") !=
          std::string::npos);
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    const auto sent = exported("pdf", folder);
    REQUIRE(sent.code == 0);
    const std::filesystem::path written = text(sent.root()["file"]);
    CHECK(written.filename().string().find("draft") == std::string::npos);
    const std::string bytes = agency.folder.read("out/" + written.filename().string());
    CHECK(bytes.starts_with("%PDF-"));
    // On standard output as it is, and the same twice.
    CHECK(agency.folder.run({"report", "export", id, "pdf", "--config", config}).out == bytes);
    CHECK(agency.folder.read("out/draft-" + id + ".html").find("<script") == std::string::npos);
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("check names people who have time and no name, and what a plain caller does not see") {
    const Agency agency;
    agency.portal->edit([&](sandbox::State& state) {
        sandbox::User bot;
        bot.id = 77;
        bot.name = "Robot";
        bot.type = "bot"; // in no list, not by its id either
        state.users.add(bot);
    });
    REQUIRE(agency.control_made("entries", R"({"TASK_ID":)" + std::to_string(agency.first) +
                                               R"(,"SECONDS":5400,"USER_ID":77,)"
                                               R"("CREATED_DATE":"2026-03-05T11:00:00+03:00"})") >
            0);
    agency.begin();
    const auto checked = agency.run({"check"});
    INFO(checked.out << checked.err);
    const auto nameless = checked.root()["nameless"];
    REQUIRE(nameless.size() == 1);
    CHECK(nameless[0]["remote"].text_view() == "bitrix24");
    CHECK(number(nameless[0]["people"]) == 2);
    REQUIRE(nameless[0]["without"].size() == 1);
    CHECK(nameless[0]["without"][0]["ref"].text_view() == "bitrix24:user:77");
    CHECK(number(nameless[0]["without"][0]["seconds"]) == 5400);
    const auto said =
        agency.folder.run({"check", "--config", agency.folder.path("hourbridge.json")});
    INFO(said.out << said.err);
    CHECK(said.out.find("1 of 2 people with time have no name here") != std::string::npos);
    CHECK(said.out.find("bitrix24:user:77: 1:30 h") != std::string::npos);
    CHECK(said.out.find("no administrator") == std::string::npos);
    agency.portal_call("users/1", R"({"admin":false})");
    const auto plain =
        agency.folder.run({"check", "--config", agency.folder.path("hourbridge.json")});
    INFO(plain.out << plain.err);
    CHECK(plain.code == 3);
    CHECK(plain.out.find("no administrator: tasks that this person takes no part in, and the names "
                         "of people from outside or without a department") != std::string::npos);
}

TEST_CASE("a question is shown with code and values, and ends when its difference ends (G56)") {
    const Agency agency;
    agency.begin();
    const auto id = invoiced(agency);
    const auto deal = deal_of(agency, id);
    const auto set_amount = [&](const std::string& amount) { type_amount(agency, deal, amount); };
    set_amount("1");
    const auto ran = agency.run({"run", "--wait", "5"});
    INFO(ran.out << ran.err);
    CHECK(ran.code == 1);
    CHECK(ran.err.find("1 report asks a person something") != std::string::npos);

    const auto shown = agency.run({"report", "show", id});
    REQUIRE(shown.root()["questions"].size() == 1);
    const auto question = shown.root()["questions"][0];
    CHECK(text(question["code"]) == "amount_differs");
    CHECK(text(question["about"]) == "deal:" + deal);
    CHECK(text(question["args"]["now"]) == "1.00 EUR");
    CHECK(text(question["args"]["was"]) == "288.00 EUR");
    CHECK(!text(question["asked_at"]).empty());
    CHECK(text(shown.root()["asks"]).find("put the amount right") != std::string::npos);

    const auto listed = agency.run({"report", "list"});
    CHECK(listed.root()["reports"][0]["questions"].size() == 1);
    const auto checked = agency.run({"check"});
    CHECK(checked.code == 1);
    REQUIRE(checked.root()["questions"].size() == 1);
    CHECK(number(checked.root()["questions"][0]["report"]) == std::stoll(id));
    CHECK(text(checked.root()["questions"][0]["question"]["code"]) == "amount_differs");
    CHECK(agency.run({"verify"}).code == 0);

    // An answer: this value is known, another one asks again.
    CHECK(agency.run({"report", "accept-crm", id}).code == 2);
    CHECK(agency.run({"report", "accept-crm", id, "--reason", " "}).code == 2);
    CHECK(agency.run({"report", "accept-crm", "999", "--reason", "r"}).code == 4);
    const auto accepted = agency.run({"report", "accept-crm", id, "--reason", "by phone"});
    INFO(accepted.out << accepted.err);
    CHECK(accepted.code == 0);
    CHECK(accepted.root()["questions"].size() == 0);
    CHECK(text(accepted.root()["state"]) == "invoiced");
    CHECK(text(accepted.root()["due"]) == "288.00");
    CHECK(agency.run({"report", "accept-crm", id, "--reason", "again"}).code == 4);
    CHECK(agency.run({"run", "--wait", "5"}).code == 0);
    set_amount("2");
    CHECK(agency.run({"run", "--wait", "5"}).code == 1);
    CHECK(text(agency.run({"report", "show", id}).root()["questions"][0]["args"]["now"]) ==
          "2.00 EUR");

    set_amount("288");
    CHECK(agency.run({"run", "--wait", "5"}).code == 0);
    CHECK(agency.run({"report", "show", id}).root()["questions"].size() == 0);
    CHECK(agency.run({"report", "show", id}).root()["asks"].null());
    CHECK(agency.run({"check"}).root()["questions"].size() == 0);
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("verify --remote names what differs, and restore-crm writes ours again (G56)") {
    const Agency agency;
    agency.begin();
    const auto id = invoiced(agency);
    const auto deal = deal_of(agency, id);
    CHECK(agency.run({"verify", "--remote"}).code == 0);
    type_amount(agency, deal, "1");
    const auto verified = agency.run({"verify", "--remote"});
    INFO(verified.out << verified.err);
    CHECK(verified.code == 5);
    CHECK(verified.out.find("deal " + deal + " says 1.00 EUR, the client agreed to 288.00 EUR") !=
          std::string::npos);
    CHECK(agency.run({"run", "--wait", "5"}).code == 1);

    CHECK(agency.run({"report", "restore-crm", "999"}).code == 4);
    CHECK(agency.run({"report", "restore-crm", id, "--only", "nonsense"}).code == 2);
    CHECK(agency.run({"report", "restore-crm", id, "--only", "amount_differs="}).code == 2);
    CHECK(agency.run({"report", "restore-crm", id, "--only", "gone"}).code == 4);
    const auto other = agency.run({"report", "restore-crm", id, "--only", "amount_differs=2.00"});
    CHECK(other.code == 4);
    CHECK(other.err.find("amount_differs is 1.00 EUR now, not 2.00") != std::string::npos);
    const auto restored =
        agency.run({"report", "restore-crm", id, "--only", "amount_differs=1.00"});
    INFO(restored.out << restored.err);
    CHECK(restored.code == 0);
    CHECK(text(restored.root()["state"]) == "invoiced");
    CHECK(restored.root()["questions"].size() == 1); // until it is read back
    CHECK(agency.run({"report", "restore-crm", id}).code == 4);
    CHECK(agency.run({"report", "accept-crm", id, "--reason", "r"}).code == 4);

    CHECK(agency.run({"run", "--wait", "5"}).code == 0);
    CHECK(agency.run({"report", "show", id}).root()["questions"].size() == 0);
    CHECK(agency.run({"verify", "--remote"}).code == 0);
    CHECK(agency.run({"report", "restore-crm", id}).code == 4);
}

TEST_CASE("explain knows what was created in the CRM, and a company is no workgroup") {
    const Agency agency;
    std::string config = agency.folder.read("hourbridge.json");
    const std::string crm = R"("crm": {"remote": "bitrix24")";
    config.replace(config.find(crm), crm.size(), crm + R"(, "invoice": {"enabled": true})");
    agency.folder.write("hourbridge.json", config);
    for (int i = 0; i < 3; ++i) agency.portal_call("groups", R"({"NAME":"Support of others"})");
    agency.begin();
    const auto setup = agency.run({"portal", "setup"});
    INFO(setup.out << setup.err);
    CHECK(setup.code <= 1); // entering the webhook of events is left to a person
    const auto id = invoiced(agency);
    REQUIRE(agency.run({"run", "--wait", "5"}).code == 0);
    const auto links = agency.run({"report", "show", id}).document;
    for (const char* kind : {"deal", "invoice", "card"}) {
        INFO(kind);
        const std::string ref = text(links.root()["links"][kind]);
        REQUIRE(!ref.empty());
        const auto explained = agency.run({"explain", ref});
        INFO(explained.out << explained.err);
        CHECK(explained.code == 0);
        CHECK(explained.out.find(std::string(kind) + ".create") == std::string::npos);
        CHECK(explained.out.find("288.00 EUR") != std::string::npos); // the money of its report
        // Of another kind, another remote, or a number that nothing has: unknown.
        CHECK(agency.run({"explain", std::string("bitrix24:") + kind + ":999"}).code == 4);
        CHECK(agency.run({"explain", "elsewhere" + ref.substr(ref.find(':'))}).code != 0);
    }
    CHECK(agency.run({"explain", "bitrix24:document:999"}).code == 4);
    for (const auto company : {agency.own, agency.company}) {
        const auto explained =
            agency.run({"explain", "bitrix24:company:" + std::to_string(company)});
        CHECK(explained.code == 0);
        CHECK(explained.out.find("Support of others") == std::string::npos);
        CHECK(agency.run({"explain", "bitrix24:group:" + std::to_string(company)})
                  .out.find("Support of others") != std::string::npos);
    }
}

TEST_CASE("events that nothing could prove say what is missing: the log, check, portal status") {
    const Agency agency;
    agency.configure(R"("public_url": "http://127.0.0.1:1",)");
    std::string config = agency.folder.read("hourbridge.json");
    const std::string secret = std::string("\"hook_secret\": \"") + kHookSecret + "\", ";
    config.replace(config.find("\"settle_seconds\""), 0, secret);
    agency.folder.write("hourbridge.json", config);
    agency.begin();
    CHECK(agency.run({"check"}).out.find("no application_token") == std::string::npos);
    {
        Serving serving(agency, Serving::AsItStands{});
        CHECK(serving.post(hook_path(), task_event(agency.first)).status == 403);
        serving.stop();
    }
    CHECK(log_of(agency).find("no application_token is configured") != std::string::npos);
    const auto checked = agency.run({"check"});
    CHECK(checked.err.find("events are refused: no application_token is configured") !=
          std::string::npos);
    CHECK(!text(checked.root()["remotes"][0]["events_refused_at"]).empty());
    const auto status = agency.run({"portal", "status"});
    CHECK(status.err.find("no application_token is configured") != std::string::npos);
    CHECK(agency.run({"inbox", "list"}).root()["events"].size() == 0);
    // With a token it is over.
    config.replace(config.find(secret), 0,
                   std::string("\"application_token\": \"") + kAppToken + "\", ");
    agency.folder.write("hourbridge.json", config);
    CHECK(agency.run({"check"}).err.find("events are refused") == std::string::npos);
}

} // namespace hb::test
