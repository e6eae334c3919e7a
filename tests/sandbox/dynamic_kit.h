#pragma once

#include "kit.h"

// A portal with a smart process for report cards. Its entity type is 1030, its id is not.
namespace hb::sandbox::test {

struct CardKit : EmptyKit {
    explicit CardKit(PortalOptions options = without_limits()) : EmptyKit(std::move(options)) {
        const auto made = call("crm.type.add", R"({"fields":{"title":"Billing reports",
            "isStagesEnabled":"Y","isCategoriesEnabled":"Y","isClientEnabled":"Y",
            "isDocumentsEnabled":"Y","isLinkWithProductsEnabled":"Y","isUseInUserfieldEnabled":"Y",
            "linkedUserFields":{"TASKS_TASK|UF_CRM_TASK":"true"},
            "relations":{"parent":[{"entityTypeId":2,"isChildrenListEnabled":"true"}],
                         "child":[{"entityTypeId":31}]}}})");
        const auto type = made.root()["result"]["type"];
        type_id = *type["id"].integer();
        entity_type = *type["entityTypeId"].integer();
        const auto categories = call("crm.category.list", on(""));
        category = *categories.root()["result"]["categories"][std::size_t{0}]["id"].integer();
    }

    std::int64_t type_id = 0, entity_type = 0, category = 0;

    // {"entityTypeId":1030,<more>}
    std::string on(const std::string& more) const {
        return R"({"entityTypeId":)" + std::to_string(entity_type) +
               (more.empty() ? "" : "," + more) + "}";
    }
    std::string stage(const std::string& id) const {
        return "DT" + std::to_string(entity_type) + "_" + std::to_string(category) + ":" + id;
    }
    std::string add_card(const std::string& fields) {
        const auto made =
            call("crm.item.add", on(R"("useOriginalUfNames":"Y","fields":)" + fields));
        return made.root()["result"]["item"]["id"].dump();
    }
    // "" when the card has no such field.
    std::string card(const std::string& id, const char* field) {
        const auto answer = call("crm.item.get", on(R"("useOriginalUfNames":"Y","id":)" + id));
        const auto value = answer.root()["result"]["item"][field];
        return value.missing() ? std::string{} : value.dump();
    }
    std::string field_name(const std::string& name) const {
        return "UF_CRM_" + std::to_string(type_id) + "_" + name;
    }
    std::string add_field(const std::string& name, const std::string& type,
                          const std::string& more = "") {
        const auto made =
            call("userfieldconfig.add", R"({"moduleId":"crm","field":{"entityId":"CRM_)" +
                                            std::to_string(type_id) + R"(","fieldName":")" +
                                            field_name(name) + R"(","userTypeId":")" + type + "\"" +
                                            more + "}}");
        return std::string{*made.root()["result"]["field"]["id"].string()};
    }
};

} // namespace hb::sandbox::test
