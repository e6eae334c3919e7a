#include <catch2/catch.hpp>

#include <filesystem>

#include "app/serving.h"

// What a portal refuses for good, and links that were revoked, across processes and copies.
namespace hb::test {
namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

sandbox::Fault no_right(const std::string& method) {
    sandbox::Fault fault;
    fault.kind = sandbox::Fault::Kind::Error;
    fault.method = method;
    fault.count = -1;
    fault.status = 403;
    fault.code = "ACCESS_DENIED";
    fault.description = "Access denied!";
    return fault;
}

std::int64_t calls(const Agency& agency, const std::string& method) {
    const auto counters = agency.portal->counters();
    const auto found = counters.calls.find(method);
    return found == counters.calls.end() ? 0 : found->second;
}

void bill(const Agency& agency, const std::string& id) {
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    REQUIRE(agency.run({"report", "agree", id}).code == 0);
    agency.run({"run", "--wait", "5"});
    REQUIRE(text(agency.run({"report", "show", id}).root()["state"]) == "invoiced");
}

std::string link_of(const Agency& agency, const std::string& id) {
    const auto url = text(agency.run({"report", "show", id}).root()["url"]);
    return url.substr(url.find("/r/"));
}

} // namespace

TEST_CASE("a right that is refused is named by check and readyz alike with what is missing, is not "
          "used again by other processes, and is forgotten with the first answer (G55)") {
    const std::string method = "crm.item.payment.list";
    const Agency agency;
    agency.begin();
    const std::string id = std::to_string(agency.draft());
    agency.portal->add_fault(no_right(method));
    bill(agency, id);
    const auto asked = calls(agency, method);
    CHECK(asked == 1);
    agency.run({"run"});
    agency.run({"run"});
    CHECK(calls(agency, method) == asked);
    {
        const Serving service(agency, Serving::AsItStands{});
        const auto ready = json::Document::parse(service.get("/readyz").body);
        REQUIRE(ready.ok());
        REQUIRE(ready->root()["lacks"].size() == 1);
        const std::string told = text(ready->root()["lacks"][0]);
        CHECK(has(told, "bitrix24: the webhook's owner may not use " + method +
                            ": payments in the CRM are not seen"));
        const auto checked = agency.run({"check"});
        CHECK(checked.code == 3);
        std::string all;
        for (const auto problem : checked.root()["remotes"][0]["problems"])
            all += text(problem["message"]) + " -> " + text(problem["hint"]) + "\n";
        INFO(all);
        CHECK(has(all, told.substr(std::string("bitrix24: ").size())));
        CHECK(has(all, "the right to see the payments of deals"));
        CHECK_FALSE(has(all, "tick"));
    }
    agency.run({"run"});
    const auto once_more = calls(agency, method);
    CHECK(once_more <= asked + 2);
    agency.portal->clear_faults();
    CHECK(agency.run({"check"}).code == 3); // it is not known yet that it may be used
    agency.run({"run"});
    CHECK(calls(agency, method) > once_more);
    CHECK(agency.run({"check"}).code == 0);
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("restore: a link that was revoked or replaced after the backup stays dead; where nobody "
          "can tell, restore says so, and check until all are new (G59)") {
    const Agency agency;
    agency.begin();
    const std::string id = std::to_string(agency.draft());
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    const std::string first = link_of(agency, id);
    const std::string copy = agency.folder.path("copy.db");
    REQUIRE(agency.run({"backup", copy}).code == 0);
    REQUIRE(agency.run({"report", "link", id, "--revoke"}).code == 0);
    const auto status = [&](const std::string& link) {
        const Serving service(agency, Serving::AsItStands{});
        const auto told = service.get(link).status;
        return told;
    };
    CHECK(status(first) == 404);

    const auto restored = agency.run({"restore", copy});
    INFO(restored.out << restored.err);
    REQUIRE(restored.code == 0);
    CHECK(*restored.root()["revoked_links_known"].boolean());
    CHECK(*restored.root()["given_numbers_known"].boolean());
    CHECK(status(first) == 404);
    CHECK_FALSE(has(agency.run({"check"}).out, "live again"));
    // Another link of it is none that was ever given.
    const auto next = agency.run({"report", "link", id, "--new"});
    REQUIRE(next.code == 0);
    const std::string second = link_of(agency, id);
    CHECK(second != first);
    CHECK(status(second) == 200);
    REQUIRE(agency.run({"verify"}).code == 0);

    // The books are gone: nothing tells what was revoked.
    agency.folder.write("data/hourbridge.db", "no books at all, only a text that is long enough");
    const auto blind = agency.run({"restore", copy});
    INFO(blind.out << blind.err);
    REQUIRE(blind.code == 0);
    CHECK_FALSE(*blind.root()["revoked_links_known"].boolean());
    CHECK(*blind.root()["given_numbers_known"].boolean()); // they stand beside the books, too
    CHECK(has(blind.err, "are live again"));
    CHECK(status(first) == 200);
    CHECK(has(agency.run({"check"}).out, "are live again"));
    REQUIRE(agency.run({"report", "link", "--new", "--all"}).code == 0);
    CHECK(status(first) == 404);
    CHECK_FALSE(has(agency.run({"check"}).out, "are live again"));
    CHECK(link_of(agency, id) != second);

    agency.folder.write("data/hourbridge.db", "no books at all, only a text that is long enough");
    REQUIRE(std::filesystem::remove(agency.folder.path("data/hourbridge.db.numbers")));
    const auto lost = agency.run({"restore", copy});
    REQUIRE(lost.code == 0);
    CHECK_FALSE(*lost.root()["given_numbers_known"].boolean());
    CHECK(has(lost.err, "new ones continue 1000 further"));
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("after a restore a new report never opens with the link of one that was lost (G59)") {
    const Agency agency;
    agency.begin();
    const std::string copy = agency.folder.path("copy.db");
    REQUIRE(agency.run({"backup", copy}).code == 0);
    const std::string lost = std::to_string(agency.draft());
    REQUIRE(agency.run({"report", "send", lost}).code == 0);
    const std::string link = link_of(agency, lost);
    const std::string given = text(agency.run({"report", "show", lost}).root()["number"]);
    REQUIRE(agency.run({"restore", copy}).code == 0);
    const std::string other = std::to_string(agency.draft());
    CHECK(other == lost); // its place in the books is given again
    REQUIRE(agency.run({"report", "send", other}).code == 0);
    CHECK(link_of(agency, other) != link);
    const std::string number = text(agency.run({"report", "show", other}).root()["number"]);
    CHECK(number.size() == given.size());
    CHECK(number > given); // what a client has seen is not given to another report
    CHECK(agency.run({"verify"}).code == 0);
}

} // namespace hb::test
