#include <catch2/catch.hpp>

#include "wire.h"

using namespace hb;
using namespace wire;

namespace {

BatchAnswer healthy() {
    BatchAnswer answer;
    answer.results["time"] = "\"2026-03-03T04:06:40+03:00\"";
    answer.results["profile"] = R"({"ID":"7","ADMIN":true,"NAME":"Robo","LAST_NAME":""})";
    answer.results["scope"] = R"(["crm","task","user","sonet_group"])";
    answer.results["fields"] =
        R"([{"FIELD_NAME":"UF_HB_PAID","USER_TYPE_ID":"string"},
            {"FIELD_NAME":"UF_HB_REPORT","USER_TYPE_ID":"string"}])";
    answer.results["currencies"] = R"([{"CURRENCY":"USD"},{"CURRENCY":"BYN"}])";
    answer.results["companies"] = R"([{"ID":"12"}])";
    answer.results["deals"] = R"({"items":[{"id":7}]})";
    return answer;
}

bool names(const connector::CheckReport& report, const std::string& word) {
    for (const auto& problem : report.problems)
        if (problem.what.find(word) != std::string::npos) return true;
    return false;
}

} // namespace

TEST_CASE("a healthy portal has no problems, and check tells who, where and which currencies") {
    Rig rig([](const Seen&) { return healthy().response(); });
    const auto report = rig.portal->check();
    CHECK(report.reachable);
    CHECK(report.authorised);
    CHECK(report.problems.empty());
    CHECK(report.account == "portal.example");
    CHECK(report.who == "Robo (#7)");
    CHECK(report.clock_skew.count() == 0);
    CHECK(report.currencies == std::vector<std::string>{"BYN", "USD"});
}

TEST_CASE("a method that the portal lacks is named with what is different without it (G55)") {
    BatchAnswer answer = healthy();
    answer.results["has_crm.item.payment.list"] = R"({"isExisting":false,"isAvailable":false})";
    answer.results["has_crm.stagehistory.list"] = R"({"isExisting":false,"isAvailable":false})";
    answer.results["has_crm.timeline.comment.add"] = R"({"isExisting":true,"isAvailable":true})";
    // Of a scope that is missing as a whole another line speaks.
    answer.results["has_tasks.task.update"] = R"({"isExisting":true,"isAvailable":false})";
    Rig rig([&](const Seen&) { return answer.response(); });
    const auto report = rig.portal->check();
    REQUIRE(report.problems.size() == 1);
    CHECK(names(report,
                "this portal has no crm.item.payment.list: payments in the CRM are not seen"));
    CHECK(report.problems[0].hint.find("payment.evidence") != std::string::npos);
    REQUIRE(report.notes.size() == 1);
    CHECK(report.notes[0].find("this portal has no crm.stagehistory.list") == 0);
}

TEST_CASE("each missing scope is named with the method that needs it (G35)") {
    BatchAnswer answer = healthy();
    answer.results["scope"] = R"(["user_basic"])";
    Rig rig([&](const Seen&) { return answer.response(); });
    const auto report = rig.portal->check();
    CHECK(report.problems.size() == 3);
    CHECK(names(report, "scope task (needed by tasks.task.list"));
    CHECK(names(report, "scope crm (needed by crm.item.list and crm.item.add"));
    CHECK(names(report, "scope sonet_group (needed by sonet_group.get"));
    for (const auto& problem : report.problems)
        CHECK(problem.hint.find("Developer resources") != std::string::npos);
}

TEST_CASE(
    "a person without rights in the CRM is named with the methods, though the scope is ticked "
    "(G35)") {
    BatchAnswer answer = healthy();
    for (const char* command : {"companies", "deals"}) {
        answer.results.erase(command);
        answer.errors[command] =
            R"({"error":"ACCESS_DENIED","error_description":"Access denied."})";
    }
    Rig rig([&](const Seen&) { return answer.response(); });
    const auto report = rig.portal->check();
    REQUIRE(report.problems.size() == 2);
    CHECK(names(report, "may not read companies in the CRM (crm.item.list)"));
    CHECK(names(report, "may not read deals in the CRM (crm.item.list)"));
    for (const auto& problem : report.problems)
        CHECK(problem.hint.find("give this person the CRM rights") != std::string::npos);
    // Without the scope it is one problem, not three.
    answer.results["scope"] = R"(["task","user","sonet_group"])";
    for (const char* command : {"companies", "deals", "currencies"}) {
        answer.results.erase(command);
        answer.errors[command] = R"({"error":"insufficient_scope","error_description":""})";
    }
    const auto without = rig.portal->check();
    CHECK(without.problems.size() == 1);
}

TEST_CASE("scopes of cards, notices and payment events are asked for where they are wanted (G35)") {
    Wire line;
    line.answer = [](const Seen&) { return healthy().response(); };
    ManualClock clock(kNow);
    connector::Bitrix24Options options;
    options.webhook_url = Secret(kUrl);
    options.scopes = {"userfieldconfig", "sale"};
    auto portal = connector::make_bitrix24(options, std::make_unique<WireClient>(line), clock);
    REQUIRE(portal.ok());
    const auto report = (*portal)->check();
    CHECK(report.problems.size() == 2);
    CHECK(names(report, "lacks the scope userfieldconfig (needed by userfieldconfig.add)"));
    CHECK(names(report, "lacks the scope sale"));
}

TEST_CASE("all problems come at once: rights, fields, clock, scopes") {
    BatchAnswer answer = healthy();
    answer.results["time"] = "\"2026-03-03T04:36:40+03:00\"";
    answer.results["profile"] = R"({"ID":"7","ADMIN":false,"NAME":"","LAST_NAME":""})";
    answer.results["scope"] = R"(["task","user","sonet_group"])";
    answer.results["fields"] = R"([{"FIELD_NAME":"UF_HB_REPORT","USER_TYPE_ID":"boolean"}])";
    answer.results.erase("currencies");
    answer.errors["currencies"] = R"({"error":"insufficient_scope","error_description":""})";
    Rig rig([&](const Seen&) { return answer.response(); });
    const auto report = rig.portal->check();
    CHECK(report.clock_skew.count() == 1800);
    CHECK(names(report, "0:30"));
    CHECK(names(report, "no administrator: tasks that this person takes no part in, and the names "
                        "of people from outside or without a department"));
    CHECK(names(report, "UF_HB_PAID"));
    CHECK(names(report, "UF_HB_REPORT is of type boolean"));
    CHECK(names(report, "scope crm"));
    CHECK(report.problems.size() == 5); // the missing scope is told once
}

TEST_CASE("fields that an administrator's webhook will make are no problem") {
    BatchAnswer answer = healthy();
    answer.results["fields"] = "[]";
    Rig rig([&](const Seen&) { return answer.response(); });
    CHECK(rig.portal->check().problems.empty());
}

TEST_CASE("an unreachable portal and a dead webhook are told apart") {
    net::Response unsent;
    unsent.reach = net::Reach::NotSent;
    unsent.trouble = "Couldn't resolve host name";
    Rig rig([&](const Seen&) { return unsent; });
    auto report = rig.portal->check();
    CHECK_FALSE(report.reachable);
    CHECK(report.problems.size() == 1);
    rig.wire.answer = [](const Seen&) {
        return failed(401, "INVALID_CREDENTIALS", "Invalid request credentials");
    };
    report = rig.portal->check();
    CHECK(report.reachable);
    CHECK_FALSE(report.authorised);
    CHECK(report.problems.at(0).hint.find("new inbound webhook") != std::string::npos);
}
