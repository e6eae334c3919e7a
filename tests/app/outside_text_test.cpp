#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/program.h"
#include "sandbox/seed.h"
#include "store/connection.h"

// G60 through the front door: what somebody calls a task or a company stops and spoils nothing; and
// books of version 0.1.0 go on from where they were.
namespace hb::test {
namespace {

// What stands in the portal, of everything that carries a key of ours.
struct Seen {
    std::map<std::string, int> by_key;        // deals and invoices
    std::map<std::string, std::string> deals; // key -> product names, one a line
    std::string comments;
};

Seen look(sandbox::Portal& portal) {
    Seen seen;
    portal.edit([&](sandbox::State& state) {
        for (const auto& [type, store] : state.crm)
            for (const auto& item : store.items.rows())
                for (const char* field : {"originId", "xmlId"}) {
                    if (!store.position(field)) continue;
                    const std::string key = store.text(item, field);
                    if (key.rfind("hb-", 0) != 0) continue;
                    ++seen.by_key[key];
                    if (type != 2) continue;
                    for (const auto& row : state.rows[{type, item.id}])
                        seen.deals[key] += row.name + "\n";
                }
        for (const auto& comment : state.timeline.rows()) seen.comments += comment.text + "\n";
    });
    return seen;
}

std::string key_of_deal(const Ended& dump, std::int64_t report) {
    for (const auto& row : dump.root()["rows"])
        if (text(row["kind"]) == "deal.create" && text(row["report"]) == std::to_string(report) &&
            text(row["superseded"]) == "0")
            return text(row["key"]);
    return "";
}

void with_invoices(const Agency& agency) {
    const std::string crm = R"("crm": {"remote": "bitrix24")";
    std::string config = agency.folder.read("hourbridge.json");
    const auto at = config.find(crm);
    REQUIRE(at != std::string::npos);
    config.insert(at + crm.size(), R"(, "invoice": {"enabled": true})");
    agency.folder.write("hourbridge.json", config);
}

void check_right(const Agency& agency) {
    const auto verified = agency.run({"verify"});
    INFO(verified.out << verified.err);
    CHECK(verified.code == 0);
}

} // namespace

TEST_CASE("a task or a client called like a mark of ours is billed like any other: one deal, one "
          "invoice, the right rows (G60)") {
    for (const char* title :
         {"$op:x fix the shop", "$op:1", "rename failed_stage_of_category in the API",
          "{number} {{x}} $result[a][0] %s", "[URL=https://pay.example/]Pay[/URL] \\u001b[2J"}) {
        INFO(title);
        Agency agency;
        with_invoices(agency);
        const std::string fields = std::string(R"({"TITLE":")") + title + "\"}";
        agency.portal_call("tasks/" + std::to_string(agency.first), fields);
        agency.portal_call("companies/" + std::to_string(agency.company),
                           std::string(R"({"title":")") + title + "\"}");
        agency.begin();
        const auto id = agency.draft();
        REQUIRE(agency.run({"report", "send", std::to_string(id)}).code == 0);
        REQUIRE(agency.run({"report", "agree", std::to_string(id)}).code == 0);
        const auto ran = agency.run({"run", "--wait", "5"});
        INFO(ran.out << ran.err);
        CHECK(ran.code == 0);
        CHECK(number(ran.root()["parked"]) == 0);
        const auto shown = agency.run({"report", "show", std::to_string(id)});
        CHECK(text(shown.root()["state"]) == "invoiced");
        const Seen seen = look(*agency.portal);
        CHECK(seen.by_key.size() == 2);
        for (const auto& [key, count] : seen.by_key) CHECK(count == 1);
        const std::string rows = seen.deals.at(key_of_deal(agency.run({"dump", "outbox"}), id));
        const std::string plain = title;
        if (plain.find('[') == std::string::npos) CHECK(rows.find(plain) != std::string::npos);
        CHECK(rows.find("API") != std::string::npos);
        CHECK(seen.comments.find("[URL=") == std::string::npos);
        CHECK(seen.comments.find('\x1b') == std::string::npos);
        // The link goes out, and is kept nowhere.
        const std::string url = text(shown.root()["url"]);
        REQUIRE(url.find("/r/") != std::string::npos);
        CHECK(seen.comments.find(url) != std::string::npos);
        for (const char* file : {"data/hourbridge.db", "data/hourbridge.db-wal"})
            CHECK(agency.folder.read(file).find(url.substr(url.find("/r/"))) == std::string::npos);
        check_right(agency);
    }
}

TEST_CASE(
    "no export brings control or bidi characters of a title to a terminal or into a file, and "
    "its hash can still be computed from it (G60)") {
    Agency agency;
    agency.portal_call(
        "tasks/" + std::to_string(agency.first),
        R"({"TITLE":"79-\u202egnp.exe \u2066\u200f\u061c\u009b2J \u001b]0;x\u0007 \ttab"})");
    agency.begin();
    const auto id = std::to_string(agency.draft());
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    const std::string config = agency.folder.path("hourbridge.json");
    for (const std::string format : {"csv", "json"}) {
        const auto said = agency.folder.run({"report", "export", id, format, "--config", config});
        REQUIRE(said.code == 0);
        const auto kept = agency.folder.run({"report", "export", id, format, "--config", config,
                                             "--output", agency.folder.path("out." + format)});
        REQUIRE(kept.code == 0);
        for (const std::string& text : {said.out, agency.folder.read("out." + format)}) {
            INFO(text);
            CHECK(text.find("gnp.exe") != std::string::npos);
            for (const char* control : {"\x1b", "\x07", "\t", "\xC2\x9B", "\xD8\x9C",
                                        "\xE2\x80\xAE", "\xE2\x80\x8F", "\xE2\x81\xA6"})
                CHECK(text.find(control) == std::string::npos);
        }
    }
    check_right(agency);
}

