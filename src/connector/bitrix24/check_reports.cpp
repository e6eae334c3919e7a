#include <algorithm>
#include <map>
#include <set>

#include "connector/bitrix24/check.h"
#include "connector/bitrix24/items.h"
#include "connector/bitrix24/query.h"
#include "connector/bitrix24/setup_run.h"

namespace hb::connector::bitrix24 {
namespace {

// A portal comes with dozens of templates; one beyond the fourth page is told as not found.
constexpr std::size_t kPages = 4;

std::string page_key(const char* letter, std::size_t page) {
    return letter + std::to_string(page);
}

void add_problem(CheckReport& report, std::string what, std::string hint) {
    report.problems.push_back(CheckProblem{std::move(what), std::move(hint)});
}

void add_problem(CheckReport& report, const Client& client, const Trouble& trouble) {
    const Error error = client.error(trouble);
    add_problem(report, error.message + (error.detail.empty() ? "" : ": " + error.detail),
                error.hint);
}

// "2" and "2_category_9" are for deals, "31_1" is not.
bool for_deals(const json::Value& types) {
    for (const auto type : types) {
        const std::string text = type.text() ? *type.text() : "";
        if (text.substr(0, text.find('_')) == "2") return true;
    }
    return types.nothing(); // not told
}

void check_templates(const Client& client, const BatchReply& reply, CheckReport& report) {
    std::map<std::string, json::Value> found;
    for (std::size_t page = 0; page < kPages; ++page) {
        const Part& part = reply.part(page_key("d", page));
        if (part.trouble) return add_problem(report, client, *part.trouble);
        const json::Value list = part.result["templates"]; // an object by id, or a list
        for (const auto item : list) {
            const std::string id = id_text(item["id"]);
            found[id.empty() ? std::string(item.key()) : id] = item;
        }
        if (list.size() < kPageRowsMax) break;
    }
    for (const auto& id : client.options().templates) {
        const auto known = found.find(id);
        if (known == found.end())
            add_problem(report, "the portal has no document template " + id,
                        "look at CRM, Documents, Templates, and correct crm.documents.templates");
        else if (!for_deals(known->second["entityTypeId"]))
            add_problem(report,
                        "the document template " + id + " (" +
                            text_or_empty(known->second["name"]) + ") is not for deals",
                        "add deals to the template in Bitrix24: documents are made on the deal");
    }
}

void check_stages(const Client& client, const Cards& cards, const Part& part, CheckReport& report) {
    if (part.trouble) return add_problem(report, client, *part.trouble);
    std::set<std::string> there;
    for (const auto item : part.result) there.insert(text_or_empty(item["STATUS_ID"]));
    for (const auto& [state, stage] : cards.states)
        if (there.count(stage) == 0)
            add_problem(report, "the cards' stage of the state " + state + " is gone: " + stage,
                        "run `hourbridge portal setup`: it makes it anew");
}

void check_card_fields(const Client& client, const Cards& cards, const BatchReply& reply,
                       CheckReport& report) {
    std::set<std::string> there;
    for (std::size_t page = 0; page < kPages; ++page) {
        const Part& part = reply.part(page_key("u", page));
        if (part.trouble) return add_problem(report, client, *part.trouble);
        const json::Value list = part.result["fields"];
        for (const auto item : list) there.insert(text_or_empty(item["fieldName"]));
        if (list.size() < kPageRowsMax) break;
    }
    for (const auto& [name, field] : cards.fields)
        if (there.count(field) == 0)
            add_problem(report, "the cards' field for " + name + " is gone: " + field,
                        "run `hourbridge portal setup`: it makes it anew");
}

} // namespace

void add_report_commands(std::vector<Command>& commands, const Client& client, const Cards& cards) {
    for (std::size_t page = 0; page < kPages && !client.options().templates.empty(); ++page) {
        Query query;
        query.add_list({"select"}, {"id", "name", "entityTypeId"}).add({"order", "id"}, "ASC");
        query.add({"start"}, std::to_string(page * kPageRowsMax));
        commands.push_back(
            {page_key("d", page), "crm.documentgenerator.template.list", query.text()});
    }
    if (!cards.there()) return;
    Query type;
    type.add({"entityTypeId"}, std::to_string(cards.entity_type));
    commands.push_back({"card_type", "crm.item.fields", type.text()});
    Query stages;
    stages.add({"filter", "ENTITY_ID"}, cards.stage_entity());
    commands.push_back({"card_stages", "crm.status.list", stages.text()});
    for (std::size_t page = 0; page < kPages; ++page)
        commands.push_back(fields_command(page_key("u", page), cards.type_id, page));
}

void check_reports(const Client& client, const Cards& cards, const BatchReply& reply,
                   CheckReport& report) {
    if (!client.options().templates.empty()) check_templates(client, reply, report);
    if (!cards.there()) return;
    const auto& type = reply.part("card_type").trouble;
    if (type && is_missing(*type))
        return add_problem(report, "the smart process of the report cards is gone",
                           "run `hourbridge portal setup`: it makes it anew");
    if (type) return add_problem(report, client, *type);
    check_stages(client, cards, reply.part("card_stages"), report);
    check_card_fields(client, cards, reply, report);
}

} // namespace hb::connector::bitrix24
