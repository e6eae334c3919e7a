#include "engine/kanban.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "base/text.h"
#include "books/settings_names.h"
#include "json/writer.h"

namespace hb::test {
namespace {

std::string item_call(World& world, int type, std::int64_t id, const std::string& rest = "") {
    (void)world;
    return "{\"entityTypeId\":" + std::to_string(type) + ",\"id\":" + std::to_string(id) +
           ",\"useOriginalUfNames\":\"Y\"" + rest + "}";
}

json::Document item(World& world, int type, std::int64_t id) {
    return portal_call(world, "crm.item.get", item_call(world, type, id));
}

std::vector<std::int64_t> list(World& world, int type) {
    const auto answer = portal_call(world, "crm.item.list",
                                    "{\"entityTypeId\":" + std::to_string(type) +
                                        ",\"select\":[\"id\"],\"order\":{\"id\":\"ASC\"},"
                                        "\"start\":-1}");
    std::vector<std::int64_t> out;
    for (const auto each : answer.root()["result"]["items"])
        out.push_back(each["id"].integer().value());
    return out;
}

std::vector<std::string> comments(World& world, const std::string& type, std::int64_t id) {
    const auto answer =
        portal_call(world, "crm.timeline.comment.list",
                    "{\"filter\":{\"ENTITY_ID\":" + std::to_string(id) + ",\"ENTITY_TYPE\":\"" +
                        type + "\"},\"select\":[\"ID\",\"COMMENT\"],\"order\":{\"ID\":\"ASC\"}}");
    std::vector<std::string> out;
    for (const auto each : answer.root()["result"])
        out.emplace_back(each["COMMENT"].text_view().value());
    return out;
}

std::string without_keys(std::string text) {
    for (auto at = text.find("hb-"); at != std::string::npos; at = text.find("hb-", at + 3))
        text.erase(at + 3, text.find_first_not_of("0123456789abcdef", at + 3) - at - 3);
    return text;
}

// A comment whose first try was lost comes after later ones: which are there counts, not their
// order.
std::string sorted(std::vector<std::string> texts) {
    for (auto& text : texts) text = "  " + without_keys(text) + "\n";
    std::sort(texts.begin(), texts.end());
    return join(texts, "");
}

} // namespace

json::Document portal_call(World& world, const std::string& method, const std::string& body) {
    const auto ask = [&] {
        return world.portal->handle(
            {"POST", "/rest/1/sandbox/" + method, "", "application/json", body, "127.0.0.1"});
    };
    auto answer = ask();
    // A fault that waits for the service may hit the person at the portal, who clicks once more.
    if (answer.delivery != sandbox::HttpAnswer::Delivery::Whole || answer.status >= 500)
        answer = ask();
    auto parsed = json::Document::parse(answer.body);
    INFO(method << " " << body << " -> " << answer.body);
    REQUIRE(parsed.ok());
    REQUIRE(parsed->root()["error"].missing());
    return std::move(*parsed);
}

void setup_portal(World& world) {
    auto& crm = *world.books->crm();
    const auto report = world.service->setup_portal(crm, false, "");
    if (!report) UNSCOPED_INFO(to_string(report.error()));
    REQUIRE(report.ok());
    for (const auto& step : report->steps) {
        INFO(step.what << ": " << step.state << " " << step.detail);
        CHECK((step.state == "ok" || step.state == "made" || step.state == "repaired" ||
               step.state == "by_hand"));
    }
    REQUIRE(report->cards.has_value());
}

int card_type(World& world) {
    const auto id = world.tables->kept.get(world.books->crm()->row.id, books::kept::kCardType);
    REQUIRE(id.has_value());
    return static_cast<int>(*parse_integer(*id));
}

std::string layout(World& world, const std::string& group, const std::string& name) {
    const auto text = world.tables->kept.get(world.books->crm()->row.id, books::kept::kCardLayout);
    REQUIRE(text.has_value());
    const auto parsed = json::Document::parse(*text);
    REQUIRE(parsed.ok());
    const auto value = parsed->root()[group][name].text_view();
    INFO(group << " " << name << " in " << *text);
    REQUIRE(value.has_value());
    return std::string(*value);
}

std::int64_t make_card(World& world, const CardMaker& maker) {
    json::Writer body;
    body.begin_object().member("entityTypeId", card_type(world));
    body.member("useOriginalUfNames", "Y").key("fields").begin_object();
    body.member("title", "Hours");
    if (maker.company != 0) body.member("companyId", maker.company);
    if (!maker.from.empty()) body.member(layout(world, "fields", "from"), maker.from);
    if (!maker.to.empty()) body.member(layout(world, "fields", "to"), maker.to);
    for (const auto& [name, value] : maker.fields)
        body.member(layout(world, "fields", name), value);
    body.end_object().end_object();
    // A fault that waits for the service may hit the person here, who looks before trying again.
    const auto before = cards(world);
    for (int i = 0; i < 2 && cards(world) == before; ++i)
        world.portal->handle({"POST", "/rest/1/sandbox/crm.item.add", "", "application/json",
                              std::string(body.text()), "127.0.0.1"});
    const auto after = cards(world);
    REQUIRE(after.size() == before.size() + 1);
    return after.back();
}

void move_card(World& world, std::int64_t card, const std::string& state) {
    portal_call(world, "crm.item.update",
                item_call(world, card_type(world), card,
                          ",\"fields\":{\"stageId\":\"" + layout(world, "states", state) + "\"}"));
}

void edit_card(World& world, std::int64_t card, const std::string& field,
               const std::string& value) {
    const std::string name =
        field == "companyId" || field == "title" ? field : layout(world, "fields", field);
    json::Writer fields;
    fields.begin_object().member(name, value).end_object();
    portal_call(
        world, "crm.item.update",
        item_call(world, card_type(world), card, ",\"fields\":" + std::string(fields.text())));
}

void delete_card(World& world, std::int64_t card) {
    portal_call(world, "crm.item.delete", item_call(world, card_type(world), card));
}

std::vector<std::int64_t> cards(World& world) {
    return list(world, card_type(world));
}

std::string card_state(World& world, std::int64_t card) {
    const auto answer = item(world, card_type(world), card);
    const auto stage = answer.root()["result"]["item"]["stageId"].text_view().value();
    for (const char* state :
         {"draft", "sent", "agreed", "invoiced", "partly_paid", "paid", "cancelled", "credited"})
        if (layout(world, "states", state) == stage) return state;
    return "";
}

std::string card_field(World& world, std::int64_t card, const std::string& name) {
    const auto answer = item(world, card_type(world), card);
    const auto row = answer.root()["result"]["item"];
    if (name == "deal") return row["parentId2"].nothing() ? "" : row["parentId2"].dump();
    const auto value = row[layout(world, "fields", name)];
    if (value.nothing()) return "";
    const auto text = value.text();
    return text ? *text : value.dump();
}

std::vector<std::string> card_comments(World& world, std::int64_t card) {
    return comments(world, "dynamic_" + std::to_string(card_type(world)), card);
}

std::vector<std::int64_t> invoices(World& world) {
    return list(world, 31);
}

void move_invoice(World& world, std::int64_t invoice, const std::string& semantics) {
    const auto stages = portal_call(world, "crm.status.list", "{\"order\":{\"SORT\":\"ASC\"}}");
    const auto there = item(world, 31, invoice);
    const auto category = there.root()["result"]["item"]["categoryId"].integer().value();
    for (const auto stage : stages.root()["result"]) {
        if (stage["ENTITY_ID"].text_view() != "SMART_INVOICE_STAGE_" + std::to_string(category))
            continue;
        if (stage["SEMANTICS"].text_view().value_or("") != semantics) continue;
        portal_call(world, "crm.item.update",
                    item_call(world, 31, invoice,
                              ",\"fields\":{\"stageId\":" + stage["STATUS_ID"].dump() + "}"));
        return;
    }
    FAIL("invoices have no stage with semantics " << semantics);
}

std::int64_t documents_of(World& world, std::int64_t deal) {
    const auto answer =
        portal_call(world, "crm.documentgenerator.document.list",
                    "{\"filter\":{\"entityTypeId\":2,\"entityId\":" + std::to_string(deal) + "}}");
    return static_cast<std::int64_t>(answer.root()["result"]["documents"].size());
}

std::optional<std::int64_t> report_of_card(World& world, std::int64_t card) {
    const auto row = world.tables->cards.find(world.books->crm()->row.id, std::to_string(card));
    return row ? row->report : std::nullopt;
}

std::string crm_text(World& world) {
    std::string out;
    for (const auto card : cards(world)) {
        out += "card " + card_state(world, card);
        for (const char* name : {"from", "to", "number", "hours", "total", "paid", "warnings"})
            out += std::string(" ") + name + "=" + card_field(world, card, name);
        const auto answer = item(world, card_type(world), card);
        const auto row = answer.root()["result"]["item"];
        const auto key = row["xmlId"].text_view().value_or("");
        out += " key " + std::string(key.substr(0, 3)) + " deal " +
               (row["parentId2"].nothing() ? "no" : "yes");
        const auto files = row[layout(world, "fields", "files")];
        out += " files " + std::to_string(files.is_array() ? files.size() : 0) + "\n";
        out += sorted(card_comments(world, card));
    }
    for (const auto deal : world.deals()) {
        out += "deal with " + std::to_string(documents_of(world, deal)) + " documents\n";
        out += sorted(comments(world, "deal", deal));
    }
    for (const auto invoice : invoices(world)) {
        const auto answer = item(world, 31, invoice);
        const auto row = answer.root()["result"]["item"];
        const auto rows = portal_call(
            world, "crm.item.productrow.list",
            "{\"filter\":{\"=ownerType\":\"SI\",\"=ownerId\":" + std::to_string(invoice) + "}}");
        out += "invoice " + row["title"].dump() + " " + row["opportunity"].dump() + " " +
               row["stageSemanticId"].dump() + " deal " + row["parentId2"].dump() + " company " +
               row["companyId"].dump() + " rows " +
               std::to_string(rows.root()["result"]["productRows"].size()) + "\n";
    }
    return out;
}

} // namespace hb::test
