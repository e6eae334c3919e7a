#include "connector/bitrix24/cards.h"

#include "base/text.h"
#include "connector/bitrix24/items.h"
#include "json/writer.h"

namespace hb::connector::bitrix24 {
namespace {

std::map<std::string, std::string> read_map(const json::Value& object) {
    std::map<std::string, std::string> out;
    for (const auto member : object)
        if (const auto text = member.text_view()) out[std::string(member.key())] = *text;
    return out;
}

void write_map(json::Writer& out, std::string_view name,
               const std::map<std::string, std::string>& values) {
    out.key(name).begin_object();
    for (const auto& [key, value] : values) out.member(key, value);
    out.end_object();
}

// Portals keep the line ends of whoever typed them.
std::string plain_lines(std::string text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] != '\r' || i + 1 >= text.size() || text[i + 1] != '\n') out += text[i];
    return out;
}

// "2026-02-28T19:00:00-05:00" is the first of March, and so is "2026-03-01".
std::optional<std::string> calendar_day(const json::Value& value) {
    const auto text = value.text_view();
    if (!text) return std::nullopt;
    if (text->size() <= 10) {
        const auto day = parse_day(*text);
        return day ? std::optional(format_day(*day)) : std::nullopt;
    }
    const auto moment = parse_instant(*text);
    if (!moment) return std::nullopt;
    return format_day(std::chrono::floor<std::chrono::days>(*moment));
}

bool is_id_or_none(const json::Value& value) {
    const auto number = value.integer();
    return value.null() || (number && *number >= 0);
}

// What every item of crm.item.get and crm.item.list has.
std::optional<std::string> wrong_member(const json::Value& item) {
    const auto id = item["id"].integer();
    if (!id || *id < 1)
        return "a card without its id: did custom fields come alone? " + shorten(item.dump(), 80);
    const std::string card = "card " + std::to_string(*id) + ": ";
    for (const char* name : {"title", "xmlId"})
        if (!item[name].is_string() && !item[name].null())
            return card + item[name].expected("a text").message;
    if (!item["stageId"].is_string() || item["stageId"].nothing())
        return card + item["stageId"].expected("a stage").message;
    for (const char* name : {"companyId", "updatedBy", "assignedById"})
        if (!is_id_or_none(item[name])) return card + item[name].expected("an id").message;
    // There only where cards are linked to deals.
    if (!item["parentId2"].missing() && !is_id_or_none(item["parentId2"]))
        return card + item["parentId2"].expected("an id").message;
    const auto changed = item["updatedTime"].text_view();
    if (!changed || !parse_instant(*changed))
        return card + item["updatedTime"].expected("a moment").message;
    return std::nullopt;
}

bool is_date(std::string_view name) {
    for (const auto& field : kCardFields)
        if (field.name == name) return field.type == "date";
    return false;
}

} // namespace

std::string Cards::stage_entity() const {
    return "DYNAMIC_" + std::to_string(entity_type) + "_STAGE_" + category;
}

Cards parse_cards(std::string_view text) {
    Cards cards;
    if (text.empty()) return cards;
    const auto document = json::Document::parse(text);
    if (!document) return cards;
    const json::Value root = document->root();
    const auto type = root["entityTypeId"].integer();
    const auto id = root["typeId"].integer();
    if (!type || !id || *type < 1 || *type > 1'000'000 || *id < 1) return cards;
    cards.entity_type = static_cast<int>(*type);
    cards.type_id = *id;
    cards.category = text_or_empty(root["category"]);
    cards.fields = read_map(root["fields"]);
    cards.states = read_map(root["states"]);
    return cards;
}

domain::CardLayout layout_of(const Cards& cards) {
    domain::CardLayout layout;
    layout.entity_type_id = cards.entity_type;
    layout.states = cards.states;
    json::Writer out;
    out.begin_object().member("entityTypeId", cards.entity_type).member("typeId", cards.type_id);
    out.member("category", cards.category);
    write_map(out, "fields", cards.fields);
    write_map(out, "states", cards.states);
    layout.text = out.end_object().take();
    return layout;
}

std::string card_value(std::string_view name, const json::Value& value) {
    if (value.nothing()) return "";
    if (is_date(name)) {
        const auto day = calendar_day(value);
        return day ? *day : std::string(value.text_view().value_or(""));
    }
    if (value.is_array()) { // a field that somebody made multiple
        std::vector<std::string> lines;
        for (const auto item : value)
            if (const auto text = item.text()) lines.push_back(*text);
        return join(lines, "\n");
    }
    const auto text = value.text();
    return text ? plain_lines(*text) : value.dump();
}

std::vector<std::string> card_files(const json::Value& value) {
    std::vector<std::string> names;
    const auto add = [&names](const json::Value& file) {
        for (const char* key : {"name", "fileName", "originalName", "NAME"})
            if (const auto name = file[key].text_view()) return names.emplace_back(*name), void();
        const auto id = file.is_object() ? file["id"].text() : file.text();
        names.push_back("#" + (id ? *id : std::string("?")));
    };
    if (value.nothing()) return names;
    // One file of a field that is not multiple comes alone.
    if (value.is_object() && !value["id"].missing())
        add(value);
    else if (value.is_array() || value.is_object())
        for (const auto file : value) add(file);
    return names;
}

domain::CardState card_state(const Cards& cards, const json::Value& item) {
    domain::CardState card;
    card.exists = true;
    card.id = id_text(item["id"]);
    card.title = text_or_empty(item["title"]);
    card.key = text_or_empty(item["xmlId"]);
    card.stage = text_or_empty(item["stageId"]);
    for (const auto& [state, stage] : cards.states)
        if (stage == card.stage) card.state = state;
    card.company = id_text(item["companyId"]);
    card.deal = id_text(item["parentId2"]);
    card.updated_by = id_text(item["updatedBy"]);
    card.responsible = id_text(item["assignedById"]);
    for (const auto& [name, field] : cards.fields) {
        if (name == "files") {
            card.files = card_files(item[field]);
            continue;
        }
        std::string value = card_value(name, item[field]);
        if (!value.empty()) card.fields[name] = std::move(value);
    }
    return card;
}

std::optional<std::string> wrong_card(const Cards& cards, const json::Value& item) {
    if (auto wrong = wrong_member(item)) return wrong;
    const std::string card = "card " + id_text(item["id"]) + ": ";
    for (const auto& [name, field] : cards.fields) {
        const json::Value value = item[field];
        if (value.missing()) return card + value.expected("a field of the cards").message;
        if (value.nothing()) continue;
        if (is_date(name) && !calendar_day(value)) return card + value.expected("a date").message;
        if (name == "files" && !value.is_array() && !value.is_object() && !value.integer())
            return card + value.expected("files").message;
        if (name != "files" && value.is_object()) return card + value.expected("a text").message;
    }
    return std::nullopt;
}

} // namespace hb::connector::bitrix24