TEST_CASE("a link that was revoked stays dead when its report is recalled and sent again (G59)") {
    const Agency agency;
    agency.begin();
    const auto id = std::to_string(agency.draft());
    const auto sent = agency.run({"report", "send", id});
    const std::string first = text(sent.root()["url"]);
    REQUIRE(agency.run({"report", "link", id, "--revoke"}).code == 0);
    REQUIRE(agency.run({"report", "recall", id}).code == 0);
    const auto again = agency.run({"report", "send", id});
    REQUIRE(again.code == 0);
    CHECK(text(again.root()["url"]) != first);
    CHECK_FALSE(text(again.root()["url"]).empty());
    // Without a revocation the client's link stays.
    REQUIRE(agency.run({"report", "recall", id}).code == 0);
    CHECK(text(agency.run({"report", "send", id}).root()["url"]) == text(again.root()["url"]));
    check_right(agency);
}

TEST_CASE("all links are made anew by one command, and wrong words for it are refused") {
    const Agency agency;
    agency.begin();
    const auto id = std::to_string(agency.draft());
    const std::string before = text(agency.run({"report", "send", id}).root()["url"]);
    CHECK(agency.run({"report", "link"}).code == 2);
    CHECK(agency.run({"report", "link", "--all"}).code == 2);
    CHECK(agency.run({"report", "link", id, "--new", "--all"}).code == 2);
    CHECK(agency.run({"report", "link", "--new", "--revoke", "--all"}).code == 2);
    CHECK(agency.run({"report", "link", "99"}).code == 4);
    const auto renewed = agency.run({"report", "link", "--new", "--all"});
    CHECK(renewed.code == 0);
    REQUIRE(renewed.root()["links"].size() == 1);
    CHECK(text(renewed.root()["links"][0]["url"]) != before);
    CHECK(text(agency.run({"report", "link", id}).root()["url"]) ==
          text(renewed.root()["links"][0]["url"]));
    check_right(agency);
}

