#include <catch2/catch.hpp>

#include "app/serving.h"
#include "sandbox/state.h"

// P21: what an unchanged portal costs. The portal counts the requests; the program runs in
// processes of its own.
namespace hb::test {
namespace {

// An agency with more people and groups than one page holds, report cards, and nothing new.
struct Quiet {
    const Agency agency;

    Quiet() {
        agency.portal->edit([](sandbox::State& state) {
            for (int i = 0; i < 130; ++i) {
                sandbox::User user;
                user.id = 100 + i;
                user.name = "Worker " + std::to_string(i);
                state.users.add(user);
            }
        });
        agency.begin();
        const auto setup = agency.run({"portal", "setup"});
        INFO(setup.out << setup.err);
        REQUIRE(setup.code <= 1); // it may name what the portal lets nobody set
        // Drafts are shown, names that no list tells are asked for; then nothing is left.
        for (int i = 0; i < 3; ++i) REQUIRE(agency.run({"run"}).code == 0);
    }
    std::int64_t requests() const { return agency.portal->counters().http_requests; }
    std::int64_t calls(const std::string& method) const {
        const auto counters = agency.portal->counters();
        const auto found = counters.calls.find(method);
        return found == counters.calls.end() ? 0 : found->second;
    }
    std::int64_t cost_of(const std::vector<std::string>& args) const {
        const auto before = requests();
        const auto done = agency.run(args);
        INFO(done.out << done.err);
        CHECK(done.code == 0);
        return requests() - before;
    }
};

} // namespace

TEST_CASE("a poll of an unchanged portal is one request, and two with the cards (P21)") {
    const Quiet quiet;
    CHECK(quiet.cost_of({"sync"}) == 1);
    CHECK(quiet.cost_of({"run"}) <= 2);
}

TEST_CASE("a head that shows something new is the first page of its walk: nothing is asked twice "
          "(P21)") {
    const Quiet quiet;
    const auto& agency = quiet.agency;
    const auto before = quiet.calls("task.elapseditem.getlist");
    CHECK(quiet.cost_of({"sync"}) == 1);
    const auto commands = quiet.calls("task.elapseditem.getlist") - before;
    agency.add_entry(agency.first, 900, "2026-03-12");
    CHECK(quiet.cost_of({"sync"}) == 1);
    CHECK(quiet.calls("task.elapseditem.getlist") - before == 2 * commands);
    // More than a page: the walk goes on behind the head.
    for (int i = 0; i < 70; ++i) agency.add_entry(agency.second, 60, "2026-03-13");
    CHECK(quiet.cost_of({"sync"}) == 2);
    const auto report = std::to_string(agency.draft());
    const auto shown = agency.run({"report", "show", report});
    INFO(shown.out);
    // 3600 + 1800 + 900 of design, 7200 + 70 x 60 of the rest.
    CHECK(shown.out.find("6300") != std::string::npos);
    CHECK(shown.out.find("11400") != std::string::npos);
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("of a batch of heads each part is judged alone: what failed is asked for by itself, once "
          "(P21)") {
    const Quiet quiet;
    const auto& agency = quiet.agency;
    agency.add_entry(agency.first, 900, "2026-03-12");
    agency.portal_call("faults", R"({"kind":"error","method":"sonet_group.get","count":1,)"
                                 R"("status":400,"code":"ERROR_CORE","description":"oops"})");
    CHECK(quiet.cost_of({"sync"}) == 2);
    CHECK(quiet.cost_of({"sync"}) == 1);
    // Whoever may not read groups any longer hears it of the groups, and of nothing else.
    agency.portal_call("faults", R"({"kind":"error","method":"sonet_group.get","count":-1,)"
                                 R"("status":403,"code":"ACCESS_DENIED","description":"no"})");
    const auto refused = agency.run({"sync"});
    CHECK(refused.code == 3);
    CHECK((refused.out + refused.err).find("sonet_group.get") != std::string::npos);
    agency.portal->clear_faults();
    CHECK(agency.run({"sync"}).code == 0);
    CHECK(agency.run({"verify"}).code == 0);
}

} // namespace hb::test
