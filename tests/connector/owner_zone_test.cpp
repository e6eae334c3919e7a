#include <catch2/catch.hpp>

#include "base/wall_clock.h"
#include "connector/bitrix24/tables.h"
#include "wire.h"

// Dates of tasks are wall clock of whoever calls; the offset behind them says nothing (G53).

using namespace hb;
using namespace wire;

namespace {

const char* const kTask = R"({"id":"1","title":"A","status":"5",
    "createdDate":"2026-01-15T00:30:00+03:00","closedDate":"2026-07-15T23:30:00+03:00",
    "deadline":null})";

// One task; `zone` of the caller's profile, "refused": it may not be read, "lost": no answer.
struct Portal {
    std::string zone = "Europe/Berlin";
    std::string task = kTask;
    int asked = 0;
    Wire line;
    ManualClock clock{kNow};
    std::unique_ptr<connector::Connector> remote;

    explicit Portal(const std::string& profile = "Europe/Berlin") : zone(profile) {
        line.answer = [this](const Seen& seen) { return answer(seen); };
        connector::Bitrix24Options options;
        options.webhook_url = Secret(kUrl);
        options.zone = *Zone::find("Europe/Minsk");
        remote = std::move(
            *connector::make_bitrix24(options, std::make_unique<WireClient>(line), clock));
    }
    net::Response answer(const Seen& seen) {
        if (seen.method == "user.current") {
            ++asked;
            if (zone == "refused") return failed(401, "insufficient_scope");
            if (zone == "lost") return lost();
            return ok(R"({"ID":"7","TIME_ZONE":)" + json::quote(zone) + "}");
        }
        BatchAnswer out;
        for (const auto& call : calls_of(seen))
            out.results[call.key] = R"({"tasks":[)" + task + "]}";
        return out.response();
    }
    Result<domain::Page> read() {
        domain::ReadRequest request;
        request.stream = "tasks";
        request.reading = domain::Reading::ByIds;
        request.ids = {"1"};
        return remote->read(request);
    }
    domain::SourceRecord record() {
        const auto page = read();
        REQUIRE(page.ok());
        REQUIRE(page->records.size() == 1);
        return page->records.front();
    }
    std::string member(const char* name) {
        const auto document = json::Document::parse(record().text);
        return std::string(document->root()[name].text_view().value_or(""));
    }
};

} // namespace

TEST_CASE(
    "the moments of a task are worked out by its owner's zone and stand beside the texts (G53)") {
    Portal portal("Europe/Berlin");
    CHECK(portal.member("hb_created") == "2026-01-14T23:30:00Z"); // an hour ahead in winter
    CHECK(portal.member("hb_closed") == "2026-07-15T21:30:00Z");  // two in summer
    CHECK(portal.member("hb_deadline").empty());
    // A mapping that names the portal's own members reads the same moments.
    CHECK(portal.member("createdDate") == "2026-01-14T23:30:00Z");
    CHECK(portal.asked == 1);
}

TEST_CASE(
    "a profile without a zone, or one that may not be read, gives the configuration's (G53)") {
    for (const char* profile : {"", "Atlantis/Capital", "refused"}) {
        INFO(profile);
        Portal portal(profile);
        CHECK(portal.member("hb_created") == "2026-01-14T21:30:00Z");
    }
}

TEST_CASE("a portal that does not say whose clock it is gives no dates to guess at (G53)") {
    Portal portal("lost");
    CHECK_FALSE(portal.read().ok());
    portal.zone = "Europe/Berlin";
    CHECK(portal.member("hb_created") == "2026-01-14T23:30:00Z");
}

TEST_CASE("another offset of the call changes no task: its hash is made over moments (G53, G65)") {
    Portal portal("Europe/Berlin");
    const auto before = portal.record();
    portal.task = kTask;
    for (std::size_t at; (at = portal.task.find("+03:00")) != std::string::npos;)
        portal.task.replace(at, 6, "+02:00");
    const auto after = portal.record();
    CHECK(after.hash == before.hash);
    CHECK(after.text == before.text);
    // The owner moves to another zone: the same moments come in other words.
    portal.zone = "Europe/Minsk";
    portal.clock.advance(std::chrono::hours{1});
    portal.task = R"({"id":"1","title":"A","status":"5",
        "createdDate":"2026-01-15T02:30:00+03:00","closedDate":"2026-07-16T00:30:00+03:00"})";
    CHECK(portal.record().hash == before.hash);
    portal.task = R"({"id":"1","title":"A","status":"5",
        "createdDate":"2026-01-15T02:31:00+03:00","closedDate":"2026-07-16T00:30:00+03:00"})";
    CHECK(portal.record().hash != before.hash);
}

TEST_CASE("the profile is asked for once in ten minutes, not with each page (G53)") {
    Portal portal;
    for (int i = 0; i < 5; ++i) portal.record();
    CHECK(portal.asked == 1);
    portal.clock.advance(std::chrono::minutes{11});
    portal.record();
    CHECK(portal.asked == 2);
}

TEST_CASE("a time record's moment hashes alike however it is written (G53)") {
    const auto table = *connector::bitrix24::table_of("entries", {});
    const auto hash = [&](const char* created) {
        const auto row =
            json::Document::parse(R"({"ID":"1","TASK_ID":"5","SECONDS":"60","CREATED_DATE":")" +
                                  std::string(created) + "\"}");
        return connector::bitrix24::content_hash(table, row->root());
    };
    CHECK(hash("2026-03-05T10:00:00+03:00") == hash("2026-03-05T09:00:00+02:00"));
    CHECK(hash("2026-03-05T10:00:00+03:00") != hash("2026-03-05T10:00:00+02:00"));
}

TEST_CASE("check says in which zone the dates of tasks are read (G53)") {
    for (const auto& [profile, words] : std::map<std::string, std::string>{
             {"Europe/Berlin", "dates of tasks are read in Europe/Berlin, the time zone of"},
             {"", "dates of tasks are read in Europe/Minsk: the profile of"}}) {
        Portal portal;
        portal.line.answer = [&](const Seen&) {
            BatchAnswer out;
            out.results["time"] = "\"2026-03-03T04:06:40+03:00\"";
            out.results["profile"] =
                R"({"ID":"7","ADMIN":true,"TIME_ZONE":)" + json::quote(profile) + "}";
            out.results["scope"] = R"(["crm","task","user","sonet_group"])";
            out.results["fields"] = "[]";
            out.results["currencies"] = "[]";
            return out.response();
        };
        const auto report = portal.remote->check();
        REQUIRE(!report.notes.empty());
        CHECK(report.notes.back().find(words) == 0);
    }
}

TEST_CASE("a wall clock that comes twice means its first time, one that is jumped over the jump") {
    const auto in = [](const char* zone, const char* text) {
        const auto at = moment_of_wall_clock(text, *Zone::find(zone));
        return at ? format_instant(*at) : "none";
    };
    CHECK(in("Europe/Berlin", "2026-10-25T02:30:00+01:00") == "2026-10-25T00:30:00Z");
    CHECK(in("Europe/Berlin", "2026-03-29T02:30:00") == "2026-03-29T01:00:00Z");
    CHECK(in("UTC", "2026-03-29 02:30:00") == "2026-03-29T02:30:00Z");
    CHECK(in("Europe/Berlin", "2026-03-29") == "none");
    CHECK(in("Europe/Berlin", "not a moment at all") == "none");
    CHECK(offset_at(*Zone::find("Europe/Berlin"), *parse_instant("2026-07-01T00:00:00Z")) ==
          std::chrono::hours{2});
}
