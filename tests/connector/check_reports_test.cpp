#include <catch2/catch.hpp>

#include "wire.h"

using namespace hb;
using namespace wire;

namespace {

const char* kLayout = R"({"entityTypeId":1044,"typeId":7,"category":"12",)"
                      R"("fields":{"from":"UF_CRM_7_HB_FROM","files":"UF_CRM_7_HB_FILES"},)"
                      R"("states":{"draft":"DT1044_12:NEW","sent":"DT1044_12:HB_SENT"}})";

struct ReportRig {
    std::map<std::string, std::string> results = {
        {"time", "\"2026-03-03T04:06:40+03:00\""},
        {"profile", R"({"ID":"7","ADMIN":true})"},
        {"scope", R"(["crm","task","user","sonet_group"])"},
        {"fields", R"([{"FIELD_NAME":"UF_HB_PAID","USER_TYPE_ID":"string"},
                       {"FIELD_NAME":"UF_HB_REPORT","USER_TYPE_ID":"string"}])"},
        {"currencies", R"([{"CURRENCY":"EUR"}])"},
        {"d0", R"({"templates":{"39":{"id":"39","name":"Act","entityTypeId":["2_category_0"]},
                                "41":{"id":41,"name":"Bill","entityTypeId":["31_1","177"]}}})"},
        {"card_type", R"({"fields":{"id":{}}})"},
        {"card_stages", R"([{"STATUS_ID":"DT1044_12:NEW"},{"STATUS_ID":"DT1044_12:HB_SENT"}])"},
        {"u0",
         R"({"fields":[{"fieldName":"UF_CRM_7_HB_FROM"},{"fieldName":"UF_CRM_7_HB_FILES"}]})"},
    };
    std::map<std::string, std::string> errors;
    Wire line;
    ManualClock clock{kNow};
    std::unique_ptr<connector::Connector> portal;

    explicit ReportRig(std::vector<std::string> templates, const char* layout = "") {
        line.answer = [this](const Seen& seen) {
            BatchAnswer answer;
            for (const auto& call : calls_of(seen)) {
                if (errors.count(call.key) > 0)
                    answer.errors[call.key] = errors[call.key];
                else if (results.count(call.key) > 0)
                    answer.results[call.key] = results[call.key];
                else
                    answer.results[call.key] =
                        call.key[0] == 'd' ? R"({"templates":[]})" : R"({"fields":[]})";
            }
            return answer.response();
        };
        connector::Bitrix24Options options;
        options.webhook_url = Secret(kUrl);
        options.templates = std::move(templates);
        auto made = connector::make_bitrix24(options, std::make_unique<WireClient>(line), clock);
        if (!made) throw std::logic_error("no connector");
        portal = std::move(*made);
        portal->use_cards(layout);
    }
    std::string problems() {
        std::string out;
        for (const auto& problem : portal->check().problems) {
            CHECK_FALSE(problem.hint.empty());
            out += problem.what + "\n";
        }
        return out;
    }
};

} // namespace

TEST_CASE("templates and cards in order are no problem, and still one request") {
    ReportRig rig({"39"}, kLayout);
    CHECK(rig.problems().empty());
    CHECK(rig.line.seen.size() == 1);
    ReportRig plain({});
    CHECK(plain.problems().empty());
    CHECK(plain.line.seen.at(0).body.find("template") == std::string::npos);
    CHECK(plain.line.seen.at(0).body.find("userfieldconfig") == std::string::npos);
}

TEST_CASE("a template that is missing, not for deals or not to be seen is named") {
    ReportRig rig({"39", "41", "77"});
    CHECK(rig.problems() == "the document template 41 (Bill) is not for deals\n"
                            "the portal has no document template 77\n");
    rig.errors["d0"] =
        R"({"error":"","error_description":"You do not have permissions to modify templates"})";
    CHECK(rig.problems().find("crm.documentgenerator.template.list") != std::string::npos);
    // A list instead of an object, and no word of the types.
    ReportRig list({"39"});
    list.results["d0"] = R"({"templates":[{"id":39,"name":"Act"}]})";
    CHECK(list.problems().empty());
}

TEST_CASE("a stage, field or type of the cards that is gone is named, and the setup with it") {
    ReportRig rig({}, kLayout);
    rig.results["card_stages"] = R"([{"STATUS_ID":"DT1044_12:NEW"}])";
    rig.results["u0"] = R"({"fields":[{"fieldName":"UF_CRM_7_HB_FROM"}]})";
    CHECK(rig.problems() == "the cards' stage of the state sent is gone: DT1044_12:HB_SENT\n"
                            "the cards' field for files is gone: UF_CRM_7_HB_FILES\n");
    rig.errors["card_type"] =
        R"({"error":"NOT_FOUND","error_description":"Smart process not found"})";
    CHECK(rig.problems() == "the smart process of the report cards is gone\n");
    rig.errors["card_type"] = R"({"error":"ACCESS_DENIED","error_description":"Access denied"})";
    CHECK(rig.problems().find("crm.item.fields") != std::string::npos);
    ReportRig scope({}, kLayout);
    scope.errors["u0"] = R"({"error":"insufficient_scope","error_description":""})";
    CHECK(scope.problems().find("userfieldconfig.list") != std::string::npos);
}