namespace {

std::string sample(const std::string& name) {
    std::ifstream in(HB_SOURCE_DIR "/tests/store/samples/" + name, std::ios::binary);
    std::stringstream bytes;
    bytes << in.rdbuf();
    return bytes.str();
}

void execute_in(const std::string& path, const std::string& sql) {
    auto db = store::Access::connect(path, 0x2 | 0x4);
    store::execute(*db, sql);
}

// The books of version 0.1.0 beside a portal in which their deals and invoices stand.
struct OldBooks : Agency {
    OldBooks() {
        for (int i = 0; i < 5; ++i) {
            portal_call("deals", R"({"title":"old","companyId":1})");
            portal_call("invoices", R"({"title":"old","companyId":1})");
        }
        for (const char* one : {R"({"id":11,"name":"Act","entityTypeId":["2"]})",
                                R"({"id":13,"name":"Bill","entityTypeId":["2"]})"})
            portal_call("templates", one);
        portal_call("companies", R"({"title":"Cedar"})");
        folder.write("data/secret.key", sample("books_of_schema_4.key"));
        std::filesystem::permissions(folder.path("data/secret.key"),
                                     std::filesystem::perms::owner_read |
                                         std::filesystem::perms::owner_write);
        const std::string path = folder.path("data/hourbridge.db");
        execute_in(path, sample("books_of_schema_4.sql"));
        const std::string url = server->url();
        execute_in(path, "UPDATE remotes SET account = '" + url.substr(url.find("//") + 2) + "'");
        folder.write("hourbridge.json",
                     R"({"data_dir": "data", "listen": "127.0.0.1:0", "time_zone": "Europe/Minsk",
  "public_url": "https://reports.example.com", "locale": "en",
  "remotes": {"bitrix24": {"connector": "bitrix24", "webhook_url": ")" +
                         webhook() +
                         R"(", "settle_seconds": 1, "limits": {"burst": 1000, "per_second": 100}}},
  "crm": {"remote": "bitrix24", "report_card": {"enabled": false}, "documents": {"templates": [11, 13]}}})");
    }
};

} // namespace

TEST_CASE(
    "ops of version 0.1.0 run to their end: one deal for each key, the right rows, the failed "
    "stage, and titles that are marks harm none (G60, R16)") {
    const OldBooks old;
    // The portal is another one without fields for marks, which is told; the other writes go on.
    const auto first = old.run({"run", "--wait", "8"});
    INFO(first.out << first.err);
    const auto dump = old.run({"dump", "outbox", "--limit", "1000"});
    for (const auto& row : dump.root()["rows"]) {
        if (text(row["superseded"]) == "1" || text(row["report"]) == "12") continue;
        const std::string kind = text(row["kind"]);
        if (kind == "telegram.send" || kind == "webhook.send" || kind == "notice.send" ||
            kind == "task.mark") // there is nobody to tell, and this portal has no such fields
            continue;
        INFO(row.dump());
        CHECK(text(row["state"]) == "done");
    }
    // The chain that waited for a person, its rows rendered anew.
    const auto parked = old.run({"outbox", "list", "--state", "parked"});
    std::string deal;
    for (const auto& op : parked.root()["ops"])
        if (text(op["kind"]) == "deal.create" && deal.empty())
            deal = std::to_string(number(op["id"]));
    REQUIRE_FALSE(deal.empty());
    REQUIRE(old.run({"outbox", "retry", deal}).code == 0);
    const auto second = old.run({"run", "--wait", "8"});
    INFO(second.out << second.err);
    Seen seen = look(*old.portal);
    for (const auto& [key, count] : seen.by_key) CHECK(count == 1);
    CHECK(seen.deals.size() == 3);
    CHECK(seen.deals[key_of_deal(dump, 13)] ==
          "Landing page (1:00 h × 70.00)\n$op:x fix the shop (1:00 h × 70.00)\n");
    CHECK(seen.deals[key_of_deal(dump, 12)] ==
          "rename failed_stage_of_category in the API (1:30 h × 60.00)\n");
    CHECK(seen.comments.find("https://reports.example.com/r/") != std::string::npos);
    old.portal->edit([](sandbox::State& state) {
        const auto& deals = state.crm.at(2);
        CHECK(deals.text(*deals.items.find(5), "stageId") == "LOSE");
    });
    // All but the files of documents, which are not in the sample.
    const auto verify = [&old] {
        const auto verified = old.run({"verify"});
        REQUIRE(verified.root()["checks"].size() > 20);
        for (const auto& check : verified.root()["checks"]) {
            INFO(check.dump());
            CHECK((*check["ok"].boolean() || text(check["name"]) == "files of documents"));
        }
    };
    verify();
    CHECK(old.run({"check"}).out.find("report link --new --all") != std::string::npos);
    REQUIRE(old.run({"report", "link", "--new", "--all"}).code == 0);
    CHECK(old.run({"check"}).out.find("report link --new --all") == std::string::npos);
    verify();
}

} // namespace hb::test
