#include <catch2/catch.hpp>

#include "stub_portal.h"

using namespace hb;
using namespace wire;

namespace {

const char* kHandler = "https://hours.example/hook/bitrix24/s3cret";

struct SetupRig {
    StubPortal stub;
    Rig rig{[this](const Seen& seen) { return stub(seen); }};

    domain::SetupReport run(bool dry = false, const std::string& layout = "",
                            const std::string& handler = kHandler) {
        const auto report = rig.portal->setup(dry, layout, handler);
        if (!report) throw std::logic_error(to_string(report.error()));
        return *report;
    }
};

std::map<std::string, std::string> states(const domain::SetupReport& report) {
    std::map<std::string, std::string> out;
    for (const auto& step : report.steps) out[step.what] = step.state;
    return out;
}

std::string detail(const domain::SetupReport& report, const std::string& what) {
    for (const auto& step : report.steps)
        if (step.what == what) return step.detail;
    return "no step " + what;
}

} // namespace

TEST_CASE("setup makes type, stages, fields and task fields; a second one changes nothing (G36)") {
    SetupRig test;
    const auto first = test.run();
    REQUIRE(first.cards);
    const auto& layout = *first.cards;
    CHECK(layout.entity_type_id == 1044);
    CHECK(layout.states ==
          std::map<std::string, std::string>{{"draft", "DT1044_12:NEW"},
                                             {"sent", "DT1044_12:HB_SENT"},
                                             {"agreed", "DT1044_12:HB_AGREED"},
                                             {"invoiced", "DT1044_12:HB_INVOICED"},
                                             {"partly_paid", "DT1044_12:HB_PARTLY"},
                                             {"paid", "DT1044_12:SUCCESS"},
                                             {"cancelled", "DT1044_12:FAIL"},
                                             {"credited", "DT1044_12:HB_CREDITED"}});
    CHECK(layout.text.find(R"("from":"UF_CRM_7_HB_FROM")") != std::string::npos);
    CHECK(test.stub.fields.size() == 14);
    CHECK(test.stub.task_fields.size() == 2);
    // What no state uses is gone, and ours stand between the first stage and the won one.
    CHECK(test.stub.stage("PREPARATION") == nullptr);
    CHECK(test.stub.stage("CLIENT") == nullptr);
    int last = 10;
    for (const char* code : {"HB_SENT", "HB_AGREED", "HB_INVOICED", "HB_PARTLY", "SUCCESS"}) {
        const int sort = std::stoi((*test.stub.stage(code))["SORT"]);
        INFO(code);
        CHECK(sort > last);
        last = sort;
    }
    CHECK((*test.stub.stage("HB_CREDITED"))["SEMANTICS"] == "F");
    // Whole, and within the burst that a portal allows.
    CHECK(test.rig.wire.seen.size() < 25);

    test.stub.written.clear();
    const auto second = test.run(false, layout.text);
    CHECK(test.stub.written.empty());
    REQUIRE(second.cards);
    CHECK(second.cards->text == layout.text);
    CHECK(states(second)["smart process Hour report"] == "ok");
}

TEST_CASE("the type is created on a fresh connection, with deals above and invoices below") {
    SetupRig test;
    test.run();
    const Seen* add = nullptr;
    for (const auto& seen : test.rig.wire.seen)
        if (seen.method == "crm.type.add") add = &seen;
    REQUIRE(add != nullptr);
    CHECK(add->fresh);
    CHECK(add->body ==
          R"({"fields":{"title":"Hour report","isStagesEnabled":"Y","isClientEnabled":"Y",)"
          R"("isDocumentsEnabled":"Y","isUseInUserfieldEnabled":"Y","isCategoriesEnabled":"N",)"
          R"("isLinkWithProductsEnabled":"N","linkedUserFields":{"TASKS_TASK|UF_CRM_TASK":"true"},)"
          R"("relations":{"parent":[{"entityTypeId":2,"isChildrenListEnabled":"true"}],)"
          R"("child":[{"entityTypeId":31,"isChildrenListEnabled":"true"}]}}})");
}

TEST_CASE("a dry run sends only reads and plans every call with its body") {
    SetupRig test;
    const auto planned = test.run(true);
    CHECK(test.stub.written.empty());
    CHECK_FALSE(planned.cards);
    CHECK(states(planned)["smart process Hour report"] == "planned");
    CHECK(detail(planned, "smart process Hour report").rfind("crm.type.add {", 0) == 0);
    CHECK(detail(planned, "field files").find(R"("userTypeId":"file")") != std::string::npos);
    CHECK(detail(planned, "field files").find(R"("multiple":"Y")") != std::string::npos);
    CHECK(detail(planned, "stage Sent").find("crm.status.add") == 0);
    CHECK(detail(planned, "task field UF_HB_PAID").find("task.item.userfield.add {") == 0);
    CHECK(planned.steps.size() == 2 + 1 + 5 + 14 + 1);

    // With everything there, a dry run finds the layout.
    const auto layout = test.run().cards->text;
    test.stub.written.clear();
    CHECK(test.run(true, layout).cards->text == layout);
    CHECK(test.stub.written.empty());
}

