#include <catch2/catch.hpp>

#include "app/serving.h"
#include "sandbox/state.h"

// A portal that answers 503 for a while, as an operator meets it: commands, service, log.
namespace hb::test {
namespace {

// An invoiced report whose client has paid: marks wait. The portal is away from now on.
struct Away {
    const Agency agency;
    std::string id;

    Away() {
        agency.begin();
        id = std::to_string(agency.draft());
        REQUIRE(agency.run({"report", "send", id}).code == 0);
        REQUIRE(agency.run({"report", "agree", id}).code == 0);
        REQUIRE(agency.run({"run"}).code == 0);
        REQUIRE(state() == "invoiced");
    }
    std::string state() const { return text(agency.run({"report", "show", id}).root()["state"]); }
    void begin() const {
        sandbox::Fault fault;
        fault.kind = sandbox::Fault::Kind::Outage;
        fault.for_seconds = 240;
        fault.count = -1;
        agency.portal->add_fault(fault);
    }
    void pay() const {
        const auto paid = agency.run(
            {"payment", "add", id, "--amount", "288.00", "--date", "2026-04-10", "--ref", "1"});
        INFO(paid.out << paid.err);
        REQUIRE(paid.code == 0);
    }
    std::int64_t in_state(const std::string& state) const {
        return static_cast<std::int64_t>(
            agency.run({"outbox", "list", "--state", state}).root()["ops"].size());
    }
    std::int64_t calls() const { return agency.portal->counters().http_requests; }
};

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

int lines_with(const std::string& text, const std::string& part) {
    int count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

} // namespace

TEST_CASE("with commands alone: an outage is told in words, a run asks only when it is time to, "
          "and afterwards everything is done (G63)") {
    const Away away;
    const auto& agency = away.agency;
    away.begin();
    away.pay();
    for (int i = 0; i < 6; ++i) CHECK(agency.run({"sync"}).code == 3);
    const auto said =
        agency.folder.run({"sync", "--config", agency.folder.path("hourbridge.json")});
    INFO(said.out << said.err);
    CHECK(said.code == 3);
    CHECK(has(said.out + said.err, "bitrix24 is not available (HTTP 503); next try "));
    CHECK(has(said.out + said.err, "nothing is lost"));
    CHECK_FALSE(has(said.out + said.err, "JSON"));
    CHECK_FALSE(has(said.out + said.err, "line 1"));

    const auto before = away.calls();
    const auto ran = agency.run({"run"});
    CHECK(ran.code == 3);
    CHECK(away.calls() == before);
    CHECK(has(text(ran.root()["errors"][0]), "writes wait since"));
    CHECK(away.in_state("parked") == 0);
    CHECK(away.in_state("pending") > 0);
    const auto checked = agency.run({"check"});
    CHECK(checked.code == 3);
    CHECK(checked.root()["unavailable"].size() == 1);
    // One sentence of it, the breaker's.
    const auto shown =
        agency.folder.run({"check", "--config", agency.folder.path("hourbridge.json")});
    INFO(shown.out << shown.err);
    CHECK(lines_with(shown.out, "bitrix24 is not available (HTTP 503); next try ") == 1);
    CHECK(has(shown.out, "writes wait since "));
    CHECK(has(shown.out, "; nothing is lost\n"));
    CHECK(lines_with(shown.out, "not available") == 1);
    CHECK_FALSE(has(shown.out, "refuses us"));
    CHECK_FALSE(has(shown.out, "what to do"));
    const auto listed =
        agency.folder.run({"remote", "list", "--config", agency.folder.path("hourbridge.json")});
    CHECK(has(listed.out, "no answer since "));

    agency.portal->clear_faults();
    CHECK(agency.run({"sync"}).code == 0);
    CHECK(agency.run({"run"}).code == 0);
    CHECK(away.in_state("pending") == 0);
    CHECK(away.in_state("parked") == 0);
    CHECK(away.state() == "paid");
    CHECK(agency.run({"check"}).code == 0);
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("beside a service: one line in the log, /readyz and check agree, and a check that "
          "reaches the portal lets everything go on (G63)") {
    const Away away;
    const auto& agency = away.agency;
    Serving service(agency, R"("log": {"level": "info", "format": "text"},)");
    REQUIRE(soon([&] { return service.get("/readyz").status == 200; }));
    away.begin();
    away.pay();
    REQUIRE(soon([&] { return service.get("/readyz").status == 503; }, 60));
    const auto ready = service.get("/readyz").body;
    INFO(ready);
    CHECK(has(ready, "bitrix24 is not available (HTTP 503)"));
    CHECK(service.metric("hourbridge_outage{remote=\"bitrix24\"}") == 1);
    const auto checked = agency.run({"check"});
    CHECK(checked.code == 3);
    REQUIRE(checked.root()["unavailable"].size() == 1);
    CHECK(has(text(checked.root()["unavailable"][0]), "bitrix24 is not available (HTTP 503)"));

    agency.portal->clear_faults();
    CHECK(agency.run({"check"}).code == 0);
    CHECK(soon([&] { return away.in_state("pending") == 0; }));
    CHECK(soon([&] { return service.get("/readyz").status == 200; }));
    service.stop();
    const auto log = log_of(agency);
    INFO(log);
    CHECK(lines_with(log, "outage remote=bitrix24 state=began") == 1);
    CHECK_FALSE(has(log, "expected a value"));
    CHECK(has(log, "report id=" + away.id));
    CHECK(has(log, "state=paid by="));
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("outbox retry with wrong words says what is wrong and changes nothing") {
    const Away away;
    const auto& agency = away.agency;
    const auto code = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"outbox", "retry"});
        return agency.run(std::move(words)).code;
    };
    CHECK(code({}) == 2);
    CHECK(code({"x"}) == 2);
    CHECK(code({"1", "--all"}) == 2);
    CHECK(code({"--remote", "bitrix24"}) == 2);
    CHECK(code({"--kind", "task.mark"}) == 2);
    CHECK(code({"99999"}) == 4);
    CHECK(code({"1", "99999"}) == 4);
    CHECK(code({"1"}) == 4); // done
    CHECK(code({"--all", "--remote", "bitrix25"}) == 4);
    CHECK(code({"--all", "--kind", "task.marks"}) == 4);
    const auto none = agency.run({"outbox", "retry", "--all"});
    CHECK(none.code == 0);
    CHECK(none.root()["retried"].size() == 0);
    CHECK(agency.run({"verify"}).code == 0);
}

} // namespace hb::test
