#include "domain/owner.h"

#include <catch2/catch.hpp>

using namespace hb::domain;

namespace {

// Companies 1 and 2 are clients 10 and 20; deal 5 is of company 1, deal 6 of nobody, deal 7 of a
// company that is gone.
OwnerFacts facts() {
    OwnerFacts f;
    f.companies = {{"1", 10}, {"2", 20}};
    f.deals = {{"5", "1"}, {"6", ""}, {"7", "99"}};
    f.projects = {{"70", 30}};
    f.tasks["t"];
    return f;
}

// "10", "10 two clients", "none"
std::string told(const OwnerFacts& f) {
    const Owner owner = owner_of(f, "t");
    CHECK_FALSE(owner.why.empty());
    return (owner.client ? std::to_string(*owner.client) : "none") +
           (owner.two_clients ? " two clients" : "");
}

} // namespace

TEST_CASE("a task belongs to the company of its first link that exists (G13)") {
    OwnerFacts f = facts();
    f.tasks["t"].links = {{"contact", "4"}, {"company", "9"}, {"company", "2"}};
    CHECK(told(f) == "20");
    CHECK(owner_of(f, "t").why == "its link to company 2");
    f.tasks["t"].links = {{"deal", "5"}, {"company", "2"}}; // a company beats an earlier deal
    CHECK(told(f) == "20");
    f.tasks["t"].links = {{"company", "1"}, {"company", "2"}};
    CHECK(told(f) == "10 two clients");
    f.tasks["t"].links = {{"company", "1"}, {"company", "1"}, {"company", "9"}};
    CHECK(told(f) == "10");
}

TEST_CASE("else to the company of its first deal that exists, and of no later deal (G13)") {
    OwnerFacts f = facts();
    f.tasks["t"].links = {{"contact", "4"}, {"deal", "404"}, {"deal", "5"}};
    CHECK(told(f) == "10");
    f.tasks["t"].links = {{"deal", "6"}, {"deal", "5"}}; // the first one has no company
    CHECK(told(f) == "none");
    f.tasks["t"].links = {{"deal", "7"}, {"deal", "5"}}; // the first one's company is gone
    CHECK(told(f) == "none");
}

TEST_CASE("else to its nearest ancestor's client, else to its workgroup's (G13)") {
    OwnerFacts f = facts();
    f.tasks["t"].parent = "p";
    f.tasks["p"].parent = "g";
    f.tasks["g"].links = {{"company", "1"}};
    f.tasks["t"].project = "70";
    CHECK(told(f) == "10");
    CHECK(owner_of(f, "t").why == "parent task g: its link to company 1");
    f.tasks["p"].links = {{"company", "2"}};
    CHECK(told(f) == "20");
    f.tasks["p"].links.clear();
    f.tasks.erase("g"); // the remote does not show it
    CHECK(told(f) == "30");
    f.tasks["p"].parent = "t"; // a circle ends the search
    CHECK(told(f) == "30");
    f.tasks["t"].project = "71";
    CHECK(told(f) == "none");
}

TEST_CASE("a link set by hand beats what the task itself says (G13)") {
    OwnerFacts f = facts();
    f.tasks["t"].links = {{"company", "1"}};
    f.tasks["t"].by_hand = 40;
    CHECK(told(f) == "40");
    CHECK(owner_of(f, "t").why == "a link set by hand");
    OwnerFacts child = facts();
    child.tasks["t"].parent = "p";
    child.tasks["p"].by_hand = 50;
    CHECK(told(child) == "50");
}
