#include <catch2/catch.hpp>

#include <map>
#include <sstream>

#include "app/program.h"

// The cycle through the program's own commands.
namespace hb::test {

TEST_CASE("sync tells streams, rows and requests as the interface says") {
    const Agency agency;
    const auto ended = agency.run({"sync"});
    INFO(ended.out << ended.err);
    CHECK(ended.code == 0);
    REQUIRE(ended.is_json);
    const auto remote = ended.root()["remotes"][0];
    CHECK(text(remote["name"]) == "bitrix24");
    CHECK(remote["stopped"].null());
    std::int64_t entries = 0;
    for (const auto stream : remote["streams"]) {
        CHECK(*stream["complete"].boolean());
        CHECK(stream["seconds"].is_number());
        if (text(stream["stream"]) == "entries") entries = number(stream["added"]);
    }
    CHECK(entries == 4);
}

TEST_CASE("a dry run of sync counts and keeps nothing") {
    const Agency agency;
    const auto dry = agency.run({"sync", "--dry-run"});
    INFO(dry.out << dry.err);
    CHECK(dry.code == 0);
    CHECK(agency.run({"dump", "entries"}).root()["rows"].size() == 0);
}

TEST_CASE("a report goes from draft to paid through the commands, and its time never returns") {
    const Agency agency;
    agency.begin();
    const auto id = std::to_string(agency.draft());

    const auto draft = agency.run({"report", "show", id});
    CHECK(text(draft.root()["state"]) == "draft");
    // 1.5 h design at 80.00, 2 h at 60.00, 0.25 h of a bug; 20 % on top
    CHECK(text(draft.root()["subtotal"]) == "240.00");
    CHECK(text(draft.root()["total"]) == "288.00");
    CHECK(number(draft.root()["nonbillable_seconds"]) == 900);

    const auto sent = agency.run({"report", "send", id});
    INFO(sent.out << sent.err);
    REQUIRE(sent.code == 0);
    const std::string name = text(sent.root()["number"]);
    CHECK(!name.empty());
    CHECK(text(sent.root()["url"]).find("/r/") != std::string::npos);

    // By its number, and only for the hash that the client saw (rule 57).
    CHECK(agency.run({"report", "agree", name, "--hash", "0000"}).code == 4);
    CHECK(agency.run({"report", "agree", name, "--hash", text(sent.root()["revision"]["hash"])})
              .code == 0);

    const auto ran = agency.run({"run", "--wait", "5"});
    INFO(ran.out << ran.err);
    CHECK(ran.code == 0);
    CHECK(number(ran.root()["parked"]) == 0);
    const auto invoiced = agency.run({"report", "show", name});
    CHECK(text(invoiced.root()["state"]) == "invoiced");
    const std::string deal = text(invoiced.root()["links"]["deal"]);
    REQUIRE(!deal.empty());

    agency.portal_call("deals/" + deal.substr(deal.rfind(':') + 1) + "/stage",
                       R"({"stage":"WON"})");
    CHECK(agency.run({"run", "--wait", "5"}).code == 0);
    const auto paid = agency.run({"report", "show", name});
    CHECK(text(paid.root()["state"]) == "paid");
    CHECK(text(paid.root()["due"]) == "0.00");

    const auto again = agency.run({"report", "create", "--company",
                                   "bitrix24:company:" + std::to_string(agency.company), "--from",
                                   "2026-03-01", "--to", "2026-03-31"});
    CHECK(again.code == 4); // G8: everything is on another report
    CHECK(again.root()["id"].null());
    CHECK(again.root()["excluded"].size() == 4);

    const auto verified = agency.run({"verify", "--remote"});
    INFO(verified.out << verified.err);
    CHECK(verified.code == 0);
    CHECK(*verified.root()["ok"].boolean());
}

TEST_CASE(
    "time logged after its bill waits in the late tray until a person decides (G2, rule 25)") {
    const Agency agency;
    agency.begin();
    const auto id = std::to_string(agency.draft());
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    const auto entry = agency.add_entry(agency.second, 1800, "2026-03-20");
    REQUIRE(agency.run({"sync"}).code == 0);
    const auto late = agency.run({"late", "list"});
    REQUIRE(late.root()["late"].size() == 1);
    CHECK(text(late.root()["late"][0]["why"]) == "sent_period");
    const std::string ref = "bitrix24:entry:" + std::to_string(entry);
    CHECK(text(late.root()["late"][0]["ref"]) == ref);
    CHECK(text(late.root()["late"][0]["work_date"]) == "2026-03-20");
    CHECK(agency.run({"late", "decide", ref, "--reason", "x"}).code == 2); // says not what
    CHECK(agency.run({"late", "decide", ref, "--write-off", "--reason", "ours"}).code == 0);
    CHECK(agency.run({"late", "list"}).root()["late"].size() == 0);
    CHECK(agency.run({"late", "list", "--all"}).root()["late"].size() == 1);
}

TEST_CASE("a payment by hand is booked once and can be reversed (rules 39, 44)") {
    const Agency agency;
    agency.begin();
    const auto id = std::to_string(agency.draft());
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    REQUIRE(agency.run({"report", "agree", id}).code == 0);
    REQUIRE(agency.run({"run", "--wait", "5"}).code == 0);
    const std::vector<std::string> add{"payment", "add",        id,      "--amount", "288.00",
                                       "--date",  "2026-04-03", "--ref", "bank 1"};
    const auto paid = agency.run(add);
    INFO(paid.out << paid.err);
    CHECK(paid.code == 0);
    CHECK(text(paid.root()["state"]) == "paid");
    agency.run(add);
    const auto list = agency.run({"payment", "list"});
    CHECK(list.root()["payments"].size() == 1);
    const auto number_of = std::to_string(number(list.root()["payments"][0]["id"]));
    const auto reversed = agency.run({"payment", "reverse", number_of, "--reason", "chargeback"});
    INFO(reversed.out << reversed.err);
    CHECK(reversed.code == 0);
    CHECK(text(reversed.root()["state"]) == "invoiced");
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("an entry that changed just before sending stops it with both totals (G25)") {
    const Agency agency;
    agency.begin();
    const auto id = std::to_string(agency.draft());
    const auto entries = agency.run({"dump", "entries"});
    const std::string remote_id = text(entries.root()["rows"][0]["remote_id"]);
    agency.portal_call("entries/" + remote_id, R"({"SECONDS":36000})");
    const auto refused = agency.run({"report", "send", id});
    INFO(refused.out << refused.err);
    CHECK(refused.code == 4);
    CHECK(text(refused.root()["error"]["message"]).find("288.00 EUR") != std::string::npos);
    CHECK(agency.run({"report", "send", id}).code == 0);
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("the figures of a bill lead to the revisions of the entries that make them (rule 58)") {
    const Agency agency;
    agency.begin();
    const auto id = std::to_string(agency.draft());
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    std::map<std::string, std::int64_t> seconds; // by entry
    const auto entries = agency.run({"dump", "entries"});
    for (const auto row : entries.root()["rows"])
        seconds["bitrix24:entry:" + text(row["remote_id"])] = std::stoll(text(row["seconds"]));
    const auto report = agency.run({"report", "show", id});
    const auto told = agency.run({"explain", id});
    INFO(told.out << told.err);
    REQUIRE(told.root()["lines"].size() == report.root()["lines"].size());
    std::size_t i = 0, led_to = 0;
    for (const auto line : told.root()["lines"]) {
        std::int64_t sum = 0;
        std::istringstream names(text(line["entries"]));
        for (std::string name; names >> name; ++led_to) {
            sum += seconds.at(name);
            const auto whole = agency.run({"explain", name});
            CHECK(whole.code == 0);
            CHECK(whole.root()["record"].is_object());
        }
        CHECK(sum == number(report.root()["lines"][i++]["worked_seconds"]));
    }
    CHECK(led_to == seconds.size());
}

TEST_CASE("explain follows an entry from its bytes to its report") {
    const Agency agency;
    agency.begin();
    agency.draft();
    const auto entries = agency.run({"dump", "entries"});
    const std::string ref = "bitrix24:entry:" + text(entries.root()["rows"][3]["remote_id"]);
    const auto told = agency.run({"explain", ref});
    INFO(told.out << told.err);
    CHECK(told.code == 0);
    CHECK(text(told.root()["record"]["SECONDS"]) == "900");
    CHECK(text(told.root()["owner"]["why"]).find("link to company") != std::string::npos);
    CHECK(text(told.root()["verdict"]["billable"]) == "no");
    CHECK(text(told.root()["verdict"]["reason"]) == "our mistake");
    CHECK(told.root()["allocations"].size() == 1);
    CHECK(agency.run({"explain", "bitrix24:entry:999999"}).code == 4);
    CHECK(agency.run({"explain", "1"}).code == 0);
}

TEST_CASE("a preset keeps its words, so that last-month means another month each month") {
    const Agency agency;
    agency.begin();
    const std::string company = "bitrix24:company:" + std::to_string(agency.company);
    CHECK(agency.run({"preset", "save", "acme", "--company", company, "--period", "last-month"})
              .code == 0);
    const auto list = agency.run({"preset", "list"});
    CHECK(text(list.root()["presets"][0]["filter"]["period"]) == "last-month");
    const auto made = agency.run(
        {"report", "create", "--preset", "acme", "--from", "2026-03-01", "--to", "2026-03-31"});
    INFO(made.out << made.err);
    CHECK(made.code == 0);
    CHECK(text(made.root()["period"]["from"]) == "2026-03-01");
    CHECK(agency.run({"report", "create", "--preset", "acmee"}).code == 4);
}

TEST_CASE("references: project means group, unknown things are 4, malformed ones 2 (G28, G45)") {
    const Agency agency;
    agency.begin();
    const std::vector<std::string> create{"report", "create", "--to", "2026-03-31", "--company"};
    const auto with = [&](const std::string& company) {
        auto args = create;
        args.push_back(company);
        return agency.run(args).code;
    };
    CHECK(with("bitrix24:company:4711") == 4);
    CHECK(with("portal:company:1") == 4);
    CHECK(with("bitrix24:compny:1") == 2);
    CHECK(with("nonsense") == 4); // a name that nobody has
    CHECK(agency.run({"report", "show", "99"}).code == 4);
    const auto project = agency.run({"link", "set", "bitrix24:project:77",
                                     "bitrix24:company:" + std::to_string(agency.company)});
    CHECK(project.code == 4);
    CHECK(text(project.root()["error"]["message"]).find("bitrix24:group:77") != std::string::npos);
    // A company without a contract (G28).
    CHECK(with("bitrix24:company:" + std::to_string(agency.own)) == 4);
}

TEST_CASE("with --json every command prints exactly one JSON document on standard output") {
    const Agency agency;
    agency.begin();
    const auto id = std::to_string(agency.draft());
    const std::string company = "bitrix24:company:" + std::to_string(agency.company);
    const std::string task = "bitrix24:task:" + std::to_string(agency.first);
    const std::vector<std::vector<std::string>> commands = {
        {"check"},
        {"contract", "list"},
        {"contract", "show", company},
        {"contract", "apply", "acme.json", "--dry-run"},
        {"report", "list"},
        {"report", "show", id},
        {"report", "batch", "--month", "2026-02"},
        {"report", "exclude", id, task, "--reason", "later"},
        {"report", "include", id, task},
        {"report", "note", id, "a note"},
        {"report", "export", id, "csv"},
        {"report", "export", id, "html"},
        {"report", "send", id},
        {"report", "link", id, "--new"},
        {"report", "recall", id},
        {"report", "cancel", id, "--reason", "test"},
        {"preset", "list"},
        {"late", "list"},
        {"payment", "list"},
        {"link", "set", task, company},
        {"link", "list"},
        {"link", "remove", task},
        {"adopt", company, "--until", "2026-02-28"},
        {"outbox", "list"},
        {"outbox", "retry", "99"},
        {"inbox", "list"},
        {"explain", task},
        {"explain", company},
        {"overhead"},
        {"verify"},
        {"run"},
        {"dump", "reports"},
        {"dump", "nonsense"},
        {"help me"},
    };
    for (const auto& args : commands) {
        const auto ended = agency.run(args);
        INFO(args.front() << " " << ended.code << "\n" << ended.out << ended.err);
        CHECK(ended.is_json);
        CHECK(ended.root().is_object());
    }
}

TEST_CASE("an excluded task leaves the draft with its reason, and can come back (G8)") {
    const Agency agency;
    agency.begin();
    const auto id = std::to_string(agency.draft());
    const std::string task = "bitrix24:task:" + std::to_string(agency.second);
    const auto without = agency.run({"report", "exclude", id, task, "--reason", "later"});
    CHECK(text(without.root()["subtotal"]) == "120.00");
    CHECK(text(without.root()["excluded"][0]["why"]) == "later");
    CHECK(text(agency.run({"report", "include", id, task}).root()["subtotal"]) == "240.00");
    CHECK(agency.run({"report", "include", id, task}).code == 4);
}

TEST_CASE("a broken contract file tells every problem with its line and ends with 2 (G28)") {
    const Agency agency;
    agency.begin();
    agency.folder.write("bad.json", R"({
  "client": "bitrix24:company:1",
  "valid_from": "yesterday",
  "currency": "EURO",
  "rates": [{"amount": 60}]
})");
    const auto refused = agency.run({"contract", "apply", "bad.json"});
    INFO(refused.out << refused.err);
    CHECK(refused.code == 2);
    CHECK(refused.root()["problems"].size() >= 3);
    CHECK(refused.err.find("bad.json:3: /valid_from") != std::string::npos);
    CHECK(agency.run({"contract", "apply", "missing.json"}).code == 2);
}

TEST_CASE("a parked write is retried by a person's word") {
    const Agency agency;
    agency.begin();
    const auto id = std::to_string(agency.draft());
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    REQUIRE(agency.run({"report", "agree", id}).code == 0);
    agency.portal_call("faults",
                       R"({"kind":"error","method":"crm.item.add","count":1,"status":403,)"
                       R"("code":"ACCESS_DENIED","description":"Access denied."})");
    const auto stuck = agency.run({"run"});
    INFO(stuck.out << stuck.err);
    CHECK((stuck.code == 1 || stuck.code == 3));
    const auto parked = agency.run({"outbox", "list", "--state", "parked"});
    REQUIRE(parked.root()["ops"].size() > 0);
    std::string deal;
    for (const auto op : parked.root()["ops"])
        if (text(op["kind"]) == "deal.create") deal = std::to_string(number(op["id"]));
    REQUIRE(!deal.empty());
    CHECK(agency.run({"outbox", "retry", deal}).code == 0);
    const auto ran = agency.run({"run", "--wait", "20"});
    INFO(ran.out << ran.err);
    CHECK(ran.code == 0);
    CHECK(text(agency.run({"report", "show", id}).root()["state"]) == "invoiced");
    CHECK(agency.run({"outbox", "park", deal}).code == 4); // done is done
    CHECK(agency.run({"outbox", "list", "--state", "nonsense"}).code == 2);
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("demo plays the whole cycle and ends with 0") {
    const Folder folder;
    const auto ended = folder.run({"demo", "--fast"});
    INFO(ended.out << ended.err);
    CHECK(ended.code == 0);
    for (const char* act :
         {"not billed: our own mistake", "quarter of an hour", "VAT 20 %", "is partly paid",
          "% paid", "waits in the tray as adjustment:", "after the bill was paid", "correction of ",
          "stand beside those of Bitrix24", "in Worksection carry the tag \"paid\"",
          "moves to Paid", "lead to each other", "Verify"}) {
        INFO(act);
        CHECK(ended.out.find(act) != std::string::npos);
    }
    const auto json = folder.run({"demo", "--fast", "--json"});
    REQUIRE(json.is_json);
    CHECK(*json.root()["ok"].boolean());
}

} // namespace hb::test
