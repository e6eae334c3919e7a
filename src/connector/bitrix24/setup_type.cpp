#include "connector/bitrix24/setup_run.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "connector/bitrix24/items.h"
#include "connector/bitrix24/query.h"
#include "json/writer.h"

namespace hb::connector::bitrix24 {
namespace {

// A portal with more smart processes than this keeps ours by the stored layout only.
constexpr std::size_t kTypePages = 4;

constexpr std::array kSwitches = {"isStagesEnabled", "isClientEnabled", "isDocumentsEnabled",
                                  "isUseInUserfieldEnabled"};

std::string what_type() {
    return "smart process " + std::string(kCardTitle);
}

Result<CardType> read_type(const Client& client, const json::Value& item) {
    const auto entity_type = item["entityTypeId"].integer();
    const auto id = item["id"].integer();
    if (!entity_type || !id || *entity_type < 1 || *entity_type > 1'000'000)
        return client.error(strange("crm.type.list", "a smart process without ids"));
    CardType type;
    type.entity_type = static_cast<int>(*entity_type);
    type.id = *id;
    type.title = text_or_empty(item["title"]);
    for (const char* name : kSwitches) {
        const auto on = item[name].flag();
        if (!item[name].missing() && on && !*on) type.off.emplace_back(name);
    }
    return type;
}

struct Types {
    std::optional<Trouble> trouble;
    std::vector<CardType> list;
};

Result<Types> list_types(Client& client) {
    std::vector<Command> commands;
    for (std::size_t page = 0; page < kTypePages; ++page) {
        Query query;
        query.add({"order", "id"}, "ASC").add({"start"}, std::to_string(page * kPageRowsMax));
        commands.push_back({"t" + std::to_string(page), "crm.type.list", query.text()});
    }
    const BatchReply reply = client.batch(commands);
    if (reply.trouble) return client.error(*reply.trouble);
    Types types;
    for (std::size_t page = 0; page < kTypePages; ++page) {
        const Part& part = reply.part("t" + std::to_string(page));
        if (part.trouble && is_forbidden(*part.trouble)) return Types{part.trouble, {}};
        if (part.trouble) return client.error(*part.trouble);
        const json::Value list = part.result["types"];
        for (const auto item : list) {
            auto type = read_type(client, item);
            if (!type) return type.error();
            types.list.push_back(std::move(*type));
        }
        if (list.size() < kPageRowsMax) break;
    }
    return types;
}

// The type that carries our fields, whatever it is called by now.
Result<std::optional<CardType>> by_fields(Client& client, const std::vector<CardType>& types) {
    for (std::size_t first = 0; first < types.size(); first += kBatchCommandsMax) {
        const std::size_t end = std::min(types.size(), first + kBatchCommandsMax);
        std::vector<Command> commands;
        for (std::size_t i = first; i < end; ++i)
            commands.push_back(fields_command("u" + std::to_string(i), types[i].id, 0));
        const BatchReply reply = client.batch(commands);
        if (reply.trouble) return client.error(*reply.trouble);
        for (std::size_t i = first; i < end; ++i) {
            const Part& part = reply.part("u" + std::to_string(i));
            if (part.trouble) continue; // a type whose fields may not be seen is not ours
            std::set<std::string_view> found;
            for (const auto row : part.result["fields"])
                for (const auto& field : kCardFields)
                    if (is_field(row, types[i].id, field.name)) found.insert(field.name);
            // One could be somebody's own; half of them are ours, however many were removed.
            if (found.size() * 2 >= kCardFields.size()) return std::optional<CardType>(types[i]);
        }
    }
    return std::optional<CardType>();
}

Result<std::optional<CardType>> find_type(SetupRun& run, const std::vector<CardType>& types) {
    for (const auto& type : types)
        if (run.before.there() && type.entity_type == run.before.entity_type)
            return std::optional<CardType>(type);
    auto found = by_fields(run.client, types);
    if (!found || *found) return found;
    for (const auto& type : types)
        if (fold_case(type.title) == fold_case(kCardTitle)) return std::optional<CardType>(type);
    return std::optional<CardType>();
}

std::string type_body() {
    json::Writer out;
    out.begin_object().key("fields").begin_object().member("title", kCardTitle);
    for (const char* name : kSwitches) out.member(name, "Y");
    // One pipeline: a card in another one would stand on a stage that no state knows.
    for (const char* name : {"isCategoriesEnabled", "isLinkWithProductsEnabled"})
        out.member(name, "N");
    out.key("linkedUserFields").begin_object().member("TASKS_TASK|UF_CRM_TASK", "true");
    out.end_object().key("relations").begin_object();
    const auto relation = [&out](const char* side, int type) {
        out.key(side).begin_array().begin_object().member("entityTypeId", type);
        out.member("isChildrenListEnabled", "true").end_object().end_array();
    };
    relation("parent", kDeals.id);
    relation("child", kInvoices.id);
    out.end_object().end_object().end_object();
    return out.take();
}

std::string switches_body(const CardType& type) {
    json::Writer out;
    out.begin_object().member("id", type.id).key("fields").begin_object();
    for (const auto& name : type.off) {
        out.member(name, "Y");
        if (name != "isUseInUserfieldEnabled") continue;
        out.key("linkedUserFields").begin_object();
        out.member("TASKS_TASK|UF_CRM_TASK", "true").end_object();
    }
    out.end_object().end_object();
    return out.take();
}

// Relations are replaced whole by crm.type.update, and nothing lists them: a person's own could be
// lost, so a person adds ours.
Status check_relation(SetupRun& run, const CardType& type) {
    json::Writer body;
    body.begin_object().member("entityTypeId", type.entity_type).end_object();
    const Reply reply = run.client.call("crm.item.fields", body.take());
    if (reply.trouble) return run.client.error(*reply.trouble);
    if (!reply.result()["fields"]["parentId2"].missing()) return {};
    run.step("link of cards and deals", "by_hand",
             "open CRM, Settings, Smart process automation, \"" + type.title +
                 "\", Relations: add Deals above and Invoices below");
    return {};
}

} // namespace

Result<std::optional<CardType>> have_type(SetupRun& run, bool& fresh) {
    auto types = list_types(run.client);
    if (!types) return types.error();
    if (types->trouble) {
        run.trouble(what_type(), *types->trouble);
        return std::optional<CardType>();
    }
    auto found = find_type(run, types->list);
    if (!found) return found.error();
    if (*found) {
        if ((*found)->off.empty())
            run.step(what_type(), "ok");
        else
            run.carry_out({{what_type(), "crm.type.update", switches_body(**found), "repaired"}});
        if (const auto linked = check_relation(run, **found); !linked) return linked.error();
        return found;
    }
    fresh = true;
    if (run.dry) {
        run.step(what_type(), "planned", "crm.type.add " + type_body());
        return std::optional<CardType>();
    }
    CallOptions options;
    options.fresh_connection = true;
    const Reply reply = run.client.call("crm.type.add", type_body(), options);
    if (reply.trouble) {
        run.trouble(what_type(), *reply.trouble);
        return std::optional<CardType>();
    }
    auto made = read_type(run.client, reply.result()["type"]);
    if (!made) return made.error();
    run.step(what_type(), run.made());
    return std::optional<CardType>(std::move(*made));
}

} // namespace hb::connector::bitrix24