TEST_CASE("setup finds the type by its number, else by our fields, else by its title") {
    SetupRig test;
    const auto layout = test.run().cards->text;
    test.stub.types.insert(test.stub.types.begin(), StubPortal::Row{{"id", "3"},
                                                                    {"entityTypeId", "1030"},
                                                                    {"title", "Hour report"},
                                                                    {"isStagesEnabled", "Y"}});
    test.stub.written.clear();
    test.stub.types.back()["title"] = "Akte";
    CHECK(test.run(false, layout).cards->entity_type_id == 1044);
    CHECK(test.run().cards->entity_type_id == 1044); // by the fields, without a layout
    CHECK(test.stub.written.empty());
    // Neither: the title, and the type gets its stages and fields.
    SetupRig bare;
    bare.stub.types = {
        StubPortal::Row{{"id", "7"}, {"entityTypeId", "1044"}, {"title", "HOUR REPORT"}}};
    bare.stub.stages = {{{"ID", "1"},
                         {"ENTITY_ID", "DYNAMIC_1044_STAGE_12"},
                         {"STATUS_ID", "DT1044_12:MINE"},
                         {"SORT", "10"},
                         {"SEMANTICS", "null"},
                         {"SYSTEM", "N"}},
                        {{"ID", "2"},
                         {"ENTITY_ID", "DYNAMIC_1044_STAGE_12"},
                         {"STATUS_ID", "DT1044_12:ALSO_MINE"},
                         {"SORT", "20"},
                         {"SEMANTICS", "null"},
                         {"SYSTEM", "N"}},
                        {{"ID", "3"},
                         {"ENTITY_ID", "DYNAMIC_1044_STAGE_12"},
                         {"STATUS_ID", "DT1044_12:DONE"},
                         {"SORT", "30"},
                         {"SEMANTICS", "S"},
                         {"SYSTEM", "N"}},
                        {{"ID", "4"},
                         {"ENTITY_ID", "DYNAMIC_1044_STAGE_12"},
                         {"STATUS_ID", "DT1044_12:NO"},
                         {"SORT", "40"},
                         {"SEMANTICS", "F"},
                         {"SYSTEM", "N"}}};
    const auto found = bare.run();
    REQUIRE(found.cards);
    CHECK(found.cards->states.at("draft") == "DT1044_12:MINE");
    CHECK(found.cards->states.at("paid") == "DT1044_12:DONE");
    CHECK(found.cards->states.at("cancelled") == "DT1044_12:NO");
    // A type that somebody else made keeps its stages.
    CHECK(bare.stub.stage("ALSO_MINE") != nullptr);
    CHECK(std::count(bare.stub.written.begin(), bare.stub.written.end(), "crm.type.add") == 0);
}

TEST_CASE("what somebody removed is repaired, and only that") {
    SetupRig test;
    const auto layout = test.run().cards->text;
    auto& stages = test.stub.stages;
    stages.erase(
        std::remove_if(stages.begin(), stages.end(),
                       [](auto& row) { return row["STATUS_ID"] == "DT1044_12:HB_AGREED"; }),
        stages.end());
    test.stub.fields.pop_back();
    test.stub.types[0]["isUseInUserfieldEnabled"] = "N";
    test.stub.written.clear();
    const auto report = test.run(false, layout);
    CHECK(test.stub.written ==
          std::vector<std::string>{"crm.type.update", "crm.status.add", "userfieldconfig.add"});
    auto seen = states(report);
    CHECK(seen["stage Agreed"] == "repaired");
    CHECK(seen["field warnings"] == "repaired");
    CHECK(seen["smart process Hour report"] == "repaired");
    REQUIRE(report.cards);
    CHECK(report.cards->text == layout);
    // The whole type: made anew, and told as such.
    test.stub.types.clear();
    test.stub.stages.clear();
    test.stub.fields.clear();
    const auto again = test.run(false, layout);
    CHECK(states(again)["smart process Hour report"] == "repaired");
    CHECK(again.cards);
}

