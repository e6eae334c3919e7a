#include <catch2/catch.hpp>

#include <algorithm>

#include "app/program.h"
#include "sandbox/state.h"

// What portal setup says where the portal offers less, and what check says of many things.
namespace hb::test {
namespace {

std::size_t times(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

} // namespace

TEST_CASE("portal setup says once what the portal does not offer and what a person does instead") {
    const Agency agency;
    agency.configure(R"("public_url": "https://hours.example",)");
    sandbox::Fault fault;
    fault.kind = sandbox::Fault::Kind::NoMethod;
    fault.method = "crm.status.add";
    fault.count = -1;
    agency.portal->add_fault(fault);

    for (const bool before : {true, false}) {
        const auto status = agency.run({"portal", "status"});
        INFO(status.err);
        CHECK(status.code == 1);
        if (!before) CHECK(times(status.err, "this portal does not offer crm.status.add") == 1);
        if (before) {
            const auto setup = agency.run({"portal", "setup"});
            INFO(setup.err);
            CHECK(setup.code == 1);
            CHECK(times(setup.err, "this portal does not offer crm.status.add: add these stages") ==
                  1);
            CHECK(times(setup.err, "stage Sent, stage Agreed") == 1);
            CHECK(times(setup.err, "tick") == 0);
            for (const auto step : setup.root()["steps"])
                if (text(step["what"]).rfind("stage ", 0) == 0)
                    CHECK(text(step["state"]) == "by_hand");
        }
    }
}

TEST_CASE("check shows a few tasks without a client and says how many more there are") {
    const Agency agency;
    std::int64_t last = 0;
    for (int i = 0; i < 8; ++i) {
        const std::string number = std::to_string(i);
        last = agency.control_made("tasks", R"({"TITLE":"inner )" + number +
                                                R"(","RESPONSIBLE_ID":1,"STATUS":5})");
        agency.add_entry(last, 3600, "2026-03-05");
    }
    agency.begin();
    const auto checked = agency.run({"check"});
    INFO(checked.err);
    CHECK(times(checked.err, "8 tasks with time belong to no client") == 1);
    CHECK(times(checked.err, "inner ") == 5);
    CHECK(times(checked.err, "  and 3 more") == 1);
    CHECK(number(checked.root()["needs_mapping"]["count"]) == 8);
}

TEST_CASE("records that can't be read are counted once, and check shows a few and how many more") {
    const Agency agency;
    std::vector<std::int64_t> broken;
    for (int i = 0; i < 7; ++i)
        broken.push_back(
            agency.control_made("tasks", R"({"TITLE":"nobody's","RESPONSIBLE_ID":1,"STATUS":5})"));
    agency.portal->edit([&](sandbox::State& state) {
        for (const auto id : broken) state.tasks.find(id)->status = 77; // no status of any portal
    });
    const auto synced = agency.run({"sync"});
    INFO(synced.out << synced.err);
    std::int64_t counted = 0;
    for (const auto remote : synced.root()["remotes"])
        for (const auto stream : remote["streams"]) counted += number(stream["problems"]);
    CHECK(counted == 7);
    agency.begin();
    const auto checked = agency.run({"check"});
    INFO(checked.err);
    CHECK(times(checked.err, "7 records can't be read") == 1);
    CHECK(times(checked.err, "  and 2 more") == 1);
}

TEST_CASE("overhead without a type of work that counts as such says how a contract marks one") {
    const Agency agency;
    agency.begin();
    const auto told = agency.run({"overhead", "--from", "2026-03"});
    INFO(told.err);
    CHECK(told.code == 0);
    CHECK(times(told.err, R"({"tag": "account", "type": "account", "overhead": true})") == 1);
}

} // namespace hb::test