TEST_CASE("a stage keeps its state although people renamed or moved it") {
    SetupRig test;
    const auto layout = test.run().cards->text;
    test.stub.stages.insert(test.stub.stages.begin(),
                            StubPortal::Row{{"ID", "9"},
                                            {"ENTITY_ID", "DYNAMIC_1044_STAGE_12"},
                                            {"STATUS_ID", "DT1044_12:UC_FIRST"},
                                            {"SORT", "1"},
                                            {"SEMANTICS", "null"},
                                            {"SYSTEM", "N"}});
    CHECK(test.run(false, layout).cards->states.at("draft") == "DT1044_12:NEW");
}

TEST_CASE("codes are taken as the portal lists them, and the pipeline as its stages name it") {
    SetupRig test;
    test.stub.short_codes = true;
    test.stub.lists_categories = false;
    const auto report = test.run();
    REQUIRE(report.cards);
    CHECK(report.cards->states.at("sent") == "D1:HB_SENT");
    CHECK(report.cards->states.at("credited") == "D1:HB_CREDITED");
    test.stub.written.clear();
    CHECK(test.run(false, report.cards->text).cards);
    CHECK(test.stub.written.empty());
}

TEST_CASE("what plan or rights forbid is a step with its reason, and there is no layout") {
    const std::pair<const char*, std::pair<const char*, const char*>> cases[] = {
        {"crm.type.add", {"CREATE_DYNAMIC_TYPE_RESTRICTED", "plan"}},
        {"crm.type.list", {"ACCESS_DENIED", "Access denied"}},
        {"crm.status.add", {"Access denied.", "Access denied."}},
        {"userfieldconfig.add", {"", "You do not have permission to create user fields"}},
        {"userfieldconfig.list", {"", "The current method required more scopes. (crm)"}},
    };
    for (const auto& [method, error] : cases) {
        SetupRig test;
        test.stub.refused[method] = error;
        const auto report = test.run();
        INFO(method);
        CHECK_FALSE(report.cards);
        const bool told =
            std::any_of(report.steps.begin(), report.steps.end(), [](const auto& step) {
                return step.state == "forbidden" && !step.detail.empty();
            });
        CHECK(told);
        CHECK(states(report)["task field UF_HB_PAID"] == "made"); // the rest goes on
    }
    SetupRig plan;
    plan.stub.refused["crm.type.add"] = {"CREATE_DYNAMIC_TYPE_RESTRICTED", "plan"};
    CHECK(detail(plan.run(), "smart process Hour report").find("plan does not include") !=
          std::string::npos);
}

TEST_CASE(
    "a method that the portal lacks is done by hand: said once for all, in a dry run too, and "
    "found again by its name") {
    SetupRig test;
    test.stub.refused["crm.status.add"] = {"ERROR_METHOD_NOT_FOUND", "Method not found!"};
    test.stub.refused["task.item.userfield.add"] = {"ERROR_METHOD_NOT_FOUND", "Method not found!"};
    const auto first = test.run();
    CHECK_FALSE(first.cards);
    for (const char* what : {"stage Sent", "stage Credited", "task field UF_HB_PAID"}) {
        INFO(what);
        CHECK(states(first)[what] == "by_hand");
    }
    CHECK(detail(first, "stage Sent").rfind("this portal does not offer crm.status.add: add", 0) ==
          0);
    CHECK(detail(first, "stage Sent") == detail(first, "stage Credited"));
    CHECK(detail(first, "stage Sent").find("tick") == std::string::npos);
    CHECK(states(first)["field files"] == "made"); // the rest goes on
    const auto planned = test.run(true);
    CHECK(states(planned)["stage Sent"] == "by_hand");
    CHECK(states(planned)["task field UF_HB_PAID"] == "by_hand");

    // What a person adds has a name, and a code of the portal's own.
    int sort = 11;
    for (const char* name : {"sent", "Agreed", "Invoiced", "Partly paid", "Credited"}) {
        const bool lost = std::string(name) == "Credited";
        test.stub.stages.push_back({{"ID", std::to_string(900 + sort)},
                                    {"ENTITY_ID", "DYNAMIC_1044_STAGE_12"},
                                    {"STATUS_ID", "DT1044_12:UC_" + std::to_string(sort)},
                                    {"NAME", name},
                                    {"SORT", std::to_string(lost ? 60 : sort)},
                                    {"SEMANTICS", lost ? "F" : "null"},
                                    {"SYSTEM", "N"}});
        ++sort;
    }
    const auto found = test.run();
    REQUIRE(found.cards);
    CHECK(found.cards->states.at("sent") == "DT1044_12:UC_11");
    CHECK(found.cards->states.at("agreed") == "DT1044_12:UC_12");
    CHECK(found.cards->states.at("draft") == "DT1044_12:NEW");
    CHECK(found.cards->states.at("cancelled") == "DT1044_12:FAIL");
    CHECK(found.cards->states.at("credited") == "DT1044_12:UC_15");
}

TEST_CASE("without the scope for fields no type is made that nobody could use (G35)") {
    SetupRig test;
    test.stub.scopes = {"task", "crm"};
    const auto report = test.run();
    CHECK_FALSE(report.cards);
    CHECK(states(report)["fields of the cards"] == "forbidden");
    CHECK(detail(report, "fields of the cards").find("userfieldconfig") != std::string::npos);
    CHECK(std::count(test.stub.written.begin(), test.stub.written.end(), "crm.type.add") == 0);
}

TEST_CASE("a field of a type that can't hold its value is told, and cards stay off") {
    SetupRig test;
    test.run();
    for (auto& field : test.stub.fields)
        if (field["fieldName"] == "UF_CRM_7_HB_FILES") field["userTypeId"] = "string";
    const auto report = test.run();
    CHECK_FALSE(report.cards);
    CHECK(states(report)["field files"] == "failed");
    test.stub.task_fields[0]["USER_TYPE_ID"] = "boolean";
    CHECK(states(test.run())["task field UF_HB_PAID"] == "failed");
}

TEST_CASE("a card type without its link to deals asks a person: relations are replaced whole") {
    SetupRig test;
    const auto layout = test.run().cards->text;
    test.stub.links = false;
    CHECK(states(test.run(false, layout))["link of cards and deals"] == "by_hand");
}

TEST_CASE("a plain webhook leaves events to a person, with address and names (G35)") {
    SetupRig test;
    const auto report = test.run();
    CHECK(states(report)["events"] == "by_hand");
    const std::string text = detail(report, "events");
    CHECK(text.find(kHandler) != std::string::npos);
    CHECK(text.find("ONCRMDYNAMICITEMUPDATE") != std::string::npos);
    // Not offered by outgoing webhooks (protocol section 21).
    CHECK(text.find("ONCRMDEALMOVETOCATEGORY") == std::string::npos);
    CHECK(text.find("application_token") != std::string::npos);
    const auto nowhere = test.run(false, "", "");
    CHECK(detail(nowhere, "events").find("public_url") != std::string::npos);
}

TEST_CASE("an application binds what is missing, online and, where the plan has it, offline") {
    SetupRig test;
    test.stub.application = true;
    test.stub.events = {
        {{"event", "ONTASKADD"}, {"handler", kHandler}, {"offline", "0"}},
        {{"event", "ONTASKUPDATE"}, {"handler", "https://other"}, {"offline", "0"}}};
    const auto report = test.run();
    CHECK(test.stub.events.size() == 2 + 17);
    CHECK(states(report)["event ONCRMDEALMOVETOCATEGORY"] == "made");
    CHECK(states(report)["event ONAPPUNINSTALL"] == "made");
    CHECK(states(report)["event ONAPPUPDATE"] == "made");
    CHECK(states(report).count("event ONPAYMENTENTITYSAVED") == 0); // without the scope sale
    test.stub.written.clear();
    CHECK(states(test.run())["events"] == "ok");
    CHECK(test.stub.written.empty());
    test.stub.offline = true;
    test.run();
    CHECK(test.stub.events.size() == 2 + 17 + 16); // what tells of the application is not kept
    CHECK(test.stub.events.back()["offline"] == "1");
    CHECK(test.stub.events.back()["handler"].empty());
    test.stub.written.clear();
    test.run();
    CHECK(test.stub.written.empty());
}

TEST_CASE("an application with the scope sale hears of payments; a webhook is not told to (G35)") {
    SetupRig test;
    test.stub.scopes.push_back("sale");
    CHECK(detail(test.run(), "events").find("ONPAYMENT") == std::string::npos);
    test.stub.application = true;
    const auto report = test.run();
    CHECK(states(report)["event ONPAYMENTENTITYSAVED"] == "made");
    CHECK(states(report)["event ONPAYMENTDELETED"] == "made");
    test.stub.written.clear();
    test.run();
    CHECK(test.stub.written.empty());
}

TEST_CASE("a portal that can't be read stops the setup with an error, not with half a layout") {
    SetupRig test;
    const auto layout = test.run().cards->text;
    for (std::size_t stop = 0; stop < 7; ++stop) {
        SetupRig other;
        other.stub = test.stub;
        std::size_t calls = 0;
        other.rig.wire.answer = [&](const Seen& seen) {
            return calls++ == stop ? lost() : other.stub(seen);
        };
        const auto report = other.rig.portal->setup(false, layout, kHandler);
        INFO(stop);
        CHECK_FALSE(report.ok());
    }
}
